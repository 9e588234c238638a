"""Weights and indicators: public, dated, and never changed."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.scenarios.appraisals import get_appraisal
from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.members import register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
WEIGHTS = "/v1/reference/appraisal-weights"
SCENARIOS = ("licence_or_transfer", "financing", "reporting", "infringement_relief", "management")


def weights(valid_from: str, **of: int) -> dict[str, Any]:
    given = of or {"remaining_term": 4_000, "legal_status": 6_000}
    return {"valid_from": valid_from, "note": "示例", "weights": dict.fromkeys(SCENARIOS, given)}


async def test_indicators_are_listed_with_their_formula_and_points(client: httpx.AsyncClient) -> None:
    found = (await client.get("/v1/reference/appraisal-indicators")).json()
    assert 14 <= len(found["items"]) <= 20
    assert {one["group"] for one in found["items"]} == {"legal", "technical", "economic"}
    for one in found["items"]:
        assert all(one[name] for name in ("formula_zh", "formula_en", "points", "sources"))


async def test_another_set_holds_from_its_day_and_the_one_before_stays(client: httpx.AsyncClient, app: FastAPI) -> None:
    staff, holder = await sign_in_platform(client), await register_organisation(client)
    patent = await enter_patent(client, holder)
    before = await get_appraisal(client, holder, patent["id"])
    day = app.state.clock.today() + timedelta(days=2)
    made = await post(client, staff, WEIGHTS, weights(str(day)), 201)
    assert (await get_appraisal(client, holder, patent["id"]))["weights"] == before["weights"]
    listed = await get(client, holder, WEIGHTS)
    assert listed["items"][0]["id"] == made["id"]
    assert before["weights"]["id"] in {one["id"] for one in listed["items"]}
    then = app.state.clock.now().isoformat()
    async with moved_clock(client, app):
        await sweep_at(client, app, days=3)
        after = await get_appraisal(client, holder, patent["id"])
        assert after["weights"]["id"] == made["id"]
        assert {line["code"]: line["weight_bp"] for line in after["indicators"] if line["weight_bp"]} == {
            "legal_status": 6_000, "remaining_term": 4_000,
        }  # fmt: skip
        past = await get_appraisal(client, holder, patent["id"], known_at=then)
        assert past["weights"] == before["weights"]
        assert past["score"] == before["score"]


@pytest.mark.parametrize(
    ("of", "code"),
    [
        ({"legal_status": 9_999}, "weights_not_whole"),
        ({"legal_status": 10_000, "goodwill": 0}, "indicator_unknown"),
    ],
)
async def test_weights_that_are_not_whole_are_refused(client: httpx.AsyncClient, of: dict[str, int], code: str) -> None:
    staff = await sign_in_platform(client)
    answer = await client.post(WEIGHTS, json=weights("2199-01-01", **of), headers=staff.headers)
    assert answer.status_code == 422
    assert {error["code"] for error in answer.json()["errors"]} == {code}


async def test_weights_do_not_change_what_is_over_and_are_the_platforms(client: httpx.AsyncClient) -> None:
    staff, holder = await sign_in_platform(client), await register_organisation(client)
    past = await client.post(WEIGHTS, json=weights("2026-01-01"), headers=staff.headers)
    assert (past.status_code, past.json()["code"]) == (409, "appraisal_weights_in_the_past")
    missing = {**weights("2199-01-01"), "weights": {"financing": {"legal_status": 10_000}}}
    assert (await client.post(WEIGHTS, json=missing, headers=staff.headers)).status_code == 422
    assert (await client.post(WEIGHTS, json=weights("2199-01-01"), headers=holder.headers)).status_code == 403

"""Appraisals through the front door."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.scenarios.appraisals import EVERYTHING, RANGES, get_appraisal, line_of, record_extract
from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.licences import take_licence
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.patents import application_number, enter_patent, patch_patent, post_legal_event
from tests.scenarios.requests import get, post
from tests.scenarios.rights import post_right, post_right_end

pytestmark = pytest.mark.both_databases
CLAIM = "一种正极材料，其特征在于，包含镍、钴、锰三种元素。"


def today(app: FastAPI) -> str:
    return str(app.state.clock.today())


async def current_patent(client: httpx.AsyncClient, app: FastAPI, holder: Member, **fields: Any) -> str:
    """Return a patent whose annuities are recorded and whose status was checked today."""
    patent_id = str((await enter_patent(client, holder, **fields))["id"])
    staff = await sign_in_platform(client)
    year = app.state.clock.today().year - 2018 + 2
    paid = await post_legal_event(client, staff, patent_id, "annuity_paid", today(app), year=year)
    assert paid.status_code == 201, paid.text
    return patent_id


async def test_an_appraisal_shows_each_value_with_its_source_and_adds_up(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder = await register_organisation(client)
    patent_id = await current_patent(client, app, holder, first_claim=CLAIM, ipc=["H01M10/0525", "C01G53/00"])
    found = await get_appraisal(client, holder, patent_id)
    status = line_of(found, "legal_status")
    assert (status["state"], status["value"], status["source"], status["on"]) == (
        "known", "in_force", "legal_event", today(app),
    )  # fmt: skip
    assert line_of(found, "ipc_breadth")["value"] == 2
    assert line_of(found, "claim_breadth")["value"] == 20
    assert line_of(found, "annuities")["value"] == "paid"
    assert line_of(found, "evaluation_report")["state"] == "not_applicable"
    assert line_of(found, "offered")["value"] == 0
    for code in ("pledges", "restrictions", "exclusivity", "invalidation", "stage", "licence_income"):
        line = line_of(found, code)
        assert (line["state"], line["value"], line["source"]) == ("unknown", None, None)
        assert (line["low_milli_points"], line["high_milli_points"]) == (0, 100_000)
    for bound, rounds in (("low", 0), ("high", 9_999)):
        total = sum(line[f"{bound}_milli_points"] * line["weight_bp"] for line in found["indicators"])
        assert sum(line[f"{bound}_times_weight"] for line in found["indicators"]) == total
        assert sum(group[f"{bound}_times_weight"] for group in found["groups"]) == total
        assert found["score"][f"{bound}_milli_points"] == (total + rounds) // 10_000
    assert found["market"] == {"sector": "electrical_engineering", "reason": "not_enough_deals", "cells": []}
    assert found["history"][0]["code"] == "annuity_paid"


async def test_what_a_holder_alone_recorded_is_told_from_an_offices_word(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder = await register_organisation(client)
    patent_id = str((await enter_patent(client, holder))["id"])
    year = app.state.clock.today().year - 2018 + 2
    said = await post_legal_event(client, holder, patent_id, "annuity_paid", today(app), year=year)
    assert said.status_code == 201, said.text
    found = await get_appraisal(client, holder, patent_id)
    for code in ("legal_status", "annuities", "years_maintained"):
        assert line_of(found, code)["source"] == "holder_event"
    assert line_of(found, "remaining_term")["source"] == "holder_row"
    assert found["score"]["verified_milli_points"] < found["score"]["low_milli_points"]


async def test_the_set_of_weights_and_the_version_that_an_appraisal_names_give_the_same_score(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder = await register_organisation(client)
    patent_id = await current_patent(client, app, holder)
    found = await get_appraisal(client, holder, patent_id, "management")
    sets = (await get(client, holder, "/v1/reference/appraisal-weights", limit=100))["items"]
    (used,) = [one for one in sets if one["id"] == found["weights"]["id"]]
    table = await get(client, holder, "/v1/reference/appraisal-indicators")
    assert table["indicator_version"] == used["indicator_version"] == found["indicator_version"]
    assert {line["code"]: line["weight_bp"] for line in found["indicators"]} == {
        one["code"]: used["weights"]["management"].get(one["code"], 0) for one in table["items"]
    }


async def test_that_nothing_burdens_a_patent_is_known_by_an_extract_of_the_register_alone(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder = await register_organisation(client)
    patent_id = await current_patent(client, app, holder)
    before = await get_appraisal(client, holder, patent_id)
    await record_extract(client, patent_id, today(app))
    after = await get_appraisal(client, holder, patent_id)
    assert line_of(after, "pledges")["value"] == "none"
    assert line_of(after, "exclusivity")["value"] == "unlicensed"
    assert line_of(after, "restrictions")["value"] == "none"
    assert line_of(after, "invalidation")["value"] == "none"
    assert after["score"]["low_milli_points"] > before["score"]["low_milli_points"]
    assert after["score"]["high_milli_points"] <= before["score"]["high_milli_points"]


async def test_an_extract_says_nothing_of_what_it_is_not_about_and_nothing_once_it_is_old(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder = await register_organisation(client)
    patent_id = await current_patent(client, app, holder)
    await record_extract(client, patent_id, today(app), ["pledges"])
    old = str(app.state.clock.today() - timedelta(days=91))
    await record_extract(client, patent_id, old, EVERYTHING)
    found = await get_appraisal(client, holder, patent_id)
    states = {code: line_of(found, code)["state"] for code in ("pledges", "restrictions", "exclusivity")}
    assert states == {"pledges": "known", "restrictions": "unknown", "exclusivity": "unknown"}


async def test_not_recording_a_pledge_does_not_help_and_neither_does_taking_it_back(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder = await register_organisation(client)
    patent_id = await current_patent(client, app, holder)
    without = await get_appraisal(client, holder, patent_id)
    answer = await post_right(client, holder, patent_id, "pledge")
    assert answer.status_code == 201, answer.text
    with_it = await get_appraisal(client, holder, patent_id)
    assert line_of(with_it, "pledges")["value"] == "standing"
    assert without["score"]["low_milli_points"] == with_it["score"]["low_milli_points"]
    await record_extract(client, patent_id, today(app))
    ended = await post_right_end(client, holder, answer.json(), today(app))
    assert ended.status_code == 200, ended.text
    assert line_of(await get_appraisal(client, holder, patent_id), "pledges")["state"] == "unknown"
    await record_extract(client, patent_id, today(app))
    assert line_of(await get_appraisal(client, holder, patent_id), "pledges")["value"] == "none"


async def test_known_at_asks_what_was_known_then(client: httpx.AsyncClient, app: FastAPI) -> None:
    holder = await register_organisation(client)
    patent_id = await current_patent(client, app, holder, first_claim=CLAIM)
    then = datetime.now(UTC).isoformat()
    before = await get_appraisal(client, holder, patent_id)
    await record_extract(client, patent_id, today(app))
    await list_patent(client, holder, patent_id)
    graded = {"grade": "A", "method": "专家评审", "assessor": "示例中心", "assessed_on": today(app)}
    await post(client, holder, f"/v1/patents/{patent_id}/assessments", graded)
    now = await get_appraisal(client, holder, patent_id)
    assert line_of(now, "grade")["value"] == 0
    assert line_of(now, "offered")["value"] > 0
    past = await get_appraisal(client, holder, patent_id, known_at=then)
    assert line_of(past, "pledges")["state"] == line_of(past, "grade")["state"] == "unknown"
    assert line_of(past, "offered")["state"] == "unknown"  # how it was listed then is not on record
    same = ("legal_status", "remaining_term", "claim_breadth", "annuities", "ownership", "pledges")
    for code in same:
        assert {**line_of(past, code), "on": None} == {**line_of(before, code), "on": None}
    changed = await patch_patent(client, holder, patent_id, first_claim=CLAIM + CLAIM)
    assert changed.status_code == 200, changed.text
    assert line_of(await get_appraisal(client, holder, patent_id, known_at=then), "claim_breadth")["state"] == "unknown"
    long_ago = await get_appraisal(client, holder, patent_id, known_at="2020-01-01T00:00:00Z")
    assert {line["state"] for line in long_ago["indicators"]} <= {"unknown", "not_applicable"}


async def test_a_co_owner_does_not_learn_what_another_one_earns(client: httpx.AsyncClient) -> None:
    university, _, declared, _ = await take_licence(client)
    patent_id = declared["patent_id"]
    own = await get_appraisal(client, university, patent_id)
    assert line_of(own, "licences")["value"] == 1
    assert line_of(own, "licence_income")["value"] == 5_000_000
    assert own["counted_for"] == [university.organisation_id]
    staff = await sign_in_platform(client)
    co_owner = await register_organisation(client, "enterprise")
    named = {"party_id": await party_of(client, co_owner)}
    await post(client, staff, f"/v1/patents/{patent_id}/holdings", named, 201)
    theirs = await get_appraisal(client, co_owner, patent_id)
    assert line_of(theirs, "licences")["state"] == line_of(theirs, "licence_income")["state"] == "unknown"


async def party_of(client: httpx.AsyncClient, member: Member) -> str:
    return str((await get(client, member, f"/v1/organisations/{member.organisation_id}"))["party_id"])


async def test_strangers_get_no_appraisal_of_a_listed_patent_and_learn_of_no_other(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder, bank = await register_organisation(client), await register_organisation(client, "bank")
    patent_id = await current_patent(client, app, holder)
    for suffix in ("appraisal", "appraisal.pdf"):
        address = f"/v1/patents/{patent_id}/{suffix}?scenario=financing"
        assert (await client.get(address, headers=bank.headers)).status_code == 404
    await list_patent(client, holder, patent_id)
    refused = await client.get(f"/v1/patents/{patent_id}/appraisal?scenario=financing", headers=bank.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_the_holder")
    assert (await client.get(f"/v1/patents/{patent_id}/appraisal?scenario=financing")).status_code == 401


async def test_designs_and_patents_of_an_unknown_kind_are_refused_with_a_cure(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    design = await enter_patent(client, holder, application_number=application_number(2022, 3), ipc=["14-02"])
    foreign = {"office": "US", "application_number": "US16123456", "grant_date": None}
    unknown = await enter_patent(client, holder, **foreign)
    for patent, code in ((design, "design_not_appraised"), (unknown, "patent_kind_unknown")):
        address = f"/v1/patents/{patent['id']}/appraisal?scenario=financing"
        answer = await client.get(address, headers=holder.headers)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert answer.json()["cure"]


async def test_holders_count_once_all_of_them_are_verified(client: httpx.AsyncClient) -> None:
    one, other = await register_organisation(client), await register_organisation(client, "enterprise")
    alone = await enter_patent(client, one)
    assert line_of(await get_appraisal(client, one, alone["id"]), "ownership")["state"] == "unknown"
    staff = await sign_in_platform(client)
    (holding,) = (await get(client, staff, f"/v1/patents/{alone['id']}/holdings"))["items"]
    place = f"/v1/patents/{alone['id']}/holdings/{holding['id']}/verification"
    await post(client, staff, place, {"outcome": "verified", "reason": "与登记簿一致"})
    assert line_of(await get_appraisal(client, one, alone["id"]), "ownership")["value"] == "one"
    shared = await enter_co_owned_patent(client, one, other)
    assert line_of(await get_appraisal(client, one, shared["id"]), "ownership")["value"] == "two"


async def test_relief_from_royalty_gives_a_range_over_the_term_that_the_register_knows(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder = await register_organisation(client)
    patent_id = await current_patent(client, app, holder)
    place = f"/v1/patents/{patent_id}/appraisal/relief-from-royalty"
    found = await post(client, holder, place, RANGES, 200)
    assert found["term_ends_on"] == found["until"] == "2038-02-28"
    assert 0 < found["low"]["value_fen"] < found["base"]["value_fen"] < found["high"]["value_fen"]
    for case in ("low", "base", "high"):
        assert sum(year["present_value_fen"] for year in found[case]["years"]) == found[case]["value_fen"]
        assert found[case]["years"][-1]["ends_on"] == "2038-02-28"
    at = found["discounts_bp"].index(1_500)
    (row,) = [row for row in found["sensitivity"] if row["royalty_bp"] == 300]
    assert row["values_fen"][at] == found["base"]["value_fen"]
    too_long = await client.post(place, json={**RANGES, "until": "2039-01-01"}, headers=holder.headers)
    assert (too_long.status_code, too_long.json()["errors"][0]["pointer"]) == (422, "/until")
    lapsed = await post_legal_event(client, holder, patent_id, "surrendered", today(app))
    assert lapsed.status_code == 201
    assert (await client.post(place, json=RANGES, headers=holder.headers)).json()["code"] == "term_not_known"

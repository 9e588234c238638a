"""The figures of matchmaking through the front door."""

import csv
import io
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.scenarios.introductions import introduce, make_pair, moved_clock, sweep_at
from tests.scenarios.members import register_organisation
from tests.scenarios.needs import publish_need

pytestmark = pytest.mark.both_databases
CLUSTER = "advanced_materials"
FIGURES = (
    "needs",
    "introduced_bp",
    "contracted_bp",
    "median_days_to_introduction",
    "median_days_to_contract",
    "reason",
)


async def figures(client: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await client.get("/v1/statistics/matchmaking", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def cell(found: dict[str, Any], code: str) -> dict[str, Any]:
    (one,) = [item for item in found["items"] if item["code"] == code]
    return dict(one)


async def test_shares_and_medians_are_public_from_ten_needs_on_once_the_quarter_is_over(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    asker, holder = await register_organisation(client, "enterprise"), await register_organisation(client)
    for number in range(10):
        pair = await make_pair(client, asker, holder, region="500000")
        if number < 5:
            await introduce(client, pair)
    for _ in range(9):
        await publish_need(client, asker, region="500000", confidential=True)
    await publish_need(client, asker, region="110000", clusters=["intelligent_equipment"])
    assert (await figures(client))["total"]["needs"] is None
    async with moved_clock(client, app):
        await sweep_at(client, app, days=95)
        by_cluster = await figures(client, by="cluster")
        assert by_cluster["total"]["needs"] == 11  # the nine confidential ones could be told apart
        assert cell(by_cluster, CLUSTER)["reason"] == "too_few_cases"  # it alone would tell of the eleventh
        await publish_need(client, asker)  # of another quarter
        assert (await figures(client))["total"]["needs"] == 11
        assert (await figures(client, by="region"))["total"]["introduced_bp"] == 4_500
        assert (await figures(client, **{"from": "2000-01-01", "to": "2000-12-31"}))["total"]["needs"] is None


async def test_every_cell_of_the_list_is_there_and_the_same_stands_in_the_file(client: httpx.AsyncClient) -> None:
    found = await figures(client, by="region")
    assert len(found["items"]) > 30
    answer = await client.get("/v1/statistics/matchmaking.csv", params={"by": "cluster"})
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0][0] == "code"
    assert len(lines) == 2 + len((await figures(client, by="cluster"))["items"])


@pytest.mark.parametrize(
    "query", [{"by": "organisation"}, {"from": "2026-05-01", "to": "2026-01-01"}, {"year": "2026"}]
)
async def test_what_is_not_asked_for_rightly_is_refused(client: httpx.AsyncClient, query: dict[str, str]) -> None:
    assert (await client.get("/v1/statistics/matchmaking", params=query)).status_code == 422

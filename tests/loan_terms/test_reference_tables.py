"""The dated tables: what they hold at first, what the platform enters, and how a wrong row is corrected."""

import asyncio
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.loan_terms.codes import LprTenor
from backend.loan_terms.models import LoanPrimeRate
from tests.delivery.test_changes import all_after, now
from tests.scenarios.loan_terms import enter_lpr, enter_scheme, post_lpr, post_scheme
from tests.scenarios.members import register_organisation, sign_in_platform

pytestmark = pytest.mark.both_databases


async def listed(client: httpx.AsyncClient, table: str, **query: Any) -> list[dict[str, Any]]:
    """Return all rows that are asked for, from pages of seven."""
    found: list[dict[str, Any]] = []
    cursor = {}
    while True:
        answer = await client.get(f"/v1/reference/{table}", params={"limit": 7, **query, **cursor})
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return found
        cursor = {"cursor": answer.json()["next_cursor"]}


@pytest.mark.parametrize(
    ("day", "one_year", "five_years"),
    [
        ("2019-08-20", 425, 485),
        ("2019-09-19", 425, 485),
        ("2019-09-20", 420, 485),
        ("2021-11-22", 385, 465),
        ("2024-02-19", 345, 420),
        ("2024-02-20", 345, 395),
        ("2024-10-20", 335, 385),
        ("2024-12-31", 310, 360),
    ],
)
async def test_the_rates_of_a_day_are_the_last_that_were_announced(
    client: httpx.AsyncClient, day: str, one_year: int, five_years: int
) -> None:
    found = await listed(client, "lpr", valid_on=day)
    assert {row["tenor"]: row["rate_bp"] for row in found} == {"one_year": one_year, "five_years": five_years}
    assert all(row["source"] and row["sureness"] != "confirmed" for row in found)


async def test_before_the_first_announcement_there_is_no_rate(client: httpx.AsyncClient) -> None:
    assert await listed(client, "lpr", valid_on="2019-08-19") == []


async def test_rates_come_the_latest_first_without_gap_or_double(client: httpx.AsyncClient) -> None:
    rows = await listed(client, "lpr")
    days = [row["announced_on"] for row in rows]
    assert days == sorted(days, reverse=True)
    assert len({row["id"] for row in rows}) == len(rows)
    only = await listed(client, "lpr", tenor="five_years")
    assert {row["tenor"] for row in only} == {"five_years"}


async def test_the_rate_of_each_day_is_the_last_one_announced(client: httpx.AsyncClient, app: FastAPI) -> None:
    async with app.state.database.read() as session:
        rows = list(await session.scalars(sa.select(LoanPrimeRate)))
    standing = [row for row in rows if row.corrected_at is None]
    for day in sorted({row.announced_on for row in standing}):
        for tenor in LprTenor:
            found = await listed(client, "lpr", valid_on=day.isoformat(), tenor=tenor.value)
            until = [row for row in standing if row.tenor is tenor and row.announced_on <= day]
            expected = max(until, key=lambda row: row.announced_on, default=None)
            assert [row["id"] for row in found] == ([expected.id] if expected else [])


async def test_the_platform_enters_what_was_announced_and_everybody_is_told(client: httpx.AsyncClient) -> None:
    staff, stranger = await sign_in_platform(client), await register_organisation(client, "bank")
    place = await now(client)
    row = await enter_lpr(client, staff, "2026-10-20", 290)
    assert await listed(client, "lpr", valid_on="2026-10-21", tenor="one_year") == [row]
    one = await client.get(f"/v1/reference/lpr/{row['id']}")
    assert one.json() == row
    told = await all_after(client, place, stranger, types="lpr.entered")
    assert [(item["subject"], item["data"]["rate_bp"]) for item in told] == [(row["id"], 290)]


async def test_a_wrong_rate_stays_and_names_the_one_in_its_place(client: httpx.AsyncClient) -> None:
    staff = await sign_in_platform(client)
    wrong = await enter_lpr(client, staff, "2025-11-20", 330)
    again = await post_lpr(client, staff, "2025-11-20", 300)
    assert (again.status_code, again.json()["code"], again.json()["lpr_id"]) == (
        409,
        "lpr_announced_already",
        wrong["id"],
    )
    right = await enter_lpr(client, staff, "2025-11-20", 300, corrects=wrong["id"], reason="录入有误")
    assert (right["corrects"], right["reason"], right["corrected_by"]) == (wrong["id"], "录入有误", None)
    assert await listed(client, "lpr", valid_on="2025-11-21", tenor="one_year") == [right]
    ids = {row["id"]: row["corrected_by"] for row in await listed(client, "lpr", corrected="true")}
    assert (ids[wrong["id"]], ids[right["id"]]) == (right["id"], None)
    assert wrong["id"] not in {row["id"] for row in await listed(client, "lpr")}
    seen = (await client.get(f"/v1/reference/lpr/{wrong['id']}")).json()
    assert (seen["rate_bp"], seen["corrected_by"]) == (330, right["id"])
    third = await post_lpr(client, staff, "2025-11-20", 301, corrects=wrong["id"], reason="再次")
    assert (third.status_code, third.json()["code"]) == (409, "row_corrected_already")
    assert third.json()["corrected_by"] == right["id"]


async def test_two_at_once_enter_one_rate_of_a_day(client: httpx.AsyncClient) -> None:
    staff = await sign_in_platform(client)
    answers = await asyncio.gather(*(post_lpr(client, staff, "2025-12-22", 300 + number) for number in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    (row,) = [one.json() for one in answers if one.status_code == 201]
    corrected = await asyncio.gather(
        *(post_lpr(client, staff, "2025-12-22", 300, corrects=row["id"], reason="更正") for _ in range(4))
    )
    assert sorted(answer.status_code for answer in corrected) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"announced_on": "2199-01-20"}, "announced_in_future"),
        ({"reason": "无更正"}, "malformed"),
        ({"corrects": "lpr_01h455vb4pex5vsknk084sn02q"}, "malformed"),
        ({"corrects": "lpr_01h455vb4pex5vsknk084sn02q", "reason": "更正"}, "no_such_lpr"),
        ({"rate_bp": "300"}, "malformed"),
        ({"rate_bp": 10_001}, "malformed"),
        ({"tenor": "ten_years"}, "malformed"),
    ],
)
async def test_what_cannot_be_a_rate_is_refused(client: httpx.AsyncClient, wrong: dict[str, Any], code: str) -> None:
    body: dict[str, Any] = {"announced_on": "2026-01-20", "rate_bp": 300} | wrong
    answer = await post_lpr(client, await sign_in_platform(client), **body)
    assert answer.json()["code"] == code, answer.text


async def test_of_a_day_there_is_no_corrected_rate(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/reference/lpr", params={"valid_on": "2024-01-01", "corrected": "true"})
    assert answer.status_code == 422


async def test_the_schemes_that_are_known_say_what_is_not(client: httpx.AsyncClient) -> None:
    found = {row["code"]: row for row in await listed(client, "schemes")}
    chongqing, beibei, sichuan = (found[code] for code in ("chongqing_2022", "beibei_pool", "sichuan_tianfu_zhilaidai"))
    assert [(share["role"], share["share_bp"]) for share in chongqing["shares"]] == [
        ("guarantee_company", 4_000), ("re_guarantee", 2_000), ("national_fund", 2_000), ("bank", 2_000)
    ]  # fmt: skip
    assert [(share["role"], share["share_bp"]) for share in beibei["shares"]] == [("pool", 7_000), ("bank", 3_000)]
    assert beibei["subsidy"]["share_of_lpr_bp"] == 5_000
    assert (sichuan["shares"], sichuan["subsidy"]["rate_bp"], sichuan["most_term_months"]) == (None, 150, 12)
    for row in (chongqing, beibei, sichuan):
        assert (row["compensates_at"], row["valid_from"], row["valid_to"]) == (None, None, None)
        assert (row["sureness"], bool(row["source"])) == ("secondary", True)
    assert chongqing["subsidy"] is None
    in_english = await client.get("/v1/reference/schemes", headers={"Accept-Language": "en"})
    assert "Beibei pool" in in_english.json()["items"][0]["name"]


async def test_a_scheme_is_entered_for_a_time_and_corrected(client: httpx.AsyncClient) -> None:
    staff = await sign_in_platform(client)
    first = await enter_scheme(client, staff, "town_pool", valid_from="2024-01-01", valid_to="2024-12-31")
    second = await enter_scheme(client, staff, "town_pool", valid_from="2025-01-01", shares=None)
    assert [row["id"] for row in await listed(client, "schemes", code="town_pool")] == [first["id"], second["id"]]
    for day, expected in (("2023-12-31", []), ("2024-12-31", [first["id"]]), ("2025-01-01", [second["id"]])):
        assert [row["id"] for row in await listed(client, "schemes", code="town_pool", valid_on=day)] == expected
    met = await post_scheme(client, staff, "town_pool", valid_from="2024-06-01", valid_to="2024-06-30")
    assert (met.status_code, met.json()["code"], met.json()["scheme_id"]) == (409, "scheme_overlaps", first["id"])
    right = await enter_scheme(
        client, staff, "town_pool", valid_from="2024-01-01", valid_to="2024-12-31", compensates_at="default",
        corrects=first["id"], reason="补偿时点更正",
    )  # fmt: skip
    seen = (await client.get(f"/v1/reference/schemes/{first['id']}")).json()
    assert (seen["compensates_at"], seen["corrected_by"]) == ("after_disposal", right["id"])
    again = await post_scheme(client, staff, "town_pool", corrects=first["id"], reason="再次")
    assert (again.status_code, again.json()["code"]) == (409, "row_corrected_already")
    assert [row["id"] for row in await listed(client, "schemes", region="500109", code="town_pool")] == [
        second["id"], right["id"]
    ]  # fmt: skip


async def test_two_at_once_enter_one_row_of_a_scheme(client: httpx.AsyncClient) -> None:
    staff = await sign_in_platform(client)
    days = ("2024-01-01", "2024-02-01", "2024-03-01")
    answers = await asyncio.gather(*(post_scheme(client, staff, "rushed_pool", valid_from=day) for day in days))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


@pytest.mark.parametrize(
    "wrong",
    [
        {"shares": [{"role": "pool", "share_bp": 7_000}, {"role": "bank", "share_bp": 2_999}]},
        {"shares": [{"role": "pool", "share_bp": 5_000}, {"role": "pool", "share_bp": 5_000}]},
        {"shares": []},
        {"subsidy": {"cap_fen": 5}},
        {"subsidy": {"rate_bp": 5, "share_of_lpr_bp": 5}},
        {"valid_from": "2025-02-01", "valid_to": "2025-01-31"},
        {"most_over_lpr_bp": 50},
        {"region": "999999"},
        {"code": "Not a code"},
    ],
)
async def test_what_cannot_be_a_scheme_is_refused(client: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    answer = await post_scheme(client, await sign_in_platform(client), **({"code": "wrong_pool"} | wrong))
    assert answer.status_code == 422, answer.text


async def test_nobody_but_the_platform_enters_rows(client: httpx.AsyncClient) -> None:
    for kind in ("bank", "authority", "guarantor"):
        other = await register_organisation(client, kind)
        assert (await post_lpr(client, other, "2026-01-20", 300)).status_code == 403
        assert (await post_scheme(client, other, "other_pool")).status_code == 403

"""A year of financing is counted in one pass, published once, and shows nobody."""

import csv
import io
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import median_low
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.consistency import Line, Site
from backend.core.ids import new_id
from backend.financing.models import FinancingOffer, FinancingRequest
from backend.financing_figures import cases, jobs
from backend.financing_figures.case_rules import due_on
from backend.financing_figures.consistency_checks import CONSISTENCY_CHECKS
from backend.financing_figures.models import FinancingFigures
from backend.loans.codes import LoanStatus
from tests.scenarios.financing_year import Drawn, draw_year, insert_year
from tests.scenarios.members import register_organisation, sign_in_platform
from tests.scenarios.requests import get

pytestmark = pytest.mark.both_databases
YEAR = 2024
PLACE = "/v1/statistics/financing"
BANKS = [new_id("org") for _ in range(6)]
DRAWN = draw_year(random.Random(17), 240, 60, BANKS)
COUNTS = ("requests", "offered", "accepted", "disbursed")


@pytest_asyncio.fixture(scope="module", autouse=True)
async def year(app: FastAPI) -> AsyncIterator[None]:
    """Have a year of requests be there, with another of too few before it, and be counted."""
    await insert_year(app.state.database, YEAR, DRAWN, BANKS)
    await insert_year(app.state.database, YEAR - 1, draw_year(random.Random(3), 4, 4, few := [new_id("org")]), few)
    await jobs.sweep(app.state.database, app.state.clock.now())
    yield


async def report(client: httpx.AsyncClient, headers: dict[str, str] | None = None, **query: Any) -> dict[str, Any]:
    answer = await client.get(f"{PLACE}/report", params={"year": YEAR} | query, headers=headers or {})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def is_near(shown: int | None, exact: int) -> bool:
    """Whether a number is the exact one to the nearest block of five."""
    return shown is not None and shown % 5 == 0 and abs(shown - exact) <= 2


def check(shown: dict[str, Any], drawn: Sequence[Drawn], bank: str | None = None) -> None:
    """Compare what is shown of a cell with what was drawn."""
    offered = [days for one in drawn if (days := first_offer(one, bank)) is not None]
    accepted = [one for one in drawn if one.accepted_by and bank in (None, one.accepted_by)]
    disbursed = [one for one in accepted if one.days_to_disbursement is not None]
    sizes = {"requests": drawn, "offered": offered, "accepted": accepted, "disbursed": disbursed}
    for name, those in sizes.items():
        if shown[name] is not None:
            assert is_near(shown[name], len(those)), name
    amounts = {
        "requested_fen": [(one.enterprise_id, one.requested_fen) for one in drawn],
        "accepted_fen": [(one.enterprise_id, one.accepted_fen) for one in accepted],
        "disbursed_fen": [(one.enterprise_id, one.accepted_fen) for one in disbursed],
    }
    for name, parts in amounts.items():
        if shown[name] is not None:
            most = max(sum(fen for who, fen in parts if who == one) for one, _ in parts)
            assert abs(shown[name] - sum(fen for _, fen in parts)) <= 1.25 * most, name
    medians = {
        "median_days_to_offer": offered,
        "median_days_to_acceptance": [one.days_to_acceptance for one in accepted],
        "median_days_to_disbursement": [one.days_to_disbursement for one in disbursed],
    }
    for name, days in medians.items():
        if shown[name] is not None:
            assert shown[name] == median_low(days), name


def first_offer(one: Drawn, bank: str | None) -> int | None:
    return min((days for who, days in one.days_to_offers.items() if bank in (None, who)), default=None)


async def test_the_report_is_what_an_independent_count_gives(client: httpx.AsyncClient) -> None:
    found = await report(client)
    assert (found["year"], found["counted_until"], found["by_bank"]) == (YEAR, "2025-03-31", None)
    check(found["total"], DRAWN)
    assert None not in [found["total"][name] for name in found["total"] if name not in ("code", "label", "reason")]
    shown = 0
    for by, of in (("by_cluster", lambda one: one.cluster), ("by_region", lambda one: (one.region or "")[:2])):
        for cell in found[by]:
            if cell["requests"] is not None:
                code = (cell["code"] or "")[:2] if by == "by_region" else cell["code"]
                check(cell, [one for one in DRAWN if of(one) == code])
                shown += 1
    assert shown == 8
    known = [one for one in DRAWN if one.accepted_by and one.first_loan is not None]
    exact = sum(one.first_loan is True for one in known) / len(known)
    assert abs(found["total"]["first_loan_share_bp"] / 10_000 - exact) < 0.05
    late = (LoanStatus.OVERDUE, LoanStatus.DEFAULTED, LoanStatus.CLOSED)
    lent = [one for one in DRAWN if one.days_to_disbursement is not None]
    exact = sum(one.loan_status in late for one in lent) / len(lent)
    assert abs(found["total"]["overdue_share_bp"] / 10_000 - exact) < 0.04


async def test_offices_see_banks_by_name_and_nobody_else_does(client: httpx.AsyncClient) -> None:
    for who in (await sign_in_platform(client), await register_organisation(client, "authority")):
        found = await report(client, who.headers)
        assert {cell["code"] for cell in found["by_bank"]} == set(BANKS)
        for cell in found["by_bank"]:
            check(cell, [one for one in DRAWN if cell["code"] in one.banks], cell["code"])
        by_bank = await get(client, who, PLACE, year=YEAR, by="bank")
        assert by_bank["items"] == found["by_bank"]
    for kind in ("bank", "enterprise", "guarantor"):
        who = await register_organisation(client, kind)
        assert (await report(client, who.headers))["by_bank"] is None
        answer = await client.get(PLACE, params={"by": "bank"}, headers=who.headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "office_only")
    assert (await client.get(PLACE, params={"by": "bank"})).status_code == 403


async def test_file_and_chart_are_of_the_same_report(client: httpx.AsyncClient) -> None:
    found = await report(client, {"Accept-Language": "en"})
    answer = await client.get(f"{PLACE}/report.csv", params={"year": YEAR}, headers={"Accept-Language": "en"})
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    cells = [found["total"], *found["by_cluster"], *found["by_region"]]
    assert [line["requests"] for line in lines] == [
        "" if one["requests"] is None else str(one["requests"]) for one in cells
    ]
    assert {line["by"] for line in lines} == {"total", "cluster", "region"}
    chart = await client.get(f"{PLACE}/report.svg", params={"year": YEAR}, headers={"Accept-Language": "en"})
    assert chart.headers["content-type"].startswith("image/svg+xml")
    drawn = "".join(ET.fromstring(chart.content).itertext())  # noqa: S314 - our own
    for name in COUNTS:
        assert str(found["total"][name]) in drawn
    for cell in (*found["by_cluster"], *found["by_region"]):
        if cell["accepted_fen"]:
            assert f"{cell['accepted_fen'] // 100:,}" in drawn


async def test_a_year_of_too_few_and_one_that_is_not_over_show_nothing(client: httpx.AsyncClient, app: FastAPI) -> None:
    few = await report(client, year=YEAR - 1)
    running = await report(client, year=app.state.clock.today().year)
    for found in (few, running):
        for cell in (found["total"], *found["by_cluster"], *found["by_region"]):
            assert cell["reason"] == "too_few_cases"
            assert all(cell[name] is None for name in COUNTS)
    assert (few["reason"], running["reason"], running["counted_until"]) == (None, "not_published", None)
    assert [cell["code"] for cell in few["by_region"]] == [cell["code"] for cell in (await report(client))["by_region"]]
    empty = await client.get(f"{PLACE}/report.svg", params={"year": YEAR - 1})
    assert ET.fromstring(empty.content) is not None  # noqa: S314 - our own


async def test_a_publication_never_changes_and_two_have_no_request_in_common(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    """Whoever subtracts two answers, or two years, is left with nothing of a single request."""
    places = [f"{PLACE}/report?year={YEAR}", f"{PLACE}?year={YEAR}&by=region", f"{PLACE}/report.csv?year={YEAR}"]
    before = [(await client.get(place)).content for place in places]
    late = [replace(one, enterprise_id=new_id("org")) for one in DRAWN[:30]]
    await insert_year(app.state.database, YEAR, late, [])
    await insert_year(app.state.database, YEAR + 1, draw_year(random.Random(5), 90, 40, BANKS), [])
    async with app.state.database.write() as session:
        await session.execute(sa.update(FinancingOffer).values(amount_fen=1))
    await jobs.sweep(app.state.database, app.state.clock.now())
    assert [(await client.get(place)).content for place in places] == before
    due = app.state.clock.now()
    years = {}
    for year in (YEAR, YEAR + 1):
        found = [page async for page in cases.pages(app.state.database, year, due)]
        years[year] = sum(map(len, found))
    assert years == {YEAR: 270, YEAR + 1: 90}


@pytest.mark.parametrize(
    "query", ["by=organisation", "from=2024-01-01", "month=3", "region=500000", "cluster=advanced_materials",
              "by=region&by=cluster", "bank=org", "year=2024.5", "year=-1"],
)  # fmt: skip
async def test_there_is_no_other_slicing(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"{PLACE}?{query}")
    if query == "by=region&by=cluster":
        assert answer.json()["by"] in ("region", "cluster")
    else:
        assert answer.status_code == 422


async def test_the_year_is_read_in_one_pass_whatever_the_size_of_its_pages(app: FastAPI) -> None:
    database, moment = app.state.database, app.state.clock.now()
    seen: list[Any] = []
    async for page in cases.pages(database, YEAR, moment, 7):
        assert len(page) <= 7
        seen += page
    async with database.read() as session:
        number = sa.select(sa.func.count()).where(sa.extract("year", FinancingRequest.submitted_at) == YEAR)
        assert len(seen) == (await session.execute(number)).scalar_one()
    assert [one.enterprise_id for one in seen] == sorted(one.enterprise_id for one in seen)


async def test_what_happened_after_the_day_of_the_count_is_not_in_it(app: FastAPI) -> None:
    """A year that is counted late is counted as it stood on its day."""
    day = due_on(YEAR, 90)
    early = [one async for page in cases.pages(app.state.database, YEAR, jobs.begin_of_day(day)) for one in page]
    at_begin = jobs.begin_of_day(day.replace(year=YEAR, month=1, day=1) + timedelta(days=1))
    none = [one async for page in cases.pages(app.state.database, YEAR, at_begin) for one in page]
    assert sum(one.deal is not None for one in early) > 100
    assert not any(one.deal or one.days_to_offer for one in none)


async def test_fsck_tells_where_a_publication_was_changed(app: FastAPI) -> None:
    site = Site(database=app.state.database, engines={}, blobs=app.state.blobs, repair=False, follows=True)
    ((name, compare),) = CONSISTENCY_CHECKS
    line = Line(name)
    await compare(site, line)
    assert (line.looked_at, line.differences) == (3, 0)
    async with app.state.database.write() as session:
        await session.execute(sa.update(FinancingFigures).values(cells=[]))
    line = Line(name)
    await compare(site, line)
    assert line.differences == 1  # the others published nothing

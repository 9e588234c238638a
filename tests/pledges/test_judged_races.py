"""Pledges at one moment with licences, other pledges, releases and defaults; a short form of `scripts/bench race`."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from backend.core.settings import Settings
from tests.bench.race_arena import Arena
from tests.bench.race_pledges import PLEDGE_RACES
from tests.bench.race_rights import Race
from tests.bench.race_tables import READ, Tables, unlawful_deals
from tests.pledges.test_registration import EXCLUSIVE
from tests.races import arena_in, faults_of
from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.members import Member, find_party, register_organisation
from tests.scenarios.pledges import accept_offer, filed_pledge, register_pledge
from tests.scenarios.requests import get, post
from tests.scenarios.second_factor import is_told
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases
TIMES = 2
DAY = date(2026, 9, 8)
REGISTERED_AT = datetime(2026, 9, 10, 4, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


@pytest_asyncio.fixture(scope="module")
async def ring(app: FastAPI) -> AsyncIterator[Arena]:
    async with arena_in(app) as entered:
        yield entered


@pytest.mark.parametrize("race", PLEDGE_RACES, ids=lambda race: race.name)
async def test_of_what_happens_to_a_pledge_at_one_moment_the_lawful_part_stands(
    ring: Arena, settings: Settings, race: Race
) -> None:
    assert await faults_of(ring, settings, race, TIMES) == []


async def grant(client: httpx.AsyncClient, who: Member, patent_id: str, **fields: Any) -> str:
    """Return the id of a licence that is granted now."""
    licensee = await find_party(client, await register_organisation(client, "enterprise"))
    body = EXCLUSIVE | {"party_id": licensee, "ends_on": "2035-12-31"} | fields
    return str((await post(client, who, f"/v1/patents/{patent_id}/rights", body, 201))["id"])


async def test_a_licence_granted_before_a_registration_was_told_is_flagged_and_told_whatever_day_it_names(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    deal = await accept_offer(client)
    pledge = await filed_pledge(client, deal)
    patent_id, begin = deal.patent_ids[0], app.state.clock.today()
    async with moved_clock(client, app):
        await sweep_at(client, app, days=1)
        later = {"licence_type": "ordinary", "effective_on": str(begin + 9 * ONE_DAY), "territory": ["110000"]}
        before = await grant(client, deal.borrower, patent_id, **later)
        await sweep_at(client, app, days=4)
        back = {"effective_on": str(begin - 30 * ONE_DAY), "territory": ["500000"]}
        meanwhile = await grant(client, deal.borrower, patent_id, **back)
        await sweep_at(client, app, days=2)
        pledge = await register_pledge(client, deal.bank.drafter, pledge, decided_on=str(begin + 3 * ONE_DAY))
        (entry,) = (await get(client, deal.borrower, f"/v1/patents/{patent_id}/rights", kind="pledge"))["items"]
        assert entry["conflicts"] == [{"code": "licence_without_consent", "about": [meanwhile]}]
        watched = (await get(client, deal.bank.drafter, f"/v1/pledges/{pledge['id']}/watch"))["items"]
        assert [(one["kind"], one["about"]) for one in watched] == [("licence_without_consent", meanwhile)]
        await wait_until(lambda: is_told(client, deal.bank.drafter, "pledge.watched"))
        assert before not in str(watched)


async def test_nobody_is_accused_of_a_licence_of_the_registration_day_itself(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    deal = await accept_offer(client)
    pledge = await filed_pledge(client, deal)
    patent_id, begin = deal.patent_ids[0], app.state.clock.today()
    ordinary = {"licence_type": "ordinary", "effective_on": str(begin), "territory": ["110000"]}
    there = await grant(client, deal.borrower, patent_id, **ordinary)
    pledge = await register_pledge(client, deal.bank.drafter, pledge)
    rights = (await get(client, deal.borrower, f"/v1/patents/{patent_id}/rights"))["items"]
    assert {one["id"]: one["conflicts"] for one in rights} == {there: [], pledge["patents"][0]["right_id"]: []}
    assert (await get(client, deal.bank.drafter, f"/v1/pledges/{pledge['id']}/watch"))["items"] == []
    later = await client.post(
        f"/v1/patents/{patent_id}/rights",
        json=EXCLUSIVE | ordinary | {"party_name": "某被许可企业"},
        headers=deal.borrower.headers,
    )
    assert (later.status_code, later.json()["code"]) == (409, "consent_needed"), "what follows it asks the pledgee"


def tables(**rows: list[dict[str, Any]]) -> Tables:
    """Return tables with a registered pledge beside a licence that it was told of, or with other rows."""
    entry = {"patent_id": "pat_1", "origin": "here", "ended_on": None, "corrected_by": None, "granted_for": None}
    flag = [{"code": "licence_without_consent", "about": ["rgt_1"]}]
    found: Tables = {name: [] for name in READ} | {
        "pledges": [pledge()],
        "pledged": [{"pledge_id": "plg_1", "patent_id": "pat_1", "right_id": "rgt_2", "released_on": None,
                     "disposed_on": None}],
        "entries": [
            entry | {"id": "rgt_1", "kind": "licence", "recorded_at": REGISTERED_AT - ONE_DAY, "conflicts": []},
            entry | {"id": "rgt_2", "kind": "pledge", "recorded_at": REGISTERED_AT, "conflicts": flag,
                     "granted_for": "plg_1"},
        ],
        "watches": [{"pledge_id": "plg_1", "about": "rgt_1"}],
        "events": events("watched"),
    }  # fmt: skip
    return found | rows


def pledge(**fields: Any) -> dict[str, Any]:
    """Return a row of a registered pledge."""
    row = {"id": "plg_1", "offer_id": "off_1", "status": "registered", "pledgee_organisation_id": "org_bank",
           "pledgee_party_id": "pty_bank", "registered_on": DAY, "registered_at": REGISTERED_AT, "released_on": None,
           "defaulted_on": None, "cured_on": None}  # fmt: skip
    return row | fields


def events(*kinds: str) -> list[dict[str, Any]]:
    """Return the rows of what happened to the pledge."""
    return [{"type": f"pledge.{kind}", "subject": "plg_1", "audience": ["org_bank"]} for kind in kinds]


def with_entries(change: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """Return the entries of the ledger, one of them changed."""
    rows = tables()["entries"]
    rows[number] |= change
    return rows


def test_who_judges_pledges_finds_the_lawful_ones_lawful() -> None:
    consented = {"consents": [{"used_by": "rgt_1", "party_id": "pty_bank"}], "watches": [],
                 "entries": with_entries({"recorded_at": REGISTERED_AT + ONE_DAY}, 0)}  # fmt: skip
    earlier = {"entries": with_entries({"recorded_at": REGISTERED_AT - 4 * ONE_DAY}, 0), "watches": []}
    cured = {"events": [*events("watched", "defaulted", "cured", "release_filed", "release_refused", "defaulted")]}
    same_day = {"entries": with_entries({"recorded_at": REGISTERED_AT - 2 * ONE_DAY}, 0), "watches": []}
    for entries in (earlier["entries"], same_day["entries"], consented["entries"]):
        entries[1]["conflicts"] = []
    for lawful in ({}, consented, earlier, same_day, cured):
        assert list(unlawful_deals(tables(**lawful))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"entries": with_entries({"conflicts": []}, 1)},
        {"watches": []},
        {"events": [one | {"audience": ["org_borrower"]} for one in events("watched")]},
        {"entries": with_entries({"recorded_at": REGISTERED_AT + ONE_DAY}, 0)},
        {"entries": with_entries({"recorded_at": REGISTERED_AT - 2 * ONE_DAY}, 0)},
        {"consents": [{"used_by": "rgt_1", "party_id": "pty_bank"}]},
        {"entries": with_entries({"ended_on": DAY}, 1)},
        {"entries": [*with_entries({}, 1), with_entries({"id": "rgt_3"}, 1)[1]]},
        {"pledges": [pledge(status="release_filed", defaulted_on=DAY)]},
        {"pledges": [pledge(status="defaulted", released_on=DAY, defaulted_on=DAY)]},
        {"events": events("watched", "released", "defaulted")},
        {"events": events("watched", "defaulted", "released")},
        {"events": events("watched", "release_filed", "defaulted")},
    ],
    ids=["not flagged", "not noticed", "others told", "without consent",
         "accused of the registration day", "accused with consent", "not in the ledger", "pledged twice",
         "released in default", "defaulted and released", "default after release", "release in default",
         "default while released"],
)  # fmt: skip
def test_who_judges_pledges_sees_what_cannot_be(wrong: dict[str, list[dict[str, Any]]]) -> None:
    assert list(unlawful_deals(tables(**wrong))) != []

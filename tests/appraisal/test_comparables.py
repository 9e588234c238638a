"""Comparables through the front door: what is published of deals that were closed here."""

from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.appraisal.consistency_checks import CONSISTENCY_CHECKS, comparables
from backend.appraisal.models import ComparableSnapshot
from tests.scenarios.consistency import find_differences
from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import FREE, ROYALTY, declare

pytestmark = pytest.mark.both_databases
SECTOR = "electrical_engineering"


def lump(yuan: int) -> dict[str, Any]:
    return {"form": "lump_sum", "lump_sum_fen": yuan * 100, "payment_days": 30}


def into_one_period(app: FastAPI) -> int:
    """Return after how many days the next months lie within one of the periods that deals are counted by."""
    today = app.state.clock.today()
    return 150 if today.year % 3 == 2 and today.month > 7 else 0


async def published(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get("/v1/comparables", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def close_deal(client: httpx.AsyncClient, declared: dict[str, Any], licensee: Member) -> None:
    notice = await give_notice(client, licensee, declared)
    if notice["licence_id"] is None:
        await pay(client, licensee, notice)


async def test_quartiles_are_public_from_five_deals_on_and_anew_with_five_more(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holders = [await register_organisation(client) for _ in range(3)]
    licensees = [await register_organisation(client, "enterprise") for _ in range(3)]
    offers = [await declare(client, one, lump(10_000 * (n + 1))) for n, one in enumerate(holders)]
    offers += [await declare(client, holders[0], FREE), await declare(client, holders[1], ROYALTY)]
    async with moved_clock(client, app):
        await sweep_at(client, app, days=into_one_period(app))
        for holder, licensee in ((0, 0), (1, 1), (2, 2), (0, 1)):
            await close_deal(client, offers[holder], licensees[licensee])
        await close_deal(client, offers[3], licensees[1])  # free
        await close_deal(client, offers[4], licensees[2])  # of no known price
        await sweep_at(client, app, days=32)
        assert await published(client) == []
        await close_deal(client, offers[1], licensees[2])
        assert await published(client) == []
        await sweep_at(client, app, days=32)
        (cell,) = await published(client)
        shown = {name: cell[name] for name in ("sector", "deal_type", "deals", "lower_fen", "median_fen", "upper_fen")}
        assert shown == {
            "sector": SECTOR, "deal_type": "open_licence", "deals": "5_to_9",
            "lower_fen": 1_000_000, "median_fen": 2_000_000, "upper_fen": 2_000_000,
        }  # fmt: skip
        assert not {"id", "holders", "licensees", "count"} & cell.keys()
        for holder, licensee in ((2, 0), (2, 1), (0, 2), (1, 0)):
            await close_deal(client, offers[holder], licensees[licensee])
        await sweep_at(client, app, days=32)
        assert await published(client, sector=SECTOR, deal_type="open_licence") == [cell]
        assert await published(client, sector="chemistry") == []
        await close_deal(client, await declare(client, await register_organisation(client), lump(900)), licensees[1])
        await sweep_at(client, app, days=32)
        (anew,) = await published(client)
        assert (anew["deals"], anew["published_on"] > cell["published_on"]) == ("10_to_19", True)


async def test_deals_between_related_sides_do_not_count(client: httpx.AsyncClient, app: FastAPI) -> None:
    """One person is a member of both sides of one of five deals: four are left."""
    before = await published(client)
    holders = [await register_organisation(client) for _ in range(3)]
    licensees = [await register_organisation(client, "enterprise") for _ in range(3)]
    invited = await client.post(
        f"/v1/organisations/{holders[0].organisation_id}/invitations",
        json={"email": licensees[0].user_email, "role": "viewer"},
        headers=holders[0].headers,
    )
    accepted = await client.post(
        f"/v1/invitations/{invited.json()['token']}/acceptance", json={}, headers=licensees[0].headers
    )
    assert accepted.status_code == 201, accepted.text
    offers = [await declare(client, one, lump(3_000_000)) for one in holders]
    async with moved_clock(client, app):
        for offer in offers:
            await close_deal(client, offer, licensees[0 if offer is offers[0] else 1])
        await close_deal(client, offers[1], licensees[2])
        await close_deal(client, offers[2], licensees[0])
        await sweep_at(client, app, days=400)  # beyond the months that the test before has counted
        assert await published(client) == before
    async with moved_clock(client, app):
        await close_deal(client, offers[0], licensees[2])  # the fifth between strangers
        await sweep_at(client, app, days=440)
        assert await published(client) != before


@pytest.mark.parametrize("query", [{"holder": "org"}, {"period": "2025"}, {"sector": "steel"}, {"from_year": "2025"}])
async def test_there_is_no_other_slicing(client: httpx.AsyncClient, query: dict[str, str]) -> None:
    assert (await client.get("/v1/comparables", params=query)).status_code == 422


async def test_fsck_finds_what_was_published_to_follow_from_its_deals_and_tells_where_it_does_not(
    app: FastAPI,
) -> None:
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []
    async with app.state.database.write() as session:
        await session.execute(sa.update(ComparableSnapshot).values(median_fen=1))
    found = await find_differences(app, ("comparables", comparables))
    assert found
    assert all(difference.endswith("what is published is not what its deals give") for difference in found)

"""What keeps askers from a listing is told in sums of five askers, from which nobody learns what one of them said."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.consistency import Line, Site
from backend.core.events import stream
from backend.matching.objections.consistency_checks import objection_sums
from tests.scenarios.matches import list_titled, match_with, of_one_trade, say, tellings
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.needs import draft_need, publish_need
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
SUMMED = "listing.objections_summed"
Asker = tuple[Member, str]


class Offer:
    """A listing, its holder, and the askers whose needs it meets."""

    def __init__(
        self, app: FastAPI, client: httpx.AsyncClient, holder: Member, listing: dict[str, Any], need: dict[str, Any]
    ) -> None:
        self.app, self.client, self.holder, self.listing, self.need = app, client, holder, listing, need

    async def asker(self) -> tuple[Member, dict[str, Any], str]:
        """Return a fresh organisation, its need, and the id of the match."""
        member = await register_organisation(self.client, "enterprise")
        need = await publish_need(self.client, member, **self.need)
        match = await match_with(self.client, member, need["id"], self.listing["id"])
        return member, need, str(match["id"])

    async def refused_by(self, count: int, *reasons: str) -> list[Asker]:
        """Return so many askers who have said for these reasons that it is not relevant, with their matches."""
        made = []
        for _ in range(count):
            member, _, match_id = await self.asker()
            await say(self.client, member, match_id, "not_relevant", *reasons)
            made.append((member, match_id))
        return made

    async def objections(self) -> tuple[int | None, dict[str, int]]:
        said = await get(self.client, self.holder, f"/v1/listings/{self.listing['id']}/objections")
        return said["askers"], said["reasons"]

    async def told(self) -> list[int]:
        await stream.now(self.app.state.database)  # so that what was told has its place
        return [one["askers"] for one in await tellings(self.client, self.holder, SUMMED)]


async def offer(app: FastAPI, client: httpx.AsyncClient) -> Offer:
    made, looked_for = of_one_trade()
    holder = await register_organisation(client)
    return Offer(app, client, holder, await list_titled(client, holder, **made), looked_for)


async def say_again(client: httpx.AsyncClient, askers: Sequence[Asker]) -> None:
    """Have them say something else, the same twice, and take it back."""
    for verdict, reasons in (("not_relevant", ("terms",)), ("relevant", ()), ("not_relevant", ("region",))):
        for member, match_id in askers:
            await say(client, member, match_id, verdict, *reasons)
            await say(client, member, match_id, verdict, *reasons)
    for member, match_id in askers[:3]:
        answer = await client.delete(f"/v1/matches/{match_id}/feedback", headers=member.headers)
        assert answer.status_code == 204, answer.text


async def test_four_askers_tell_nothing_and_the_fifth_tells_once_what_stays(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    at = await offer(app, client)
    first = await at.refused_by(3, "price")
    await say_again(client, first)
    for member, match_id in first:
        await say(client, member, match_id, "not_relevant", "price")
    first += await at.refused_by(1, "price", "too_early")
    assert (await at.objections(), await at.told()) == ((None, {}), [])
    first += await at.refused_by(1, "status")
    five = (5, {"price": 4, "status": 1, "too_early": 1})
    assert (await at.objections(), await at.told()) == (five, [5])
    await say_again(client, first)
    assert (await at.objections(), await at.told()) == (five, [5])


async def test_ten_askers_make_two_sums_and_six_make_one(client: httpx.AsyncClient, app: FastAPI) -> None:
    at = await offer(app, client)
    first = await at.refused_by(6, "price")
    assert (await at.objections(), await at.told()) == ((5, {"price": 5}), [5])
    await say_again(client, first[:5])
    sixth, match_id = first[5]
    await say(client, sixth, match_id, "not_relevant", "term_left")
    await at.refused_by(3, "terms")
    assert (await at.objections(), await at.told()) == ((5, {"price": 5}), [5])
    await at.refused_by(1, "terms")
    assert (await at.objections(), await at.told()) == ((10, {"price": 5, "term_left": 1, "terms": 4}), [5, 10])


async def test_of_a_draft_nothing_can_be_said_so_that_none_counts(client: httpx.AsyncClient, app: FastAPI) -> None:
    at = await offer(app, client)
    await at.refused_by(4, "price")
    for verified in (False, True):
        member = await register_organisation(client, "enterprise", verified)
        draft = await draft_need(client, member, **at.need)
        assert (await match_with(client, member, draft["id"], at.listing["id"]))["id"] is None
    await post(client, member, f"/v1/needs/{draft['id']}/publication")
    match = await match_with(client, member, draft["id"], at.listing["id"])
    assert (await at.objections(), await at.told()) == ((None, {}), [])
    await say(client, member, match["id"], "not_relevant", "terms")
    assert (await at.objections(), await at.told()) == ((5, {"price": 4, "terms": 1}), [5])


async def test_an_asker_with_several_needs_is_one_asker(client: httpx.AsyncClient, app: FastAPI) -> None:
    at = await offer(app, client)
    asked = await at.refused_by(4, "price")
    member, _ = asked[0]
    need = await publish_need(client, member, **at.need)
    match = await match_with(client, member, need["id"], at.listing["id"])
    await say(client, member, match["id"], "not_relevant", "terms")
    assert (await at.objections(), await at.told()) == ((None, {}), [])
    await at.refused_by(1, "price")
    assert (await at.objections(), await at.told()) == ((5, {"price": 4, "terms": 1}), [5])


async def test_of_two_who_answer_at_once_one_fills_the_block(client: httpx.AsyncClient, app: FastAPI) -> None:
    at = await offer(app, client)
    await at.refused_by(2, "price")
    made = [await at.asker() for _ in range(3)]
    await asyncio.gather(
        *(say(client, member, match_id, "not_relevant", "price") for member, _, match_id in made for _ in range(2))
    )
    assert (await at.objections(), await at.told()) == ((5, {"price": 5}), [5])


async def test_fsck_finds_a_sum_that_is_not_of_its_askers(client: httpx.AsyncClient, app: FastAPI) -> None:
    async def checked() -> Line:
        line = Line("objections")
        site = Site(app.state.database, app.state.search, app.state.blobs, repair=False, follows=True)
        await objection_sums(site, line)
        return line

    at = await offer(app, client)
    await at.refused_by(5, "price")
    clean = await checked()
    assert (clean.differences, clean.looked_at > 0) == (0, True), clean.examples
    for statement in ("UPDATE objection_sum SET askers = :askers", "DELETE FROM summed_objection WHERE :askers > 0"):
        async with app.state.database.write() as session:
            await session.execute(
                sa.text(f"{statement} {'AND' if 'WHERE' in statement else 'WHERE'} listing_id = :listing"),
                {"askers": 10, "listing": at.listing["id"]},
            )
        assert any(at.listing["id"] in one for one in (await checked()).examples)

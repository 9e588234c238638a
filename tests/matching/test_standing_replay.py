"""Whatever the process takes in twice, and however often it starts again: each pair is told once for each side."""

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.app import create_app
from backend.core.events import stream
from backend.core.settings import Settings
from backend.matching.standing.notifier import FOLLOWER
from tests.scenarios.matches import all_told, list_titled, of_one_trade, tellings
from tests.scenarios.members import register_organisation
from tests.scenarios.needs import publish_need

pytestmark = pytest.mark.both_databases
FOUND, MET = "need.listings_found", "listing.need_found"


async def test_a_pair_is_told_once_whatever_is_replayed_or_started_again(
    client: httpx.AsyncClient, app: FastAPI, settings: Settings
) -> None:
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    await publish_need(client, asker, **looked_for)
    await list_titled(client, holder, **made)
    await all_told(app)
    again = sa.update(stream.CURSOR).where(stream.CURSOR.c.name == FOLLOWER).values(position=0)
    async with app.state.database.write() as session:
        await session.execute(again)
    await all_told(app)
    other = create_app(settings)
    async with other.router.lifespan_context(other):
        async with app.state.database.write() as session:
            await session.execute(again)
        await all_told(other)
    assert len(await tellings(client, asker, FOUND)) == 1
    assert len(await tellings(client, holder, MET)) == 1

"""Each hit once: whatever is followed again, by however many processes, and however far behind an index is."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from fastapi import FastAPI

from backend.alerts.evaluation.evaluator import FOLLOWER, AlertEvaluator
from backend.alerts.jobs import INDEXES
from backend.alerts.policy import alert_policy
from backend.app import create_app
from backend.core.events import stream
from backend.core.search_indexing.consumer import follow_stream
from backend.core.search_indexing.reindex import rebuild
from backend.core.settings import Settings
from search.embedded.engine import EmbeddedEngine
from tests.scenarios.alerts import changes, hits_of, make_alert
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.patents import enter_patent, patch_patent

pytestmark = pytest.mark.both_databases


@pytest_asyncio.fixture(scope="module")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """An app that answers and leaves all later work to the tests; one that works has made the tables of jobs.

    It has an index of its own: it feeds no search server.
    """
    settings = settings.model_copy(update={"meili_url": ""})
    working = create_app(settings)
    async with working.router.lifespan_context(working):
        pass
    app = create_app(settings, works=False)
    async with app.router.lifespan_context(app):
        yield app


def evaluator_of(app: FastAPI, **engines: EmbeddedEngine) -> AlertEvaluator:
    """Return what compares changes with alerts, as in a process that works."""
    database = app.state.database
    return AlertEvaluator(database, INDEXES, {**app.state.search, **engines}, alert_policy(database.settings))


async def all_taken(app: FastAPI, evaluator: AlertEvaluator) -> None:
    """Let it take all that has happened."""
    end = await stream.now(app.state.database)
    for _ in range(200):
        await evaluator.step()
        if await position(app) >= end:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the evaluator does not come to the end")


async def position(app: FastAPI) -> int:
    async with app.state.database.read() as session:
        return int((await session.execute(stream.POSITION, {"n": FOLLOWER})).scalar_one())


async def from_the_start(app: FastAPI) -> None:
    """Have the whole stream followed again, as after a restored cursor."""
    async with app.state.database.write() as session:
        await session.execute(sa.text("UPDATE stream_cursor SET position = 0 WHERE name = 'alerts'"))


async def listed(client: httpx.AsyncClient, holder: Member, title: str) -> str:
    patent = await enter_patent(client, holder, title=title)
    await list_patent(client, holder, patent["id"])
    return str(patent["id"])


async def new_alert(client: httpx.AsyncClient, app: FastAPI, member: Member, **fields: Any) -> str:
    """Return a new alert that looks at changes."""
    alert = await make_alert(client, member, begun=False, **fields)
    await all_taken(app, evaluator_of(app))
    return str(alert["id"])


async def test_a_stream_that_is_followed_again_brings_no_hit_twice(client: httpx.AsyncClient, app: FastAPI) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    searching = await new_alert(client, app, seeker, search={"q": "量子点 显示"})
    watching = await new_alert(client, app, seeker, holder_id=holder.organisation_id)
    patent = await listed(client, holder, "一种量子点显示器件")
    await all_taken(app, evaluator_of(app))
    before = [changes(await hits_of(client, seeker, one)) for one in (searching, watching)]
    assert before == [[(patent, "listed")]] * 2
    for _ in range(2):
        await from_the_start(app)
        await all_taken(app, evaluator_of(app))
    assert [changes(await hits_of(client, seeker, one)) for one in (searching, watching)] == before


async def test_many_at_once_find_each_hit_once(client: httpx.AsyncClient, app: FastAPI) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    alert = await new_alert(client, app, seeker, search={"q": "气凝胶 隔热"})
    patents = [await listed(client, holder, "一种气凝胶隔热毡") for _ in range(3)]
    several = [evaluator_of(app) for _ in range(4)]
    await asyncio.gather(*(all_taken(app, one) for one in several))
    assert changes(await hits_of(client, seeker, alert)) == sorted((one, "listed") for one in patents)


async def test_nothing_is_lost_while_an_index_is_behind(
    client: httpx.AsyncClient, app: FastAPI, tmp_path: Path
) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    alert = await new_alert(client, app, seeker, search={"q": "忆阻器 阵列"})
    index = INDEXES["patents"]
    fresh = EmbeddedEngine(index.spec, tmp_path / "behind")
    try:
        late = evaluator_of(app, patents=fresh)
        found = await listed(client, holder, "一种忆阻器阵列")
        await stream.now(app.state.database)
        before = await position(app)
        assert await late.step() == 0, "the index is empty, and waits to be filled"
        await rebuild(index, app.state.database, fresh)
        other = await listed(client, holder, "另一种忆阻器阵列")
        await stream.now(app.state.database)
        assert await late.step() == 0, "the index has not come so far"
        assert await position(app) == before
        assert await hits_of(client, seeker, alert) == []
        while await follow_stream(index, app.state.database, fresh):
            pass
        await all_taken(app, late)
        assert changes(await hits_of(client, seeker, alert)) == sorted([(found, "listed"), (other, "listed")])
    finally:
        await fresh.close()


async def test_what_changes_while_an_alert_begins_is_found(client: httpx.AsyncClient, app: FastAPI) -> None:
    """The index is further than the alert's beginning: what came between is no part of what it knew."""
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    known = await listed(client, holder, "一种光子晶体光纤")
    await all_taken(app, evaluator_of(app))
    alert = await make_alert(client, seeker, begun=False, search={"q": "光子晶体"})
    fresh = await listed(client, holder, "另一种光子晶体光纤")
    await all_taken(app, evaluator_of(app))
    assert changes(await hits_of(client, seeker, alert["id"])) == [(fresh, "listed")]
    changed = await patch_patent(client, holder, known, title="一种光子晶体光纤及应用")
    assert changed.status_code == 200, changed.text
    await all_taken(app, evaluator_of(app))
    assert changes(await hits_of(client, seeker, alert["id"])) == [(fresh, "listed")]


async def test_a_transaction_that_fails_leaves_the_cursor_where_it_was(client: httpx.AsyncClient, app: FastAPI) -> None:
    """What was found and the cursor are kept together or not at all."""
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    alert = await new_alert(client, app, seeker, search={"q": "热障涂层"})
    found = await listed(client, holder, "一种热障涂层")
    end = await stream.now(app.state.database)
    before = await position(app)
    async with app.state.database.write() as session:
        assert await stream.advance(session, FOLLOWER, before, end)
        await session.rollback()
    assert await position(app) == before
    await all_taken(app, evaluator_of(app))
    assert changes(await hits_of(client, seeker, alert)) == [(found, "listed")]

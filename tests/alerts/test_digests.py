"""When owners of alerts are notified: once for what belongs together, when an import has ended, at their hour."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.alerts.codes import AlertFrequency
from backend.alerts.rules import Waiting, notify_at
from backend.core.ids import new_id
from backend.imports.models import Import
from backend.imports.rules import Mode, Status
from tests.scenarios.alerts import alert_messages, caught_up, change_alert, checked, hits_of, make_alert, until_hits
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import get

pytestmark = pytest.mark.both_databases

WAITING = Waiting(quiet=timedelta(seconds=60), longest=timedelta(minutes=30), hour=7)


async def begin_import(app: FastAPI, holder: Member) -> str:
    """Return an import of the holder's that is being applied until somebody says that it has ended."""
    one = Import(
        id=new_id("imp"), organisation_id=holder.organisation_id, user_id="usr_x", kind="listings", mode=Mode.APPLY,
        status=Status.APPLYING, filename="a.csv", digest="0" * 64, size=1, layout={},
        created_at=datetime.now(UTC), started_at=datetime.now(UTC),
    )  # fmt: skip
    async with app.state.database.write() as session:
        session.add(one)
    return one.id


async def end_import(app: FastAPI, import_id: str) -> None:
    async with app.state.database.write() as session:
        found = await session.get_one(Import, import_id)
        found.status, found.finished_at = Status.DONE, datetime.now(UTC)


async def until_messages(client: httpx.AsyncClient, member: Member, count: int) -> list[dict[str, Any]]:
    for _ in range(200):
        found = await alert_messages(client, member)
        if len(found) >= count:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


async def test_an_import_is_told_of_once_when_it_has_ended(client: httpx.AsyncClient, app: FastAPI) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    alert = await make_alert(client, seeker, search={"q": "硅碳负极"})
    running = await begin_import(app, holder)
    for _ in range(2):
        await list_patent(client, holder, (await enter_patent(client, holder, title="一种硅碳负极"))["id"])
        await asyncio.sleep(1.2)
    await until_hits(client, seeker, alert["id"], lambda found: len(found) == 2)
    await asyncio.sleep(2.5)
    assert await alert_messages(client, seeker) == [], "the quiet second is over, the import is not"
    await end_import(app, running)
    (message,) = await until_messages(client, seeker, 1)
    assert message["data"] == {"alert_id": alert["id"], "hits": 2, "more": 0, "total": 2}
    assert message["text"] == "An alert of yours has new results: 2."
    told = await hits_of(client, seeker, alert["id"], notified=True)
    assert {hit["notified_at"] for hit in told} == {message["at"]}
    assert await hits_of(client, seeker, alert["id"], notified=False) == []


async def test_a_broad_digest_says_how_many_more_there_are(client: httpx.AsyncClient) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    patents = [await enter_patent(client, holder, title="一种分子筛") for _ in range(7)]
    alert = await make_alert(client, seeker, frequency="daily", search={"holder": [holder.organisation_id]})
    for patent in patents:
        await list_patent(client, holder, patent["id"])
    await caught_up(client, seeker)
    assert len(await hits_of(client, seeker, alert["id"])) == 5
    staff_moves = await get(client, seeker, f"/v1/alerts/{alert['id']}")
    assert staff_moves["next_notification_at"] > datetime.now(UTC).isoformat()
    assert await alert_messages(client, seeker) == []


async def test_what_was_found_waits_for_an_alert_that_is_paused(client: httpx.AsyncClient, app: FastAPI) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    alert = await make_alert(client, seeker, search={"q": "固态电解质"})
    running = await begin_import(app, holder)
    await list_patent(client, holder, (await enter_patent(client, holder, title="一种固态电解质"))["id"])
    await until_hits(client, seeker, alert["id"], lambda found: len(found) == 1)
    await change_alert(client, seeker, alert["id"], paused=True)
    await end_import(app, running)
    await asyncio.sleep(2.5)
    assert await alert_messages(client, seeker) == []
    assert (await checked(app)).differences == 0
    resumed = await change_alert(client, seeker, alert["id"], paused=False)
    assert resumed["next_notification_at"] is not None
    assert (await checked(app)).differences == 0
    (message,) = await until_messages(client, seeker, 1)
    assert message["data"] == {"alert_id": alert["id"], "hits": 1, "more": 0, "total": 1}
    assert len(await hits_of(client, seeker, alert["id"], notified=True)) == 1


async def test_what_waits_when_an_alert_goes_on_is_told_at_its_new_hour(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    alert = await make_alert(client, seeker, search={"q": "离子束"})
    running = await begin_import(app, holder)
    await list_patent(client, holder, (await enter_patent(client, holder, title="一种离子束源"))["id"])
    await until_hits(client, seeker, alert["id"], lambda found: len(found) == 1)
    paused = await change_alert(client, seeker, alert["id"], paused=True)
    assert paused["next_notification_at"] is None
    resumed = await change_alert(client, seeker, alert["id"], paused=False, frequency="weekly")
    now = app.state.clock.now()
    due = notify_at(AlertFrequency.WEEKLY, now, now, WAITING)
    assert datetime.fromisoformat(resumed["next_notification_at"]) == due
    await end_import(app, running)
    empty = await make_alert(client, seeker, search={"q": "没有这样的东西"})
    await change_alert(client, seeker, empty["id"], paused=True)
    assert (await change_alert(client, seeker, empty["id"], paused=False))["next_notification_at"] is None


async def test_an_alert_that_is_paused_while_it_is_compared_tells_each_hit_once(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    alert = await make_alert(client, seeker, search={"q": "超导带材"})
    running = await begin_import(app, holder)  # so that all that is found waits through the pauses

    async def publish() -> None:
        for _ in range(6):
            await list_patent(client, holder, (await enter_patent(client, holder, title="一种超导带材"))["id"])

    publishing = asyncio.create_task(publish())
    await until_hits(client, seeker, alert["id"], lambda found: len(found) > 0)
    while not publishing.done():
        await change_alert(client, seeker, alert["id"], paused=True)
        await asyncio.sleep(0.05)
        await change_alert(client, seeker, alert["id"], paused=False)
        await asyncio.sleep(0.2)
    await publishing
    await caught_up(client, seeker)
    await change_alert(client, seeker, alert["id"], paused=True)
    await change_alert(client, seeker, alert["id"], paused=False)
    found = await hits_of(client, seeker, alert["id"], notified=False)
    assert found
    assert (await checked(app)).examples == []
    await end_import(app, running)
    (message,) = await until_messages(client, seeker, 1)
    assert message["data"]["hits"] == len(found)
    assert await hits_of(client, seeker, alert["id"], notified=False) == []
    assert (await checked(app)).examples == []


def test_daily_and_weekly_alerts_notify_at_their_hour_in_china() -> None:
    found = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # a Wednesday, nine o'clock in China
    daily = notify_at(AlertFrequency.DAILY, found, found, WAITING)
    assert daily == datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
    assert notify_at(AlertFrequency.WEEKLY, found, found, WAITING) == datetime(2026, 11, 29, 23, 0, tzinfo=UTC)
    early = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)
    assert notify_at(AlertFrequency.DAILY, early, early, WAITING) == datetime(2026, 11, 24, 23, 0, tzinfo=UTC)


def test_an_alert_at_once_waits_for_quiet_but_not_for_ever() -> None:
    first = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    for seconds, due in ((0, 60), (600, 660), (1_790, 1_800), (4_000, 4_000)):
        now = first + timedelta(seconds=seconds)
        assert notify_at(AlertFrequency.AT_ONCE, first, now, WAITING) == first + timedelta(seconds=due)

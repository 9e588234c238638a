"""How messages come about and go: once for each event, whoever follows the stream, and forgotten in the end."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import col

from backend.core.errors import Text
from backend.core.events import log as event_log
from backend.core.events import stream
from backend.core.events.notification_template import NotificationTemplate
from backend.delivery.event_rendering import sentence
from backend.delivery.inbox import projection as inbox_projection
from backend.delivery.inbox.projection import FOLLOWER, InboxProjection
from backend.delivery.models import Message, MessageMark
from backend.delivery.stream_follower import POSITION
from backend.domains import REGISTRY
from backend.patents.events import patent_updated
from backend.patents.patent_reference import named
from tests.delivery.test_inbox import INBOX, happen, inbox, steady, types, until
from tests.scenarios.members import register_organisation

pytestmark = pytest.mark.both_databases


async def test_an_event_becomes_one_message_however_often_it_is_followed(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    mine = await register_organisation(client)
    await happen(app, mine, 5)
    await until(client, mine, lambda found: types(found).count("patent.status_changed") == 5)
    database = app.state.database
    async with database.write() as session:  # as if a backup of the cursor had been brought back
        await session.execute(sa.update(stream.CURSOR).where(stream.CURSOR.c.name == FOLLOWER).values(position=0))
    fillings = [InboxProjection(database, REGISTRY.notifications, named) for _ in range(4)]
    while any(await asyncio.gather(*(filling.step() for filling in fillings))):
        pass
    assert types(await inbox(client, mine)).count("patent.status_changed") == 5


async def test_what_nobody_is_told_moves_the_cursor_once_it_is_quiet(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_organisation(client)
    await steady(client, mine)
    database = app.state.database
    async with database.write() as session:
        await event_log.append(session, patent_updated("pat_x", [mine.organisation_id]), datetime.now(UTC))
    before = await inbox(client, mine)
    for _ in range(50):
        async with database.read() as session:
            cursor = (await session.execute(POSITION, {"name": FOLLOWER})).scalar_one()
        if cursor == await stream.now(database):
            break
        await asyncio.sleep(0.1)
    else:
        raise AssertionError("whoever asks for the status finds it behind")
    assert await inbox(client, mine) == before


async def test_old_messages_are_forgotten_with_their_marks(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_organisation(client)
    await happen(app, mine)
    found = await until(client, mine, lambda found: "patent.status_changed" in types(found))
    await client.put(f"{INBOX}/{found['items'][0]['id']}/read", headers=mine.headers)
    database = app.state.database
    own = col(Message.organisation_id) == mine.organisation_id
    async with database.write() as session:
        old = datetime.now(UTC) - timedelta(days=400)
        await session.execute(sa.update(Message).where(own).values(at=old))
        numbers = (await session.scalars(sa.select(col(Message.number)).where(own))).all()
    await inbox_projection.sweep(database, datetime.now(UTC) - timedelta(days=100))
    async with database.read() as session:
        assert (await session.scalars(sa.select(col(Message.number)).where(own))).all() == numbers
    await inbox_projection.sweep(database, datetime.now(UTC))
    async with database.read() as session:
        assert (await session.scalars(sa.select(col(Message.number)).where(own))).all() == []
        marks = sa.select(col(MessageMark.number)).where(col(MessageMark.number).in_(numbers))
        assert (await session.scalars(marks)).all() == []


def test_a_sentence_is_told_whatever_its_event_lacks() -> None:
    told = NotificationTemplate("c", Text("{a}。", "{a}."), by="why", texts={"x": Text("{a}！", "{a}!")})
    assert sentence(told, "k", {"a": 1}, "en") == "1."
    assert sentence(told, "k", {"why": "x"}, "zh") == "—！"
    assert sentence(None, "thing.gone", {}, "zh") == "thing.gone"


def test_every_told_event_says_something_in_both_languages() -> None:
    for told in REGISTRY.notifications.values():
        for text in (told.text, *told.texts.values()):
            assert text.zh.endswith("。")
            assert text.en.endswith(".")

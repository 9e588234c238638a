"""What is kept of e-mails: no words, no address, and after a time not even to whom they went; and that it agrees."""

from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.consistency import Line, Site
from backend.core.database.columns import table_of
from backend.core.settings import Settings
from backend.delivery.email.consistency_checks import emails_agree
from backend.delivery.email.models import EmailItem
from backend.delivery.email.retention import sweep
from tests.commands import patentmart
from tests.scenarios.emails import (
    EFFECTIVE,
    EMAIL,
    JOINED,
    Catcher,
    Moved,
    caught_up,
    email_of,
    emails_of,
    happen,
    register_reader,
)

pytestmark = pytest.mark.both_databases
ITEM = table_of(EmailItem)


async def items_of(app: FastAPI, email_id: str) -> int:
    async with app.state.database.read() as session:
        counted = sa.select(sa.func.count()).select_from(ITEM).where(ITEM.c.email_id == email_id)
        return int((await session.execute(counted)).scalar_one())


async def test_what_ended_long_ago_is_forgotten_but_that_a_legal_notice_was_sent(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher, moved: Moved
) -> None:
    mine = await register_reader(client, app, email={"members": "at_once"})
    await happen(app, mine, EFFECTIVE)
    await happen(app, mine, JOINED)
    await catcher.until(mine.user_email, 2)
    legal = await email_of(app, mine, kind="legal", status="sent")
    other = await email_of(app, mine, kind="notification", status="sent")
    for kept in (legal, other):
        assert mine.user_email not in str(kept)
    await sweep(app.state.database, app.state.clock.now())
    assert (await items_of(app, legal.id), (await email_of(app, mine, id=legal.id)).address_hash) != (0, None)
    moved.by += timedelta(days=31)
    await sweep(app.state.database, app.state.clock.now())
    for kept in (legal, other):
        assert (await email_of(app, mine, id=kept.id)).address_hash is None
        assert await items_of(app, kept.id) == 0
    moved.by += timedelta(days=365)
    await sweep(app.state.database, app.state.clock.now())
    assert [one.id for one in await emails_of(app, mine)] == [legal.id]
    moved.by = timedelta()


async def checked(app: FastAPI) -> list[str]:
    line = Line("e-mails")
    await emails_agree(Site(app.state.database, {}, app.state.blobs, repair=False, follows=True), line)
    assert line.looked_at > 0
    return line.examples


async def test_fsck_finds_an_email_whose_state_cannot_be(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    await happen(app, mine, EFFECTIVE)
    await catcher.until(mine.user_email)
    kept = await email_of(app, mine, status="sent")
    assert await checked(app) == []
    for broken, said in (
        ({"attempts": 0}, "was tried and no attempt is kept"),
        ({"attempts": 1, "ended_at": None}, "has ended and does not say when"),
        ({"ended_at": kept.ended_at, "status": "unknown"}, "was lost although it is sent again"),
    ):
        async with app.state.database.write() as session:
            await session.execute(sa.update(EMAIL).where(EMAIL.c.id == kept.id).values(broken))
        assert await checked(app) == [f"{kept.id} {said}"]
    async with app.state.database.write() as session:
        await session.execute(sa.update(EMAIL).where(EMAIL.c.id == kept.id).values(status="sent"))
    assert await checked(app) == []


async def test_the_status_tells_how_many_wait(client: httpx.AsyncClient, app: FastAPI, settings: Settings) -> None:
    mine = await register_reader(client, app)
    await happen(app, mine, JOINED)
    await caught_up(app)
    environment = {
        "PATENTMART_DEMO": "1",
        "DATABASE_URL": settings.database_url,
        "PATENTMART_DATA_DIR": str(settings.patentmart_data_dir),
        "MEILI_URL": "",
    }
    ran = patentmart(environment, "status")
    assert "e-mails" in ran.output
    assert "1 waiting" in ran.output

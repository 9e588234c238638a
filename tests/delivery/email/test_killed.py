"""A process killed between an attempt and its result: legal notices go again as the same message, others do not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from backend.core.clock import Clock
from backend.core.database.sessions import Database
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append_many
from backend.core.settings import Settings
from tests.machine import postgres_url
from tests.one_server import running
from tests.scenarios.emails import (
    EFFECTIVE,
    JOINED,
    LOOK,
    Catcher,
    choose,
    confirm_address,
    email_ended,
    email_of,
    run_catcher,
)
from tests.scenarios.members import register_organisation

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]


@asynccontextmanager
async def serving(folder: Path, database: str, catcher: Catcher) -> AsyncIterator[httpx.AsyncClient]:
    """Serve until the end, then be killed."""
    mail = {
        "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(catcher.port), "SMTP_TLS": "none", "SMTP_TIMEOUT_SECONDS": "1",
        "EMAIL_FROM": "no-reply@patentmart.example",
    }  # fmt: skip
    with ExitStack() as stack:
        server = await asyncio.to_thread(stack.enter_context, running(folder, database, **mail))
        async with httpx.AsyncClient(base_url=server.base, timeout=30) as client:
            yield client


async def begun(catcher: Catcher, many: int, seconds: float) -> list[str]:
    """Return what came whole, once that is so many messages."""
    for _ in range(int(seconds / LOOK)):
        if len(catcher.begun) >= many:
            break
        await asyncio.sleep(LOOK)
    assert len(catcher.begun) == many
    return catcher.begun


@pytest.mark.timeout(180)
async def test_after_a_kill_legal_notices_go_again_as_the_same_message_and_others_do_not(
    settings: Settings, tmp_path: Path
) -> None:
    url = "" if settings.is_sqlite else postgres_url("killed_emails")
    data = settings.model_copy(update={"patentmart_data_dir": tmp_path, "database_url": url})
    async with run_catcher() as catcher:
        async with serving(tmp_path, url, catcher) as client:
            database = Database(data, Clock())
            app: Any = SimpleNamespace(state=SimpleNamespace(database=database, clock=database.clock))
            mine = await register_organisation(client, verified=False)
            await begun(catcher, 1, 30)  # the link that confirms the address
            await email_ended(app, mine.user_email)
            catcher.begun.clear()
            catcher.hold = asyncio.Event()
            await confirm_address(app, mine)
            await choose(client, mine, email={"members": "at_once"})
            events = [DomainEvent(event, "x", [mine.organisation_id]) for event in (EFFECTIVE, JOINED)]
            async with database.write() as session:
                await append_many(session, events, database.clock.now())
            first = [*await begun(catcher, 2, 30)]
        legal = await email_of(app, mine, kind="legal")
        other = await email_of(app, mine, kind="notification")
        assert {legal.message_id, other.message_id} == set(first)
        assert [legal.status, other.status] == ["sending", "sending"], "the attempts were kept before they were made"
        catcher.hold = None
        async with serving(tmp_path, url, catcher):
            (received,) = await catcher.until(mine.user_email, seconds=60)
            assert received.message["Message-ID"] == legal.message_id
            await email_of(app, mine, kind="legal", status="sent", attempts=2)
            await email_of(app, mine, kind="notification", status="unknown", attempts=1)
            assert sorted(catcher.begun) == sorted([*first, legal.message_id])
        await database.close()

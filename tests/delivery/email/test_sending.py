"""How an attempt ends decides what follows: tried again, given up, sent again or left as unknown; never two at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.observability import Metrics
from backend.delivery.email import rules
from backend.delivery.email.codes import BounceKind, EmailKind
from backend.delivery.email.dispatcher import EmailDispatcher
from backend.delivery.email.smtp import SmtpSender
from backend.domains import REGISTRY
from tests.scenarios.emails import (
    EFFECTIVE,
    EMAIL,
    JOINED,
    Catcher,
    caught_up,
    email_of,
    emails_of,
    happen,
    make_due,
    register_reader,
)
from tests.scenarios.members import Member

pytestmark = pytest.mark.both_databases


async def test_what_is_put_off_is_tried_again_with_the_same_message_id(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    catcher.answer = lambda _address: "451 4.7.1 Greylisted, come again"
    await happen(app, mine, EFFECTIVE)
    kept = await email_of(app, mine, status="waiting", failure="put_off")
    assert (kept.attempts, kept.reply) == (1, "451 4.7.1")
    assert kept.next_at > app.state.clock.real() + timedelta(seconds=30)
    catcher.answer = lambda _address: None
    await make_due(app, kept.id)
    (received,) = await catcher.until(mine.user_email)
    assert received.message["Message-ID"] == kept.message_id
    assert (await email_of(app, mine, status="sent")).attempts == 2


async def test_what_is_refused_for_good_is_given_up(client: httpx.AsyncClient, app: FastAPI, catcher: Catcher) -> None:
    mine = await register_reader(client, app)
    catcher.taken = lambda _received: "554 5.6.0 Not this"
    await happen(app, mine, EFFECTIVE)
    kept = await email_of(app, mine, status="failed", failure="refused")
    assert (kept.reply, kept.bounced_at) == ("554 5.6.0", None), "the message was refused, not the address"


async def test_after_an_attempt_whose_end_nobody_knows_legal_notices_go_again_and_others_do_not(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app, email={"members": "at_once"})
    lost: list[str] = []

    def lose(received: Any) -> str | None:
        lost.append(received.message["Message-ID"])
        raise ConnectionResetError  # taken, or not: the answer never comes

    catcher.taken = lose
    await happen(app, mine, EFFECTIVE)
    await happen(app, mine, JOINED)
    legal = await email_of(app, mine, kind="legal", status="waiting", failure="interrupted")
    await email_of(app, mine, kind="notification", status="unknown", failure="interrupted")
    catcher.taken = lambda _received: None
    await make_due(app, legal.id)
    (received,) = await catcher.until(mine.user_email)
    assert received.message["Message-ID"] == legal.message_id
    assert legal.message_id in lost
    assert len(lost) == 2


async def lose_attempt(app: FastAPI, member: Member, kind: str) -> sa.Row[Any]:
    """Have it be as if the process had ended during the attempt, long ago."""
    kept = await email_of(app, member, kind=kind)
    tried = {"status": "sending", "attempts": 1, "tried_at": app.state.clock.real() - timedelta(minutes=10)}
    async with app.state.database.write() as session:
        await session.execute(sa.update(EMAIL).where(EMAIL.c.id == kept.id).values(tried))
    return kept


async def test_an_attempt_that_a_process_left_is_taken_up(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    catcher.answer = lambda _address: "451 4.3.0 Later"
    await happen(app, mine, EFFECTIVE)
    await happen(app, mine, JOINED)
    await email_of(app, mine, kind="legal", failure="put_off")
    await caught_up(app)
    catcher.answer = lambda _address: None
    await lose_attempt(app, mine, "digest")
    await email_of(app, mine, kind="digest", status="unknown")
    legal = await lose_attempt(app, mine, "legal")
    (received,) = await catcher.until(mine.user_email)
    assert received.message["Message-ID"] == legal.message_id


async def test_several_processes_send_each_email_once(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    database = app.state.database
    catcher.answer = lambda _address: "451 4.3.0 Later"
    for _ in range(3):
        await happen(app, mine, EFFECTIVE)
    await caught_up(app)
    for one in await emails_of(app, mine):
        await email_of(app, mine, id=one.id, failure="put_off")
    catcher.answer = lambda _address: None
    workers = [EmailDispatcher(database, REGISTRY, SmtpSender(database.settings), Metrics()) for _ in range(3)]
    for one in await emails_of(app, mine):
        await make_due(app, one.id)
    while any(await asyncio.gather(*(worker.send_due() for worker in workers))):
        pass
    await asyncio.sleep(1.5)
    came = [one.message["Message-ID"] for one in await catcher.until(mine.user_email, 3)]
    assert sorted(came) == sorted(one.message_id for one in await emails_of(app, mine))
    for worker in workers:
        await worker.close()


async def test_what_waited_too_long_is_given_up(client: httpx.AsyncClient, app: FastAPI, catcher: Catcher) -> None:
    mine = await register_reader(client, app)
    catcher.answer = lambda _address: "451 4.3.0 Later"
    await happen(app, mine, EFFECTIVE)
    kept = await email_of(app, mine, failure="put_off")
    async with app.state.database.write() as session:
        old = {"due_at": app.state.clock.real() - timedelta(days=6)}
        await session.execute(sa.update(EMAIL).where(EMAIL.c.id == kept.id).values(old))
    await make_due(app, kept.id)
    await email_of(app, mine, status="failed", failure="expired")


async def test_the_figures_tell_what_waits_and_what_was_sent(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_reader(client, app)
    await happen(app, mine, EFFECTIVE)
    await happen(app, mine, JOINED)
    await email_of(app, mine, kind="legal", status="sent")
    await email_of(app, mine, kind="digest", status="waiting")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, client=("127.0.0.1", 1)), base_url="http://test"
    ) as own:
        figures = (await own.get("/metrics")).text
    assert 'patentmart_emails_total{outcome="sent"}' in figures
    assert float(figures.rpartition("patentmart_emails_waiting ")[2].split()[0]) >= 1


def test_delays_grow_and_patience_ends() -> None:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    delays = [(rules.next_try(n, now, 0.0) - now).total_seconds() for n in range(1, 9)]
    assert delays == sorted(delays)
    assert not rules.is_expired(EmailKind.LEGAL, now - timedelta(days=4), now)
    assert rules.is_expired(EmailKind.ACCOUNT, now - timedelta(days=2), now)


@pytest.mark.parametrize(
    ("enhanced", "code", "kind"),
    [
        ("5.1.1", 550, BounceKind.HARD),
        ("5.2.1", 550, BounceKind.HARD),
        ("5.2.2", 552, BounceKind.SOFT),
        ("5.7.1", 550, BounceKind.SOFT),
        ("4.4.7", None, BounceKind.SOFT),
        (None, 550, BounceKind.HARD),
        (None, 552, BounceKind.SOFT),
    ],
)
def test_a_full_mailbox_or_a_policy_says_nothing_of_the_address(
    enhanced: str | None, code: int | None, kind: BounceKind
) -> None:
    assert rules.bounce_of(enhanced, code=code) is kind

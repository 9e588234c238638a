"""Digests: one e-mail a day or week with what happened, by category, at China's hour, of bounded length."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.accounts.events import ApiKeyMade
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append_many
from backend.delivery.email.codes import Frequency
from backend.delivery.email.models import EmailItem
from backend.delivery.email.rules import LISTED, digest_due
from backend.patents.codes import LegalStatus
from backend.patents.events import PatentStatusChanged
from backend.rights.codes import Act
from backend.rights.events import ConsentGiven
from tests.scenarios.emails import (
    JOINED,
    Catcher,
    Moved,
    caught_up,
    choose,
    email_of,
    emails_of,
    happen,
    make_due,
    register_reader,
)

CHANGED = PatentStatusChanged(patent_id="pat_x", legal_status=LegalStatus.SURRENDERED, before=LegalStatus.IN_FORCE)


@pytest.mark.both_databases
async def test_a_digest_tells_by_category_what_happened_until_its_hour(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher, moved: Moved
) -> None:
    mine = await register_reader(client, app)
    weekly = await register_reader(client, app, email={"patents": "weekly"})
    for member in (mine, weekly):
        await happen(app, member, JOINED)
        await happen(app, member, CHANGED)
    await happen(app, mine, ConsentGiven(patent_id="pat_s", consent_id="con_x", act=Act.GRANT_ORDINARY))
    await caught_up(app)
    assert catcher.to(mine.user_email) == []
    kept = await email_of(app, mine, kind="digest")
    assert (kept.status, kept.next_at) == ("waiting", digest_due(Frequency.DAILY, app.state.clock.real(), 8))
    moved.by = kept.next_at - datetime.now(UTC) + timedelta(seconds=1)
    (received,) = await catcher.until(mine.user_email)
    assert received.message["Subject"] == "Your daily digest: 3 new messages"
    text = received.text
    places = [text.index(word) for word in ("Members", "has joined", "Patents", "Surrendered", "Confidential")]
    assert places == sorted(places)
    assert "consent" not in text.lower()
    assert received.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (daily,) = await catcher.until(weekly.user_email)
    assert "Surrendered" not in daily.text
    waits = await email_of(app, weekly, status="waiting")
    assert (waits.frequency, waits.next_at.weekday()) == ("weekly", 0)
    assert len(catcher.to(mine.user_email)) == 1


async def test_what_is_switched_off_meanwhile_is_not_told(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    await happen(app, mine, JOINED)
    await happen(app, mine, CHANGED)
    await caught_up(app)
    await choose(client, mine, email={"members": "off"})
    await make_due(app, (await email_of(app, mine, kind="digest")).id)
    (received,) = await catcher.until(mine.user_email)
    assert "has joined" not in received.text
    assert "Surrendered" in received.text
    await happen(app, mine, CHANGED)
    await caught_up(app)
    await choose(client, mine, email={"members": "off", "patents": "off"})
    await make_due(app, (await email_of(app, mine, status="waiting")).id)
    await email_of(app, mine, status="suppressed", failure="switched_off")
    assert len(catcher.to(mine.user_email)) == 1


async def test_a_digest_lists_so_many_and_counts_the_others(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    more = 7
    for many in (LISTED - 1, 1 + more):
        events = [DomainEvent(ApiKeyMade(), f"key_{many}_{n}", [mine.organisation_id]) for n in range(many)]
        async with app.state.database.write() as session:
            await append_many(session, events, app.state.clock.now())
        await caught_up(app)
    kept = await email_of(app, mine, kind="digest")
    async with app.state.database.read() as session:
        items = (
            sa.select(sa.func.count())
            .where(sa.column("email_id") == kept.id)
            .select_from(sa.table(EmailItem.__tablename__))
        )
        assert (await session.execute(items)).scalar_one() == LISTED
    await make_due(app, kept.id)
    (received,) = await catcher.until(mine.user_email)
    assert received.message["Subject"] == f"Your daily digest: {LISTED + more} new messages"
    assert f"And {more} more, in the inbox." in received.text


async def test_what_comes_after_a_digest_was_sent_goes_into_the_next(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    await happen(app, mine, JOINED)
    await caught_up(app)
    first = await email_of(app, mine, kind="digest")
    await make_due(app, first.id)
    await catcher.until(mine.user_email)
    await happen(app, mine, CHANGED)
    await caught_up(app)
    second = await email_of(app, mine, status="waiting")
    assert second.next_at == first.due_at + timedelta(days=1)
    assert len({one.message_id for one in await emails_of(app, mine)}) == 2


@pytest.mark.parametrize(
    ("now", "daily", "weekly"),
    [
        ("2026-11-30T00:30:00", "2026-12-01T00:00:00", "2026-12-07T00:00:00"),  # Monday, 8:30 in China
        ("2026-11-29T23:00:00", "2026-11-30T00:00:00", "2026-11-30T00:00:00"),  # Monday, 7:00
        ("2026-11-29T23:59:30", "2026-12-01T00:00:00", "2026-12-07T00:00:00"),  # too late for this one
        ("2026-12-31T16:00:00", "2027-01-01T00:00:00", "2027-01-04T00:00:00"),
    ],
)
def test_a_digest_goes_at_eight_in_china_and_weekly_on_monday(now: str, daily: str, weekly: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert digest_due(Frequency.DAILY, at, 8) == datetime.fromisoformat(daily).replace(tzinfo=UTC)
    assert digest_due(Frequency.WEEKLY, at, 8) == datetime.fromisoformat(weekly).replace(tzinfo=UTC)

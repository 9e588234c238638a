"""Platforms with other settings: bounds of what is sent at once, no server for e-mails, one that is away."""

import pytest
from fastapi import FastAPI

from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append_many
from backend.core.settings import Settings
from tests.scenarios.emails import (
    EFFECTIVE,
    JOINED,
    Catcher,
    asking,
    caught_up,
    emails_of,
    happen,
    mail_settings,
    register_reader,
    running_platform,
)
from tests.scenarios.members import register_organisation

pytestmark = pytest.mark.both_databases


async def test_many_events_at_once_come_in_one_email_and_a_flood_by_the_hour_or_day(
    settings: Settings, catcher: Catcher
) -> None:
    bounded = mail_settings(settings, catcher.port, emails_at_once_per_day=2)
    async with running_platform(bounded) as app, asking(app) as client:
        mine = await register_reader(client, app, email={"members": "at_once"})
        await happen_many(app, mine.organisation_id, 5)
        (received,) = await catcher.until(mine.user_email)
        assert received.text.count("A licence has taken effect.") == 5
        assert received.message["Subject"] == "5 notices with legal effect"
        await happen(app, mine, JOINED)
        await catcher.until(mine.user_email, 2)
        await happen(app, mine, JOINED)
        await happen(app, mine, EFFECTIVE)
        await caught_up(app)
        kept = {one.kind: one for one in await emails_of(app, mine) if one.status == "waiting"}
        assert kept["legal"].key.startswith("hourly/"), "never dropped"
        assert kept["digest"].frequency == "daily"


async def happen_many(app: FastAPI, organisation_id: str, many: int) -> None:
    """Have so many things happen in one transaction."""
    events = [DomainEvent(EFFECTIVE, f"lic_{n}", [organisation_id]) for n in range(many)]
    async with app.state.database.write() as session:
        await append_many(session, events, app.state.clock.now())


async def test_without_a_server_everything_stays_in_the_inbox(settings: Settings) -> None:
    async with running_platform(settings) as app, asking(app) as client:
        mine = await register_organisation(client)
        ready = await client.get("/readyz")
        lines = {line["name"]: line for line in ready.json()["checks"]}
        assert ready.status_code == 200
        assert lines["email"] == {
            "name": "email",
            "ok": True,
            "detail": "not configured: everything stays in the inbox",
        }
        await happen(app, mine, EFFECTIVE)
        await caught_up(app)
        assert await emails_of(app, mine) == []
        inbox = (await client.get("/v1/inbox", headers=mine.headers)).json()
        assert "licence.effective" in [one["type"] for one in inbox["items"]]
        said = (await client.get("/v1/me/notification-settings", headers=mine.headers)).json()
        assert said["address"]["state"] == "not_configured"


async def test_a_server_that_is_away_is_told_and_stops_nothing(settings: Settings, catcher: Catcher) -> None:
    async with running_platform(mail_settings(settings, 9)) as app, asking(app) as client:  # nobody listens there
        ready = await client.get("/readyz")
        lines = {line["name"]: line for line in ready.json()["checks"]}
        assert (ready.status_code, lines["email"]["ok"]) == (200, False)
        mine = await register_reader(client, app, is_sent=False)
        await happen(app, mine, EFFECTIVE)
        await emails_of(app, mine, status="waiting", failure="unreachable")
    async with running_platform(mail_settings(settings, catcher.port)) as app, asking(app) as client:
        lines = {line["name"]: line for line in (await client.get("/readyz")).json()["checks"]}
        assert lines["email"]["detail"] == "the server answers (none)"

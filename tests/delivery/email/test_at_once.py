"""E-mails that go at once: what has legal effect, to confirmed addresses alone, each once, with nothing confidential."""

import asyncio
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.database.columns import table_of
from backend.core.events import stream
from backend.delivery.email.models import Email
from backend.delivery.email.projection import FOLLOWER, EmailProjection
from backend.domains import REGISTRY
from backend.licences.events import LicenceEffective
from backend.rights.codes import Act
from backend.rights.events import ConsentAsked
from tests.delivery.test_inbox_settings import SETTINGS
from tests.scenarios.emails import Catcher, confirm_address, happen
from tests.scenarios.members import Member, add_member, register_organisation

pytestmark = pytest.mark.both_databases
EMAIL = table_of(Email)
EFFECTIVE = LicenceEffective(patent_id="pat_x", licence_id="lic_x", open_licence_id=None)


async def choose(client: httpx.AsyncClient, member: Member, **choice: Any) -> dict[str, Any]:
    """Change what the member is told."""
    seen = (await client.get(SETTINGS, headers=member.headers)).headers["ETag"]
    body = {"off": [], **choice}
    answer = await client.put(SETTINGS, json=body, headers={**member.headers, "If-Match": seen})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def emails_of(app: FastAPI, member: Member) -> list[sa.Row[Any]]:
    """Return what is kept of the e-mails of the member's organisation, the oldest first."""
    own = sa.select(EMAIL).where(EMAIL.c.organisation_id == member.organisation_id).order_by(EMAIL.c.number)
    async with app.state.database.read() as session:
        return list((await session.execute(own)).all())


async def test_what_has_legal_effect_comes_at_once_to_confirmed_addresses_alone(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_organisation(client)
    colleague = await add_member(client, mine)
    await confirm_address(app, mine)
    await choose(client, mine, language="en")
    await happen(app, mine, EFFECTIVE)
    (received,) = await catcher.until(mine.user_email)
    message = received.message
    assert message["Subject"] == "Licences: A licence has taken effect"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert message["List-Unsubscribe"] is None
    assert "A licence has taken effect." in received.text
    assert "A licence has taken effect." in received.part("html")
    assert received.sender.startswith("bounces+")
    assert catcher.to(colleague.user_email) == []
    (kept,) = [one for one in await emails_of(app, mine) if one.kind == "legal"]
    assert (kept.status, kept.message_id) == ("sent", message["Message-ID"])

"""E-mails of their own to an address: written from what their domain says then, bounded by the day, and sent again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.domain import Registry
from backend.core.errors import Text
from backend.core.events.domain_event import DomainEvent
from backend.core.events.email_template import EmailRecipient, EmailTemplate
from backend.core.events.log import append
from backend.core.settings import Settings
from backend.delivery.email.bounces.addresses import note_bounce
from backend.delivery.email.codes import BounceKind
from backend.delivery.email.identity import address_hash
from backend.domains import DOMAINS
from tests.sample_domain.domain import DOMAIN
from tests.sample_domain.events import SampleMade, SampleRemoved
from tests.scenarios.emails import (
    EMAIL,
    LOOK,
    Catcher,
    add_reader,
    caught_up,
    happen,
    mail_settings,
    make_due,
    register_reader,
    running_platform,
)
from tests.scenarios.members import Member, new_email, register_organisation

pytestmark = pytest.mark.both_databases
NAMED: dict[str, EmailRecipient] = {}  # by the sample's name, whom it is to be told to


async def _recipients(_session: AsyncSession, _settings: Settings, event: sa.Row[Any]) -> Sequence[EmailRecipient]:
    name = event.data.get("name", "confirmation")
    return [NAMED[name]] if name in NAMED else []


INVITED = EmailTemplate(
    subject=Text("{organisation} 邀请您", "{organisation} invites you"),
    paragraphs=[Text("请接受 {organisation} 的邀请。", "Accept the invitation of {organisation}.")],
    action=Text("接受", "Accept"),
    recipients=_recipients,
)
CONFIRMED = replace(INVITED, subject=Text("请确认邮箱", "Confirm your address"), despite_bounces=True)
REGISTRY = Registry((*DOMAINS, replace(DOMAIN, emails={SampleMade: INVITED, SampleRemoved: CONFIRMED})))


@pytest_asyncio.fixture(scope="module")
async def app(settings: Settings, catcher: Catcher) -> AsyncIterator[FastAPI]:
    mailing = mail_settings(settings, catcher.port, account_emails_per_day=2)
    async with running_platform(mailing, registry=REGISTRY) as app:
        yield app


async def invite(client: httpx.AsyncClient, member: Member, name: str, address: str, **more: Any) -> None:
    """Have something happen that is told to the address."""
    facts = {"organisation": "Example University"}
    NAMED[name] = EmailRecipient(address=address, link=f"/join/{name}", facts=facts, language="en", **more)
    made = await client.post("/v1/samples", json={"name": name}, headers=member.headers)
    assert made.status_code == 200, made.text


async def email_to(app: FastAPI, address: str, **as_due: Any) -> sa.Row[Any]:
    """Return what is kept of the last e-mail to an address, once it is as it is due to be."""
    place = address_hash(app.state.settings, address)
    last = sa.select(EMAIL).where(EMAIL.c.address_hash == place).order_by(EMAIL.c.number.desc()).limit(1)
    for _ in range(300):
        async with app.state.database.read() as session:
            found = (await session.execute(last)).first()
        if found is not None and all(getattr(found, name) == due for name, due in as_due.items()):
            return found
        await asyncio.sleep(LOOK)
    raise AssertionError(found)


async def test_an_address_that_is_no_members_is_told_and_no_token_is_kept(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine, address = await register_organisation(client), new_email()
    await invite(client, mine, "secret-token", address, lines=["one more thing"])
    (received,) = await catcher.until(address)
    assert received.message["Subject"] == "Example University invites you"
    assert "https://patentmart.example/join/secret-token" in received.text
    assert "- one more thing" in received.text
    assert received.message["List-Unsubscribe"] is None
    kept = await email_to(app, address, status="sent", kind="account")
    assert address not in str(kept)
    assert "secret-token" not in str(kept)


async def test_what_is_no_longer_due_is_not_sent(client: httpx.AsyncClient, app: FastAPI, catcher: Catcher) -> None:
    mine, address = await register_organisation(client), new_email()
    catcher.answer = lambda _address: "451 4.3.0 Later"
    await invite(client, mine, "withdrawn", address)
    kept = await email_to(app, address, failure="put_off")
    del NAMED["withdrawn"]
    catcher.answer = lambda _address: None
    await make_due(app, kept.id)
    await email_to(app, address, status="suppressed", failure="no_longer_due")
    assert catcher.to(address) == []


async def test_one_address_is_sent_so_many_of_a_kind_in_a_day(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    address = new_email()
    for n in range(3):
        await invite(client, await register_organisation(client), f"n{n}", address)
        await caught_up(app)
    await email_to(app, address, status="suppressed", failure="too_many")
    await catcher.until(address, 2)
    assert len(catcher.to(address)) == 2


async def test_to_an_address_that_e_mails_came_back_from_goes_its_confirmation_alone(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine, address, settings = await register_organisation(client), new_email(), app.state.settings
    clock = app.state.clock
    async with app.state.database.write() as session:
        place = address_hash(settings, address)
        await note_bounce(
            session, settings, place, BounceKind.HARD, confirmed_at=None, real=clock.real(), now=clock.now()
        )
    await invite(client, mine, "dead", address)
    await email_to(app, address, status="suppressed", failure="address_stopped")
    assert catcher.to(address) == []
    NAMED["confirmation"] = NAMED.pop("dead")
    async with app.state.database.write() as session:
        event = DomainEvent(SampleRemoved(), "smp_x", [mine.organisation_id])
        await append(session, event, clock.now())
    (received,) = await catcher.until(address)
    assert received.message["Subject"] == "Confirm your address"


async def test_an_email_that_can_be_switched_off_brings_its_own_way_to_do_so(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine, address = await register_organisation(client), new_email()
    await invite(client, mine, "alert", address, unsubscribe="/v1/alerts/unsubscribe/token")
    (received,) = await catcher.until(address)
    assert received.unsubscribe_path == "/v1/alerts/unsubscribe/token"
    assert received.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (await email_to(app, address)).kind == "notification", "not sent again where its end is not known"


async def test_a_member_whom_an_email_of_its_own_tells_gets_no_other(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app, email={"samples": "at_once"})
    colleague = await add_reader(client, app, mine, email={"samples": "at_once"})
    NAMED["both"] = EmailRecipient(address=mine.user_email, link="/x", facts={"organisation": "We"}, language="en")
    await happen(app, mine, SampleMade(name="both"))
    await catcher.until(colleague.user_email)
    (received,) = await catcher.until(mine.user_email)
    assert received.message["Subject"] == "We invites you"


async def test_an_address_that_cannot_be_written_to_is_given_up(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_organisation(client)
    await invite(client, mine, "unusable", "x\r\nRCPT TO:<y@example.com>")
    await email_to(app, "x\r\nRCPT TO:<y@example.com>", status="suppressed", failure="address")

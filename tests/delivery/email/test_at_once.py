"""E-mails that go at once: what has legal effect, to confirmed addresses alone, each once, with nothing secret."""

import asyncio

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import col

from backend.accounts.models import Organisation, User
from backend.core.events import stream
from backend.delivery.email.projection import FOLLOWER, EmailProjection
from backend.domains import REGISTRY
from backend.rights.codes import Act
from backend.rights.events import ConsentAsked
from tests.scenarios.emails import (
    EFFECTIVE,
    JOINED,
    Catcher,
    add_reader,
    caught_up,
    choose,
    email_of,
    emails_of,
    happen,
    register_reader,
)
from tests.scenarios.members import add_member

pytestmark = pytest.mark.both_databases
ASKED = ConsentAsked(patent_id="pat_secret", consent_id="con_x", act=Act.GRANT_ORDINARY)


async def test_what_has_legal_effect_comes_at_once_to_confirmed_addresses_alone(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    colleague = await add_member(client, mine)
    await happen(app, mine, EFFECTIVE)
    (received,) = await catcher.until(mine.user_email)
    message = received.message
    assert message["Subject"] == "Licences: A licence has taken effect"
    assert message["From"].addresses[0].addr_spec == "no-reply@patentmart.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert message["Date"].datetime.tzinfo is not None
    assert (message["List-Unsubscribe"], message["List-Unsubscribe-Post"]) == (None, None)
    assert "A licence has taken effect." in received.text
    assert "A licence has taken effect." in received.part("html")
    assert "https://patentmart.example/v1/inbox" in received.text
    kept = await email_of(app, mine, status="sent", kind="legal")
    assert (kept.message_id, kept.attempts) == (message["Message-ID"], 1)
    assert catcher.to(colleague.user_email) == []


async def test_what_has_legal_effect_cannot_be_switched_off(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    shown = await choose(client, mine, off=["licences"], email={"licences": "off"}, language="zh")
    assert shown["email"]["licences"] == "off"
    assert shown["email"]["patents"] == "daily", "what was not chosen"
    assert shown["address"]["state"] == "confirmed"
    await happen(app, mine, EFFECTIVE)
    (received,) = await catcher.until(mine.user_email)
    assert received.message["Subject"] == "许可: 许可合同已生效"
    assert received.message["Content-Language"] == "zh-CN"
    assert "无法退订" in received.text


async def test_an_ordinary_category_comes_at_once_where_it_is_chosen_and_not_where_it_is_off(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app, email={"members": "at_once"})
    silent = await add_reader(client, app, mine, email={"members": "off"})
    muted = await add_reader(client, app, mine, off=["members"], email={"members": "at_once"})
    await happen(app, mine, JOINED)
    await catcher.until(mine.user_email, 3)  # of the two who joined, too
    (received, *_) = catcher.to(mine.user_email)
    assert received.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert received.unsubscribe_path.startswith("/v1/email-subscriptions/")
    assert catcher.to(silent.user_email) + catcher.to(muted.user_email) == []


async def test_who_did_it_is_sent_nothing(client: httpx.AsyncClient, app: FastAPI, catcher: Catcher) -> None:
    mine = await register_reader(client, app)
    colleague = await add_reader(client, app, mine)
    async with app.state.database.read() as session:
        own = sa.select(col(User.id)).where(col(User.email) == mine.user_email)
        actor = (await session.execute(own)).scalar_one()
    await happen(app, mine, EFFECTIVE, actor=actor)
    await catcher.until(colleague.user_email)
    assert catcher.to(mine.user_email) == []


async def test_of_what_is_confidential_an_email_carries_a_link_alone(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    await happen(app, mine, ASKED)
    (received,) = await catcher.until(mine.user_email)
    assert received.message["Subject"] == "You have a confidential message"
    for part in (received.text, received.part("html"), received.raw.decode()):
        assert "onsent" not in part
        assert "pat_secret" not in part
    assert "https://patentmart.example/v1/inbox" in received.text


async def test_what_others_entered_becomes_neither_a_header_nor_a_tag_nor_a_link(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    evil = 'x\r\nBcc: everybody@example.com\r\n\r\n<script>alert(1)</script> https://evil.example "'
    async with app.state.database.write() as session:
        own = col(Organisation.id) == mine.organisation_id
        await session.execute(sa.update(Organisation).where(own).values(name=evil))
        await session.execute(sa.update(User).where(col(User.email) == mine.user_email).values(name=evil))
    await happen(app, mine, EFFECTIVE)
    (received,) = await catcher.until(mine.user_email)
    assert received.message["Bcc"] is None
    assert received.recipient == mine.user_email
    assert b"Bcc" not in received.raw.partition(b"\r\n\r\n")[0]
    assert "<script>" not in received.part("html")
    assert "&lt;script&gt;" in received.part("html")
    assert "://evil" not in received.text + received.part("html")
    assert [line for line in received.text.splitlines() if line.startswith("Bcc")] == []


async def test_followed_again_an_event_is_the_same_email(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    await happen(app, mine, EFFECTIVE)
    await happen(app, mine, JOINED)
    await catcher.until(mine.user_email)
    await caught_up(app)
    before = [(one.id, one.message_id) for one in await emails_of(app, mine)]
    database = app.state.database
    async with database.write() as session:  # as if a backup of the cursor had been brought back
        await session.execute(sa.update(stream.CURSOR).where(stream.CURSOR.c.name == FOLLOWER).values(position=0))
    following = [EmailProjection(database, REGISTRY) for _ in range(4)]
    while any(await asyncio.gather(*(one.step() for one in following))):
        pass
    assert [(one.id, one.message_id) for one in await emails_of(app, mine)] == before
    assert len(catcher.to(mine.user_email)) == 1

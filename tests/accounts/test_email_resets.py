"""A new password by e-mail, and the e-mail about a sign-in from somewhere new."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.accounts.jobs import sweep
from backend.accounts.models import PasswordResetRequest, SignInSession
from backend.accounts.rules import program_name
from backend.core.database.columns import table_of
from backend.core.events.log import EVENT
from backend.core.network.client_address import rough_network_of
from tests.accounts.places import at, ipv4
from tests.scenarios.accounts import register_confirmed
from tests.scenarios.email_links import emails
from tests.scenarios.members import (
    PASSWORD,
    add_member,
    new_email,
    organisation_name,
    post_sign_in,
    register_organisation,
    registration_body,
)
from tests.scenarios.requests import get
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases

ASKED = "account.password_reset_asked"
NEW = "an even longer sentence"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@contextmanager
def sending(app: FastAPI, **more: int) -> Iterator[None]:
    """Have the platform send e-mails meanwhile."""
    before = app.state.settings
    changed = before.model_copy(update={"smtp_host": "127.0.0.1", **more})
    app.state.settings = app.state.database.settings = changed
    try:
        yield
    finally:
        app.state.settings = app.state.database.settings = before


async def ask(client: httpx.AsyncClient, address: str) -> httpx.Response:
    """Return the answer to a request for a new password."""
    return await client.post("/v1/password-resets", json={"email": address})


async def test_a_link_by_e_mail_sets_a_new_password_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    owner = await register_confirmed(app, client)
    with sending(app):
        assert (await ask(client, owner.user_email)).status_code == 202
    (sent,) = await emails(app, ASKED, owner.user_email)
    mine = (await client.get("/v1/me", headers=owner.headers)).json()["user_id"]
    name = await organisation_name(client, owner)
    assert mine in sent.text
    assert name in sent.text
    assert (await client.get(sent.link)).json() == {"user_id": mine, "organisations": [name]}
    assert (await client.post(sent.link, json={"password": "short"})).status_code == 422
    answers = await asyncio.gather(*(client.post(sent.link, json={"password": NEW}) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404]
    assert (await client.get(sent.link)).status_code == 404
    assert (await client.get("/v1/me", headers=owner.headers)).status_code == 401
    assert (await post_sign_in(client, owner.user_email, NEW)).status_code == 200
    assert (await post_sign_in(client, owner.user_email, PASSWORD)).status_code == 400


async def test_every_address_is_answered_alike_and_only_a_confirmed_one_is_sent_a_link(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """Of an address that nobody confirmed it is not known whose it is: its account is not its reader's to take."""
    confirmed, unconfirmed = await register_confirmed(app, client), await register_organisation(client)
    unknown = new_email()
    with sending(app):
        answers = [await ask(client, one) for one in (confirmed.user_email, unconfirmed.user_email, unknown)]
    assert [answer.status_code for answer in answers] == [202] * 3
    assert len({answer.text for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1
    assert [len(await emails(app, ASKED, one.user_email)) for one in (confirmed, unconfirmed)] == [1, 0]
    assert await emails(app, ASKED, unknown) == []


async def test_the_time_of_the_answer_tells_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    known = await register_confirmed(app, client)
    took: dict[str, list[float]] = {known.user_email: [], new_email(): []}
    with sending(app, password_resets_per_day_from_address=10**6, password_resets_per_hour_to_address=10**6):
        for _ in range(40):
            for address, times in took.items():
                begun = time.perf_counter()
                await ask(client, address)
                times.append(time.perf_counter() - begun)
    first, second = (median(times) for times in took.values())
    assert abs(first - second) < max(first, second) * 0.5


async def test_without_a_mail_server_the_staff_make_the_link(app: FastAPI, client: httpx.AsyncClient) -> None:
    owner = await register_confirmed(app, client)
    answer = await ask(client, owner.user_email)
    assert "staff" in (await client.post("/v1/password-resets", json={"email": owner.user_email},
                                         headers={"Accept-Language": "en"})).json()["next"]  # fmt: skip
    assert answer.status_code == 202
    assert await emails(app, ASKED, owner.user_email) == []


async def test_requests_are_bounded_for_a_place_and_silently_for_a_mailbox(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """Somebody else's requests neither flood a mailbox nor keep its owner from the links that did go."""
    owner = await register_confirmed(app, client)
    async with at(app, ipv4()) as elsewhere:
        with sending(app, password_resets_per_day_from_address=8):
            answers = [await ask(elsewhere, owner.user_email) for _ in range(10)]
    assert [answer.status_code for answer in answers] == [202] * 8 + [429] * 2
    assert all("event-id" in answer.headers for answer in answers[:8]), "also what sends nothing is answered alike"
    assert 3 <= len(await emails(app, ASKED, owner.user_email)) <= 6, "three in each hour that the test has seen"


async def test_a_password_set_since_ends_the_link_and_nothing_keeps_its_token(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner = await register_confirmed(app, client)
    with sending(app):
        await ask(client, owner.user_email)
    (sent,) = await emails(app, ASKED, owner.user_email)
    async with app.state.database.read() as session:
        kept = str((await session.execute(sa.select(table_of(PasswordResetRequest)))).all())
        told = str((await session.execute(sa.select(EVENT.c.data, EVENT.c.subject).where(EVENT.c.type == ASKED))).all())
    assert sent.link.rpartition("/")[2] not in kept + told
    assert owner.user_email not in told
    body = {"current_password": PASSWORD, "password": NEW}
    assert (await client.put("/v1/me/password", json=body, headers=owner.headers)).status_code == 204
    late = await client.post(sent.link, json={"password": "whoever kept the link"})
    assert (late.status_code, late.json()["code"]) == (404, "password_reset_not_found")
    async with app.state.database.write() as session:
        table = table_of(PasswordResetRequest)
        await session.execute(sa.update(table).values(expires_at=app.state.clock.real() - timedelta(days=1)))
    await sweep(app.state.database, app.state.clock.now())
    async with app.state.database.read() as session:
        assert (await session.execute(sa.select(table_of(PasswordResetRequest)))).all() == []


async def test_a_reset_never_opens_the_unconfirmed_account_of_somebody_else(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    honest = await register_organisation(client)
    reader = registration_body()
    reader["member"] |= {"email": honest.user_email, "password": "the reader's password"}
    await client.post("/v1/organisations", json=reader)
    with sending(app):
        await ask(client, honest.user_email)
    assert await emails(app, ASKED, honest.user_email) == []


async def test_a_sign_in_from_a_new_network_or_program_is_told_once_without_what_it_says_of_itself(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    kind = "account.signed_in_anew"
    owner = await register_confirmed(app, client)
    assert (await post_sign_in(client, owner.user_email)).status_code == 200
    assert await emails(app, kind, owner.user_email) == [], "it is known here"
    agents = {"User-Agent": FIREFOX + " win at evil.example"}
    address = ipv4()
    async with at(app, address) as elsewhere:
        for _ in range(2):
            form = {"grant_type": "password", "username": owner.user_email, "password": PASSWORD}
            assert (await elsewhere.post("/v1/oauth/token", data=form, headers=agents)).status_code == 200
    (told,) = await emails(app, kind, owner.user_email)
    assert "Firefox / Linux" in told.text
    assert "evil.example" not in told.text
    assert address not in told.text
    assert (rough_network_of(address) or "?") in told.text
    table = table_of(SignInSession)
    async with app.state.database.write() as session:
        old = app.state.clock.real() - timedelta(days=2)
        await session.execute(sa.update(table).where(table.c.network.is_not(None)).values(created_at=old))
    await sweep(app.state.database, app.state.clock.now())
    (told,) = await emails(app, kind, owner.user_email)
    assert (rough_network_of(address) or "?") not in told.text, "where it was is kept for a day"


async def test_nobody_is_told_of_sign_ins_at_an_address_that_may_be_another_s(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner = await register_organisation(client)
    async with at(app, ipv4()) as elsewhere:
        assert (await post_sign_in(elsewhere, owner.user_email)).status_code == 200
    assert await emails(app, "account.signed_in_anew", owner.user_email) == []


async def test_without_a_confirmed_address_a_new_sign_in_is_told_in_the_inbox_of_its_person_alone(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner = await register_organisation(client)
    colleague = await add_member(client, owner)
    async with at(app, ipv4()) as elsewhere:
        assert (await post_sign_in(elsewhere, owner.user_email)).status_code == 200

    async def told() -> list[str]:
        items = (await get(client, owner, "/v1/inbox", limit=100))["items"]
        return [item["type"] for item in items if item["type"] == "account.signed_in_anew"]

    assert await wait_until(told, "the message") == ["account.signed_in_anew"]
    others = (await get(client, colleague, "/v1/inbox", limit=100))["items"]
    assert "account.signed_in_anew" not in {item["type"] for item in others}


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox / Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1", "Safari / iOS"),
        ("curl/8.5.0", "curl"),
        ("please visit evil.example", "—"),
        (None, "—"),
    ],
)
def test_a_program_is_named_in_words_of_ours(agent: str | None, name: str) -> None:
    assert program_name(agent) == name

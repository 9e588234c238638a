"""An address is confirmed by whoever reads its mail, signed in with the very account that bears it."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.accounts.models import EmailConfirmation, Invitation, User
from backend.core.database.columns import table_of
from backend.core.events.log import EVENT
from tests.scenarios.accounts import confirm_address, post_confirmation, register_confirmed
from tests.scenarios.email_links import confirmation_link, emails
from tests.scenarios.members import (
    PASSWORD,
    Member,
    add_member,
    new_email,
    post_sign_in,
    register_organisation,
    registration_body,
    sign_in,
    sign_in_platform,
    verify_organisation,
)

pytestmark = pytest.mark.both_databases

ASKED = "account.email_confirmation_asked"


async def register_at(
    client: httpx.AsyncClient, address: str, password: str, *, verified: bool = False, kind: str = "university"
) -> Member:
    """Return the owner of another organisation whose account bears the address."""
    body = registration_body(kind)
    body["member"] |= {"email": address, "password": password}
    answer = await client.post("/v1/organisations", json=body)
    assert answer.status_code == 201, answer.text
    if verified:
        await verify_organisation(client, answer.json()["id"])
    return await sign_in(client, address, password, organisation_id=answer.json()["id"])


async def me(client: httpx.AsyncClient, who: Member) -> dict[str, Any]:
    """Return the account."""
    return dict((await client.get("/v1/me", headers=who.headers)).json())


async def change_address(client: httpx.AsyncClient, who: Member, address: str, password: str = PASSWORD) -> int:
    """Return the status of the answer to another address."""
    body = {"email": address, "current_password": password}
    return (await client.put("/v1/me/email", json=body, headers=who.headers)).status_code


async def invite(client: httpx.AsyncClient, owner: Member, address: str) -> dict[str, Any]:
    """Return the invitation of the address."""
    place = f"/v1/organisations/{owner.organisation_id}/invitations"
    answer = await client.post(place, json={"email": address, "role": "editor"}, headers=owner.headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_registering_sends_a_link_that_confirms_the_address_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client, verified=False)
    assert (await me(client, owner))["email_confirmed_at"] is None
    (sent,) = await emails(app, ASKED, owner.user_email)
    mine = (await me(client, owner))["user_id"]
    assert mine in sent.text
    shown = await client.get(sent.link)
    assert shown.status_code == 200, shown.text
    assert (shown.json()["email"], shown.json()["user_id"], shown.json()["is_change"]) == (
        owner.user_email, mine, False,
    )  # fmt: skip
    assert (await me(client, owner))["email_confirmed_at"] is None, "a look changes nothing"
    assert (await post_confirmation(client, owner, sent.link)).status_code == 204
    assert (await me(client, owner))["email_confirmed_at"] is not None
    again = await post_confirmation(client, owner, sent.link)
    assert (again.status_code, again.json()["code"]) == (404, "email_confirmation_not_found")
    assert await emails(app, ASKED, owner.user_email) == [], "nothing is written any more"
    asked = await client.post("/v1/me/email-confirmation", headers=owner.headers)
    assert (asked.status_code, asked.json()["code"]) == (409, "email_already_confirmed")


async def test_neither_a_stranger_nor_another_account_confirms(app: FastAPI, client: httpx.AsyncClient) -> None:
    """Whoever registers with another's address cannot have that other confirm it by a click."""
    victim = await register_organisation(client, verified=False)
    attacker = await register_at(client, victim.user_email, "the attacker's password")
    links = [one.link for one in await emails(app, ASKED, victim.user_email)]
    assert len(links) == 2
    nobody = await post_confirmation(client, None, links[1])
    assert nobody.status_code == 401
    refused = await post_confirmation(client, victim, links[1])
    assert (refused.status_code, refused.json()["code"]) == (403, "email_confirmation_of_another_account")
    assert "cure" in refused.json()
    for who in (victim, attacker):
        assert (await me(client, who))["email_confirmed_at"] is None
    changed = links[1][:-1] + ("A" if links[1][-1] != "A" else "B")
    assert (await client.get(changed)).status_code == 404


async def test_no_table_and_no_event_holds_the_token_of_a_link(app: FastAPI, client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client, verified=False)
    token = (await confirmation_link(app, owner.user_email)).rpartition("/")[2]
    async with app.state.database.read() as session:
        events = (await session.execute(sa.select(EVENT.c.data).where(EVENT.c.type == ASKED))).all()
        rows = (await session.execute(sa.select(table_of(EmailConfirmation)))).all()
    assert token not in str(events)
    assert token not in str(rows)
    assert owner.user_email not in str(events)


async def test_confirming_ends_the_other_accounts_that_never_confirmed_the_address(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner = await register_organisation(client, verified=False)
    other = await register_at(client, owner.user_email, "another's password")
    body = {"name": "k", "scopes": ["catalogue:read"], "role": "editor"}
    key = (await client.post("/v1/api-keys", json=body, headers=other.headers)).json()
    seat = await invite(client, other, new_email())
    their_link = (await emails(app, ASKED, owner.user_email))[1].link
    await confirm_address(app, client, owner)
    assert (await client.get("/v1/me", headers=other.headers)).status_code == 401
    assert (await client.get("/v1/me", headers={"Authorization": f"Bearer {key['secret']}"})).status_code == 401
    assert (await client.post(f"/v1/invitations/{seat['token']}/acceptance", json={})).status_code in (404, 422)
    assert (await client.get(f"/v1/invitations/{seat['token']}")).status_code == 404
    assert (await post_sign_in(client, owner.user_email, "another's password")).status_code == 400
    assert (await client.get(their_link)).status_code == 404
    assert (await me(client, owner))["email_confirmed_at"] is not None
    staff = await sign_in_platform(client)
    left = (await client.get(f"/v1/organisations/{other.organisation_id}", headers=staff.headers)).json()
    assert left["status"] == "refused"
    assert "only owner" in left["status_reason"]


async def test_who_alone_owns_a_verified_organisation_is_not_ended_by_a_stranger_s_click(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """An address mistyped by an honest owner is some stranger's: the organisation would be gone with the account."""
    honest = await register_organisation(client, verified=True)
    reader = await register_at(client, honest.user_email, "the reader's password")
    await confirm_address(app, client, reader)
    assert (await client.get("/v1/me", headers=honest.headers)).status_code == 200
    assert (await post_sign_in(client, honest.user_email, PASSWORD)).status_code == 200
    async with app.state.database.read() as session:
        of_kind = sa.select(EVENT).where(EVENT.c.type == "organisation.owner_address_taken")
        (told,) = (await session.execute(of_kind.where(EVENT.c.subject == honest.organisation_id))).all()
    staff = await sign_in_platform(client)
    assert {honest.organisation_id, staff.organisation_id} <= set(told.audience)
    own = (await client.post("/v1/me/email-confirmation", headers=honest.headers)).status_code
    assert own == 202
    refused = await post_confirmation(client, honest, await confirmation_link(app, honest.user_email))
    assert (refused.status_code, refused.json()["code"]) == (409, "email_confirmed_by_another_account")
    mine = new_email("honest")
    assert await change_address(client, honest, mine) == 202
    assert (await post_confirmation(client, honest, await confirmation_link(app, mine))).status_code == 204
    assert (await me(client, honest))["email"] == mine


async def test_of_two_accounts_that_confirm_an_address_at_once_one_has_it(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    for _ in range(3):
        first = await register_organisation(client, verified=False)
        second = await register_at(client, first.user_email, "the second one's password")
        links = [one.link for one in await emails(app, ASKED, first.user_email)]
        answers = await asyncio.gather(
            post_confirmation(client, first, links[0]), post_confirmation(client, second, links[1])
        )
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] == 204
        assert statuses[1] in (401, 404, 409)
        async with app.state.database.read() as session:
            confirmed = sa.select(table_of(User).c.id).where(
                table_of(User).c.email == first.user_email, table_of(User).c.email_confirmed_at.is_not(None)
            )
            assert len((await session.execute(confirmed)).all()) == 1


async def test_a_link_is_good_for_three_days_and_another_address_ends_what_waited(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner = await register_confirmed(app, client)
    first, second = new_email("first"), new_email("second")
    links = []
    for wanted in (first, second):
        assert await change_address(client, owner, wanted) == 202
        links.append(await confirmation_link(app, wanted))
    assert (await post_confirmation(client, owner, links[0])).status_code == 404
    table = table_of(EmailConfirmation)
    async with app.state.database.write() as session:
        past = app.state.clock.real() - timedelta(seconds=1)
        await session.execute(sa.update(table).where(table.c.email == second).values(expires_at=past))
    assert (await post_confirmation(client, owner, links[1])).status_code == 404
    assert await emails(app, ASKED, second) == []
    assert (await me(client, owner))["email"] == owner.user_email


async def test_a_member_who_only_claimed_the_address_leaves_a_verified_organisation_that_goes_on(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner = await register_organisation(client, verified=True)
    member = await add_member(client, owner)
    reader = await register_at(client, member.user_email, "the reader's password")
    await confirm_address(app, client, reader)
    assert (await client.get("/v1/me", headers=member.headers)).status_code == 401
    place = f"/v1/organisations/{owner.organisation_id}"
    items = (await client.get(f"{place}/members", headers=owner.headers)).json()["items"]
    assert [one["email"] for one in items] == [owner.user_email]
    assert (await client.get(place)).json()["status"] == "verified"
    async with app.state.database.read() as session:
        left = sa.select(EVENT.c.audience).where(EVENT.c.type == "member.left").order_by(EVENT.c.id.desc()).limit(1)
        assert (await session.scalars(left)).one() == [owner.organisation_id], "its members are told"


async def test_an_e_mail_is_written_in_the_language_in_which_it_was_asked_for(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    for language in ("en", "zh"):
        body = registration_body()
        answer = await client.post("/v1/organisations", json=body, headers={"Accept-Language": language})
        assert answer.status_code == 201
        (sent,) = await emails(app, ASKED, body["member"]["email"])
        assert sent.language == language


async def test_asking_again_is_bounded_for_the_account_and_for_the_mailbox(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner = await register_organisation(client, verified=False)
    asked = [await client.post("/v1/me/email-confirmation", headers=owner.headers) for _ in range(7)]
    assert [answer.status_code for answer in asked] == [202] * 5 + [429] * 2
    assert asked[-1].headers["retry-after"]
    flooded = new_email("flooded")
    for n in range(25):
        body = registration_body()
        body["member"] |= {"email": flooded, "password": f"password number {n}"}
        assert (await client.post("/v1/organisations", json=body)).status_code == 201
    assert len(await emails(app, ASKED, flooded)) == 20


async def test_another_address_counts_once_it_is_confirmed_and_the_present_one_is_told(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner = await register_confirmed(app, client)
    before, wanted = owner.user_email, new_email("wanted")
    assert await change_address(client, owner, wanted, "not the password") == 403
    assert await change_address(client, owner, wanted) == 202
    (warning,) = await emails(app, "account.email_change_asked", before)
    assert wanted not in warning.text
    shown = await me(client, owner)
    assert (shown["email"], shown["email_change"]) == (before, wanted)
    assert (await post_sign_in(client, wanted)).status_code == 400
    link = await confirmation_link(app, wanted)
    assert (await client.get(link)).json()["is_change"] is True
    assert (await post_confirmation(client, owner, link)).status_code == 204
    shown = await me(client, owner)
    assert (shown["email"], shown["email_change"]) == (wanted, None)
    assert (await post_sign_in(client, wanted)).status_code == 200
    assert (await post_sign_in(client, before)).status_code == 400


async def test_whether_a_wanted_address_is_known_is_not_told(app: FastAPI, client: httpx.AsyncClient) -> None:
    known, owner = await register_confirmed(app, client), await register_organisation(client)
    answers = []
    for wanted in (known.user_email, new_email()):
        body = {"email": wanted, "current_password": PASSWORD}
        answers.append(await client.put("/v1/me/email", json=body, headers=owner.headers))
    assert [answer.status_code for answer in answers] == [202, 202]
    assert [sorted(answer.json()) for answer in answers] == [["email", "expires_at"]] * 2
    assert ("event-id" in answers[0].headers) == ("event-id" in answers[1].headers)


async def test_an_invitation_by_e_mail_confirms_the_address_and_its_maker_s_token_does_not(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner = await register_organisation(client, verified=True)
    for by_email in (True, False):
        address = new_email("invited")
        seat = await invite(client, owner, address)
        (sent,) = await emails(app, "invitation.made", address)
        assert seat["token"] not in sent.link
        token = sent.link.rpartition("/")[2] if by_email else seat["token"]
        offered = (await client.get(f"/v1/invitations/{token}")).json()
        assert (offered["organisation_id"], offered["role"]) == (owner.organisation_id, "editor")
        taken = await client.post(f"/v1/invitations/{token}/acceptance", json={"name": "李示例", "password": PASSWORD})
        assert taken.status_code == 201, taken.text
        joined = await sign_in(client, address)
        assert ((await me(client, joined))["email_confirmed_at"] is not None) is by_email
        assert len(await emails(app, ASKED, address)) == (0 if by_email else 1)
        assert await emails(app, "invitation.made", address) == [], "a seat that is taken is offered no more"


async def test_an_e_mailed_invitation_taken_by_an_account_of_another_address_confirms_nothing(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner, other = await register_organisation(client), await register_organisation(client)
    address = new_email("invited")
    await invite(client, owner, address)
    (sent,) = await emails(app, "invitation.made", address)
    taken = await client.post(f"{sent.link}/acceptance", json={}, headers=other.headers)
    assert taken.status_code == 201, taken.text
    assert (await me(client, other))["email_confirmed_at"] is None


async def test_an_invitation_names_an_organisation_that_an_office_knows_and_no_other(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """Else anybody could have the platform send his words to any address."""
    body = registration_body(name="点击 evil.example 领奖")
    registered = (await client.post("/v1/organisations", json=body)).json()
    owner = await sign_in(client, body["member"]["email"])
    address = new_email("invited")
    await invite(client, owner, address)
    (sent,) = await emails(app, "invitation.made", address)
    assert "evil.example" not in sent.text
    assert registered["id"] in sent.text
    assert (await client.get(sent.link)).json()["organisation"] is None


async def test_the_owners_are_told_of_the_decision_with_its_reason_at_confirmed_addresses_alone(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner = await register_confirmed(app, client, verified=False)
    editor = await add_member(client, owner)
    await confirm_address(app, client, editor)
    unconfirmed = await register_organisation(client, verified=True)
    staff = await sign_in_platform(client)
    place = f"/v1/organisations/{owner.organisation_id}/verification"
    verdict = {"outcome": "refused", "reason": "执照看不清"}
    assert (await client.post(place, json=verdict, headers=staff.headers)).status_code == 200
    (refused,) = await emails(app, "organisation.refused", owner.user_email)
    assert "执照看不清" in refused.text
    assert (await client.post(place, json={"outcome": "verified"}, headers=staff.headers)).status_code == 200
    (verified,) = await emails(app, "organisation.verified", owner.user_email)
    assert verified.link == f"/v1/organisations/{owner.organisation_id}"
    assert await emails(app, "organisation.refused", owner.user_email) == [], "it stands otherwise by now"
    for address in (editor.user_email, unconfirmed.user_email):
        assert await emails(app, "organisation.verified", address) == []


async def test_an_invitation_keeps_no_more_than_before(app: FastAPI, client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client)
    seat = await invite(client, owner, new_email())
    (sent,) = [one for one in await emails(app, "invitation.made") if one.address == seat["email"]]
    async with app.state.database.read() as session:
        row = (
            await session.execute(sa.select(table_of(Invitation)).where(table_of(Invitation).c.id == seat["id"]))
        ).one()
    assert sent.link.rpartition("/")[2] not in str(row)

"""A password is guessed slowly, in whatever way, and who guesses keeps no rightful owner out."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import httpx
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import col

from backend.accounts.jobs import sweep
from backend.accounts.members.operators import reset_password
from backend.accounts.models import SignInPlace, User
from tests.accounts.places import at, ipv4, ipv6
from tests.scenarios.members import (
    PASSWORD,
    Member,
    new_email,
    post_sign_in,
    register_organisation,
    registration_body,
    sign_in,
)

WRONG = "not the right password"


async def register(client: httpx.AsyncClient, address: str, password: str) -> str:
    """Return the id of an organisation that a stranger registers with the address."""
    body = registration_body("bank")
    body["member"] |= {"email": address, "password": password}
    answer = await client.post("/v1/organisations", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def me(client: httpx.AsyncClient, who: Member) -> dict:
    return dict((await client.get("/v1/me", headers=who.headers)).json())


async def guess_elsewhere(app: FastAPI, address: str, guesses: int = 22) -> None:
    """Have somebody guess at the address from many places, until guesses are refused."""
    for n in range(guesses):
        async with at(app, ipv4()) as elsewhere:
            answer = await post_sign_in(elsewhere, address, f"guess number {n}")
    assert answer.status_code == 429


async def test_registering_with_a_guess_tells_nothing_of_the_account_that_is_there(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    known = await register_organisation(client, verified=False)
    own = (await me(client, known))["user_id"]
    async with at(app, ipv4()) as stranger:
        for guess in (*(f"guess number {n}" for n in range(14)), PASSWORD):
            made = await register(stranger, known.user_email, guess)
            landed = await sign_in(stranger, known.user_email, guess)
            assert landed.organisation_id == made, "also with the right guess it gets what it made itself"
            assert (await me(stranger, landed))["user_id"] != own
    assert [m["organisation_id"] for m in (await me(client, known))["memberships"]] == [known.organisation_id]
    assert (await sign_in(client, known.user_email)).organisation_id == known.organisation_id


async def test_accounts_made_before_the_owner_s_are_no_way_to_guess_at_it(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    address = new_email()
    async with at(app, ipv4()) as there:
        for n in range(14):
            await register(there, address, f"guess number {n}")
    await register(client, address, PASSWORD)
    async with at(app, ipv4()) as stranger:
        statuses = [(await post_sign_in(stranger, address, f"guess number {n}")).status_code for n in range(14)]
    assert statuses == [200] * 11 + [429] * 3, "each that opens another account was a guess at the owner's"


async def test_an_account_alone_at_its_place_signs_in_as_often_as_it_likes(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    member = await register_organisation(client, verified=False)
    async with at(app, ipv4()) as office:
        for _ in range(15):
            assert (await post_sign_in(office, member.user_email)).status_code == 200


async def test_an_organisation_chooses_among_accounts_of_one_address_and_password(client: httpx.AsyncClient) -> None:
    first = await register_organisation(client, verified=False)
    second = await register(client, first.user_email, PASSWORD)
    third = await register(client, first.user_email, "a password of its own")
    for organisation_id in (first.organisation_id, second, first.organisation_id):
        who = await sign_in(client, first.user_email, organisation_id=organisation_id)
        assert [m["organisation_id"] for m in (await me(client, who))["memberships"]] == [organisation_id]
    assert (await sign_in(client, first.user_email, "a password of its own")).organisation_id == third
    refused = await post_sign_in(client, first.user_email, organisation_id=third)
    assert (refused.status_code, refused.json()["code"]) == (400, "no_membership")


async def test_its_own_password_is_changed_also_where_an_elder_account_has_the_same(client: httpx.AsyncClient) -> None:
    elder = await register_organisation(client, verified=False)
    other = await register(client, elder.user_email, PASSWORD)
    younger = await sign_in(client, elder.user_email, organisation_id=other)
    body = {"current_password": PASSWORD, "password": "an even longer sentence"}
    assert (await client.put("/v1/me/password", json=body, headers=younger.headers)).status_code == 204
    assert (await sign_in(client, elder.user_email)).organisation_id == elder.organisation_id


async def test_every_way_to_compare_a_password_counts_in_one_counter(client: httpx.AsyncClient) -> None:
    member, host = await register_organisation(client, verified=False), await register_organisation(client)

    async def sign_in() -> int:
        return (await post_sign_in(client, member.user_email, WRONG)).status_code

    async def change() -> int:
        body = {"current_password": WRONG, "password": "an even longer sentence"}
        return (await client.put("/v1/me/password", json=body, headers=member.headers)).status_code

    async def accept() -> int:
        seat = {"email": member.user_email, "role": "viewer"}
        there = f"/v1/organisations/{host.organisation_id}/invitations"
        token = (await client.post(there, json=seat, headers=host.headers)).json()["token"]
        body = {"name": "王示例", "password": f"{WRONG} {token}"}
        return (await client.post(f"/v1/invitations/{token}/acceptance", json=body)).status_code

    for _ in range(3):
        assert [await sign_in(), await change(), await accept()] == [400, 403, 201]
    assert [await sign_in(), await change()] == [400, 403]
    assert [await sign_in(), await change(), await accept()] == [429] * 3
    assert (await post_sign_in(client, member.user_email)).status_code == 429


async def test_guesses_made_elsewhere_keep_nobody_out_of_the_place_where_it_signs_in(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    member = await register_organisation(client, verified=False)
    line = ipv6()
    async with at(app, f"{line}::1") as home:
        await sign_in(home, member.user_email)
    await guess_elsewhere(app, member.user_email)
    async with at(app, ipv4()) as elsewhere:
        refused = await post_sign_in(elsewhere, member.user_email)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_guesses"), "the right password, too"
    async with at(app, f"{line}:1:2:3:4") as home:
        assert (await post_sign_in(home, member.user_email)).status_code == 200
    assert (await post_sign_in(client, member.user_email)).status_code == 200, "where it registered"
    async with at(app, ipv4()) as elsewhere:
        assert (await post_sign_in(elsewhere, member.user_email)).status_code == 429, "the guesses still count"


async def test_at_its_own_place_its_own_tries_count(app: FastAPI, client: httpx.AsyncClient) -> None:
    member = await register_organisation(client, verified=False)
    for _ in range(11):
        assert (await post_sign_in(client, member.user_email, WRONG)).status_code == 400
    assert (await post_sign_in(client, member.user_email)).status_code == 429
    async with at(app, ipv4()) as elsewhere:
        assert (await post_sign_in(elsewhere, member.user_email)).status_code == 200


async def test_nobody_but_who_knows_the_password_learns_where_an_account_signs_in(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    member, unknown = await register_organisation(client, verified=False), new_email()
    answers = []
    for address in (member.user_email, unknown):
        await guess_elsewhere(app, address)
        answers.append(await post_sign_in(client, address, WRONG))  # at the place where the member signs in
    assert [a.status_code for a in answers] == [429, 429]
    assert answers[0].json() == answers[1].json()
    async with app.state.database.read() as session:
        asked = sa.select(col(SignInPlace.place), col(User.email)).join(User, col(User.id) == col(SignInPlace.user_id))
        kept = {(place, email) for place, email in await session.execute(asked)}
    assert {len(place) for place, _ in kept} == {16}, "keyed hashes alone are kept"
    assert len({place for place, _ in kept}) == len(kept), "which no two addresses share"


async def test_guesses_at_its_own_account_from_its_own_place_open_no_other(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    known = await register_organisation(client, verified=False)
    async with at(app, ipv4()) as stranger:
        made = await register(stranger, known.user_email, "a stranger's own password")
        await guess_elsewhere(app, known.user_email)
        assert (await post_sign_in(stranger, known.user_email)).status_code == 429, "not this account's place"
        landed = await sign_in(stranger, known.user_email, "a stranger's own password")
        assert landed.organisation_id == made


async def test_a_new_password_forgets_the_places_of_the_old_one(app: FastAPI, client: httpx.AsyncClient) -> None:
    member, new = await register_organisation(client, verified=False), "an even longer sentence"
    async with at(app, ipv4()) as thief, at(app, ipv4()) as home:
        await sign_in(thief, member.user_email)
        link = await reset_password(app.state.database, member.user_email, datetime.now(UTC))
        assert (await home.post(f"/v1/password-resets/{link}", json={"password": new})).status_code == 204
        await guess_elsewhere(app, member.user_email)
        assert (await post_sign_in(thief, member.user_email, new)).status_code == 429
        assert (await post_sign_in(home, member.user_email, new)).status_code == 200


async def test_the_latest_twenty_places_are_known_and_each_for_ninety_days(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    member = await register_organisation(client, verified=False)
    for _ in range(21):
        async with at(app, ipv4()) as somewhere:
            await asyncio.sleep(0.001)
            answer = await post_sign_in(somewhere, member.user_email)
            assert answer.status_code in (200, 429)
    database = app.state.database
    mine = sa.select(col(User.id)).where(col(User.email) == member.user_email).scalar_subquery()

    async def known() -> int:
        async with database.read() as session:
            asked = sa.select(sa.func.count()).select_from(SignInPlace).where(col(SignInPlace.user_id) == mine)
            return int((await session.execute(asked)).scalar_one())

    assert await known() == 20
    for days, left in ((89, 20), (91, 0)):
        async with database.write() as session:
            moved = database.clock.real() - timedelta(days=days)
            await session.execute(sa.update(SignInPlace).where(col(SignInPlace.user_id) == mine).values(last_at=moved))
        await sweep(database, datetime.now(UTC))
        assert await known() == left


async def test_a_right_sign_in_takes_back_no_wait_that_others_caused(client: httpx.AsyncClient) -> None:
    member = await register_organisation(client, verified=False)
    for n in range(9):
        await post_sign_in(client, member.user_email, f"guess number {n}")
    statuses = Counter[int]()
    for n in range(3):
        tries = [PASSWORD, *(f"guess {n} {k}" for k in range(4))]
        answers = await asyncio.gather(*(post_sign_in(client, member.user_email, one) for one in tries))
        statuses.update(a.status_code for a in answers)
    assert statuses[400] <= 2, "nobody guesses on beside a right sign-in"

import asyncio
from datetime import UTC, datetime

import httpx
import pytest
import sqlalchemy as sa

from backend.accounts.errors import OperatorExists, SeveralAccounts
from backend.accounts.jobs import sweep
from backend.accounts.members.operators import create_operator, reset_password
from backend.core.errors import Malformed, NotFound
from backend.core.events.log import EVENT
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
)
from tests.scenarios.requests import get

NEW = "an even longer sentence"


async def change(client: httpx.AsyncClient, who: Member, old: str, new: str = NEW) -> httpx.Response:
    body = {"current_password": old, "password": new}
    return await client.put("/v1/me/password", json=body, headers=who.headers)


async def reset(client: httpx.AsyncClient, token: str, password: str = NEW) -> httpx.Response:
    return await client.post(f"/v1/password-resets/{token}", json={"password": password})


async def test_a_changed_password_ends_every_other_sign_in(client):
    here = await register_organisation(client, verified=False)
    elsewhere = await sign_in(client, here.user_email)
    assert (await change(client, here, PASSWORD)).status_code == 204
    assert (await client.get("/v1/me", headers=here.headers)).status_code == 200
    assert (await client.get("/v1/me", headers=elsewhere.headers)).status_code == 401
    assert (await post_sign_in(client, here.user_email)).status_code == 400
    assert (await post_sign_in(client, here.user_email, NEW)).status_code == 200


async def test_a_password_is_changed_only_by_who_knows_it_and_guessing_is_slowed(client):
    member = await register_organisation(client, verified=False)
    statuses = [(await change(client, member, f"guess number {n}")).status_code for n in range(12)]
    assert statuses == [403] * 11 + [429]
    assert (await client.put("/v1/me/password", json={"current_password": "x", "password": NEW})).status_code == 401
    weak = await change(client, await register_organisation(client, verified=False), PASSWORD, "1234567890")
    assert weak.json()["errors"][0]["code"] == "password_too_common"


async def test_the_answer_to_a_reset_request_is_the_same_for_every_address(client):
    known = await register_organisation(client, verified=False)
    answers = [
        await client.post("/v1/password-resets", json={"email": address}) for address in (known.user_email, new_email())
    ]
    assert [a.status_code for a in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()


async def test_an_operator_s_reset_works_once_and_ends_every_sign_in(client, app):
    member = await register_organisation(client, verified=False)
    database = app.state.database
    other = await reset_password(database, member.user_email, datetime.now(UTC))
    token = await reset_password(database, member.user_email, datetime.now(UTC))
    assert (await reset(client, token, "short")).status_code == 422
    answers = await asyncio.gather(*(reset(client, token) for _ in range(3)))
    assert sorted(a.status_code for a in answers) == [204, 404, 404]
    assert (await reset(client, other)).json()["code"] == "password_reset_not_found"
    assert (await client.get("/v1/me", headers=member.headers)).status_code == 401
    assert (await post_sign_in(client, member.user_email, NEW)).status_code == 200


async def test_a_new_password_ends_the_links_for_one_that_were_made_before(client, app):
    member = await register_organisation(client, verified=False)
    link = await reset_password(app.state.database, member.user_email, datetime.now(UTC))
    assert (await change(client, member, PASSWORD)).status_code == 204
    assert (await reset(client, link, "whoever kept the link")).json()["code"] == "password_reset_not_found"
    assert (await post_sign_in(client, member.user_email, NEW)).status_code == 200


async def test_a_change_and_a_reset_at_once_leave_one_password_and_end_each_other_s_sign_ins(client, app):
    member = await register_organisation(client, verified=False)
    for n in range(3):
        old, changed_to = (PASSWORD if n == 0 else f"changed in round {n - 1}"), f"changed in round {n}"
        link = await reset_password(app.state.database, member.user_email, datetime.now(UTC))
        here = await sign_in(client, member.user_email, old)
        answers = await asyncio.gather(
            change(client, here, old, changed_to), reset(client, link, f"reset in round {n}")
        )
        statuses = [a.status_code for a in answers]
        assert statuses in ([204, 404], [403, 204], [401, 204], [204, 204]), statuses
        won = f"reset in round {n}" if statuses[1] == 204 else changed_to
        assert (await post_sign_in(client, member.user_email, won)).status_code == 200
        if won != changed_to:
            again = await reset_password(app.state.database, member.user_email, datetime.now(UTC))
            assert (await reset(client, again, changed_to)).status_code == 204


async def test_a_reset_names_the_account_where_an_address_has_several(client, app):
    member = await register_organisation(client, verified=False)
    body = registration_body("bank")
    body["member"] |= {"email": member.user_email, "password": "a second account's password"}
    await client.post("/v1/organisations", json=body)
    user_id = (await client.get("/v1/me", headers=member.headers)).json()["user_id"]
    database = app.state.database
    with pytest.raises(SeveralAccounts) as found:
        await reset_password(database, member.user_email, datetime.now(UTC))
    assert user_id in str(found.value.facts["accounts"])
    assert (await reset(client, await reset_password(database, user_id, datetime.now(UTC)))).status_code == 204
    assert (await post_sign_in(client, member.user_email, NEW)).status_code == 200
    assert (await post_sign_in(client, member.user_email, "a second account's password")).status_code == 200
    with pytest.raises(NotFound):
        await reset_password(database, new_email(), datetime.now(UTC))


async def test_there_is_one_first_member_of_the_platform(client, app):
    staff = await sign_in_platform(client)
    assert (await client.get("/v1/me", headers=staff.headers)).json()["kind"] == "platform"
    with pytest.raises(OperatorExists):
        await create_operator(app.state.database, new_email(), "Second", PASSWORD, datetime.now(UTC))
    with pytest.raises(Malformed):
        await create_operator(app.state.database, new_email(), "Second", "short", datetime.now(UTC))
    invited = await add_member(client, staff, "viewer")
    assert invited.organisation_id == staff.organisation_id


async def test_sign_ins_are_listed_and_ended_one_by_one_or_all_but_the_present(client):
    first = await register_organisation(client, verified=False)
    second, third = [await sign_in(client, first.user_email) for _ in range(2)]
    found = (await client.get("/v1/me/sessions", headers=first.headers)).json()["items"]
    assert [s["current"] for s in found].count(True) == 1
    assert len(found) == 3
    mine = (await client.get("/v1/me/sessions", headers=second.headers)).json()["items"]
    here = next(s["id"] for s in mine if s["current"])
    other = await register_organisation(client, verified=False)
    assert (await client.delete(f"/v1/me/sessions/{here}", headers=other.headers)).status_code == 404
    assert (await client.delete(f"/v1/me/sessions/{here}", headers=first.headers)).status_code == 204
    assert (await client.get("/v1/me", headers=second.headers)).status_code == 401
    assert (await client.delete("/v1/me/sessions", headers=first.headers)).status_code == 204
    assert (await client.get("/v1/me", headers=third.headers)).status_code == 401
    assert (await client.get("/v1/me", headers=first.headers)).status_code == 200


async def test_sign_ins_are_listed_by_pages_with_program_and_last_use(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)
    for _ in range(3):
        await sign_in(client, who.user_email)
    found, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = await get(client, who, "/v1/me/sessions", **query)
        found += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert len({one["id"] for one in found}) == 4
    assert [one["current"] for one in found].count(True) == 1
    assert all(one["agent"] and one["last_used_at"] >= one["created_at"] for one in found)


async def test_the_sweep_removes_nothing_that_still_counts(client, app):
    member = await register_organisation(client, verified=False)
    await sweep(app.state.database, datetime.now(UTC))
    assert (await client.get("/v1/me", headers=member.headers)).status_code == 200


async def test_no_address_and_no_name_of_a_person_is_in_the_stream(client, app):
    owner = await register_organisation(client, "individual", name="张三示例")
    await add_member(client, owner)
    async with app.state.database.read() as session:
        rows = (await session.execute(sa.select(EVENT.c.type, EVENT.c.data, EVENT.c.subject))).all()
    assert {"organisation.registered", "organisation.verified", "invitation.made", "member.joined"} <= {
        r.type for r in rows
    }
    said = str(rows)
    assert not any(personal in said for personal in ("张三", "李示例", "@", owner.user_email))

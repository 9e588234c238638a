"""A person fetches all that is kept about him, and has his account erased."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.accounts.models import Member as MemberRow
from backend.accounts.models import SignInSession, User
from backend.core.consistency import Line, Site
from backend.core.database.columns import table_of
from backend.core.events.log import EVENT
from backend.core.ids import new_id
from backend.core.personal_data import NOBODY
from backend.fsck.run import checks_of
from tests.scenarios.accounts import register_confirmed
from tests.scenarios.files import upload_evidence
from tests.scenarios.licences import take_licence
from tests.scenarios.members import (
    PASSWORD,
    Member,
    add_member,
    find_party,
    post_sign_in,
    register_organisation,
    sign_in,
    sign_in_platform,
)

pytestmark = pytest.mark.both_databases


async def data_of(client: httpx.AsyncClient, who: Member) -> dict[str, list[dict[str, Any]]]:
    """Return what is kept about the person, by place."""
    answer = await client.get("/v1/me/data", headers=who.headers)
    assert answer.status_code == 200, answer.text
    return {section["name"]: section["items"] for section in answer.json()["sections"]}


async def erase(client: httpx.AsyncClient, who: Member, password: str = PASSWORD, tag: str = "*") -> httpx.Response:
    """Return the answer to the erasure of the account."""
    headers = who.headers | {"If-Match": tag}
    return await client.request("DELETE", "/v1/me", json={"current_password": password}, headers=headers)


async def my_id(client: httpx.AsyncClient, who: Member) -> str:
    """Return the account's id."""
    return str((await client.get("/v1/me", headers=who.headers)).json()["user_id"])


async def test_a_person_is_given_all_that_is_kept_about_him_and_nothing_of_others(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner = await register_confirmed(app, client)
    other = await add_member(client, owner)
    file_id = await upload_evidence(client, owner)
    mine = await my_id(client, owner)
    data = await data_of(client, owner)
    assert data["account_user.id"][0]["email"] == owner.user_email
    assert "password_hash" not in data["account_user.id"][0]
    assert [one["id"] for one in data["file.uploaded_by"]] == [file_id]
    assert len(data["sign_in_session.user_id"]) == 1
    assert {one["type"] for one in data["event.actor"]} >= {"invitation.made", "file.uploaded"}
    whole = (await client.get("/v1/me/data", headers=owner.headers)).text
    assert mine in whole
    assert other.user_email not in whole
    assert (await client.get("/v1/me/data")).status_code == 401


async def test_what_went_to_an_address_that_the_account_never_proved_is_not_given_to_it(
    client: httpx.AsyncClient,
) -> None:
    """Else whoever registers with another's address would learn who invited that other."""
    inviting, victim = await register_organisation(client), await register_organisation(client)
    place = f"/v1/organisations/{inviting.organisation_id}/invitations"
    body = {"email": victim.user_email, "role": "viewer"}
    assert (await client.post(place, json=body, headers=inviting.headers)).status_code == 201
    assert (await data_of(client, victim))["invitation.email"] == []


async def test_what_fills_many_pages_is_given_whole_and_each_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client)
    at = app.state.clock.real()
    mine = await my_id(client, owner)
    times = dict.fromkeys(("created_at", "last_used_at", "expires_at"), at)
    rows: list[dict[str, Any]] = [{"id": new_id("ses"), "user_id": mine, **times} for _ in range(1_200)]
    async with app.state.database.write() as session:
        await session.execute(sa.insert(table_of(SignInSession)), rows)
    given = [one["id"] for one in (await data_of(client, owner))["sign_in_session.user_id"]]
    assert len(given) == len(set(given)) == 1_201
    assert {row["id"] for row in rows} <= set(given)


async def test_fetching_is_bounded(client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client)
    answers = [await client.get("/v1/me/data", headers=owner.headers) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]


async def test_an_erased_account_is_nobody_s_and_what_is_kept_says_why_and_until_when(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    owner = await register_confirmed(app, client)
    member = await add_member(client, owner)
    elsewhere = await sign_in(client, member.user_email)
    erased = await my_id(client, member)
    await upload_evidence(client, member)
    body = {"name": "k", "scopes": ["catalogue:read"], "role": "editor"}
    key = (await client.post("/v1/api-keys", json=body, headers=member.headers)).json()
    wrong = await erase(client, member, "not the password")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    no_tag = await client.request("DELETE", "/v1/me", json={"current_password": PASSWORD}, headers=member.headers)
    assert no_tag.status_code == 428
    assert (await erase(client, member, tag='"999.0000000000000000"')).status_code == 412
    done = await erase(client, member)
    assert done.status_code == 200, done.text
    kept = {one["name"]: one for one in done.json()["kept"]}
    assert {"file.uploaded_by", "member.user_id", "event.actor", "api_key.created_by"} <= kept.keys()
    assert all(one["why"] and one["until"] for one in kept.values())
    assert "sign_in_session.user_id" in done.json()["erased"]
    for token in (member.token, elsewhere.token, key["secret"]):
        assert (await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).status_code == 401
    assert (await post_sign_in(client, member.user_email)).status_code == 400
    seen = (await client.get(f"/v1/organisations/{owner.organisation_id}/members", headers=owner.headers)).json()
    assert [one["email"] for one in seen["items"]] == [owner.user_email]
    async with app.state.database.read() as session:
        row = (await session.execute(sa.select(table_of(User)).where(table_of(User).c.id == erased))).one()
        events = str((await session.execute(sa.select(EVENT.c.data, EVENT.c.subject, EVENT.c.actor))).all())
    assert (row.name, row.email) == ("erased person", f"{erased}@erased.invalid")
    assert member.user_email not in events
    assert (await post_sign_in(client, row.email)).status_code == 400
    again = await client.post("/v1/organisations", json=_registration(member.user_email))
    assert again.status_code == 201, "the address is free again"


def _registration(address: str) -> dict[str, Any]:
    return {
        "kind": "individual",
        "name": "李示例",
        "member": {"email": address, "name": "李示例", "password": PASSWORD},
    }


async def test_an_erasure_twice_at_once_happens_once(client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client)
    member = await add_member(client, owner)
    answers = await asyncio.gather(*(erase(client, member) for _ in range(3)))
    assert min(answer.status_code for answer in answers) == 200
    assert {answer.status_code for answer in answers} <= {200, 401, 403}
    assert [answer.status_code for answer in answers].count(200) == 1


async def test_the_last_owner_of_others_organisation_is_told_the_way_out(client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client)
    member = await add_member(client, owner)
    refused = await erase(client, owner)
    assert (refused.status_code, refused.json()["code"]) == (409, "erasure_not_possible")
    assert [one["code"] for one in refused.json()["reasons"]] == ["last_owner"]
    assert refused.json()["reasons"][0]["cure"]
    place = f"/v1/organisations/{owner.organisation_id}/members"
    items = (await client.get(place, headers=owner.headers)).json()["items"]
    other = next(one["id"] for one in items if one["email"] == member.user_email)
    promoted = await client.patch(f"{place}/{other}", json={"role": "owner"}, headers=owner.headers | {"If-Match": "*"})
    assert promoted.status_code == 200
    assert (await erase(client, owner)).status_code == 200
    assert (await client.get("/v1/me", headers=member.headers)).status_code == 200


async def test_living_licences_and_declarations_keep_the_last_owner(client: httpx.AsyncClient) -> None:
    licensor, licensee, _, _ = await take_licence(client)
    for who, codes in ((licensor, {"licences_live", "open_licences_live"}), (licensee, {"licences_live"})):
        refused = await erase(client, who)
        assert refused.status_code == 409
        assert codes <= {one["code"] for one in refused.json()["reasons"]}
        assert (await client.get("/v1/me", headers=who.headers)).status_code == 200


async def test_the_organisation_of_a_single_person_ends_with_the_account_and_loses_the_name(
    client: httpx.AsyncClient,
) -> None:
    person = await register_organisation(client, "individual", name="王小明")
    party_id = await find_party(client, person)
    data = await data_of(client, person)
    assert [one["name"] for one in (*data["organisation.id"], *data["party.organisation_id"])] == ["王小明"] * 2
    assert (await erase(client, person)).status_code == 200
    assert (await client.get(f"/v1/organisations/{person.organisation_id}")).status_code == 404
    staff = await sign_in_platform(client)
    for place in (f"/v1/organisations/{person.organisation_id}", f"/v1/parties/{party_id}"):
        left = await client.get(place, headers=staff.headers)
        assert left.status_code == 200, left.text
        assert "王小明" not in left.text
        assert left.json()["name"] == "erased person"


async def differences(app: FastAPI, *names: str) -> list[str]:
    """Return what `patentmart fsck` finds wrong in its checks with these names."""
    site = Site(app.state.database, app.state.search, app.state.blobs, repair=False, follows=True)
    checks = dict(checks_of(app.state.registry))
    lines = [Line(name) for name in names]
    for line in lines:
        await checks[line.check](site, line)
    return [example for line in lines for example in line.examples]


async def test_once_its_time_is_over_the_id_itself_goes(app: FastAPI, client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client)
    member = await add_member(client, owner)
    await upload_evidence(client, member)
    erased = await my_id(client, member)
    assert (await erase(client, member)).status_code == 200
    users = table_of(User)
    sweep = app.state.registry.sweeps[0]
    for days, ids in ((3649, erased), (3651, NOBODY)):
        async with app.state.database.write() as session:
            at = app.state.clock.real() - timedelta(days=days)
            await session.execute(sa.update(users).where(users.c.id == erased).values(erased_at=at))
        await sweep(app.state.database, app.state.clock.now())
        members = table_of(MemberRow)
        async with app.state.database.read() as session:
            statement = sa.select(members.c.user_id).where(members.c.organisation_id == owner.organisation_id)
            assert ids in set(await session.scalars(statement.where(members.c.ended_at.is_not(None))))
            gone = sa.select(users.c.id).where(users.c.id == erased)
            assert ((await session.scalars(gone)).first() is None) is (ids == NOBODY)
        assert await differences(app, "references", "erased accounts") == []

import asyncio

import httpx
import pytest

from tests.scenarios.members import (
    PASSWORD,
    Member,
    add_member,
    new_email,
    post_sign_in,
    register_organisation,
    sign_in,
)


async def invite(client: httpx.AsyncClient, owner: Member, address: str, role: str = "editor") -> httpx.Response:
    return await client.post(
        f"/v1/organisations/{owner.organisation_id}/invitations",
        json={"email": address, "role": role},
        headers=owner.headers,
    )


async def accept(client: httpx.AsyncClient, token: str, password: str = PASSWORD, **headers: str):
    body = {} if headers else {"name": "李示例", "password": password}
    return await client.post(f"/v1/invitations/{token}/acceptance", json=body, headers=headers)


async def members(client: httpx.AsyncClient, who: Member) -> dict[str, dict]:
    answer = await client.get(f"/v1/organisations/{who.organisation_id}/members", headers=who.headers)
    return {m["email"]: m for m in answer.json()["items"]}


async def address_of(client: httpx.AsyncClient, who: Member) -> str:
    found = (await members(client, who))[who.user_email]
    return f"/v1/organisations/{who.organisation_id}/members/{found['id']}"


async def leave(client: httpx.AsyncClient, who: Member) -> httpx.Response:
    return await client.delete(await address_of(client, who), headers=who.headers | {"If-Match": "*"})


async def test_an_invited_person_joins_with_the_role_it_was_offered(client):
    owner = await register_organisation(client, verified=False)
    address = new_email()
    invited = await invite(client, owner, address, "viewer")
    assert invited.status_code == 201
    joined = await accept(client, invited.json()["token"])
    assert joined.status_code == 201
    assert joined.json()["role"] == "viewer"
    member = await sign_in(client, address)
    assert member.organisation_id == owner.organisation_id
    assert (await client.get(joined.headers["location"], headers=member.headers)).json()["email"] == address


async def test_the_token_shows_once_even_when_the_request_is_repeated(client):
    owner = await register_organisation(client, verified=False)
    headers = owner.headers | {"Idempotency-Key": new_email()}
    address = f"/v1/organisations/{owner.organisation_id}/invitations"
    body = {"email": new_email(), "role": "editor"}
    first = await client.post(address, json=body, headers=headers)
    again = await client.post(address, json=body, headers=headers)
    assert first.json()["token"]
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["token"] is None
    assert [i["token"] for i in (await client.get(address, headers=owner.headers)).json()["items"]] == [None]


async def test_an_invitation_taken_by_many_at_once_seats_one(client):
    owner = await register_organisation(client, verified=False)
    token = (await invite(client, owner, new_email())).json()["token"]
    answers = await asyncio.gather(*(accept(client, token, f"password of person {n}") for n in range(4)))
    assert sorted(a.status_code for a in answers) == [201, 404, 404, 404]
    assert len(await members(client, owner)) == 2


async def test_an_invitation_tells_nobody_whether_the_address_is_known(client):
    owner, known = await register_organisation(client, verified=False), await register_organisation(client)
    answers = []
    for address in (known.user_email, new_email()):
        invited = await invite(client, owner, address)
        assert invited.status_code == 201
        answers.append(await accept(client, invited.json()["token"], "not the known one's password"))
    assert [a.status_code for a in answers] == [201, 201]
    assert [a.json()["name"] for a in answers] == ["李示例", "李示例"]
    me = (await client.get("/v1/me", headers=known.headers)).json()
    assert [m["organisation_id"] for m in me["memberships"]] == [known.organisation_id]


async def test_a_person_with_an_account_joins_with_its_password_or_signed_in(client):
    owner = await register_organisation(client, verified=False)
    by_password, by_token = await register_organisation(client), await register_organisation(client)
    first = (await invite(client, owner, by_password.user_email)).json()["token"]
    second = (await invite(client, owner, new_email())).json()["token"]
    assert (await accept(client, first)).status_code == 201
    assert (await accept(client, second, Authorization=by_token.headers["Authorization"])).status_code == 201
    for who in (by_password, by_token):
        memberships = (await client.get("/v1/me", headers=who.headers)).json()["memberships"]
        assert [m["organisation_id"] for m in memberships] == [who.organisation_id, owner.organisation_id]


async def test_nobody_joins_twice_and_a_withdrawn_invitation_is_good_for_nothing(client):
    owner = await register_organisation(client, verified=False)
    token = (await invite(client, owner, owner.user_email)).json()["token"]
    refused = await accept(client, token)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_member")
    invitation = (await invite(client, owner, new_email())).json()
    address = f"/v1/organisations/{owner.organisation_id}/invitations/{invitation['id']}"
    assert (await client.delete(address, headers=owner.headers)).status_code == 204
    assert (await client.delete(address, headers=owner.headers)).status_code == 404
    assert (await accept(client, invitation["token"])).json()["code"] == "invitation_not_found"


async def test_only_an_owner_invites_and_changes_roles(client):
    owner = await register_organisation(client, verified=False)
    editor = await add_member(client, owner)
    assert (await invite(client, editor, new_email())).status_code == 403
    answer = await client.patch(
        await address_of(client, editor), json={"role": "owner"}, headers=editor.headers | {"If-Match": "*"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")
    answer = await client.delete(await address_of(client, owner), headers=editor.headers | {"If-Match": "*"})
    assert answer.status_code == 403


async def test_members_are_seen_by_members_only(client):
    owner, other = await register_organisation(client), await register_organisation(client)
    address = await address_of(client, owner)
    for path in (address, address.rpartition("/")[0], f"/v1/organisations/{owner.organisation_id}/invitations"):
        assert (await client.get(path, headers=other.headers)).status_code == 404
        assert (await client.get(path)).status_code == 401
        assert (await client.get(path, headers=owner.headers)).status_code == 200
    answer = await client.delete(address, headers=other.headers | {"If-Match": "*"})
    assert answer.status_code == 404


async def test_the_last_owner_neither_leaves_nor_steps_down(client):
    owner = await register_organisation(client, verified=False)
    await add_member(client, owner)
    assert (await leave(client, owner)).json()["code"] == "last_owner"
    address = await address_of(client, owner)
    answer = await client.patch(address, json={"role": "viewer"}, headers=owner.headers | {"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")


async def test_of_two_last_owners_leaving_at_once_one_stays(client):
    for _ in range(3):
        first = await register_organisation(client, verified=False)
        second = await add_member(client, first, "owner")
        answers = await asyncio.gather(leave(client, first), leave(client, second))
        assert sorted(a.status_code for a in answers) == [204, 409]


async def test_who_has_left_is_signed_in_no_more_and_its_keys_end(client):
    owner = await register_organisation(client, verified=False)
    editor = await add_member(client, owner)
    body = {"name": "k", "scopes": ["accounts:read"], "role": "editor"}
    secret = (await client.post("/v1/api-keys", json=body, headers=editor.headers)).json()["secret"]
    assert (await client.get("/v1/me", headers={"Authorization": f"Bearer {secret}"})).status_code == 200
    answer = await client.delete(await address_of(client, editor), headers=owner.headers | {"If-Match": "*"})
    assert answer.status_code == 204
    for token in (editor.token, secret):
        assert (await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).status_code == 401
    assert (await post_sign_in(client, editor.user_email)).json()["code"] == "no_membership"


async def test_a_role_that_is_changed_counts_at_once(client):
    owner = await register_organisation(client, verified=False)
    editor = await add_member(client, owner)
    address = await address_of(client, editor)
    tag = (await client.get(address, headers=owner.headers)).headers["etag"]
    changed = await client.patch(address, json={"role": "viewer"}, headers=owner.headers | {"If-Match": tag})
    assert changed.json()["role"] == "viewer"
    party = {"person": "legal", "name": "某公司"}
    assert (await client.post("/v1/parties", json=party, headers=editor.headers)).json()["code"] == "role_too_low"
    stale = await client.patch(address, json={"role": "owner"}, headers=owner.headers | {"If-Match": tag})
    assert stale.status_code == 412
    assert (await client.patch(address, json={"role": "owner"}, headers=owner.headers)).status_code == 428


@pytest.mark.parametrize("token", ["x" * 43, "nonsense-nonsense-nonsense"])
async def test_an_unknown_token_opens_nothing(client, token):
    assert (await accept(client, token)).status_code == 404

"""What somebody made ends with his power to make it, and does not come back with him."""

import asyncio

import httpx
import pytest

from tests.accounts.test_members import accept, address_of, invite, leave, members
from tests.accounts.test_organisations import verdict
from tests.accounts.test_sign_in import refreshed
from tests.scenarios.api_keys import bearer, make_key
from tests.scenarios.members import (
    Member,
    add_member,
    new_email,
    register_organisation,
    registration_body,
    sign_in,
    sign_in_platform,
    verify_organisation,
)


async def remove(client: httpx.AsyncClient, owner: Member, who: Member) -> None:
    """Have the owner end the other's membership."""
    answer = await client.delete(await address_of(client, who), headers=owner.headers | {"If-Match": "*"})
    assert answer.status_code == 204, answer.text


async def change_role(client: httpx.AsyncClient, owner: Member, address: str, role: str) -> None:
    """Have the owner give a member the role."""
    answer = await client.patch(address, json={"role": role}, headers=owner.headers | {"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def invitations(client: httpx.AsyncClient, owner: Member) -> list[str]:
    """Return the ids of the open invitations."""
    answer = await client.get(f"/v1/organisations/{owner.organisation_id}/invitations", headers=owner.headers)
    return [i["id"] for i in answer.json()["items"] if i["accepted_at"] is None]


async def test_a_removed_owner_does_not_return_with_an_invitation_made_before(client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client, verified=False)
    second = await add_member(client, owner, "owner")
    friend = new_email()
    own = [(await invite(client, second, address, "owner")).json()["token"] for address in (friend, new_email())]
    for_him = (await invite(client, owner, second.user_email, "owner")).json()["token"]
    other = (await invite(client, owner, new_email(), "viewer")).json()
    elsewhere = registration_body("bank")
    del elsewhere["member"]
    assert (await client.post("/v1/organisations", json=elsewhere, headers=second.headers)).status_code == 201
    await remove(client, owner, second)
    again = await sign_in(client, second.user_email)
    for token in (*own, for_him):
        for answer in (
            await accept(client, token, Authorization=again.headers["Authorization"]),
            await accept(client, token),
            await accept(client, token, "the password of nobody yet"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "invitation_not_found")
    assert list(await members(client, owner)) == [owner.user_email]
    assert await invitations(client, owner) == [other["id"]], "those that others made stand"
    assert (await accept(client, other["token"])).status_code == 201


async def test_who_is_an_owner_no_longer_has_invited_nobody(client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client, verified=False)
    second = await add_member(client, owner, "owner")
    tokens = [(await invite(client, second, new_email(), role)).json()["token"] for role in ("owner", "viewer")]
    address = await address_of(client, second)
    await change_role(client, owner, address, "editor")
    assert await invitations(client, owner) == []
    await change_role(client, owner, address, "owner")
    for token in tokens:
        assert (await accept(client, token)).json()["code"] == "invitation_not_found", "nor once he is an owner again"


@pytest.mark.parametrize("how", ["removed", "demoted"])
async def test_an_invitation_accepted_while_its_maker_goes_is_accepted_before_or_never(
    client: httpx.AsyncClient, how: str
) -> None:
    owner = await register_organisation(client, verified=False)
    for _ in range(3):
        second = await add_member(client, owner, "owner")
        token, address = (await invite(client, second, new_email(), "owner")).json()["token"], None
        address = await address_of(client, second)
        going = remove(client, owner, second) if how == "removed" else change_role(client, owner, address, "viewer")
        _, answer = await asyncio.gather(going, accept(client, token))
        assert answer.status_code in (201, 404), answer.text
        assert (await accept(client, token)).status_code == 404


async def test_who_joins_again_finds_none_of_his_old_keys_and_sign_ins_at_work(client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client, verified=False)
    editor = await add_member(client, owner)
    key = await make_key(client, editor, "accounts:read")
    form = {"grant_type": "client_credentials", "client_id": key["id"], "client_secret": key["secret"]}
    token = (await client.post("/v1/oauth/token", data=form)).json()["access_token"]
    await remove(client, owner, editor)
    invitation = (await invite(client, owner, editor.user_email, "editor")).json()["token"]
    assert (await accept(client, invitation)).status_code == 201
    again = await sign_in(client, editor.user_email)
    assert (await client.get("/v1/me", headers=again.headers)).status_code == 200
    for old in (editor.token, key["secret"], token):
        assert (await client.get("/v1/me", headers=bearer(old))).status_code == 401
    assert (await refreshed(client, editor.refresh_token)).json()["code"] == "invalid_grant"


async def test_who_leaves_one_organisation_stays_signed_in_at_the_other(client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client, verified=False)
    editor = await add_member(client, owner)
    body = registration_body("bank")
    del body["member"]
    own = (await client.post("/v1/organisations", json=body, headers=editor.headers)).json()["id"]
    there = await sign_in(client, editor.user_email, organisation_id=own)
    assert (await leave(client, editor)).status_code == 204
    assert (await client.get("/v1/me", headers=editor.headers)).status_code == 401
    assert (await client.get("/v1/me", headers=there.headers)).status_code == 200
    assert (await refreshed(client, there.refresh_token)).status_code == 200


async def test_a_lower_role_is_that_of_his_keys_from_then_on(client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client, verified=False)
    editor = await add_member(client, owner)
    key, address = await make_key(client, editor, "accounts:write"), await address_of(client, editor)
    for role in ("viewer", "owner"):
        await change_role(client, owner, address, role)
        answer = await client.post(
            "/v1/parties", json={"person": "legal", "name": "某公司"}, headers=bearer(key["secret"])
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")
    listed = (await client.get("/v1/api-keys", headers=owner.headers)).json()["items"]
    assert [k["role"] for k in listed] == ["viewer"]


async def test_a_refusal_ends_keys_and_invitations_and_lets_members_correct_what_it_was_for(
    client: httpx.AsyncClient,
) -> None:
    owner = await register_organisation(client, "enterprise")
    key = await make_key(client, owner, "accounts:read")
    token = (await invite(client, owner, new_email(), "owner")).json()["token"]
    staff = await sign_in_platform(client)
    refused = await verdict(client, staff, owner.organisation_id, outcome="refused", reason="证件不实")
    assert refused.status_code == 200, refused.text
    assert (await client.get("/v1/me", headers=owner.headers)).status_code == 200
    await verify_organisation(client, owner.organisation_id)
    assert (await client.get("/v1/me", headers=bearer(key["secret"]))).status_code == 401
    assert (await accept(client, token)).json()["code"] == "invitation_not_found"
    anew = (await invite(client, owner, new_email(), "owner")).json()["token"]
    assert (await accept(client, anew)).status_code == 201

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.scenarios.api_keys import bearer, make_key
from tests.scenarios.members import add_member, new_email, register_organisation


async def test_a_key_acts_in_its_organisation_within_its_scopes(client):
    member = await register_organisation(client, verified=False)
    reads, writes = await make_key(client, member, "accounts:read"), await make_key(client, member, "accounts:write")
    me = (await client.get("/v1/me", headers=bearer(reads["secret"]))).json()
    assert (me["organisation_id"], me["role"], me["scopes"]) == (member.organisation_id, "editor", ["accounts:read"])
    party = {"person": "legal", "name": "某公司"}
    refused = await client.post("/v1/parties", json=party, headers=bearer(reads["secret"]))
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert (await client.post("/v1/parties", json=party, headers=bearer(writes["secret"]))).status_code == 201
    assert (await client.get("/v1/parties", headers=bearer(writes["secret"]))).status_code == 403


async def test_the_secret_shows_once_and_a_repetition_answers_without_it(client):
    member = await register_organisation(client, verified=False)
    headers = member.headers | {"Idempotency-Key": new_email()}
    body = {"name": "k", "scopes": ["accounts:read"], "role": "viewer"}
    first = await client.post("/v1/api-keys", json=body, headers=headers)
    again = await client.post("/v1/api-keys", json=body, headers=headers)
    assert first.json()["secret"].startswith("pmk_")
    assert again.json() == first.json() | {"secret": None}
    listed = (await client.get("/v1/api-keys", headers=member.headers)).json()["items"]
    assert [k["secret"] for k in listed] == [None]
    assert first.json()["secret"].endswith(listed[0]["hint"])


async def test_a_key_is_exchanged_for_a_token_that_ends_with_the_key(client):
    member = await register_organisation(client, verified=False)
    key = await make_key(client, member)
    for form, auth in (
        ({"client_id": key["id"], "client_secret": key["secret"]}, None),
        ({}, (key["id"], key["secret"])),
    ):
        answer = await client.post("/v1/oauth/token", data={"grant_type": "client_credentials", **form}, auth=auth)
        assert answer.status_code == 200, answer.text
        assert answer.json()["refresh_token"] is None
    token = answer.json()["access_token"]
    assert (await client.get("/v1/me", headers=bearer(token))).status_code == 200
    assert (await client.delete(f"/v1/api-keys/{key['id']}", headers=member.headers)).status_code == 204
    assert (await client.get("/v1/me", headers=bearer(token))).status_code == 401
    assert (await client.get("/v1/me", headers=bearer(key["secret"]))).status_code == 401


async def test_a_key_has_no_role_above_its_maker_s_whatever_happens_to_it_later(client):
    owner = await register_organisation(client, verified=False)
    editor = await add_member(client, owner)
    body = {"name": "k", "scopes": ["accounts:read"], "role": "owner"}
    refused = await client.post("/v1/api-keys", json=body, headers=editor.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_above_own")
    key = await make_key(client, editor, "accounts:write")
    members = (await client.get(f"/v1/organisations/{owner.organisation_id}/members", headers=owner.headers)).json()
    address = next(m["id"] for m in members["items"] if m["email"] == editor.user_email)
    await client.patch(
        f"/v1/organisations/{owner.organisation_id}/members/{address}",
        json={"role": "viewer"},
        headers=owner.headers | {"If-Match": "*"},
    )
    answer = await client.post("/v1/parties", json={"person": "legal", "name": "x"}, headers=bearer(key["secret"]))
    assert answer.json()["code"] == "role_too_low"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/api-keys"), ("GET", "/v1/me/sessions"), ("DELETE", "/v1/me/sessions")]
)
async def test_a_key_manages_neither_keys_nor_sign_ins(client, method, path):
    member = await register_organisation(client, verified=False)
    key = await make_key(client, member, "accounts:read", "accounts:write")
    answer = await client.request(method, path, headers=bearer(key["secret"]))
    assert (answer.status_code, answer.json()["code"]) == (403, "people_only")


async def test_a_key_is_seen_and_revoked_by_its_maker_and_an_owner_only(client):
    owner = await register_organisation(client, verified=False)
    maker, colleague = await add_member(client, owner), await add_member(client, owner)
    stranger = await register_organisation(client)
    key = await make_key(client, maker)
    for who, sees in ((owner, True), (maker, True), (colleague, False), (stranger, False)):
        found = (await client.get("/v1/api-keys", headers=who.headers)).json()["items"]
        assert (key["id"] in [k["id"] for k in found]) is sees
    for who in (colleague, stranger):
        assert (await client.delete(f"/v1/api-keys/{key['id']}", headers=who.headers)).status_code == 404
    assert (await client.delete(f"/v1/api-keys/{key['id']}", headers=owner.headers)).status_code == 204


async def test_a_key_ends_at_its_time(client):
    member = await register_organisation(client, verified=False)
    body = {"name": "k", "scopes": ["accounts:read"], "role": "viewer", "expires_at": "2020-01-01T00:00:00Z"}
    assert (await client.post("/v1/api-keys", json=body, headers=member.headers)).status_code == 422
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    key = await make_key(client, member, expires_at=soon)
    assert (await client.get("/v1/me", headers=bearer(key["secret"]))).status_code == 200
    await asyncio.sleep(1.1)
    assert (await client.get("/v1/me", headers=bearer(key["secret"]))).status_code == 401

import asyncio

import httpx
import pytest

from tests.scenarios.members import new_email, post_sign_in, register_organisation, registration_body, sign_in


async def token(client: httpx.AsyncClient, **form: str) -> httpx.Response:
    return await client.post("/v1/oauth/token", data=form)


async def refreshed(client: httpx.AsyncClient, refresh_token: str) -> httpx.Response:
    return await token(client, grant_type="refresh_token", refresh_token=refresh_token)


async def test_a_member_signs_in_and_is_told_who_it_is(client):
    member = await register_organisation(client, "enterprise", verified=False)
    me = (await client.get("/v1/me", headers=member.headers)).json()
    assert me["email"] == member.user_email
    assert me["role"] == "owner"
    assert me["organisation_id"] == member.organisation_id
    assert [m["status"] for m in me["memberships"]] == ["pending"]


async def test_the_token_answer_is_not_stored_and_says_how_long_it_is_good(client, settings):
    member = await register_organisation(client, verified=False)
    answer = await post_sign_in(client, member.user_email.upper())
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == settings.access_token_minutes * 60


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client):
    member = await register_organisation(client, verified=False)
    wrong = await post_sign_in(client, member.user_email, "not the right password")
    unknown = await post_sign_in(client, new_email(), "not the right password")
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.json() == unknown.json()
    assert wrong.json()["error"] == wrong.json()["code"] == "invalid_grant"
    assert wrong.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "a@example.com"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, "invalid_grant"),
        ({"grant_type": "password", "username": "a@example.com", "password": ""}, "invalid_request"),
    ],
)
async def test_a_bad_token_request_is_refused_in_oauth_s_own_words(client, form, error):
    answer = await token(client, **form)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["error"] == error


async def test_an_unknown_key_is_no_client(client):
    answer = await token(client, grant_type="client_credentials", client_id="key", client_secret="pmk_x")
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
    assert "www-authenticate" in answer.headers


@pytest.mark.parametrize("value", ["Bearer nonsense", "Basic YTpi", "Bearer", "Bearer pmk_unknown"])
async def test_a_token_that_is_not_ours_is_refused(client, value):
    for answer in (
        await client.get("/v1/me", headers={"Authorization": value}),
        await client.post("/v1/api-keys", headers={"Authorization": value}, json={}),
    ):
        assert answer.status_code in (401, 422)
    assert (await client.get("/v1/me", headers={"Authorization": value})).status_code == 401


async def test_a_refresh_token_gives_the_next_tokens(client):
    member = await register_organisation(client, verified=False)
    answer = await refreshed(client, member.refresh_token)
    assert answer.status_code == 200
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await client.get("/v1/me", headers=headers)).status_code == 200
    assert (await refreshed(client, answer.json()["refresh_token"])).status_code == 200


async def test_a_refresh_token_that_comes_again_ends_the_whole_family(client):
    member = await register_organisation(client, verified=False)
    following = (await refreshed(client, member.refresh_token)).json()
    again = await refreshed(client, member.refresh_token)
    assert again.status_code == 400
    assert again.json()["code"] == "refresh_token_reused"
    assert again.json()["error"] == "invalid_grant"
    assert (await refreshed(client, following["refresh_token"])).json()["code"] == "invalid_grant"
    for access in (member.token, following["access_token"]):
        assert (await client.get("/v1/me", headers={"Authorization": f"Bearer {access}"})).status_code == 401


async def test_of_one_refresh_token_used_many_times_at_once_one_wins_and_the_family_ends(client):
    member = await register_organisation(client, verified=False)
    answers = await asyncio.gather(*(refreshed(client, member.refresh_token) for _ in range(6)))
    assert sorted(a.status_code for a in answers) == [200, 400, 400, 400, 400, 400]
    won = next(a.json() for a in answers if a.status_code == 200)
    assert (await refreshed(client, won["refresh_token"])).status_code == 400
    assert (await client.get("/v1/me", headers=member.headers)).status_code == 401


async def test_signing_out_ends_the_sign_in_and_an_unknown_token_is_no_error(client):
    member = await register_organisation(client, verified=False)
    other = await sign_in(client, member.user_email)
    for ended in (member.refresh_token, "unknown", other.token):
        assert (await client.post("/v1/oauth/revocation", data={"token": ended})).status_code == 200
    for who in (member, other):
        assert (await client.get("/v1/me", headers=who.headers)).status_code == 401


async def test_a_person_of_two_organisations_chooses_where_to_act(client):
    member = await register_organisation(client, verified=False)
    body = registration_body("bank")
    del body["member"]
    second = (await client.post("/v1/organisations", json=body, headers=member.headers)).json()["id"]
    there = await sign_in(client, member.user_email, organisation_id=second)
    assert there.organisation_id == second
    assert (await sign_in(client, member.user_email)).organisation_id == member.organisation_id
    elsewhere = await register_organisation(client, verified=False)
    refused = await post_sign_in(client, member.user_email, organisation_id=elsewhere.organisation_id)
    assert (refused.status_code, refused.json()["code"]) == (400, "no_membership")


async def test_guessing_a_password_is_slowed_and_the_right_one_waits_too(client):
    member = await register_organisation(client, verified=False)
    statuses = [(await post_sign_in(client, member.user_email, f"guess number {n}")).status_code for n in range(12)]
    assert statuses[:11] == [400] * 11
    assert statuses[11] == 429
    refused = await post_sign_in(client, member.user_email)
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_guesses"
    assert refused.json()["error"] == "temporarily_unavailable"
    assert 1 <= int(refused.headers["retry-after"]) <= 2
    await asyncio.sleep(2.1)
    assert (await post_sign_in(client, member.user_email)).status_code == 200


async def test_guessing_at_an_unknown_address_is_slowed_alike(client):
    address = new_email()
    statuses = [(await post_sign_in(client, address, f"guess number {n}")).status_code for n in range(12)]
    assert statuses == [400] * 11 + [429]


async def test_guesses_sent_at_once_all_count(client):
    address = new_email()
    answers = await asyncio.gather(*(post_sign_in(client, address, f"guess number {n}") for n in range(24)))
    statuses = [a.status_code for a in answers]
    assert statuses.count(400) == 11
    assert statuses.count(429) == 13


async def test_a_right_sign_in_takes_back_no_other_guess(client):
    member = await register_organisation(client, verified=False)
    for n in range(10):
        await post_sign_in(client, member.user_email, f"guess number {n}")
    assert (await post_sign_in(client, member.user_email)).status_code == 200
    assert (await post_sign_in(client, member.user_email, "one guess more")).status_code == 400
    assert (await post_sign_in(client, member.user_email, "and another one")).status_code == 429

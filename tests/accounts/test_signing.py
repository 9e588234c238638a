"""What binds an organisation is signed: with a second factor in the very request, or by a key made for it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from backend.app import create_app
from backend.core.settings import Settings
from tests.accounts.signing_domain import WITH_SIGNATURES
from tests.scenarios.api_keys import bearer, make_key
from tests.scenarios.members import PASSWORD, add_member, new_email, register_organisation, sign_in_platform
from tests.scenarios.requests import get, post
from tests.scenarios.second_factor import (
    PLACE,
    STEP,
    begin_second_factor,
    is_told,
    refusal,
    set_up_second_factor,
    signing_headers,
    user_id_of,
)
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases

SIGN = {"text": "示例合同"}
SIGNS = {"name": "contracts of the sales department", "scopes": ["signing:write"], "role": "editor"}


@pytest_asyncio.fixture(scope="module")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The app with a domain in which something is signed."""
    app = create_app(settings, registry=WITH_SIGNATURES)
    async with app.router.lifespan_context(app):
        yield app


async def sign(client: httpx.AsyncClient, headers: dict[str, str], **more: object) -> httpx.Response:
    return await client.post("/v1/signatures", json=SIGN | more, headers=headers)


async def make_signing_key(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, str]:
    made = await client.post("/v1/api-keys", json=SIGNS, headers=headers)
    assert made.status_code == 201, made.text
    return dict(made.json())


async def test_a_person_signs_with_a_code_and_with_each_once(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client)
    assert refusal(await sign(client, who.headers)) == (403, "second_factor_not_set_up")
    phone = await set_up_second_factor(client, who)
    assert refusal(await sign(client, who.headers)) == (403, "second_factor_needed")
    wrong = who.headers | {"Second-Factor": phone.wrong_code()}
    assert refusal(await sign(client, wrong)) == (403, "second_factor_wrong")
    for _ in range(2):  # a code of the authenticator, and a recovery code
        headers = await signing_headers(client, who, phone)
        answers = await asyncio.gather(*(sign(client, headers) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 403, 403, 403]
        assert {answer.json()["code"] for answer in answers if answer.status_code == 403} == {"second_factor_used"}
    done = next(answer.json() for answer in answers if answer.status_code == 200)
    assert done["signs_with"] == "second_factor"


async def test_one_who_signs_is_an_editor_of_a_verified_organisation(client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client)
    viewer, waiting = await add_member(client, owner, "viewer"), await register_organisation(client, verified=False)
    for who, code in ((viewer, "role_too_low"), (waiting, "organisation_not_verified")):
        phone = await set_up_second_factor(client, who)
        assert refusal(await sign(client, await signing_headers(client, who, phone))) == (403, code)
    assert (await sign(client, {})).status_code == 401


async def test_a_refused_request_leaves_the_code_good(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client)
    phone = await set_up_second_factor(client, who)
    for headers in (
        await signing_headers(client, who, phone),
        who.headers | {"Second-Factor": phone.recovery_codes[0]},
    ):
        assert refusal(await sign(client, headers, too_early=True)) == (409, "not_in_state")
        assert (await sign(client, headers, unknown=1)).status_code == 422
        assert (await sign(client, headers)).status_code == 200


async def test_a_repetition_is_answered_as_the_first_one_whatever_code_it_brings(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client)
    phone = await set_up_second_factor(client, who)
    headers = await signing_headers(client, who, phone) | {"Idempotency-Key": new_email()}
    first = await sign(client, headers)
    assert first.status_code == 200
    for code in (None, headers["Second-Factor"], phone.wrong_code()):
        for _ in range(8):  # more than may be guessed
            kept = {name: value for name, value in headers.items() if name != "Second-Factor"}
            again = await sign(client, kept | ({"Second-Factor": code} if code else {}))
            assert (again.status_code, again.json()) == (200, first.json())
            assert again.headers["Idempotency-Replayed"] == "true"
    assert refusal(await client.post("/v1/signatures", json={"text": "another"}, headers=headers)) == (
        422, "idempotency_key_reused",
    )  # fmt: skip
    assert (await sign(client, await signing_headers(client, who, phone))).status_code == 200, "no guess was counted"


async def test_a_refused_request_is_sent_again_under_its_key_with_another_code(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client)
    phone = await set_up_second_factor(client, who)
    key = {"Idempotency-Key": new_email()}
    for code, due in ((None, 403), (phone.wrong_code(), 403), (phone.code(), 200)):
        headers = who.headers | key | ({"Second-Factor": code} if code else {})
        assert (await sign(client, headers)).status_code == due


async def test_one_key_and_two_codes_at_once_sign_once(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client)
    phone = await set_up_second_factor(client, who)
    key = {"Idempotency-Key": new_email()}
    answers = await asyncio.gather(
        *(sign(client, who.headers | key | {"Second-Factor": code}) for code in phone.recovery_codes[:4])
    )
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len([a for a in answers if a.status_code == 200 and "Idempotency-Replayed" not in a.headers]) == 1
    assert (await get(client, who, PLACE))["recovery_codes_left"] == 9


async def test_wrong_codes_are_slowed_and_keep_nobody_else_out(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client)
    colleague = await add_member(client, who)
    phone, other = await set_up_second_factor(client, who), await set_up_second_factor(client, colleague)
    wrong = who.headers | {"Second-Factor": phone.wrong_code()}
    answers = await asyncio.gather(*(sign(client, wrong) for _ in range(9)))
    assert sorted(answer.status_code for answer in answers) == [403] * 6 + [429] * 3
    assert refusal(await sign(client, await signing_headers(client, who, phone))) == (429, "too_many_codes")
    assert (await sign(client, await signing_headers(client, colleague, other))).status_code == 200


async def test_the_code_that_set_the_second_factor_up_signs_nothing_and_the_next_one_does(
    client: httpx.AsyncClient,
) -> None:
    who = await register_organisation(client)
    phone = await begin_second_factor(client, who)
    code = phone.code()
    confirmed = await post(client, who, f"{PLACE}/confirmation", {"code": code}, 200)
    used = await sign(client, who.headers | {"Second-Factor": code, "Accept-Language": "en"})
    assert refusal(used) == (403, "second_factor_used")
    assert "next code" in used.json()["cure"]
    begins = datetime.fromisoformat(confirmed["next_code_at"]).timestamp()
    assert begins == (phone.last_step + 1) * STEP
    assert (await sign(client, who.headers | {"Second-Factor": phone.at(int(begins) // STEP)})).status_code == 200


async def test_a_signing_key_is_made_by_an_owner_with_a_code_and_signs_alone(client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client)
    editor = await add_member(client, owner)
    for who, code in ((editor, "role_too_low"), (owner, "second_factor_not_set_up")):
        assert refusal(await client.post("/v1/api-keys", json=SIGNS, headers=who.headers)) == (403, code)
    phone = await set_up_second_factor(client, owner)
    assert refusal(await client.post("/v1/api-keys", json=SIGNS, headers=owner.headers)) == (
        403, "second_factor_needed",
    )  # fmt: skip
    wrong = owner.headers | {"Second-Factor": phone.wrong_code()}
    assert refusal(await client.post("/v1/api-keys", json=SIGNS, headers=wrong)) == (403, "second_factor_wrong")
    key = await make_signing_key(client, await signing_headers(client, owner, phone))
    signed = await sign(client, bearer(key["secret"]))
    assert (signed.status_code, signed.json()["signs_with"]) == (200, "signing_key")
    form = {"grant_type": "client_credentials", "client_secret": key["secret"]}
    token = (await client.post("/v1/oauth/token", data=form)).json()["access_token"]
    assert (await sign(client, bearer(token))).status_code == 200
    plain = await make_key(client, owner, "accounts:write", "samples:write")
    assert refusal(await sign(client, bearer(plain["secret"]))) == (403, "scope_missing")

    await wait_until(lambda: is_told(client, owner, "signing_key.made"))
    assert (await client.delete(f"/v1/api-keys/{key['id']}", headers=owner.headers)).status_code == 204
    assert (await sign(client, bearer(key["secret"]))).status_code == 401


async def test_a_signing_key_ends_with_its_makers_second_factor_and_with_its_makers_ownership(
    client: httpx.AsyncClient,
) -> None:
    owner, staff = await register_organisation(client), await sign_in_platform(client)
    members = f"/v1/organisations/{owner.organisation_id}/members"
    for ended_by in ("removal", "reset", "role"):
        maker = await add_member(client, owner, "owner")
        phone = await set_up_second_factor(client, maker)
        key = await make_signing_key(client, await signing_headers(client, maker, phone))
        upload = await make_key(client, maker)
        user_id = await user_id_of(client, maker)
        if ended_by == "removal":
            body = {"current_password": PASSWORD, "code": phone.recovery_codes[0]}
            answer = await client.request("DELETE", PLACE, json=body, headers=maker.headers)
        elif ended_by == "reset":
            path, body = f"/v1/users/{user_id}/second-factor-reset", {"reason": "lost telephone"}
            answer = await client.post(path, json=body, headers=staff.headers)
        else:
            found = (await get(client, owner, members))["items"]
            path = f"{members}/{next(m['id'] for m in found if m['user_id'] == user_id)}"
            answer = await client.patch(path, json={"role": "editor"}, headers=owner.headers | {"If-Match": "*"})
        assert answer.is_success, answer.text
        assert (await sign(client, bearer(key["secret"]))).status_code == 401, ended_by
        assert (await client.get("/v1/me", headers=bearer(upload["secret"]))).status_code == 200, ended_by

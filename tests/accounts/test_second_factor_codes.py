"""Codes of a second factor: asked for by a sign-in, each good once, and guessed slowly."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from backend.accounts.members.operators import reset_password
from tests.scenarios.accounts import register_confirmed
from tests.scenarios.email_links import emails
from tests.scenarios.members import (
    PASSWORD,
    post_sign_in,
    register_organisation,
    sign_in,
    sign_in_platform,
)
from tests.scenarios.requests import get, post
from tests.scenarios.second_factor import (
    PLACE,
    STEP,
    begin_second_factor,
    is_told,
    refusal,
    set_up_second_factor,
    this_step,
)
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases


async def early_in_a_step() -> None:
    """Wait where the step is about to end, so that what is said of steps holds to the end of a test."""
    left = STEP - time.time() % STEP
    if left < 12:
        await asyncio.sleep(left + 0.1)


@asynccontextmanager
async def clock_moved(client: httpx.AsyncClient, by: timedelta) -> AsyncIterator[None]:
    staff = await sign_in_platform(client)
    for moment in (datetime.now(UTC) + by, None):
        body = {"now": (moment or datetime.now(UTC)).isoformat()}
        answer = await client.put("/v1/demo/clock", json=body, headers=staff.headers)
        assert answer.status_code == 200, answer.text
        if moment is not None:
            yield


async def test_the_password_alone_signs_nobody_in_and_a_code_is_asked_for_after_a_right_one_only(
    client: httpx.AsyncClient,
) -> None:
    who = await register_organisation(client, verified=False)
    phone = await set_up_second_factor(client, who)
    for code in ({}, {"second_factor_code": phone.wrong_code()}):
        refused = await post_sign_in(client, who.user_email, "not the right password", **code)
        assert refusal(refused) == (400, "invalid_grant")
    missing = await post_sign_in(client, who.user_email)
    assert refusal(missing) == (401, "second_factor_required")
    assert missing.json()["error"] == "mfa_required"
    wrong = await post_sign_in(client, who.user_email, second_factor_code=phone.wrong_code())
    assert refusal(wrong) == (403, "second_factor_wrong")
    assert wrong.json()["error"] == "invalid_grant"
    long = await post_sign_in(client, who.user_email, second_factor_code="1" * 1000)
    assert refusal(long) == (400, "invalid_token_request")
    signed_in = await sign_in(client, who.user_email, second_factor_code=phone.code())
    form = {"grant_type": "refresh_token", "refresh_token": signed_in.refresh_token}
    assert (await client.post("/v1/oauth/token", data=form)).status_code == 200


async def test_missing_codes_count_as_no_wrong_passwords(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)
    await set_up_second_factor(client, who)
    answers = [await post_sign_in(client, who.user_email) for _ in range(14)]
    assert {refusal(answer) for answer in answers} == {(401, "second_factor_required")}


async def test_the_password_alone_takes_no_seat_for_the_account(client: httpx.AsyncClient) -> None:
    who, other = [await register_organisation(client, verified=False) for _ in range(2)]
    phone = await set_up_second_factor(client, who)
    place = f"/v1/organisations/{other.organisation_id}/invitations"
    invited = await post(client, other, place, {"email": who.user_email, "role": "viewer"}, 201)
    acceptance = f"/v1/invitations/{invited['token']}/acceptance"
    refused = await client.post(acceptance, json={"name": "李示例", "password": PASSWORD})
    assert refusal(refused) == (401, "second_factor_required")
    back = await sign_in(client, who.user_email, second_factor_code=phone.code())
    assert (await client.post(acceptance, json={}, headers=back.headers)).status_code == 201


async def test_a_new_password_by_a_link_leaves_the_second_factor(app: FastAPI, client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)
    phone = await set_up_second_factor(client, who)
    token = await reset_password(app.state.database, who.user_email, datetime.now(UTC))
    new = "an even longer sentence"
    assert (await client.post(f"/v1/password-resets/{token}", json={"password": new})).status_code == 204
    assert refusal(await post_sign_in(client, who.user_email, new)) == (401, "second_factor_required")
    assert (await sign_in(client, who.user_email, new, second_factor_code=phone.code())).token


async def test_a_code_counts_once_also_of_many_requests_at_once(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)
    phone = await set_up_second_factor(client, who)
    for code in (phone.code(), phone.recovery_codes[0]):
        answers = await asyncio.gather(
            *(post_sign_in(client, who.user_email, second_factor_code=code) for _ in range(5))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 403, 403, 403, 403]
        assert {answer.json()["code"] for answer in answers if answer.status_code == 403} == {"second_factor_used"}


async def test_codes_of_the_steps_beside_the_present_one_are_taken_and_of_none_further(
    client: httpx.AsyncClient,
) -> None:
    who = await register_organisation(client, verified=False)
    phone = await begin_second_factor(client, who)
    await early_in_a_step()
    now = this_step()
    for step in (now - 2, now + 2):
        far = await client.post(f"{PLACE}/confirmation", json={"code": phone.at(step)}, headers=who.headers)
        assert refusal(far) == (403, "second_factor_wrong")
    await post(client, who, f"{PLACE}/confirmation", {"code": phone.at(now - 1)}, 200)
    for step in (now, now + 1):
        assert (await post_sign_in(client, who.user_email, second_factor_code=phone.at(step))).status_code == 200
    earlier = await post_sign_in(client, who.user_email, second_factor_code=phone.at(now))
    assert refusal(earlier) == (403, "second_factor_used"), "a later one was used"


async def test_a_moved_demonstration_clock_changes_no_code(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)
    phone = await set_up_second_factor(client, who)
    async with clock_moved(client, timedelta(days=400)):
        assert (await post_sign_in(client, who.user_email, second_factor_code=phone.code())).status_code == 200


async def test_a_recovery_code_serves_once_however_it_is_spelt_and_its_use_is_told(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    who = await register_confirmed(app, client)
    phone = await set_up_second_factor(client, who)
    spelt = phone.recovery_codes[3].upper().replace("-", " ").replace("0", "O").replace("1", "l")
    assert (await post_sign_in(client, who.user_email, second_factor_code=spelt)).status_code == 200
    again = await post_sign_in(client, who.user_email, second_factor_code=phone.recovery_codes[3])
    assert refusal(again) == (403, "second_factor_used")
    assert (await get(client, who, PLACE))["recovery_codes_left"] == 9
    await wait_until(lambda: is_told(client, who, "account.recovery_code_used"))
    (email,) = await emails(app, "account.recovery_code_used", who.user_email)
    assert "9 are left" in email.text


async def test_codes_are_guessed_slowly_and_guesses_at_a_sign_in_stop_no_session(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    who = await register_confirmed(app, client)
    phone = await set_up_second_factor(client, who)
    wrong = phone.wrong_code()
    answers = await asyncio.gather(*(post_sign_in(client, who.user_email, second_factor_code=wrong) for _ in range(9)))
    assert sorted(answer.status_code for answer in answers) == [403] * 6 + [429] * 3
    right = await post_sign_in(client, who.user_email, second_factor_code=phone.recovery_codes[0])
    assert refusal(right) == (429, "too_many_codes")
    assert int(right.headers["Retry-After"]) >= 1
    renewal = await client.post(f"{PLACE}/recovery-codes", json={"code": phone.code()}, headers=who.headers)
    assert renewal.status_code == 200
    wrong_ones = [
        await client.post(f"{PLACE}/recovery-codes", json={"code": wrong}, headers=who.headers) for _ in range(7)
    ]
    assert [answer.status_code for answer in wrong_ones] == [403] * 6 + [429]
    await wait_until(lambda: is_told(client, who, "account.second_factor_guessed"))
    assert len(await emails(app, "account.second_factor_guessed", who.user_email)) == 1, "told once, not by each guess"

"""A second factor: set up, asked for by a sign-in, each code once, guessed slowly, lost and removed."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.accounts.jobs import sweep
from backend.accounts.members.operators import reset_password, reset_second_factor
from backend.accounts.models import RecoveryCode, SecondFactor
from backend.accounts.second_factor.consistency_checks import second_factors
from backend.core.consistency import Line, Site
from backend.core.database.columns import table_of
from backend.core.errors import NotFound
from backend.core.events.log import EVENT
from tests.scenarios.accounts import register_confirmed
from tests.scenarios.email_links import emails
from tests.scenarios.members import (
    PASSWORD,
    Member,
    new_email,
    post_sign_in,
    register_organisation,
    sign_in,
    sign_in_platform,
)
from tests.scenarios.requests import get, post
from tests.scenarios.second_factor import (
    PLACE,
    STEP,
    Authenticator,
    begin_second_factor,
    set_up_second_factor,
    this_step,
)
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases

FACTOR, CODE = table_of(SecondFactor), table_of(RecoveryCode)


async def user_id_of(client: httpx.AsyncClient, who: Member) -> str:
    return str((await get(client, who, "/v1/me"))["user_id"])


async def remove(client: httpx.AsyncClient, who: Member, code: str, password: str = PASSWORD) -> httpx.Response:
    body = {"current_password": password, "code": code}
    return await client.request("DELETE", PLACE, json=body, headers=who.headers)


async def kinds_told(client: httpx.AsyncClient, who: Member) -> list[str]:
    return [message["type"] for message in (await get(client, who, "/v1/inbox"))["items"]]


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


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


async def test_a_second_factor_is_set_up_with_the_password_and_a_code(app: FastAPI, client: httpx.AsyncClient) -> None:
    who = await register_confirmed(app, client)
    elsewhere = await sign_in(client, who.user_email)
    assert (await get(client, who, PLACE))["status"] == "not_set_up"
    refused = await client.post(PLACE, json={"current_password": "not it at all"}, headers=who.headers)
    assert code_of(refused) == (403, "wrong_password")
    assert code_of(await client.post(f"{PLACE}/confirmation", json={"code": "123456"}, headers=who.headers)) == (
        409, "second_factor_not_begun",
    )  # fmt: skip
    begun = await post(client, who, PLACE, {"current_password": PASSWORD}, 201)
    uri = urlsplit(begun["uri"])
    assert (uri.scheme, uri.netloc, parse_qs(uri.query)["secret"]) == ("otpauth", "totp", [begun["secret"]])
    assert begun["qr_code"].startswith("data:image/svg+xml")
    assert (await get(client, who, PLACE))["status"] == "begun"
    assert (await post_sign_in(client, who.user_email)).status_code == 200, "what is not confirmed asks nobody"
    phone = Authenticator(begun["secret"])
    wrong = await client.post(f"{PLACE}/confirmation", json={"code": phone.wrong_code()}, headers=who.headers)
    assert code_of(wrong) == (403, "second_factor_wrong")
    confirmed = await post(client, who, f"{PLACE}/confirmation", {"code": phone.code()}, 200)
    assert len(set(confirmed["recovery_codes"])) == 10
    shown = await get(client, who, PLACE)
    assert (shown["status"], shown["recovery_codes_left"]) == ("set_up", 10)
    assert "recovery_codes" not in shown
    assert "secret" not in shown
    assert (await client.get("/v1/me", headers=elsewhere.headers)).status_code == 401
    assert code_of(await client.post(PLACE, json={"current_password": PASSWORD}, headers=who.headers)) == (
        409, "second_factor_set_up",
    )  # fmt: skip
    await wait_until(lambda: _is_told(client, who, "account.second_factor_enabled"))
    (email,) = await emails(app, "account.second_factor_enabled", who.user_email)
    assert email.link == PLACE


async def _is_told(client: httpx.AsyncClient, who: Member, kind: str) -> bool:
    return kind in await kinds_told(client, who)


async def test_what_was_begun_anew_or_too_long_ago_is_not_confirmed(app: FastAPI, client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)
    first, second = await begin_second_factor(client, who), await begin_second_factor(client, who)
    refused = await client.post(f"{PLACE}/confirmation", json={"code": first.code()}, headers=who.headers)
    assert code_of(refused) == (403, "second_factor_wrong")
    async with app.state.database.write() as session:
        its = sa.update(FACTOR).where(FACTOR.c.user_id == await user_id_of(client, who))
        await session.execute(its.values(begun_at=datetime.now(UTC) - timedelta(minutes=61)))
    late = await client.post(f"{PLACE}/confirmation", json={"code": second.code()}, headers=who.headers)
    assert code_of(late) == (409, "second_factor_not_begun")
    await sweep(app.state.database, datetime.now(UTC))
    async with app.state.database.read() as session:
        assert (await session.scalars(sa.select(FACTOR.c.user_id).where(FACTOR.c.confirmed_at.is_(None)))).all() == []


async def test_a_repetition_is_answered_without_secret_and_recovery_codes(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)

    async def twice(path: str, body: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        headers = who.headers | {"Idempotency-Key": new_email()}
        first, again = [await client.post(path, json=body, headers=headers) for _ in range(2)]
        assert first.status_code == again.status_code < 300, first.text + again.text
        assert again.headers["Idempotency-Replayed"] == "true"
        assert first.headers["Cache-Control"] == "no-store"
        return first.json(), again.json()

    begun, again = await twice(PLACE, {"current_password": PASSWORD})
    assert again == begun | {"secret": None, "uri": None, "qr_code": None}
    phone = Authenticator(begun["secret"])
    confirmed, again = await twice(f"{PLACE}/confirmation", {"code": phone.code()})
    assert again == confirmed | {"recovery_codes": None}
    renewed, again = await twice(f"{PLACE}/recovery-codes", {"code": confirmed["recovery_codes"][0]})
    assert again == renewed | {"recovery_codes": None}
    assert not {*renewed["recovery_codes"]} & {*confirmed["recovery_codes"]}
    old = await client.post(
        f"{PLACE}/recovery-codes", json={"code": confirmed["recovery_codes"][1]}, headers=who.headers
    )
    assert code_of(old) == (403, "second_factor_wrong")


async def test_the_password_alone_signs_nobody_in_and_a_code_is_asked_for_after_a_right_one_only(
    client: httpx.AsyncClient,
) -> None:
    who = await register_organisation(client, verified=False)
    phone = await set_up_second_factor(client, who)
    for code in ({}, {"second_factor_code": phone.wrong_code()}):
        refused = await post_sign_in(client, who.user_email, "not the right password", **code)
        assert code_of(refused) == (400, "invalid_grant")
    missing = await post_sign_in(client, who.user_email)
    assert code_of(missing) == (401, "second_factor_required")
    assert missing.json()["error"] == "mfa_required"
    wrong = await post_sign_in(client, who.user_email, second_factor_code=phone.wrong_code())
    assert code_of(wrong) == (403, "second_factor_wrong")
    assert wrong.json()["error"] == "invalid_grant"
    long = await post_sign_in(client, who.user_email, second_factor_code="1" * 1000)
    assert code_of(long) == (400, "invalid_token_request")
    signed_in = await sign_in(client, who.user_email, second_factor_code=phone.code())
    form = {"grant_type": "refresh_token", "refresh_token": signed_in.refresh_token}
    assert (await client.post("/v1/oauth/token", data=form)).status_code == 200


async def test_missing_codes_count_as_no_wrong_passwords(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)
    await set_up_second_factor(client, who)
    answers = [await post_sign_in(client, who.user_email) for _ in range(14)]
    assert {code_of(answer) for answer in answers} == {(401, "second_factor_required")}


async def test_a_new_password_by_a_link_leaves_the_second_factor(app: FastAPI, client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)
    phone = await set_up_second_factor(client, who)
    token = await reset_password(app.state.database, who.user_email, datetime.now(UTC))
    new = "an even longer sentence"
    assert (await client.post(f"/v1/password-resets/{token}", json={"password": new})).status_code == 204
    assert code_of(await post_sign_in(client, who.user_email, new)) == (401, "second_factor_required")
    assert (await sign_in(client, who.user_email, new, second_factor_code=phone.code())).token


async def test_the_password_alone_takes_no_seat_for_the_account(client: httpx.AsyncClient) -> None:
    who, other = [await register_organisation(client, verified=False) for _ in range(2)]
    phone = await set_up_second_factor(client, who)
    place = f"/v1/organisations/{other.organisation_id}/invitations"
    invited = await post(client, other, place, {"email": who.user_email, "role": "viewer"}, 201)
    acceptance = f"/v1/invitations/{invited['token']}/acceptance"
    refused = await client.post(acceptance, json={"name": "李示例", "password": PASSWORD})
    assert code_of(refused) == (401, "second_factor_required")
    back = await sign_in(client, who.user_email, second_factor_code=phone.code())
    assert (await client.post(acceptance, json={}, headers=back.headers)).status_code == 201


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
        assert code_of(far) == (403, "second_factor_wrong")
    await post(client, who, f"{PLACE}/confirmation", {"code": phone.at(now - 1)}, 200)
    for step in (now, now + 1):
        assert (await post_sign_in(client, who.user_email, second_factor_code=phone.at(step))).status_code == 200
    earlier = await post_sign_in(client, who.user_email, second_factor_code=phone.at(now))
    assert code_of(earlier) == (403, "second_factor_used"), "a later one was used"


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
    assert code_of(again) == (403, "second_factor_used")
    assert (await get(client, who, PLACE))["recovery_codes_left"] == 9
    await wait_until(lambda: _is_told(client, who, "account.recovery_code_used"))
    (email,) = await emails(app, "account.recovery_code_used", who.user_email)
    assert "9 are left" in email.text


async def test_codes_are_guessed_slowly_and_guesses_at_a_sign_in_stop_no_session(client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)
    phone = await set_up_second_factor(client, who)
    wrong = phone.wrong_code()
    answers = await asyncio.gather(*(post_sign_in(client, who.user_email, second_factor_code=wrong) for _ in range(9)))
    assert sorted(answer.status_code for answer in answers) == [403] * 6 + [429] * 3
    right = await post_sign_in(client, who.user_email, second_factor_code=phone.recovery_codes[0])
    assert code_of(right) == (429, "too_many_codes")
    assert int(right.headers["Retry-After"]) >= 1
    renewal = await client.post(f"{PLACE}/recovery-codes", json={"code": phone.code()}, headers=who.headers)
    assert renewal.status_code == 200
    wrong_ones = [
        await client.post(f"{PLACE}/recovery-codes", json={"code": wrong}, headers=who.headers) for _ in range(7)
    ]
    assert [answer.status_code for answer in wrong_ones] == [403] * 6 + [429]


async def test_a_second_factor_is_removed_with_password_and_code_and_other_sign_ins_end(
    client: httpx.AsyncClient,
) -> None:
    who = await register_organisation(client, verified=False)
    phone = await set_up_second_factor(client, who)
    other = await sign_in(client, who.user_email, second_factor_code=phone.recovery_codes.pop())
    assert code_of(await remove(client, who, phone.recovery_codes[0], "not it at all")) == (403, "wrong_password")
    assert code_of(await remove(client, who, phone.wrong_code())) == (403, "second_factor_wrong")
    assert (await remove(client, who, phone.recovery_codes[0])).status_code == 204
    assert (await get(client, who, PLACE))["status"] == "not_set_up"
    assert (await client.get("/v1/me", headers=other.headers)).status_code == 401
    assert (await post_sign_in(client, who.user_email)).status_code == 200
    assert code_of(await remove(client, who, phone.recovery_codes[1])) == (403, "second_factor_not_set_up")


async def test_the_staff_resets_a_lost_second_factor_with_a_reason_that_the_person_reads(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    who, staff = await register_confirmed(app, client), await sign_in_platform(client)
    await set_up_second_factor(client, who)
    path = f"/v1/users/{await user_id_of(client, who)}/second-factor-reset"
    reason = {"reason": "lost telephone, recognised by a call back"}
    for stranger in (await register_organisation(client, "authority"), who):
        assert code_of(await client.post(path, json=reason, headers=stranger.headers)) == (403, "office_only")
    assert (await client.post(path, json={}, headers=staff.headers)).status_code == 422
    assert (await client.post(path, json=reason, headers=staff.headers)).status_code == 204
    assert (await client.post(path, json=reason, headers=staff.headers)).status_code == 404
    assert (await client.get("/v1/me", headers=who.headers)).status_code == 401
    back = await sign_in(client, who.user_email)
    await wait_until(lambda: _is_told(client, back, "account.second_factor_reset"))
    told = (await get(client, back, "/v1/inbox"))["items"]
    assert next(m for m in told if m["type"] == "account.second_factor_reset")["text"].endswith(reason["reason"])
    (email,) = await emails(app, "account.second_factor_reset", who.user_email)
    assert reason["reason"] not in email.text
    own = f"/v1/users/{await user_id_of(client, staff)}/second-factor-reset"
    assert code_of(await client.post(own, json=reason, headers=staff.headers)) == (403, "second_factor_of_your_own")
    async with app.state.database.read() as session:
        kept = sa.select(EVENT.c.actor).where(EVENT.c.type == "account.second_factor_reset")
        assert (await session.scalars(kept)).all() == [await user_id_of(client, staff)]


async def test_an_operator_resets_one_at_the_command_line(app: FastAPI, client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)
    await set_up_second_factor(client, who)
    database, now = app.state.database, datetime.now(UTC)
    assert await reset_second_factor(database, who.user_email, "the only owner of the platform", now)
    assert (await post_sign_in(client, who.user_email)).status_code == 200
    with pytest.raises(NotFound):
        await reset_second_factor(database, who.user_email, "again", now)


async def test_neither_secret_nor_recovery_codes_can_be_read_from_the_database_or_the_export(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    who = await register_organisation(client, verified=False)
    phone = await set_up_second_factor(client, who)
    own = await user_id_of(client, who)
    async with app.state.database.read() as session:
        kept = str([(await session.execute(sa.select(table))).all() for table in (FACTOR, CODE)])
    for secret in (phone.secret, *phone.recovery_codes, *(c.replace("-", "") for c in phone.recovery_codes)):
        assert secret not in kept
    data = await get(client, who, "/v1/me/data")
    places = {place["place"]: place for place in data["places"]} if "places" in data else data
    assert "second_factor.user_id" in str(places)
    said = str(data)
    async with app.state.database.read() as session:
        stored = (await session.scalars(sa.select(FACTOR.c.secret).where(FACTOR.c.user_id == own))).one()
    assert stored not in said


async def test_an_erased_account_has_no_second_factor(app: FastAPI, client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)
    await set_up_second_factor(client, who)
    own = await user_id_of(client, who)
    seen = (await client.get("/v1/me", headers=who.headers)).headers["ETag"]
    erased = await client.request(
        "DELETE", "/v1/me", json={"current_password": PASSWORD}, headers=who.headers | {"If-Match": seen}
    )
    assert erased.status_code == 200, erased.text
    async with app.state.database.read() as session:
        for table in (FACTOR, CODE):
            assert (await session.execute(sa.select(table).where(table.c.user_id == own))).all() == []


async def test_fsck_finds_second_factors_that_the_secret_does_not_open(app: FastAPI, client: httpx.AsyncClient) -> None:
    one, other = [await register_organisation(client, verified=False) for _ in range(2)]
    for who in (one, other):
        await set_up_second_factor(client, who)
    site = Site(app.state.database, {}, app.state.blobs, repair=False, follows=False)
    line = Line("second factors")
    await second_factors(site, line)
    assert (line.differences, line.looked_at >= 2) == (0, True), line.examples
    async with app.state.database.write() as session:
        moved = sa.select(FACTOR.c.secret).where(FACTOR.c.user_id == await user_id_of(client, other)).scalar_subquery()
        its = FACTOR.c.user_id == await user_id_of(client, one)
        await session.execute(sa.update(FACTOR).where(its).values(secret=moved))
        await session.execute(sa.delete(CODE).where(CODE.c.user_id == await user_id_of(client, one)))
    line = Line("second factors")
    await second_factors(site, line)
    assert line.differences == 2, line.examples
    assert "cannot be read" in line.examples[0]


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

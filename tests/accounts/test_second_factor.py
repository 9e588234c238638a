"""A second factor: set up, asked for by a sign-in, each code once, guessed slowly, lost and removed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.accounts.jobs import sweep
from backend.accounts.members.operators import reset_second_factor
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
    Authenticator,
    begin_second_factor,
    is_told,
    refusal,
    set_up_second_factor,
    user_id_of,
)
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases

FACTOR, CODE = table_of(SecondFactor), table_of(RecoveryCode)


async def remove(client: httpx.AsyncClient, who: Member, code: str, password: str = PASSWORD) -> httpx.Response:
    body = {"current_password": password, "code": code}
    return await client.request("DELETE", PLACE, json=body, headers=who.headers)


async def test_a_second_factor_is_set_up_with_the_password_and_a_code(app: FastAPI, client: httpx.AsyncClient) -> None:
    who = await register_confirmed(app, client)
    elsewhere = await sign_in(client, who.user_email)
    assert (await get(client, who, PLACE))["status"] == "not_set_up"
    refused = await client.post(PLACE, json={"current_password": "not it at all"}, headers=who.headers)
    assert refusal(refused) == (403, "wrong_password")
    assert refusal(await client.post(f"{PLACE}/confirmation", json={"code": "123456"}, headers=who.headers)) == (
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
    assert refusal(wrong) == (403, "second_factor_wrong")
    confirmed = await post(client, who, f"{PLACE}/confirmation", {"code": phone.code()}, 200)
    assert len(set(confirmed["recovery_codes"])) == 10
    shown = await get(client, who, PLACE)
    assert (shown["status"], shown["recovery_codes_left"]) == ("set_up", 10)
    assert "recovery_codes" not in shown
    assert "secret" not in shown
    assert (await client.get("/v1/me", headers=elsewhere.headers)).status_code == 401
    assert refusal(await client.post(PLACE, json={"current_password": PASSWORD}, headers=who.headers)) == (
        409, "second_factor_set_up",
    )  # fmt: skip
    await wait_until(lambda: is_told(client, who, "account.second_factor_enabled"))
    (email,) = await emails(app, "account.second_factor_enabled", who.user_email)
    assert email.link == PLACE


async def test_what_was_begun_anew_or_too_long_ago_is_not_confirmed(app: FastAPI, client: httpx.AsyncClient) -> None:
    who = await register_organisation(client, verified=False)
    first, second = await begin_second_factor(client, who), await begin_second_factor(client, who)
    refused = await client.post(f"{PLACE}/confirmation", json={"code": first.code()}, headers=who.headers)
    assert refusal(refused) == (403, "second_factor_wrong")
    async with app.state.database.write() as session:
        its = sa.update(FACTOR).where(FACTOR.c.user_id == await user_id_of(client, who))
        await session.execute(its.values(begun_at=datetime.now(UTC) - timedelta(minutes=61)))
    late = await client.post(f"{PLACE}/confirmation", json={"code": second.code()}, headers=who.headers)
    assert refusal(late) == (409, "second_factor_not_begun")
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
    assert refusal(old) == (403, "second_factor_wrong")


async def test_a_second_factor_is_removed_with_password_and_code_and_other_sign_ins_end(
    client: httpx.AsyncClient,
) -> None:
    who = await register_organisation(client, verified=False)
    phone = await set_up_second_factor(client, who)
    other = await sign_in(client, who.user_email, second_factor_code=phone.recovery_codes.pop())
    assert refusal(await remove(client, who, phone.recovery_codes[0], "not it at all")) == (403, "wrong_password")
    assert refusal(await remove(client, who, phone.wrong_code())) == (403, "second_factor_wrong")
    assert (await remove(client, who, phone.recovery_codes[0])).status_code == 204
    assert (await get(client, who, PLACE))["status"] == "not_set_up"
    assert (await client.get("/v1/me", headers=other.headers)).status_code == 401
    assert (await post_sign_in(client, who.user_email)).status_code == 200
    assert refusal(await remove(client, who, phone.recovery_codes[1])) == (403, "second_factor_not_set_up")


async def test_the_staff_resets_a_lost_second_factor_with_a_reason_that_the_person_reads(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    who, staff = await register_confirmed(app, client), await sign_in_platform(client)
    await set_up_second_factor(client, who)
    path = f"/v1/users/{await user_id_of(client, who)}/second-factor-reset"
    reason = {"reason": "lost telephone, recognised by a call back"}
    for stranger in (await register_organisation(client, "authority"), who):
        assert refusal(await client.post(path, json=reason, headers=stranger.headers)) == (403, "office_only")
    assert (await client.post(path, json={}, headers=staff.headers)).status_code == 422
    assert (await client.post(path, json=reason, headers=staff.headers)).status_code == 204
    assert (await client.post(path, json=reason, headers=staff.headers)).status_code == 404
    assert (await client.get("/v1/me", headers=who.headers)).status_code == 401
    back = await sign_in(client, who.user_email)
    await wait_until(lambda: is_told(client, back, "account.second_factor_reset"))
    told = (await get(client, back, "/v1/inbox"))["items"]
    assert reason["reason"] in next(m for m in told if m["type"] == "account.second_factor_reset")["text"]
    (email,) = await emails(app, "account.second_factor_reset", who.user_email)
    assert reason["reason"] not in email.text
    own = f"/v1/users/{await user_id_of(client, staff)}/second-factor-reset"
    assert refusal(await client.post(own, json=reason, headers=staff.headers)) == (403, "second_factor_of_your_own")
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

"""A bank's clock: it stands while the enterprise owes an answer, and what time alone ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from backend.core.workdays import after_working_days
from backend.financing.jobs import sweep
from tests.scenarios.financing import (
    Bank,
    disclose,
    draft_request,
    get_request,
    make_offer,
    post_acceptance,
    register_bank,
    send_request,
    submit_request,
)
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
PRODUCT = {
    "name": "快贷", "amount_min_fen": 1, "amount_max_fen": 1_000_000_000, "term_min_months": 1, "term_max_months": 60,
    "rate_tenor": "one_year", "rate_bp": 10, "methods": ["at_maturity"],
}  # fmt: skip


@asynccontextmanager
async def moved_clock(client: httpx.AsyncClient, app: FastAPI, days: int) -> AsyncIterator[None]:
    """Put the clock so many days forward, and back to the present afterwards."""
    real = app.state.clock.real()
    staff = await sign_in_platform(client)
    try:
        await _set_clock(client, staff, real + timedelta(days=days))
        yield
    finally:
        await _set_clock(client, staff, real)


async def _set_clock(client: httpx.AsyncClient, staff: Member, moment: datetime) -> None:
    answer = await client.put("/v1/demo/clock", json={"now": moment.isoformat()}, headers=staff.headers)
    assert answer.status_code == 200, answer.text


async def made(client: httpx.AsyncClient) -> tuple[Member, Bank, dict[str, object]]:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    request, _ = await send_request(client, enterprise, bank.id)
    return enterprise, bank, request


async def test_a_question_stops_the_clock_and_the_answer_lets_the_days_left_run(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    enterprise, bank, request = await made(client)
    place, days = f"/v1/financing-requests/{request['id']}", app.state.settings.answer_working_days
    start = app.state.clock.today()
    due = after_working_days(start, days).day
    assert (await get_request(client, bank.drafter, str(request["id"]))).json()["due_on"] == due.isoformat()
    asked = after_working_days(start, 2).day
    async with moved_clock(client, app, (asked - start).days):
        question = await post(client, bank.drafter, f"{place}/questions", {"text": "请补充"}, 201)
        standing = (await get_request(client, bank.drafter, str(request["id"]))).json()
        assert (standing["due_on"], standing["paused"]) == (None, True)
    answered = after_working_days(start, 7).day
    async with moved_clock(client, app, (answered - start).days):
        await post(client, enterprise, f"{place}/questions/{question['id']}/answer", {"text": "已补"}, 200)
        running = (await get_request(client, bank.drafter, str(request["id"]))).json()
        assert running["due_on"] == after_working_days(answered, days - 2).day.isoformat()


async def test_a_second_question_keeps_the_clock_standing(client: httpx.AsyncClient) -> None:
    enterprise, bank, request = await made(client)
    place = f"/v1/financing-requests/{request['id']}/questions"
    one, two = [await post(client, bank.drafter, place, {"text": text}, 201) for text in ("一", "二")]
    await post(client, enterprise, f"{place}/{one['id']}/answer", {"text": "答"}, 200)
    assert (await get_request(client, bank.drafter, str(request["id"]))).json()["paused"] is True
    await post(client, enterprise, f"{place}/{two['id']}/answer", {"text": "答"}, 200)
    assert (await get_request(client, bank.drafter, str(request["id"]))).json()["paused"] is False
    again = await client.post(f"{place}/{two['id']}/answer", json={"text": "再"}, headers=enterprise.headers)
    assert (again.status_code, again.json()["code"]) == (409, "financing_question_answered")


async def test_a_product_promises_its_own_days(client: httpx.AsyncClient, app: FastAPI) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    product = await post(client, bank.drafter, "/v1/financing-products", PRODUCT | {"answer_days": 3}, 201)
    request = await draft_request(client, enterprise)
    place = f"/v1/financing-requests/{request['id']}/disclosures"
    body = {"organisation_id": bank.id, "purpose": "审批", "parts": [], "product_id": product["id"],
            "ends_on": app.state.clock.today().isoformat()}  # fmt: skip
    early = await client.post(place, json=body, headers=enterprise.headers)
    assert (early.status_code, early.json()["code"]) == (422, "product_not_of_recipient")
    await post(client, bank.drafter, f"/v1/financing-products/{product['id']}/publication", None, 200)
    await post(client, enterprise, place, body, 201)
    await submit_request(client, enterprise, request["id"])
    due = after_working_days(app.state.clock.today(), 3).day.isoformat()
    assert (await get_request(client, bank.drafter, request["id"])).json()["due_on"] == due


async def test_a_disclosure_ends_by_its_last_day_and_the_last_one_ends_the_request(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    enterprise, one, two = (
        await register_organisation(client, "enterprise"), await register_bank(client), await register_bank(client),
    )  # fmt: skip
    request = await draft_request(client, enterprise)
    await disclose(client, enterprise, request["id"], one.id, days=10)
    await disclose(client, enterprise, request["id"], two.id, days=20)
    await submit_request(client, enterprise, request["id"])
    for days, still, status in ((11, 200, "submitted"), (21, 404, "expired")):
        async with moved_clock(client, app, days):
            assert (await get_request(client, one.drafter, request["id"])).status_code == 404  # before any sweep
            await sweep(app.state.database, app.state.clock.now())
            assert (await get_request(client, two.drafter, request["id"])).status_code == still
            assert (await get_request(client, enterprise, request["id"])).json()["status"] == status


async def test_an_offer_lapses_after_its_last_day(client: httpx.AsyncClient, app: FastAPI) -> None:
    enterprise, bank, request = await made(client)
    offer = await make_offer(client, bank, str(request["id"]), days=5)
    async with moved_clock(client, app, 6):
        late = await post_acceptance(client, enterprise, offer["id"])
        assert (late.status_code, late.json()["code"]) == (409, "financing_offer_expired")
        await sweep(app.state.database, app.state.clock.now())
        (shown,) = (await get(client, enterprise, f"/v1/financing-requests/{request['id']}/offers"))["items"]
        assert shown["status"] == "lapsed"
        assert (await get_request(client, enterprise, str(request["id"]))).json()["status"] == "in_review"

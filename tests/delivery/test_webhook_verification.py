"""A webhook's address is asked once for its token, and is sent nothing else before it has answered with that."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from aiohttp import web
from fastapi import FastAPI

from tests.accounts.test_quotas import limited, usage
from tests.delivery.test_changes import all_after, enter, now
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.webhooks import (
    HOOKS,
    Receiver,
    eventually,
    register_webhook,
    run_receiver,
    token_of,
    verify_signature,
    wait_for_verification,
)


async def create_webhook(client: httpx.AsyncClient, member: Member, url: str, *types: str) -> dict[str, Any]:
    """Return a webhook as it is when it is made."""
    answer = await client.post(HOOKS, json={"url": url, "types": list(types)}, headers=member.headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def patch_webhook(client: httpx.AsyncClient, member: Member, webhook_id: str, **said: Any) -> httpx.Response:
    """Return the answer to a change."""
    headers = {**member.headers, "If-Match": "*"}
    return await client.patch(f"{HOOKS}/{webhook_id}", json=said, headers=headers)


async def ask(client: httpx.AsyncClient, member: Member, webhook_id: str) -> httpx.Response:
    """Return the answer to having the address asked once more."""
    return await client.post(f"{HOOKS}/{webhook_id}/verification", headers=member.headers)


async def test_the_address_is_asked_once_signed_and_told_of_events_when_it_has_answered(
    client: httpx.AsyncClient,
) -> None:
    mine = await register_organisation(client)
    async with run_receiver() as receiver:
        new = await create_webhook(client, mine, receiver.url, "party")
        assert (new["status"], new["verified_at"]) == ("unproven", None)
        before = await enter(client, mine)
        shown = await wait_for_verification(client, mine, new["id"])
        assert (shown["status"], shown["verification_answered"], shown["verification_failure"]) == ("active", 200, None)
        assert shown["verified_at"] is not None
        (asked,) = receiver.asked
        said = verify_signature(new["secret"], asked)
        assert (said["type"], said["data"]["webhook_id"]) == ("webhook.verification", new["id"])
        after = await enter(client, mine)
        await receiver.until(1)
        await asyncio.sleep(1)
        assert [got.said["data"]["id"] for got in receiver.got] == [after], "of what was before it is not told"
        assert before != after
        assert len(receiver.asked) == 1


ANSWERS: dict[str, tuple[Callable[[dict[str, Any]], web.Response], str]] = {
    "nothing": (lambda _said: web.Response(status=204), "token"),
    "another": (lambda _said: web.json_response({"token": "0" * 64}), "token"),
    "echo": (web.json_response, "token"),  # a server that repeats everything agrees to nothing
    "no_success": (lambda said: web.json_response({"token": said["data"]["token"]}, status=404), "status"),
    "elsewhere": (lambda _said: web.Response(status=307, headers={"Location": "/other"}), "status"),
    "long": (lambda said: web.Response(text="x" * 100_000 + said["data"]["token"]), "token"),
}


@pytest.mark.parametrize("answer", ANSWERS)
async def test_without_the_token_it_is_sent_no_event(client: httpx.AsyncClient, answer: str) -> None:
    mine, (proof, failure) = await register_organisation(client), ANSWERS[answer]
    async with run_receiver(proof=proof) as receiver:
        new = await create_webhook(client, mine, receiver.url, "party")
        shown = await wait_for_verification(client, mine, new["id"])
        assert (shown["status"], shown["verification_failure"]) == ("unproven", failure)
        await enter(client, mine)
        await asyncio.sleep(2)
        assert (receiver.got, len(receiver.asked)) == ([], 1), "nor is it asked again by itself"
        refused = await patch_webhook(client, mine, new["id"], status="active")
        assert (refused.status_code, refused.json()["code"]) == (409, "webhook_unproven")
        receiver.proof = token_of
        assert (await ask(client, mine, new["id"])).status_code == 202
        await eventually(lambda: len(receiver.asked) == 2, 10)
        tokens = {got.said["data"]["token"] for got in receiver.asked}
        assert len(tokens) == 2, "each request has a token of its own"


async def test_the_token_may_come_back_as_plain_text(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    async with run_receiver(proof=lambda said: web.Response(text=said["data"]["token"] + "\n")) as receiver:
        await register_webhook(client, mine, receiver.url, "party")


async def test_another_address_is_proved_anew_and_told_of_nothing_until_then(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    async with run_receiver() as first, run_receiver(proof=lambda _said: web.Response(status=500)) as second:
        known = await register_webhook(client, mine, first.url, "party")
        same = await patch_webhook(client, mine, known["id"], url=first.url, types=["party", "patent"])
        assert same.json()["status"] == "active"
        moved = await patch_webhook(client, mine, known["id"], url=second.url)
        assert (moved.json()["status"], moved.json()["verified_at"]) == ("unproven", None)
        await wait_for_verification(client, mine, known["id"])
        await enter(client, mine)
        await asyncio.sleep(1.5)
        assert (first.got, second.got, len(first.asked), len(second.asked)) == ([], [], 1, 1)
        second.proof = token_of
        assert (await ask(client, mine, known["id"])).status_code == 202
        await eventually(lambda: len(second.asked) == 2, 10)
        await _active(client, mine, known["id"])
        last = await enter(client, mine)
        await second.until(1)
        assert [got.said["data"]["id"] for got in second.got] == [last]


async def _active(client: httpx.AsyncClient, member: Member, webhook_id: str) -> None:
    for _ in range(200):
        shown = (await client.get(f"{HOOKS}/{webhook_id}", headers=member.headers)).json()
        if shown["status"] == "active":
            return
        await asyncio.sleep(0.05)
    raise AssertionError(shown)


async def test_an_address_that_was_changed_while_disabled_is_proved_when_it_is_made_active(
    client: httpx.AsyncClient,
) -> None:
    mine = await register_organisation(client)
    async with run_receiver() as first, run_receiver() as second:
        known = await register_webhook(client, mine, first.url, "party")
        await patch_webhook(client, mine, known["id"], status="disabled")
        refused = await ask(client, mine, known["id"])
        assert (refused.status_code, refused.json()["code"]) == (409, "webhook_disabled")
        await patch_webhook(client, mine, known["id"], url=second.url)
        await asyncio.sleep(1.5)
        assert second.asked == [], "what is disabled is sent nothing"
        again = await patch_webhook(client, mine, known["id"], status="active")
        assert again.json()["status"] == "unproven"
        await _active(client, mine, known["id"])
        assert len(second.asked) == 1


async def test_who_is_proved_is_not_asked_again(client: httpx.AsyncClient) -> None:
    mine, other = await register_organisation(client), await register_organisation(client)
    async with run_receiver() as receiver:
        known = await register_webhook(client, mine, receiver.url, "party")
        refused = await ask(client, mine, known["id"])
        assert (refused.status_code, refused.json()["code"]) == (409, "webhook_proved")
        assert (await ask(client, other, known["id"])).status_code == 404
        assert len(receiver.asked) == 1


async def test_only_so_many_requests_are_sent_for_an_organisation_in_an_hour(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    mine = await register_organisation(client)
    async with run_receiver(proof=lambda _said: web.Response(status=500)) as victim:
        with limited(app, webhook_verifications_per_hour=3):
            new = await create_webhook(client, mine, victim.url, "party")
            answers = [await _asked_in_turn(client, mine, new["id"], victim) for _ in range(3)]
            assert [answer.status_code for answer in answers] == [202, 202, 429]
            assert 0 < int(answers[2].headers["retry-after"]) <= 3_600
            body = {"url": victim.url}
            assert (await client.post(HOOKS, json=body, headers=mine.headers)).status_code == 429
            assert (await patch_webhook(client, mine, new["id"], url=f"{victim.url}/2")).status_code == 429
            shown = (await usage(client, mine))["webhook_verifications"]
            assert (shown["used"], shown["limit"], shown["period"]) == (3, 3, "hour")
        await asyncio.sleep(1.5)
        assert len(victim.asked) == 3


async def _asked_in_turn(
    client: httpx.AsyncClient, member: Member, webhook_id: str, receiver: Receiver
) -> httpx.Response:
    before = len(receiver.asked)
    await eventually(lambda: len(receiver.asked) >= min(before, 3), 5)
    await wait_for_verification(client, member, webhook_id)
    answer = await ask(client, member, webhook_id)
    if answer.status_code == 202:
        await eventually(lambda: len(receiver.asked) > before, 10)
    return answer


async def test_many_calls_at_once_send_no_more_requests_than_calls(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    async with run_receiver(proof=lambda _said: web.Response(status=500)) as receiver:
        new = await create_webhook(client, mine, receiver.url, "party")
        answers = await asyncio.gather(*(ask(client, mine, new["id"]) for _ in range(8)))
        assert {answer.status_code for answer in answers} == {202}
        await asyncio.sleep(3)
        assert 1 <= len(receiver.asked) <= 9


async def test_an_organisation_that_is_no_longer_verified_is_told_nothing(client: httpx.AsyncClient) -> None:
    mine, staff = await register_organisation(client), await sign_in_platform(client)
    address = f"/v1/organisations/{mine.organisation_id}/verification"
    async with run_receiver() as receiver:
        known = await register_webhook(client, mine, receiver.url, "party")
        place = await now(client)
        refusal = {"outcome": "refused", "reason": "材料失效"}
        assert (await client.post(address, json=refusal, headers=staff.headers)).status_code == 200
        await enter(client, mine)
        assert (await patch_webhook(client, mine, known["id"], url=f"{receiver.url}/2")).status_code in (403, 429)
        await asyncio.sleep(2)
        assert (receiver.got, len(receiver.asked)) == ([], 1)
        assert await all_after(client, place, mine, types="party") != [], "it happened all the same"
        verdict = {"outcome": "verified"}
        assert (await client.post(address, json=verdict, headers=staff.headers)).status_code == 200
        again = await enter(client, mine)
        await receiver.until(1)
        assert [got.said["data"]["id"] for got in receiver.got] == [again]

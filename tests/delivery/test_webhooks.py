"""Webhooks: signed, in the order of each subject, tried again, and never a way into anybody's network."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import col
from standardwebhooks.webhooks import WebhookVerificationError

from backend.delivery import jobs
from backend.delivery.models import Delivery, Webhook
from backend.delivery.webhooks import rules as webhook_rules
from backend.delivery.webhooks.codes import DeliveryFailure
from backend.delivery.webhooks.sender import Message, Outcome, WebhookSender
from tests.accounts.test_quotas import usage
from tests.delivery.test_changes import all_after, enter, now
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.webhooks import (
    HOOKS,
    eventually,
    register_webhook,
    run_receiver,
    verify_signature,
    wait_for_verification,
)

pytestmark = pytest.mark.both_databases


async def deliveries(client: httpx.AsyncClient, member: Member, webhook_id: str, **asked: str) -> list[dict[str, Any]]:
    """Return its deliveries, the oldest first."""
    answer = await client.get(f"{HOOKS}/{webhook_id}/deliveries", params=asked, headers=member.headers)
    return list(reversed(answer.json()["items"]))


async def ended(client: httpx.AsyncClient, member: Member, webhook_id: str, **due: Any) -> dict[str, Any]:
    """Return the only delivery once it is as it is due to be."""
    for _ in range(200):
        found = await deliveries(client, member, webhook_id)
        if found and all(found[0][name] == value for name, value in due.items()):
            return found[0]
        await asyncio.sleep(0.1)
    raise AssertionError(found)


async def test_what_happens_is_sent_signed_as_the_feed_tells_it(client: httpx.AsyncClient) -> None:
    mine, other = await register_organisation(client), await register_organisation(client)
    async with run_receiver() as receiver:
        made = await register_webhook(client, mine, receiver.url, "party", "listing.published")
        place = await now(client)
        await enter(client, other)
        await enter(client, mine)
        patent = await enter_patent(client, other)
        await list_patent(client, other, patent["id"])
        await receiver.until(2)
        await asyncio.sleep(1)
        said = sorted(
            (verify_signature(made["secret"], got) for got in receiver.got),
            key=lambda one: one["type"] == "listing.published",
        )
        told = await all_after(client, place, mine, types="party,listing.published")
        assert [one["data"] for one in said] == [{**change, "sequence": 1} for change in told]
        assert [one["type"] for one in said] == ["party.entered", "listing.published"]
        with pytest.raises(WebhookVerificationError):
            verify_signature("whsec_" + "A" * 43 + "=", receiver.got[0])
        sent = await deliveries(client, mine, made["id"], status="delivered")
        assert {one["id"] for one in sent} == {got.id for got in receiver.got}


async def test_of_a_subject_the_next_waits_for_the_one_before_and_no_other_does(client: httpx.AsyncClient) -> None:
    mine, failed = await register_organisation(client), []

    def answer(said: dict[str, Any]) -> int:
        if not failed and said["type"] == "patent.registered":
            failed.append(said["data"]["subject"])
            return 500
        return 200

    async with run_receiver(answer) as receiver:
        made = await register_webhook(client, mine, receiver.url, "patent")
        first = await enter_patent(client, mine)
        etag = (await client.get(f"/v1/patents/{first['id']}", headers=mine.headers)).headers["etag"]
        headers = {**mine.headers, "If-Match": etag}
        await client.patch(f"/v1/patents/{first['id']}", json={"title": "改名"}, headers=headers)
        await eventually(lambda: bool(failed), 5)
        second = await enter_patent(client, mine)
        await eventually(lambda: bool(receiver.of(second["id"])), 4)
        assert failed == [first["id"]]
        assert [one.said["type"] for one in receiver.of(first["id"])] == ["patent.registered"]
        await eventually(lambda: receiver.of(first["id"])[-1].said["type"] == "patent.updated", 20)
        came = receiver.of(first["id"])
        assert [one.said["data"]["sequence"] for one in came] == [1, 1, *range(2, len(came))]
        assert came[0].id == came[1].id, "the same id in each attempt"
        kept = [one for one in await deliveries(client, mine, made["id"]) if one["subject"] == first["id"]]
        assert (kept[0]["attempts"], kept[0]["status"], kept[0]["answered"]) == (2, "delivered", 200)


async def test_one_that_is_slow_keeps_no_other_waiting(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    async with run_receiver(lambda _said: 8.0) as slow, run_receiver() as quick:
        await register_webhook(client, mine, slow.url, "party")
        await register_webhook(client, mine, quick.url, "party")
        for _ in range(12):
            await enter(client, mine)
        await quick.until(12, seconds=7)


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_what_is_no_success_is_tried_again_and_no_redirection_is_followed(
    client: httpx.AsyncClient, status: int
) -> None:
    mine = await register_organisation(client)
    async with run_receiver(lambda _said: status) as receiver:
        made = await register_webhook(client, mine, receiver.url, "party")
        await enter(client, mine)
        failed = await ended(client, mine, made["id"], attempts=1)
        assert (failed["status"], failed["answered"], failed["failure"]) == ("waiting", status, "status")
        assert failed["next_at"] is not None
        assert len(receiver.got) == 1
        shown = (await client.get(f"{HOOKS}/{made['id']}", headers=mine.headers)).json()
        assert shown["failing_since"] is not None


def test_it_is_tried_for_three_days_and_some_hours() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    waits = [(webhook_rules.next_try(attempts, moment, 0.0) or moment) - moment for attempts in range(1, 11)]
    assert timedelta(days=3) < sum(waits, timedelta()) < timedelta(days=4)
    assert waits == [*sorted(waits[:9]), timedelta()], "longer each time, and then no more"


async def test_after_three_days_of_failing_it_is_disabled_which_is_an_event(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    mine = await register_organisation(client)
    database = app.state.database
    async with run_receiver(lambda _said: 503) as receiver:
        made = await register_webhook(client, mine, receiver.url, "party")
        place = await now(client)
        await enter(client, mine)
        await ended(client, mine, made["id"], attempts=1)
        async with database.write() as session:  # three days pass
            ago = database.clock.real() - webhook_rules.PATIENCE
            await session.execute(sa.update(Webhook).where(col(Webhook.id) == made["id"]).values(failing_since=ago))
            due = sa.update(Delivery).where(col(Delivery.webhook_id) == made["id"])
            await session.execute(due.values(next_at=database.clock.real()))
        await ended(client, mine, made["id"], attempts=2, status="given_up")
        shown = (await client.get(f"{HOOKS}/{made['id']}", headers=mine.headers)).json()
        assert (shown["status"], shown["disabled_because"]) == ("disabled", "failing")
        assert "webhook.disabled" in [item["type"] for item in await all_after(client, place, mine)]


async def test_gone_it_is_disabled_and_made_active_again_it_can_be_sent_again(client: httpx.AsyncClient) -> None:
    mine, gone = await register_organisation(client), [True]
    async with run_receiver(lambda _said: 410 if gone else 200) as receiver:
        made = await register_webhook(client, mine, receiver.url, "party")
        address = f"{HOOKS}/{made['id']}"
        await enter(client, mine)
        failed = await ended(client, mine, made["id"], status="given_up")
        shown = await client.get(address, headers=mine.headers)
        assert (shown.json()["status"], shown.json()["disabled_because"]) == ("disabled", "gone")
        again = f"{address}/deliveries/{failed['id']}/redelivery"
        refused = await client.post(again, headers=mine.headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "webhook_disabled")
        await enter(client, mine)  # of which it is not told, disabled as it is
        gone.clear()
        headers = {**mine.headers, "If-Match": shown.headers["etag"]}
        active = await client.patch(address, json={"status": "active"}, headers=headers)
        assert (active.status_code, active.json()["disabled_because"]) == (200, None), active.text
        assert (await client.post(again, headers=mine.headers)).status_code == 202
        await receiver.until(2)
        assert receiver.got[0].id == receiver.got[1].id
        await enter(client, mine)
        await receiver.until(3)
        assert len(await deliveries(client, mine, made["id"])) == 2


async def test_made_active_it_is_told_of_nothing_that_was_before(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    async with run_receiver() as receiver:
        made = await register_webhook(client, mine, receiver.url, "party")
        headers = {**mine.headers, "If-Match": "*"}
        for _ in range(10):
            for status in ("disabled", "active"):
                answer = await client.patch(f"{HOOKS}/{made['id']}", json={"status": status}, headers=headers)
                assert answer.status_code == 200, answer.text
                if status == "disabled":
                    await enter(client, mine)
        last = await enter(client, mine)
        await receiver.until(1)
        assert [one["event_id"] for one in await deliveries(client, mine, made["id"])] == [last]


async def test_for_a_day_both_secrets_sign(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    async with run_receiver() as receiver:
        made = await register_webhook(client, mine, receiver.url, "party")
        renewed = await client.post(f"{HOOKS}/{made['id']}/secret-renewal", headers=mine.headers)
        assert renewed.status_code == 200, renewed.text
        assert renewed.json()["secret"] != made["secret"]
        await enter(client, mine)
        (got,) = await receiver.until(1)
        assert verify_signature(made["secret"], got) == verify_signature(renewed.json()["secret"], got)
        shown = await client.get(f"{HOOKS}/{made['id']}", headers=mine.headers)
        assert shown.json()["secret"] is None


async def test_a_private_address_entered_when_that_was_allowed_is_not_reached_when_it_is_not() -> None:
    async with run_receiver() as receiver, WebhookSender(private=False) as post:
        for url in (receiver.url, receiver.url.replace("http:", "https:")):
            outcome = await post.send(Message(url, "dlv_1", "{}", ("whsec_c2VjcmV0",)), datetime.now(UTC))
            assert outcome == Outcome(None, DeliveryFailure.ADDRESS)
        assert receiver.got == []


async def test_an_organisation_has_twenty_at_most(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    body = {"url": "https://hooks.invalid/", "types": ["invitation"]}
    for _ in range(20):
        assert (await client.post(HOOKS, json=body, headers=mine.headers)).status_code == 201
    answer = await client.post(HOOKS, json=body, headers=mine.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_webhooks")
    assert "20" in answer.json()["detail"]
    webhooks = (await usage(client, mine))["webhooks"]
    assert (webhooks["used"], webhooks["limit"], webhooks["remaining"]) == (20, 20, 0)


async def test_taken_away_it_takes_its_deliveries_with_it(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    async with run_receiver() as receiver:
        made = await register_webhook(client, mine, receiver.url, "party")
        await enter(client, mine)
        await receiver.until(1)
        gone = await client.delete(f"{HOOKS}/{made['id']}", headers={**mine.headers, "If-Match": "*"})
        assert gone.status_code == 204, gone.text
        assert (await client.get(f"{HOOKS}/{made['id']}/deliveries", headers=mine.headers)).status_code == 404


async def test_a_subject_is_counted_on_when_its_older_deliveries_are_forgotten(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    mine, database = await register_organisation(client), app.state.database
    async with run_receiver() as receiver:
        made = await register_webhook(client, mine, receiver.url, "patent.updated")
        patent = await enter_patent(client, mine)
        for count in (1, 2, 3):
            body = {"title": f"第 {count} 名"}
            address, headers = f"/v1/patents/{patent['id']}", {**mine.headers, "If-Match": "*"}
            assert (await client.patch(address, json=body, headers=headers)).status_code == 200
            await receiver.until(count)
            await ended_all(client, mine, made["id"])
            async with database.write() as session:  # a hundred days pass
                ago = database.clock.real() - timedelta(days=100)
                old = sa.update(Delivery).where(col(Delivery.webhook_id) == made["id"])
                await session.execute(old.values(created_at=ago))
            await jobs.sweep(database, database.clock.now())
            assert [one["sequence"] for one in await deliveries(client, mine, made["id"])] == [count]


async def ended_all(client: httpx.AsyncClient, member: Member, webhook_id: str) -> None:
    """Wait until nothing waits to be delivered."""
    for _ in range(100):
        if not await deliveries(client, member, webhook_id, status="waiting"):
            return
        await asyncio.sleep(0.1)
    raise AssertionError


async def test_no_address_of_a_private_network_is_reached(connected: httpx.AsyncClient) -> None:
    async with run_receiver() as receiver:
        mine = await register_organisation(connected)
        port = receiver.url.rpartition(":")[2]
        for url in (
            receiver.url, "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/", "https://169.254.169.254/latest",
            "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://127.1/", "https://0/", "ftp://example.com/",
            "https://user:word@example.com/", "https://example.com/#part", "https://", "https://exa mple.com/", "https://100.64.0.1/",
            "https://224.0.0.1/", "https://[fe80::1%25lo]/", "https://2130706433/",
        ):  # fmt: skip
            answer = await connected.post(HOOKS, json={"url": url}, headers=mine.headers)
            assert answer.status_code == 422, url
        for name in ("localhost", "0x7f000001", "localhost.localdomain"):
            body = {"url": f"https://{name}:{port}/", "types": ["party"]}
            made = (await connected.post(HOOKS, json=body, headers=mine.headers)).json()
            shown = await wait_for_verification(connected, mine, made["id"])
            failed = shown["verification_failure"]
            assert failed == "address" or (name != "localhost" and failed == "connection"), (name, failed)
            assert shown["status"] == "unproven"
        assert receiver.got == receiver.asked == []

"""E-mails that come back stop a dead address, once and for its owner to see; forged reports do nothing."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.core.settings import Settings
from tests.commands import patentmart
from tests.scenarios.emails import (
    BOUNCE_TOKEN,
    EFFECTIVE,
    JOINED,
    SETTINGS,
    Catcher,
    Received,
    caught_up,
    confirm_address,
    email_of,
    emails_of,
    happen,
    register_reader,
)
from tests.scenarios.members import Member
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases
BOUNCES = "/v1/email-bounces"
REPORT = """\
From: MAILER-DAEMON@relay.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; somebody@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: text/rfc822-headers

Subject: x

--b--
"""
HOLIDAY = "From: somebody@example.com\nTo: {to}\nSubject: I am away\nAuto-Submitted: auto-replied\n\nUntil Monday.\n"


def bounce_report(to: str, status: str = "5.1.1", action: str = "failed") -> str:
    return REPORT.format(to=to, status=status, action=action)


async def post_bounce(client: httpx.AsyncClient, said: Any, token: str = BOUNCE_TOKEN) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    if isinstance(said, dict):
        return await client.post(BOUNCES, json=said, headers=headers)
    return await client.post(BOUNCES, content=said, headers={**headers, "Content-Type": "message/rfc822"})


async def sent(app: FastAPI, catcher: Catcher, member: Member, many: int = 1) -> list[Received]:
    """Have so many e-mails be sent to the member, and return them."""
    for n in range(many):
        await happen(app, member, EFFECTIVE)
        await catcher.until(member.user_email, n + 1)
    await email_of(app, member, key=(await last_key(app, member)), status="sent")
    return catcher.to(member.user_email)


async def last_key(app: FastAPI, member: Member) -> str:
    return str((await emails_of(app, member))[-1].key)


async def address_of(client: httpx.AsyncClient, member: Member) -> dict[str, Any]:
    return dict((await client.get(SETTINGS, headers=member.headers)).json()["address"])


async def test_a_hard_bounce_stops_the_address_until_it_is_confirmed_again(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    (received,) = await sent(app, catcher, mine)
    answer = await post_bounce(client, bounce_report(received.sender))
    assert (answer.status_code, answer.json()) == (200, {"taken": True, "stopped": True})
    again = await post_bounce(client, bounce_report(received.sender))
    assert again.json() == {"taken": True, "stopped": False}, "an e-mail counts once"
    found = await address_of(client, mine)
    assert (found["state"], found["stopped_because"]) == ("stopped", "hard")
    assert "onfirm the address again" in found["cure"]
    await happen(app, mine, EFFECTIVE)
    await email_of(app, mine, status="suppressed", failure="address_stopped")

    async def told() -> bool:
        inbox = (await client.get("/v1/inbox", headers=mine.headers)).json()["items"]
        return "email_address.stopped" in [one["type"] for one in inbox]

    await wait_until(told, "the message in the inbox")
    await confirm_address(app, mine)
    assert (await address_of(client, mine))["state"] == "confirmed"
    await happen(app, mine, EFFECTIVE)
    await catcher.until(mine.user_email, 2)


async def test_a_refusal_in_the_conversation_stops_the_address_too(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    catcher.answer = lambda _address: "550 5.1.1 No such user here"
    await happen(app, mine, EFFECTIVE)
    kept = await email_of(app, mine, status="failed", failure="refused")
    assert kept.bounced_at is not None
    assert (await address_of(client, mine))["state"] == "stopped"


async def test_soft_bounces_stop_an_address_when_several_come(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    received = await sent(app, catcher, mine, 3)
    stopped = []
    for one in received:
        answer = await post_bounce(client, {"returned_to": one.sender, "kind": "soft"})
        stopped.append(answer.json()["stopped"])
    assert stopped == [False, False, True]
    assert (await address_of(client, mine))["stopped_because"] == "soft"


async def test_what_is_no_failure_changes_nothing(client: httpx.AsyncClient, app: FastAPI, catcher: Catcher) -> None:
    mine = await register_reader(client, app)
    (received,) = await sent(app, catcher, mine)
    for said in (HOLIDAY.format(to=received.sender), bounce_report(received.sender, "4.4.1", "delayed")):
        assert (await post_bounce(client, said)).json() == {"taken": False, "stopped": False}
    assert (await address_of(client, mine))["state"] == "confirmed"


async def test_forged_and_unreadable_reports_are_refused(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    (received,) = await sent(app, catcher, mine)
    token = received.sender.partition("+")[2].partition("@")[0]
    forged = received.sender.replace(token, "0" * len(token))
    for said in (bounce_report(forged), bounce_report(mine.user_email), {"returned_to": forged, "kind": "hard"}):
        answer = await post_bounce(client, said)
        assert (answer.status_code, answer.json()["code"]) == (422, "bounce_forged")
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000))
    assert (await post_bounce(client, deep)).status_code in (200, 422)
    for unread in ("", "nonsense", {"returned_to": received.sender, "kind": "dead"}, {"x": 1}):
        answer = await post_bounce(client, unread)
        assert (answer.status_code, answer.json()["code"]) == (422, "bounce_unreadable")
    for wrong in ("", "x" * 32, mine.token):
        answer = await post_bounce(client, bounce_report(received.sender), wrong)
        assert (answer.status_code, answer.json()["code"]) == (401, "bounces_closed")
    assert (await address_of(client, mine))["state"] == "confirmed"


async def test_a_mail_server_hands_bounces_to_the_command(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher, settings: Settings
) -> None:
    mine = await register_reader(client, app)
    (received,) = await sent(app, catcher, mine)
    environment = {
        "PATENTMART_DEMO": "1", "DATABASE_URL": settings.database_url, "SMTP_HOST": "127.0.0.1",
        "PATENTMART_DATA_DIR": str(settings.patentmart_data_dir), "EMAIL_FROM": "no-reply@patentmart.example",
    }  # fmt: skip

    async def handed(said: str, *arguments: str) -> int:
        ran = await asyncio.to_thread(patentmart, environment, "receive-bounce", *arguments, stdin=said)
        return ran.exit_code

    assert await handed(HOLIDAY.format(to=received.sender)) == 0
    assert await handed(bounce_report("bounces+x@example.com")) == 65, "as sysexits has it: bad data"
    assert await handed("") == 65
    assert (await address_of(client, mine))["state"] == "confirmed"
    assert await handed(bounce_report("bounces@patentmart.example"), "--returned-to", received.sender.upper()) == 0
    assert (await address_of(client, mine))["state"] == "stopped"
    await happen(app, mine, JOINED)
    await caught_up(app)

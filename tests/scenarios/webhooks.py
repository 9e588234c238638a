"""A server that webhooks are sent to, which answers with its token when it is asked, and else as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from aiohttp import web
from standardwebhooks import Webhook

from tests.scenarios.members import Member

HOOKS = "/v1/webhooks"
LOOK = 0.05  # seconds
Answer = Callable[[dict[str, Any]], int | float]
Proof = Callable[[dict[str, Any]], web.Response]
VERIFICATION = "webhook.verification"


async def eventually(check: Callable[[], bool], seconds: float) -> None:
    """Wait until it is so."""
    for _ in range(int(seconds / LOOK)):
        if check():
            return
        await asyncio.sleep(LOOK)
    raise AssertionError("it never came to be so")


@dataclass
class Got:
    """One message as it came."""

    id: str
    said: dict[str, Any]
    headers: dict[str, str]
    body: str


def token_of(said: dict[str, Any]) -> web.Response:
    """Return the answer of an honest receiver to the request that proves its address."""
    return web.json_response({"token": said["data"]["token"]})


@dataclass
class Receiver:
    """What came; `answer` gives the status for what a message says, or seconds to sleep before 200.

    What asks for the token is answered by `proof`, and stands in `asked` alone.
    """

    url: str = ""
    answer: Answer = lambda _said: 200
    proof: Proof = token_of
    got: list[Got] = field(default_factory=list)
    asked: list[Got] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        """Take one message."""
        body = await request.text()
        said = json.loads(body)
        headers = {name.lower(): value for name, value in request.headers.items()}
        if said["type"] == VERIFICATION:
            self.asked.append(Got(headers["webhook-id"], said, headers, body))
            return self.proof(said)
        self.got.append(Got(headers["webhook-id"], said, headers, body))
        due = self.answer(said)
        if isinstance(due, float):
            await asyncio.sleep(due)
            due = 200
        return web.Response(status=due, headers={"Location": f"{self.url}/elsewhere"} if due in (301, 302, 307) else {})

    async def until(self, count: int, seconds: float = 15) -> list[Got]:
        """Return what came once it is so many messages."""
        await eventually(lambda: len(self.got) >= count, seconds)
        return self.got

    def of(self, subject: str) -> list[Got]:
        """Return what came about a subject."""
        return [one for one in self.got if one.said["data"]["subject"] == subject]


@asynccontextmanager
async def run_receiver(answer: Answer = lambda _said: 200, proof: Proof = token_of) -> AsyncIterator[Receiver]:
    """Run a receiver."""
    receiver, app = Receiver(answer=answer, proof=proof), web.Application()
    app.router.add_post("/{tail:.*}", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    receiver.url = f"http://{host}:{port}"
    try:
        yield receiver
    finally:
        await runner.cleanup()


async def register_webhook(client: httpx.AsyncClient, member: Member, url: str, *types: str) -> dict[str, Any]:
    """Return a fresh webhook with its secret, once its address is proved."""
    answer = await client.post(HOOKS, json={"url": url, "types": list(types)}, headers=member.headers)
    assert answer.status_code == 201, answer.text
    shown = await wait_for_verification(client, member, answer.json()["id"])
    assert shown["status"] == "active", shown
    return {**shown, "secret": answer.json()["secret"]}


async def wait_for_verification(client: httpx.AsyncClient, member: Member, webhook_id: str) -> dict[str, Any]:
    """Return the webhook once something came of the request that proves its address."""
    for _ in range(400):
        shown = dict((await client.get(f"{HOOKS}/{webhook_id}", headers=member.headers)).json())
        if shown["status"] != "unproven" or shown["verification_failure"]:
            return shown
        await asyncio.sleep(LOOK)
    raise AssertionError(shown)


def verify_signature(secret: str, got: Got) -> dict[str, Any]:
    """Return what a message says once the library has found its signature good."""
    said: dict[str, Any] = Webhook(secret).verify(got.body, got.headers)
    return said

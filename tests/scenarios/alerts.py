"""Alerts, and what they find."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
from fastapi import FastAPI

from backend.alerts.consistency_checks import alerts_agree
from backend.core.consistency import Line, Site
from tests.scenarios.members import Member
from tests.scenarios.requests import get

PATIENCE = 120.0  # seconds, for a search server on a slow disk


async def post_alert(client: httpx.AsyncClient, member: Member | None, **fields: Any) -> httpx.Response:
    """Return the answer to a new alert."""
    body = {"name": "示例提醒", "frequency": "at_once", **fields}
    return await client.post("/v1/alerts", json=body, headers=member.headers if member else {})


async def make_alert(client: httpx.AsyncClient, member: Member, *, begun: bool = True, **fields: Any) -> dict[str, Any]:
    """Return a new alert, once it looks at changes."""
    answer = await post_alert(client, member, **fields)
    assert answer.status_code == 201, answer.text
    alert = dict(answer.json())
    return await started(client, member, alert["id"]) if begun else alert


async def started(client: httpx.AsyncClient, member: Member, alert_id: str) -> dict[str, Any]:
    """Return the alert once it looks at changes."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        alert: dict[str, Any] = await get(client, member, f"/v1/alerts/{alert_id}")
        if alert["is_broad"] is not None:
            return alert
        await asyncio.sleep(0.05)
    raise AssertionError(alert)


async def change_alert(client: httpx.AsyncClient, member: Member, alert_id: str, **fields: Any) -> dict[str, Any]:
    """Return the alert with these things changed."""
    seen = await client.get(f"/v1/alerts/{alert_id}", headers=member.headers)
    headers = member.headers | {"If-Match": seen.headers["etag"]}
    answer = await client.patch(f"/v1/alerts/{alert_id}", json=fields, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def hits_of(client: httpx.AsyncClient, member: Member, alert_id: str, **query: Any) -> list[dict[str, Any]]:
    """Return what an alert found, newest first."""
    found = await get(client, member, f"/v1/alerts/{alert_id}/hits", **query)
    return list(found["items"])


async def until_hits(
    client: httpx.AsyncClient, member: Member, alert_id: str, due: Callable[[list[dict[str, Any]]], bool]
) -> list[dict[str, Any]]:
    """Return what an alert found once it is as it is due to be."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        found = await hits_of(client, member, alert_id, limit=100)
        if due(found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


async def until_changes(
    client: httpx.AsyncClient, member: Member, alert_id: str, *due: tuple[str, str]
) -> list[dict[str, Any]]:
    """Return what an alert found once it is these things for these reasons, whatever their order."""
    return await until_hits(client, member, alert_id, lambda found: changes(found) == sorted(due))


def changes(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return what was found and why."""
    return sorted((hit["subject"], hit["change"]) for hit in found)


async def alert_messages(client: httpx.AsyncClient, member: Member) -> list[dict[str, Any]]:
    """Return what the member's inbox tells of alerts."""
    inbox = await get(client, member, "/v1/inbox", category="alerts", limit=100)
    return list(inbox["items"])


async def caught_up(client: httpx.AsyncClient, member: Member) -> None:
    """Wait until everything that has happened so far was compared with all alerts."""
    alert = await make_alert(client, member, holder_id=member.organisation_id)
    gone = await client.delete(f"/v1/alerts/{alert['id']}", headers=member.headers | {"If-Match": "*"})
    assert gone.status_code == 204, gone.text


async def checked(app: FastAPI) -> Line:
    """Return what fsck says of alerts."""
    site = Site(app.state.database, app.state.search, app.state.blobs, repair=False, follows=True)
    line = Line("alerts")
    await alerts_agree(site, line)
    return line

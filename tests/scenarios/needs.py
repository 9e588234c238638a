"""Needs of enterprises."""

from typing import Any

import httpx

from tests.scenarios.members import Member
from tests.scenarios.requests import post
from tests.scenarios.waiting import search_once_fed

NEED: dict[str, Any] = {
    "title": "寻求低温快充的锂离子电池电解液",
    "problem": "零下二十度时电芯充电析锂，充电时间超过九十分钟。",
    "clusters": ["advanced_materials"],
    "deal_types": ["ordinary_licence"],
    "stage_min": 5,
}


async def post_need(client: httpx.AsyncClient, member: Member, **fields: Any) -> httpx.Response:
    """Return the answer to a draft of a need."""
    return await client.post("/v1/needs", json=NEED | fields, headers=member.headers)


async def draft_need(client: httpx.AsyncClient, member: Member, **fields: Any) -> dict[str, Any]:
    """Return a need that nobody else sees yet."""
    return dict(await post(client, member, "/v1/needs", NEED | fields, 201))


async def publish_need(client: httpx.AsyncClient, member: Member, **fields: Any) -> dict[str, Any]:
    """Return a need that was drafted and published."""
    draft = await draft_need(client, member, **fields)
    return dict(await post(client, member, f"/v1/needs/{draft['id']}/publication"))


async def get_need(client: httpx.AsyncClient, member: Member | None, need_id: str) -> httpx.Response:
    """Return the answer to somebody who asks for a need."""
    return await client.get(f"/v1/needs/{need_id}", headers=member.headers if member else {})


async def patch_need(client: httpx.AsyncClient, member: Member, need: dict[str, Any], **fields: Any) -> httpx.Response:
    """Return the answer to a change of the need as the member sees it now."""
    seen = await get_need(client, member, need["id"])
    headers = member.headers | {"If-Match": seen.headers.get("etag", '"1"')}
    return await client.patch(f"/v1/needs/{need['id']}", json=fields, headers=headers)


async def change_need(client: httpx.AsyncClient, member: Member, need: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the need with these things changed."""
    answer = await patch_need(client, member, need, **fields)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def search_needs(client: httpx.AsyncClient, written: httpx.Response | None = None, **query: Any) -> Any:
    """Return the answer of a search that holds what the write changed."""
    after = {"after_event": written.headers["event-id"]} if written is not None else {}
    return await search_once_fed(client, "/v1/needs/search", **query, **after)

"""Listings of patents."""

from typing import Any

import httpx

from tests.scenarios.members import Member
from tests.scenarios.requests import post


async def draft_listing(
    client: httpx.AsyncClient, member: Member, patent_id: str, deal_type: str = "assignment"
) -> dict[str, Any]:
    """Return a listing that nobody else sees yet."""
    terms = {"patent_id": patent_id, "deal_types": [deal_type], "price_note": "面议"}
    return dict(await post(client, member, "/v1/listings", terms, 201))


async def list_patent(client: httpx.AsyncClient, member: Member, patent_id: str) -> dict[str, Any]:
    """Return the listing that shows the patent to everyone."""
    draft = await draft_listing(client, member, patent_id, "ordinary_licence")
    await post(client, member, f"/v1/listings/{draft['id']}/submission")
    return dict(await post(client, member, f"/v1/listings/{draft['id']}/publication"))

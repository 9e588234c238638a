"""Pairs that are new are told by themselves: once, to the sides that may know, and again when something has changed."""

from typing import Any

import httpx
import pytest

from tests.scenarios.matches import COMPLAINT, PRESS, list_titled
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.needs import publish_need
from tests.scenarios.requests import get
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases


async def told(client: httpx.AsyncClient, member: Member, kind: str) -> list[dict[str, Any]]:
    """Return the messages of a kind in the member's inbox."""
    items = (await get(client, member, "/v1/inbox", limit=100))["items"]
    return [item for item in items if item["type"] == kind]


async def once_told(client: httpx.AsyncClient, member: Member, kind: str) -> list[dict[str, Any]]:
    """Return the messages of a kind once there is one."""
    return list(await wait_until(lambda: told(client, member, kind), kind))


async def test_a_new_listing_is_told_to_the_asker_and_a_new_need_to_the_holder(client: httpx.AsyncClient) -> None:
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    need = await publish_need(client, asker, **COMPLAINT)
    listing = await list_titled(client, holder, **PRESS)
    (message,) = await once_told(client, asker, "need.listings_found")
    assert message["data"]["listing_ids"] == [listing["id"]]
    (seen,) = await once_told(client, holder, "listing.need_found")
    assert seen["data"] == {"need_id": need["id"], "count": 1, "listing_ids": [listing["id"]]}

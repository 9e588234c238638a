"""Licences taken under an open licence."""

from typing import Any

import httpx

from tests.scenarios.members import Member, register_organisation
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import declare
from tests.scenarios.requests import get


async def take_licence(
    client: httpx.AsyncClient, fee: dict[str, Any] | None = None, **fields: Any
) -> tuple[Member, Member, dict[str, Any], dict[str, Any]]:
    """Return a licensor, a licensee, the open licence, and the licence taken under it."""
    university = await register_organisation(client)
    enterprise = await register_organisation(client, "enterprise")
    declared = await declare(client, university, fee)
    notice = await give_notice(client, enterprise, declared, **fields)
    if notice["licence_id"] is None:
        notice = await pay(client, enterprise, notice)
    return university, enterprise, declared, await get(client, enterprise, f"/v1/licences/{notice['licence_id']}")

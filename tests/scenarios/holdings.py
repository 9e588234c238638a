"""Who holds a patent."""

from typing import Any

import httpx

from tests.scenarios.members import Member, find_party, sign_in_platform
from tests.scenarios.patents import enter_patent, get_patent
from tests.scenarios.requests import get, post


async def enter_co_owned_patent(client: httpx.AsyncClient, *owners: Member, **fields: Any) -> dict[str, Any]:
    """Return a patent that all of them hold, verified."""
    patent = await enter_patent(client, owners[0], **fields)
    address = f"/v1/patents/{patent['id']}/holdings"
    office = await sign_in_platform(client)
    for owner in owners[1:]:
        await name_holder(client, office, patent["id"], owner)
    for holding in (await get(client, owners[0], address))["items"]:
        decision = {"outcome": "verified", "reason": "一致"}
        await post(client, office, f"{address}/{holding['id']}/verification", decision, 200)
    return await get_patent(client, owners[0], patent["id"])


async def name_holder(client: httpx.AsyncClient, by: Member, patent_id: str, whom: Member) -> str:
    """Return the id of the holding of an organisation that another named."""
    body = {"party_id": await find_party(client, whom)}
    return str((await post(client, by, f"/v1/patents/{patent_id}/holdings", body, 201))["id"])


async def end_holding(client: httpx.AsyncClient, by: Member, patent_id: str, holding_id: str) -> None:
    """End a holding, as one that was sold."""
    path = f"/v1/patents/{patent_id}/holdings/{holding_id}/end"
    await post(client, by, path, {"ended_on": "2026-01-01", "reason": "转让"}, 200)


async def get_holders(client: httpx.AsyncClient, member: Member, patent_id: str) -> set[str]:
    """Return the organisations that hold the patent, as the member sees them."""
    return {holder["organisation_id"] for holder in (await get_patent(client, member, patent_id))["holders"]}

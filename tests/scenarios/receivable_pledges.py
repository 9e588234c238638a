"""Pledges of what licences bring in, made through the front door."""

from typing import Any

import httpx

from tests.scenarios.members import Member
from tests.scenarios.requests import post


async def pledge_income(
    client: httpx.AsyncClient, licensor: Member, licence_id: str, pledgee: Member, **more: Any
) -> dict[str, Any]:
    """Return the pledge that the licensor asks the licensee to consent to."""
    body = {"pledgee_organisation_id": pledgee.organisation_id, **more}
    return dict(await post(client, licensor, f"/v1/licences/{licence_id}/receivable-pledges", body, 201))


async def consent_to_pledge(client: httpx.AsyncClient, licensee: Member, pledge: dict[str, Any]) -> dict[str, Any]:
    """Return the pledge, consented to."""
    return dict(await post(client, licensee, f"/v1/receivable-pledges/{pledge['id']}/answer", {"answer": "given"}, 200))


async def register_income_pledge(
    client: httpx.AsyncClient, pledgee: Member, pledge: dict[str, Any], on: str
) -> dict[str, Any]:
    """Return the pledge, registered."""
    body = {"registration_number": "0512 8841 2002", "registered_on": on}
    return dict(await post(client, pledgee, f"/v1/receivable-pledges/{pledge['id']}/registration", body, 200))

"""Consents of others to what somebody does with a patent."""

from typing import Any

import httpx

from tests.scenarios.members import Member, find_party
from tests.scenarios.requests import post


def consent_terms(body: dict[str, Any], party_id: str, *grantors: str) -> dict[str, Any]:
    """Return what others consent to before this right is granted here by these parties."""
    kind = body.get("kind", "licence")
    return {
        "kind": kind,
        "licence_type": body.get("licence_type", "ordinary") if kind == "licence" else None,
        "party_id": party_id,
        "grantors": sorted(grantors),
        "licence": body.get("licence"),
        "territory": sorted(body.get("territory", [])),
        "fields": sorted(body.get("fields", [])),
        "working": sorted(body.get("working", [])),
        "sub_licensing": body.get("sub_licensing", False),
        "own_working": body.get("own_working", False),
        "carves_out": sorted(body.get("carves_out", [])),
        "starts_on": body.get("starts_on") or body.get("effective_on", "2026-01-01"),
        "ends_on": body.get("ends_on"),
        "secured_fen": body.get("secured_fen"),
    }


async def give_consent(
    client: httpx.AsyncClient, asker: Member, other: Member, patent_id: str, act: str, terms: dict[str, Any]
) -> dict[str, Any]:
    """Return the consent that another has given to an act on terms."""
    wanted = {"act": act, "terms": terms, "party_id": await find_party(client, other)}
    (consent,) = (await post(client, asker, f"/v1/patents/{patent_id}/consents", wanted, 201))["items"]
    place = f"/v1/patents/{patent_id}/consents/{consent['id']}"
    body = {"answer": "given", "terms_hash": consent["terms_hash"]}
    return dict(await post(client, other, f"{place}/answer", body, 200))

"""Rights for tests, made through the front door."""

import secrets
from typing import Any

import httpx

from tests.scenarios.members import Member, sign_in_platform
from tests.scenarios.patents import enter_patent

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


async def upload_evidence(client: httpx.AsyncClient, member: Member, content: bytes | None = None) -> str:
    """Return the id of an uploaded file, which is attached to nothing yet: each has bytes of its own."""
    content = content or PDF.replace(b"<<>>", b"<</ID(%s)>>" % secrets.token_hex(8).encode(), 1)
    answer = await client.post(
        "/v1/files", files={"file": ("证明.pdf", content, "application/pdf")}, headers=member.headers
    )
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["id"])


async def enter_co_owned_patent(client: httpx.AsyncClient, *owners: Member, **fields: Any) -> dict[str, Any]:
    """Return a patent that all of them hold, verified."""
    patent = await enter_patent(client, owners[0], **fields)
    address = f"/v1/patents/{patent['id']}/holdings"
    office = await sign_in_platform(client)
    for owner in owners[1:]:
        named = {"party_id": await find_party(client, owner)}
        claimed = await client.post(address, json=named, headers=office.headers)
        assert claimed.status_code == 201, claimed.text
    for holding in (await client.get(address, headers=owners[0].headers)).json()["items"]:
        place = f"{address}/{holding['id']}/verification"
        said = await client.post(place, json={"outcome": "verified", "reason": "一致"}, headers=office.headers)
        assert said.status_code == 200, said.text
    found = await client.get(f"/v1/patents/{patent['id']}", headers=owners[0].headers)
    return dict(found.json())


async def find_party(client: httpx.AsyncClient, member: Member) -> str:
    """Return the party that the member's organisation is."""
    found = await client.get(f"/v1/organisations/{member.organisation_id}", headers=member.headers)
    return str(found.json()["party_id"])


async def post_right(
    client: httpx.AsyncClient, member: Member, patent_id: str, kind: str = "licence", **fields: Any
) -> httpx.Response:
    """Return the answer to recording a right."""
    body: dict[str, Any] = {"kind": kind, "effective_on": "2026-01-01", "source": "合同", **fields}
    if kind in ("licence", "pledge", "option") and not {"party_id", "party_name"} & body.keys():
        body["party_name"] = "重庆示例材料有限公司"
    if body.get("origin", "outside") == "outside" and "evidence_files" not in body:
        body["evidence_files"] = [await upload_evidence(client, member)]
    return await client.post(f"/v1/patents/{patent_id}/rights", json=body, headers=member.headers)


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


async def post_right_end(
    client: httpx.AsyncClient, who: Member, entry: dict[str, Any], on: str = "2026-06-30"
) -> httpx.Response:
    """Return the answer to ending a right with evidence."""
    body = {"ended_on": on, "reason": "合同解除", "evidence_files": [await upload_evidence(client, who)]}
    place = f"/v1/patents/{entry['patent_id']}/rights/{entry['id']}/end"
    return await client.post(place, json=body, headers=who.headers)


async def post_right_correction(
    client: httpx.AsyncClient, who: Member, entry: dict[str, Any], **fields: Any
) -> httpx.Response:
    """Return the answer to correcting a right: what it should have said."""
    body = {"kind": entry["kind"], "effective_on": "2026-01-01", "source": "合同（更正）", "reason": "登记有误",
            "evidence_files": [await upload_evidence(client, who)], **fields}  # fmt: skip
    place = f"/v1/patents/{entry['patent_id']}/rights/{entry['id']}/correction"
    return await client.post(place, json=body, headers=who.headers)


async def get_permission(client: httpx.AsyncClient, who: Member | None, patent_id: str, act: str, **asked: Any) -> Any:
    """Return the ledger's answer to one act."""
    answer = await client.get(
        f"/v1/patents/{patent_id}/permissions",
        params={"act": act, **asked},
        headers=who.headers if who else {"Accept-Language": "en"},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["items"][0]


def reason_codes(said: Any) -> set[str]:
    """Return the codes of the reasons of an answer or a problem."""
    return {reason["code"] for reason in said.get("reasons", [])}


async def give_consent(
    client: httpx.AsyncClient, asker: Member, other: Member, patent_id: str, act: str, terms: dict[str, Any]
) -> dict[str, Any]:
    """Return the consent that another has given to an act on terms."""
    wanted = {"act": act, "terms": terms, "party_id": await find_party(client, other)}
    asked = await client.post(f"/v1/patents/{patent_id}/consents", json=wanted, headers=asker.headers)
    assert asked.status_code == 201, asked.text
    consent = asked.json()["items"][0]
    place = f"/v1/patents/{patent_id}/consents/{consent['id']}"
    body = {"answer": "given", "terms_hash": consent["terms_hash"]}
    said = await client.post(f"{place}/answer", json=body, headers=other.headers)
    assert said.status_code == 200, said.text
    return dict(said.json())

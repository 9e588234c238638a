"""Rights for tests, made through the front door."""

from typing import Any

import httpx

from tests.scenarios.files import upload_evidence
from tests.scenarios.members import Member


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

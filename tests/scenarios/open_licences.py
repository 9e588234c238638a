"""Open licences for tests, made through the front door."""

from typing import Any

import httpx

from tests.scenarios.members import Member, register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.rights import upload_evidence

LUMP: dict[str, Any] = {"form": "lump_sum", "lump_sum_fen": 5_000_000, "payment_days": 30}
FREE: dict[str, Any] = {"form": "free"}
ROYALTY: dict[str, Any] = {
    "form": "running_royalty", "base": "net_sales", "rate_bp": 300, "payment_days": 30, "reporting": "half_yearly",
}  # fmt: skip


def declaration_body(patent_id: str, fee: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Return the body of a complete declaration."""
    body = {
        "patent_id": patent_id,
        "fee": fee or LUMP,
        "fee_explanation": "参照同类许可合同的使用费确定。",
        "ends_on": "2030-12-31",
        "contact": {"name": "成果转化中心", "telephone": "023-60000000"},
        "undertaking": True,
        "confirmed": ["annuity_unknown"],
    }
    return body | fields


async def post(client: httpx.AsyncClient, who: Member, path: str, body: Any = None, due: int | None = None) -> Any:
    """Return what the answer says."""
    answer = await client.post(path, json=body, headers=who.headers)
    assert answer.status_code == due if due else answer.status_code < 300, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()


async def draft_declaration(client: httpx.AsyncClient, owner: Member, patent_id: str, **fields: Any) -> dict[str, Any]:
    """Return a draft."""
    return dict(await post(client, owner, "/v1/open-licences", declaration_body(patent_id, **fields)))


async def file_declaration(client: httpx.AsyncClient, owner: Member, draft: dict[str, Any]) -> dict[str, Any]:
    """Return the declaration, submitted and filed."""
    place = f"/v1/open-licences/{draft['id']}"
    await post(client, owner, f"{place}/submission", {})
    return dict(await post(client, owner, f"{place}/filing", {"on": "2026-03-01"}))


async def declare(
    client: httpx.AsyncClient, owner: Member, fee: dict[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """Return an announced open licence of a fresh patent."""
    patent = await enter_patent(client, owner)
    draft = await file_declaration(
        client, owner, await draft_declaration(client, owner, patent["id"], fee=fee, **fields)
    )
    return await announce(client, owner, draft)


async def announce(client: httpx.AsyncClient, owner: Member, draft: dict[str, Any]) -> dict[str, Any]:
    """Return the open licence, announced by the office."""
    body = {"on": "2026-03-20", "declaration_number": f"K{draft['id'][-12:]}",
            "evidence_files": [await upload_evidence(client, owner)]}  # fmt: skip
    return dict(await post(client, owner, f"/v1/open-licences/{draft['id']}/announcement", body))


def notice_body(declared: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the body of a notice that takes the declared terms."""
    return {"terms_version": declared["terms_version"], "terms_hash": declared["terms_hash"]} | fields


async def give_notice(
    client: httpx.AsyncClient, licensee: Member, declared: dict[str, Any], due: int | None = None, **fields: Any
) -> dict[str, Any]:
    """Return the notice, or the refusal that is due."""
    place = f"/v1/open-licences/{declared['id']}/notices"
    return dict(await post(client, licensee, place, notice_body(declared, **fields), due))


async def pay(
    client: httpx.AsyncClient, licensee: Member, notice: dict[str, Any], due: int | None = None, **fields: Any
) -> dict[str, Any]:
    """Return the notice with the payment of what is due, or the refusal that is due."""
    body = {"amount_fen": notice["due_at_start_fen"], "value_date": notice["given_on"],
            "evidence_files": [await upload_evidence(client, licensee)]} | fields  # fmt: skip
    return dict(await post(client, licensee, f"/v1/notices/{notice['id']}/payments", body, due))


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
    found = await client.get(f"/v1/licences/{notice['licence_id']}", headers=enterprise.headers)
    assert found.status_code == 200, found.text
    return university, enterprise, declared, found.json()


async def withdraw_declaration(
    client: httpx.AsyncClient, owner: Member, declared: dict[str, Any], on: str, filed_on: str | None = None
) -> dict[str, Any]:
    """Return the open licence, whose withdrawal was filed and announced."""
    place = f"/v1/open-licences/{declared['id']}"
    body = {"on": filed_on or on, "legal_reason": "other_legitimate", "reason": "拟与他人合作产业化"}
    await post(client, owner, f"{place}/withdrawal", body)
    said = {"on": on, "evidence_files": [await upload_evidence(client, owner)]}
    return dict(await post(client, owner, f"{place}/withdrawal-announcement", said))


def fault_codes(said: Any) -> set[tuple[str, str]]:
    """Return the place and code of each fault."""
    return {(error["pointer"], error["code"]) for error in said["errors"]}


def declaration_path(declared: dict[str, Any]) -> str:
    """Return the declaration's address."""
    return f"/v1/open-licences/{declared['id']}"

"""Open licences for tests, made through the front door."""

from typing import Any

import httpx

from tests.scenarios.files import upload_evidence
from tests.scenarios.members import Member
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import post

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


async def announce(
    client: httpx.AsyncClient, owner: Member, draft: dict[str, Any], on: str = "2026-03-20"
) -> dict[str, Any]:
    """Return the open licence, announced by the office."""
    body = {"on": on, "declaration_number": f"K{draft['id'][-12:]}",
            "evidence_files": [await upload_evidence(client, owner)]}  # fmt: skip
    return dict(await post(client, owner, f"/v1/open-licences/{draft['id']}/announcement", body))


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

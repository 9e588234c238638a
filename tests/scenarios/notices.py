"""Notices that take an open licence, and their payments."""

from typing import Any

import httpx

from tests.scenarios.files import upload_evidence
from tests.scenarios.members import Member
from tests.scenarios.requests import post


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

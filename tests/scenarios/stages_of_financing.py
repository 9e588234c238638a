"""Requests for financing of an organisation's own, at the stages at which something is asked of them."""

import httpx

from tests.scenarios.financing import draft_request, register_bank, send_request
from tests.scenarios.members import Member
from tests.scenarios.requests import post
from tests.who_may_financing import FIN, QST


async def financing_stages(client: httpx.AsyncClient, who: Member) -> dict[str, dict[str, str]]:
    """Return by operation which of the enterprise's own requests it is asked of: a draft, and one asked about."""
    bank = await register_bank(client)
    draft = {"financing_request_id": (await draft_request(client, who))["id"]}
    sent, _ = await send_request(client, who, bank.id)
    asked = await post(client, bank.drafter, f"/v1/financing-requests/{sent['id']}/questions", {"text": "问"}, 201)
    return {
        f"PATCH {FIN}": draft,
        f"POST {FIN}/disclosures": draft,
        f"POST {QST}/answer": {"financing_request_id": sent["id"], "question_id": asked["id"]},
    }

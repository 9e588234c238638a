"""Things of one organisation's own that stand at the stage at which a step may be taken, so that it gets as far."""

from typing import Any

import httpx

from tests.scenarios.members import Member
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import FREE, declare, draft_declaration, file_declaration
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import post
from tests.scenarios.stages_of_financing import financing_stages
from tests.scenarios.stages_of_pledges import pledge_stages
from tests.scenarios.world_of_deals import FEE
from tests.scenarios.world_of_introductions import own_introduction
from tests.who_may_deals import CON, LIC, NTC, OPL, PAY
from tests.who_may_introductions import INTRO

Stages = dict[str, dict[str, str]]


async def _submit(client: httpx.AsyncClient, who: Member) -> dict[str, Any]:
    draft = await draft_declaration(client, who, (await enter_patent(client, who))["id"], fee=FREE)
    return dict(await post(client, who, f"/v1/open-licences/{draft['id']}/submission", {}))


async def _file(client: httpx.AsyncClient, who: Member) -> dict[str, Any]:
    return await file_declaration(
        client, who, await draft_declaration(client, who, (await enter_patent(client, who))["id"], fee=FREE)
    )


async def _declarations(client: httpx.AsyncClient, who: Member) -> Stages:
    leaving = await declare(client, who, FREE)
    withdrawal = {"on": "2026-05-01", "legal_reason": "other_legitimate", "reason": "拟自行实施"}
    await post(client, who, f"/v1/open-licences/{leaving['id']}/withdrawal", withdrawal)
    at = {
        "filing": (await _submit(client, who))["id"],
        "announcement": (filed_one := await _file(client, who))["id"],
        "refusal": filed_one["id"],
        "withdrawal": (await declare(client, who, FREE))["id"],
        "withdrawal-announcement": leaving["id"],
        "withdrawal-refusal": leaving["id"],
        "notification": (await _file(client, who))["id"],
    }
    return {f"POST {OPL}/{step}": {"open_licence_id": open_licence_id} for step, open_licence_id in at.items()}


async def make_stages(client: httpx.AsyncClient, who: Member, other: Member) -> Stages:
    """Return by operation which of the organisation's things it is asked of; `other` licenses to it and from it."""
    stages = await _declarations(client, who)
    declared = await declare(client, other, FEE)
    unpaid = await give_notice(client, who, await declare(client, other), net_sales_fen=1)
    done = await pay(client, who, await give_notice(client, who, declared, net_sales_fen=1))
    sold = await declare(client, who)
    bought = await pay(client, other, await give_notice(client, other, sold))
    stages[f"POST {OPL}/notices"] = {
        "open_licence_id": (free := await declare(client, other, FREE))["id"],
        "terms_hash": free["terms_hash"],
    }
    stages[f"POST {INTRO}/messages"] = await own_introduction(client, who, other, free["patent_id"])
    stages[f"POST {NTC}/payments"] = {"notice_id": unpaid["id"]}
    stages[f"POST {PAY}/contest"] = {"notice_id": bought["id"], "payment_id": bought["payments"][0]["id"]}
    stages |= {
        f"POST {LIC}/{step}": {"licence_id": done["licence_id"]}
        for step in ("payments", "recordal", "recordal-confirmation", "termination", "royalty-reports")
    }
    stages |= await financing_stages(client, who)
    stages |= await pledge_stages(client, who)
    return stages | {
        "today": {"day": done["given_on"]},
        f"POST {CON}/answer": await _ask_for_consent(client, who, other),
    }


async def _ask_for_consent(client: httpx.AsyncClient, who: Member, other: Member) -> dict[str, str]:
    """Return a question for consent that the organisation was asked."""
    place = f"/v1/organisations/{who.organisation_id}"
    party_id = (await client.get(place, headers=who.headers)).json()["party_id"]
    patent = await enter_patent(client, other)
    right = {"kind": "licence", "party_id": party_id, "effective_on": "2026-01-01", "source": "合同"}
    evidence = await client.post("/v1/files", files={"file": ("a.txt", patent["id"].encode())}, headers=other.headers)
    right["evidence_files"] = [evidence.json()["id"]]
    await post(client, other, f"/v1/patents/{patent['id']}/rights", right, 201)
    body = {"act": "keep_open_licence", "party_id": party_id, "terms": {"of": patent["id"]}}
    asked = (await post(client, other, f"/v1/patents/{patent['id']}/consents", body, 201))["items"][0]
    return {"patent_id": patent["id"], "consent_id": asked["id"], "terms_hash": asked["terms_hash"]}

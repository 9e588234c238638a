"""A contract between two sides for tests of the whole platform, where no domain above draws one up yet."""

from typing import Any

import httpx

from backend.accounts.caller import Caller
from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role
from backend.contracts import service
from backend.contracts.policy import contract_policy
from backend.contracts.service import Side
from backend.core.ids import new_id
from tests.sample_contracts.template import TEMPLATE, SampleTerms
from tests.scenarios.members import Member, find_party
from tests.scenarios.requests import get, post
from tests.scenarios.second_factor import headers_to_sign


async def make_contracts(client: httpx.AsyncClient, lender: Member, borrower: Member, mark: str) -> dict[str, str]:
    """Return the ids of a contract of the two that both have signed, and of an amendment that waits."""
    transport: Any = client._transport
    app = transport.app
    app.state.registry.contract_templates.setdefault(TEMPLATE.key, TEMPLATE)
    me = await get(client, lender, "/v1/me")
    by = Caller(
        me["user_id"], lender.organisation_id, OrganisationKind.UNIVERSITY, OrganisationStatus.VERIFIED, Role.EDITOR
    )
    sides = [
        Side(code=code, organisation_id=who.organisation_id, party_id=await find_party(client, who))
        for code, who in (("lender", lender), ("borrower", borrower))
    ]
    terms = SampleTerms(amount_fen=1, term_months=1, purpose=f"contract {mark}")
    now, policy = app.state.clock.now(), contract_policy(app.state.settings)
    async with app.state.database.write() as session:
        contract = await service.draw_up(
            session, TEMPLATE, subject=new_id("plg"), sides=sides, terms=terms, by=by, policy=policy, now=now
        )
    path = f"/v1/contracts/{contract.id}"
    for who in (lender, borrower):
        shown = await get(client, who, path)
        signature = {"bound_hash": shown["present"]["bound_hash"]}
        headers = await headers_to_sign(client, who)
        signed = await client.post(f"{path}/signatures", json=signature, headers=headers)
        assert signed.status_code == 200, signed.text
    body = {"changes": {"term_months": 2}, "note": f"amendment {mark}"}
    amendment = await post(client, lender, f"{path}/amendments", body, 201)
    return {"contract_id": contract.id, "amendment_id": amendment["id"], "contract_subject": contract.subject}

"""A request for financing on a patent that two organisations hold, with all that hangs on it."""

import httpx

from tests.scenarios.files import pdf, post_file
from tests.scenarios.financing import (
    disclose,
    draft_request,
    enter_sound_patent,
    make_offer,
    register_bank,
    submit_request,
)
from tests.scenarios.members import Member, find_party, register_organisation
from tests.scenarios.requests import get, post

PRODUCT = {
    "amount_min_fen": 1, "amount_max_fen": 2, "term_min_months": 1, "term_max_months": 2, "rate_tenor": "one_year",
    "rate_bp": 1, "methods": ["at_maturity"],
}  # fmt: skip


async def make_financing(
    client: httpx.AsyncClient, holder: Member, enterprise: Member, mark: str
) -> tuple[dict[str, str], dict[str, Member]]:
    """Return the ids of a submitted request of the enterprise, whose patent the holder pledges too, and what it has.

    Beside them stand those to whom it is disclosed: `lender` and `surety`.
    """
    bank, guarantor = await register_bank(client), await register_organisation(client, "guarantor")
    drafted = await post(client, bank.drafter, "/v1/financing-products", PRODUCT | {"name": f"product {mark}"}, 201)
    patent = await enter_sound_patent(client, enterprise)
    named = {"party_id": await find_party(client, holder)}
    await post(client, enterprise, f"/v1/patents/{patent['id']}/holdings", named, 201)
    uploaded = await post_file(client, enterprise, pdf(f"financing {mark}"), f"licence {mark}.pdf")
    documents = [{"kind": "business_licence", "file_id": uploaded.json()["id"]}]
    request = await draft_request(client, enterprise, patent["id"], purpose=f"purpose {mark}", documents=documents)
    made = await disclose(client, enterprise, request["id"], bank.id)
    await disclose(client, enterprise, request["id"], guarantor.organisation_id)
    (consent,) = (await get(client, holder, "/v1/pledgor-consents"))["items"]
    agreed = {"confirmed": ["not_the_registered_owner"]}
    await post(client, holder, f"/v1/pledgor-consents/{consent['id']}/agreement", agreed, 200)
    await submit_request(client, enterprise, request["id"])
    place = f"/v1/financing-requests/{request['id']}"
    question = await post(client, bank.drafter, f"{place}/questions", {"text": f"question {mark}"}, 201)
    asked = {"organisation_id": guarantor.organisation_id, "amount_fen": 300_000_000}
    guarantee = await post(client, enterprise, f"{place}/guarantees", asked, 201)
    offer = await make_offer(client, bank, request["id"], conditions=f"conditions {mark}")
    found = {
        "product_id": drafted["id"],
        "financing_request_id": request["id"],
        "financed_patent_id": patent["id"],
        "disclosure_id": made["id"],
        "question_id": question["id"],
        "guarantee_id": guarantee["id"],
        "offer_id": offer["id"],
        "pledgor_consent_id": consent["id"],
    }
    return found, {"lender": bank.drafter, "surety": guarantor}

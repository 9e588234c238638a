"""What was paid before a withdrawal was announced makes a licence, whenever the payment is recorded."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests import factories
from tests.catalogue.made import entered
from tests.factories import Member
from tests.rights.made import evidence, right

TODAY = datetime.now(UTC) + timedelta(hours=8)
YESTERDAY, NEXT_YEAR = str((TODAY - timedelta(days=1)).date()), str((TODAY + timedelta(days=365)).date())
DECLARED = {
    "fee": {"form": "lump_sum", "lump_sum_fen": 20_000_000, "payment_days": 30},
    "fee_explanation": "参照同领域许可合同的平均价格确定。",
    "contact": {"name": "成果转化中心", "telephone": "023-60000000"},
    "undertaking": True,
    "confirmed": ["annuity_unknown"],
    "ends_on": NEXT_YEAR,
}


async def post(client: httpx.AsyncClient, who: Member, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body, headers=who.headers)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


async def test_paid_before_the_withdrawal_and_recorded_after_an_exclusive_grant_the_licence_stands_and_is_flagged(
    client: httpx.AsyncClient,
) -> None:
    university, enterprise = await factories.organisation(client), await factories.organisation(client, "enterprise")
    patent = await entered(client, university)
    declared = await post(client, university, "/v1/open-licences", {**DECLARED, "patent_id": patent["id"]})
    place = f"/v1/open-licences/{declared['id']}"
    await post(client, university, f"{place}/submission", {})
    await post(client, university, f"{place}/filing", {"on": YESTERDAY})
    announced = {"on": YESTERDAY, "declaration_number": "K2026500000123",
                 "evidence_files": [await evidence(client, university)]}  # fmt: skip
    declared = await post(client, university, f"{place}/announcement", announced)
    taken = {"terms_version": declared["terms_version"], "terms_hash": declared["terms_hash"]}
    notice = await post(client, enterprise, f"{place}/notices", taken)
    reason = {"legal_reason": "other_legitimate", "reason": "拟与他人合作产业化"}
    await post(client, university, f"{place}/withdrawal", {"on": YESTERDAY, **reason})
    said = {"on": str(TODAY.date()), "evidence_files": announced["evidence_files"]}
    await post(client, university, f"{place}/withdrawal-announcement", said)
    exclusive = await right(client, university, patent["id"], origin="here", licence_type="exclusive",
                            starts_on=str(TODAY.date()))  # fmt: skip
    assert exclusive.status_code == 201, exclusive.text
    proof = [await evidence(client, enterprise)]
    payment = {"amount_fen": 20_000_000, "value_date": YESTERDAY, "evidence_files": proof}
    paid = await post(client, enterprise, f"/v1/notices/{notice['id']}/payments", payment)
    assert paid["status"] == "effective"
    ledger = (await client.get(f"/v1/patents/{patent['id']}/rights", headers=university.headers)).json()["items"]
    entry = next(item for item in ledger if item["licence_type"] == "open")
    assert entry["origin"] == "outside"
    assert entry["conflicts"] == [{"code": "exclusive_licence_in_force", "about": [exclusive.json()["id"]]}]

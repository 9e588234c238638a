"""What was paid before a withdrawal was announced makes a licence, whenever the payment is recorded."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day, inbox, later
from tests.scenarios.files import upload_evidence
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import ROYALTY
from tests.scenarios.open_licences import declare as announced_licence
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.requests import post as made_post
from tests.scenarios.rights import post_right

DECLARED = {
    "fee": {"form": "lump_sum", "lump_sum_fen": 20_000_000, "payment_days": 30},
    "fee_explanation": "参照同领域许可合同的平均价格确定。",
    "contact": {"name": "成果转化中心", "telephone": "023-60000000"},
    "undertaking": True,
    "confirmed": ["annuity_unknown"],
}


async def post(client: httpx.AsyncClient, who: Member, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body, headers=who.headers)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


async def test_paid_before_the_withdrawal_and_recorded_after_an_exclusive_grant_the_licence_stands_and_is_flagged(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    today, yesterday = day(app), day(app, -1)
    university, enterprise = await register_organisation(client), await register_organisation(client, "enterprise")
    patent = await enter_patent(client, university)
    declared = await post(
        client, university, "/v1/open-licences", {**DECLARED, "ends_on": day(app, 365), "patent_id": patent["id"]}
    )
    place = f"/v1/open-licences/{declared['id']}"
    await post(client, university, f"{place}/submission", {})
    await post(client, university, f"{place}/filing", {"on": yesterday})
    announced = {"on": yesterday, "declaration_number": "K2026500000123",
                 "evidence_files": [await upload_evidence(client, university)]}  # fmt: skip
    declared = await post(client, university, f"{place}/announcement", announced)
    taken = {"terms_version": declared["terms_version"], "terms_hash": declared["terms_hash"]}
    notice = await post(client, enterprise, f"{place}/notices", taken)
    reason = {"legal_reason": "other_legitimate", "reason": "拟与他人合作产业化"}
    await post(client, university, f"{place}/withdrawal", {"on": yesterday, **reason})
    said = {"on": today, "evidence_files": announced["evidence_files"]}
    await post(client, university, f"{place}/withdrawal-announcement", said)
    exclusive = await post_right(client, university, patent["id"], origin="here", licence_type="exclusive",
                            starts_on=today)  # fmt: skip
    assert exclusive.status_code == 201, exclusive.text
    proof = [await upload_evidence(client, enterprise)]
    payment = {"amount_fen": 20_000_000, "value_date": yesterday, "evidence_files": proof}
    settled = await post(client, enterprise, f"/v1/notices/{notice['id']}/payments", payment)
    assert settled["status"] == "effective"
    ledger = (await client.get(f"/v1/patents/{patent['id']}/rights", headers=university.headers)).json()["items"]
    entry = next(item for item in ledger if item["licence_type"] == "open")
    assert entry["origin"] == "outside"
    assert entry["conflicts"] == [{"code": "exclusive_licence_in_force", "about": [exclusive.json()["id"]]}]


async def test_paid_before_the_right_ended_and_recorded_after_the_licence_ran_to_that_day(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    fee = ROYALTY | {"form": "entry_and_royalty", "entry_fee_fen": 1_000}
    declared = await announced_licence(client, people.university, fee)
    notice = await give_notice(client, people.enterprise, declared)
    late = await give_notice(client, people.inventor, declared)
    before, last, lapsed = day(app, 2), day(app, 4), day(app, 5)
    async with later(app, client, people.office, 10):
        told = await post_legal_event(client, people.office, declared["patent_id"], "lapsed", lapsed)
        assert told.status_code == 201, told.text
        refused = await pay(client, people.inventor, late, due=409, value_date=lapsed)
        assert refused["code"] == "open_licence_not_available"
        settled = await pay(client, people.enterprise, notice, value_date=before)
        assert settled["status"] == "effective"
        found = await client.get(f"/v1/licences/{settled['licence_id']}", headers=people.enterprise.headers)
        licence = found.json()
        reports = await client.get(f"/v1/licences/{licence['id']}/royalty-reports", headers=people.enterprise.headers)
        assert [one["ends_on"] for one in reports.json()["items"]] == [last]
    assert (licence["effective_on"], licence["status"], licence["ended_on"]) == (before, "terminated", lapsed)
    assert licence["status_reason"] == "right_ended"


@pytest.mark.parametrize("step", ["termination", "revocation"])
async def test_an_unpaid_notice_says_what_ended_it_and_money_from_before_brings_it_back(
    client: httpx.AsyncClient, people: People, app: FastAPI, step: str
) -> None:
    declared = await announced_licence(client, people.university)
    notice = await give_notice(client, people.enterprise, declared)
    said = {"on": day(app), "reason": "未按规定撤回"}
    ended = await made_post(client, people.office, f"/v1/open-licences/{declared['id']}/{step}", said)
    found = (await client.get(f"/v1/notices/{notice['id']}", headers=people.enterprise.headers)).json()
    assert (found["status"], found["status_reason"]) == ("ended", f"open_licence_{ended['status']}")
    assert ended["status"] in await inbox(client, people.enterprise, "notice.ended", notice["id"])
    assert (await pay(client, people.enterprise, notice, value_date=day(app, -1)))["status"] == "effective"

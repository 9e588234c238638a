"""What is private between two organisations: rights, consents, an open licence taken, paid for and certified."""

from typing import Any

import httpx

from tests.scenarios.files import pdf, post_file
from tests.scenarios.members import Member, find_party, register_organisation
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import announce, draft_declaration, file_declaration
from tests.scenarios.patents import enter_patent
from tests.scenarios.receivable_pledges import pledge_income
from tests.scenarios.requests import post
from tests.scenarios.rights import post_right

FEE: dict[str, Any] = {
    "form": "entry_and_royalty", "entry_fee_fen": 5_000_000, "base": "net_sales", "rate_bp": 300, "payment_days": 30,
    "reporting": "half_yearly",
}  # fmt: skip
Things = dict[str, dict[str, str]]


async def _file(client: httpx.AsyncClient, who: Member, mark: str) -> str:
    answer = await post_file(client, who, pdf(mark), f"{mark}.pdf", description=f"file {mark}")
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


async def _right(client: httpx.AsyncClient, owner: Member, patent_id: str, mark: str, **fields: Any) -> str:
    said = {"source": f"contract {mark}", "number": f"number {mark}", "note": f"note {mark}"}
    evidence = [await _file(client, owner, mark)]
    answer = await post_right(client, owner, patent_id, evidence_files=evidence, **said, **fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _agreement(client: httpx.AsyncClient, owner: Member, patent_id: str, mark: str) -> None:
    body = {"acts": {"grant_ordinary": {"who": "each", "parties": []}}, "effective_on": "2026-01-01",
            "source": f"agreement {mark}", "evidence_files": [await _file(client, owner, mark)]}  # fmt: skip
    await post(client, owner, f"/v1/patents/{patent_id}/co-owner-agreements", body, 201)


async def _consent(client: httpx.AsyncClient, owner: Member, asked: Member, patent_id: str, mark: str) -> str:
    party = await find_party(client, asked)
    licensed = await post_right(client, owner, patent_id, party_id=party, number=f"licence {mark}")
    assert licensed.status_code == 201, licensed.text
    body = {"act": "keep_open_licence", "party_id": party, "terms": {"said": f"terms {mark}"},
            "note": f"note {mark}"}  # fmt: skip
    answer = await post(client, owner, f"/v1/patents/{patent_id}/consents", body, 201)
    return str(answer["items"][0]["id"])


async def _taken(
    client: httpx.AsyncClient, owner: Member, licensee: Member, patent_id: str, mark: str
) -> dict[str, str]:
    """Return what comes of an open licence that is announced, taken and paid for."""
    declared = await file_declaration(client, owner, await draft_declaration(client, owner, patent_id, fee=FEE))
    declared = await announce(client, owner, declared)
    notice = await give_notice(client, licensee, declared, message=f"message {mark}", net_sales_fen=1)
    evidence = await _file(client, licensee, mark)
    said = {"reference": f"reference {mark}", "evidence_files": [evidence], "is_another_payment": True}
    notice = await pay(client, licensee, notice, **said)
    licence = (await client.get(f"/v1/licences/{notice['licence_id']}", headers=licensee.headers)).json()
    reports = await client.get(f"/v1/licences/{licence['id']}/royalty-reports", headers=licensee.headers)
    return {
        "open_licence_id": declared["id"],
        "terms_hash": declared["terms_hash"],
        "notice_id": notice["id"],
        "payment_id": notice["payments"][0]["id"],
        "licence_id": licence["id"],
        "licence_right_id": licence["right_id"],
        "report_id": reports.json()["items"][0]["id"],
        "evidence_id": evidence,
    }


async def make_deals(
    client: httpx.AsyncClient, owner: Member, licensee: Member, things: Things, mark: str
) -> tuple[Things, set[str]]:
    """Return what there is besides on the private and the listed patent, and ids that may show to nobody else."""
    private, listed = things["private"]["patent_id"], things["listed"]["patent_id"]
    for patent_id in (private, listed):
        await _agreement(client, owner, patent_id, mark)
    deal = await _taken(client, owner, licensee, listed, mark)
    offered = {name: deal.pop(name) for name in ("open_licence_id", "terms_hash")}
    evidence = deal.pop("evidence_id")
    bank = await register_organisation(client, "bank")
    deal["receivable_pledge_id"] = (await pledge_income(client, owner, deal["licence_id"], bank))["id"]
    told = {"fee_explanation": f"fee {mark}", "other": f"other {mark}",
            "contact": {"name": f"contact {mark}", "telephone": "023-60000000"}}  # fmt: skip
    draft = await draft_declaration(client, owner, private, **told)
    found = {
        "private": {
            **deal,
            "open_licence_id": draft["id"],
            "terms_hash": draft["terms_hash"],
            "right_id": await _right(client, owner, private, mark, party_name=f"licensee {mark}"),
            "consent_id": await _consent(client, owner, licensee, private, mark),
        },
        "listed": {**offered, "right_id": await _right(client, owner, listed, mark, party_name=f"licensee {mark}")},
        "announced": {"patent_id": listed,
                      "right_id": await _right(client, owner, listed, mark, announced_on="2026-01-10")},
        "deal": {"file_id": evidence, "lender_id": bank.organisation_id},
    }  # fmt: skip
    unasked = await _taken(client, owner, licensee, (await enter_patent(client, owner))["id"], mark)
    return found, {unasked[name] for name in (*deal, "licence_right_id") if name in unasked}

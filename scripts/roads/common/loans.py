"""The steps of a loan that roads share: from a patent to a pledge that is registered."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from common import newcomers
from common.second_factors import Signer, signing
from common.walking import Walk, application_number, expect, fresh_brand, fresh_serials, note, yuan

FIRST_BANK, SECOND_BANK, THIRD_BANK = "bank-jiangbei", "bank-rural", "bank-shancheng"
AMOUNT_FEN = 300_000_000
TERM_MONTHS = 12
OFFER = {"amount_fen": AMOUNT_FEN, "term_months": TERM_MONTHS, "rate_tenor": "one_year", "rate_bp": 45,
         "method": "interest_first", "day_count": "actual_360", "interest_every": 3, "penalty_bp": 150}  # fmt: skip


def owner(bank: str) -> str:
    return f"owner@{bank}.example"


def second_person(bank: str) -> str:
    return f"editor@{bank}.example"


@dataclass
class Road:
    """What a road to a loan carries along: the company, its patent, and the papers as the last answer had them."""

    walk: Walk
    company: str
    organisation_id: str
    patent: dict[str, Any]
    request: dict[str, Any] = field(default_factory=dict)
    offer: dict[str, Any] = field(default_factory=dict)
    pledge: dict[str, Any] = field(default_factory=dict)
    loan: dict[str, Any] = field(default_factory=dict)

    @property
    def request_path(self) -> str:
        return f"/v1/financing-requests/{self.request['id']}"

    @property
    def pledge_path(self) -> str:
        return f"/v1/pledges/{self.pledge['id']}"

    @property
    def loan_path(self) -> str:
        return f"/v1/loans/{self.loan['id']}"

    def lender_id(self, bank: str) -> str:
        return str(self.walk.ask("GET", "/v1/me", owner(bank)).json()["organisation_id"])


def company_with_patent(walk: Walk) -> Road:
    walk.say("A small company registers, is verified, and enters a patent that it owns; its annuity is paid.")
    who, place = newcomers.register(walk)
    newcomers.verify(walk, place)
    brand, brand_en = fresh_brand()
    year = int(walk.china_today()[:4])
    body = {"application_number": application_number(fresh_serials(1)[0]), "title": f"一种{brand}电池隔膜",
            "title_en": f"{brand_en} battery separator", "kind": "invention", "filing_date": "2021-03-15",
            "grant_date": "2023-06-20", "ipc": ["H01M50/403"]}  # fmt: skip
    patent = walk.shown("POST", "/v1/patents", who, status=201, json=body)
    paid = {"kind": "annuity_paid", "effective_on": f"{year}-01-15", "year": year - 2021 + 1, "source": "缴费收据"}
    walk.shown("POST", f"/v1/patents/{patent['id']}/legal-events", who, status=201, json=paid)
    return Road(walk, who, place.rpartition("/")[2], patent)


def ask_for_money(road: Road) -> None:
    walk, patent_id = road.walk, road.patent["id"]
    walk.say("It asks for ¥3,000,000 for a year: ten fields, for everything else the platform knows itself.")
    body = {"amount_fen": AMOUNT_FEN, "term_months": TERM_MONTHS, "purpose": "采购原材料",
            "patents": [{"patent_id": patent_id}], "annual_revenue_fen": 2_400_000_000, "employees": 86,
            "first_loan": True}  # fmt: skip
    road.request = walk.shown("POST", "/v1/financing-requests", road.company, status=201, json=body)
    checks = walk.shown("GET", f"{road.request_path}/checks", road.company)
    for ground in checks["patents"][0]["grounds"]:
        found = "; ".join(one["detail"] for one in ground["findings"])
        note(f"  ground {ground['number']:>2} {ground['ground']:<24} {ground['outcome']} {found}")
    walk.say("Nobody but the company says so far that it owns the patent: it confirms that, and all grounds pass.")
    confirmed = {"patents": [{"patent_id": patent_id, "confirmed": ["not_the_registered_owner"]}]}
    seen = walk.ask("GET", road.request_path, road.company).headers["ETag"]
    walk.shown("PATCH", road.request_path, road.company, json=confirmed, headers={"If-Match": seen})
    checks = walk.ask("GET", f"{road.request_path}/checks", road.company).json()
    expect(checks["clear"], f"nothing should stand against it: {checks}")


def disclose(road: Road) -> None:
    walk = road.walk
    walk.say("It chooses two of three banks, and what each may read; then it submits the request.")
    until = (date.fromisoformat(walk.china_today()) + timedelta(days=60)).isoformat()
    for bank in (FIRST_BANK, SECOND_BANK):
        walk.sign_in(owner(bank))
        body = {"organisation_id": road.lender_id(bank), "purpose": "贷款审批", "ends_on": until,
                "parts": ["company", "patents", "documents", "answers"]}  # fmt: skip
        made = walk.shown("POST", f"{road.request_path}/disclosures", road.company, status=201, json=body)
        note(f"receipt {made['receipt_sha256'][:16]}…, until {made['ends_on']}")
    walk.shown("POST", f"{road.request_path}/submission", road.company)
    walk.say("The third bank learns nothing, not even that there is a request.")
    walk.sign_in(owner(THIRD_BANK))
    walk.shown("GET", road.request_path, owner(THIRD_BANK), status=404)


def offers(road: Road, **more: object) -> None:
    walk = road.walk
    walk.say("Each of the two banks reads it, which the company sees, and offers: one person drafts, another approves.")
    for bank, margin in ((FIRST_BANK, 45), (SECOND_BANK, 60)):
        walk.shown("GET", road.request_path, owner(bank))
        walk.sign_in(second_person(bank))
        until = (date.fromisoformat(walk.china_today()) + timedelta(days=20)).isoformat()
        body = {**OFFER, "rate_bp": margin, "valid_until": until, **more}
        drafted = walk.shown("POST", f"{road.request_path}/offers", owner(bank), status=201, json=body)
        walk.shown("POST", f"/v1/financing-offers/{drafted['id']}/approval", second_person(bank))
    walk.say("The company compares the whole cost, and accepts the cheaper one; the other is closed by it.")
    items = walk.shown("GET", f"{road.request_path}/offers", road.company)["items"]
    for one in items:
        cost = one["cost"] or {}
        note(
            f"  {one['organisation_id']}: in all {yuan(cost.get('total_fen'))}, {cost.get('yearly_rate_bp')} bp a year"
        )
    cheaper = min(items, key=lambda one: one["rate_bp"])
    road.offer = walk.shown("POST", f"/v1/financing-offers/{cheaper['id']}/acceptance", road.company)
    walk.say("The other bank reads the request no more; its own offer and the receipt of the disclosure stay with it.")
    lost = next(one for one in items if one["id"] != cheaper["id"])
    walk.shown("GET", road.request_path, owner(SECOND_BANK), status=404)
    kept = walk.shown("GET", f"/v1/financing-offers/{lost['id']}", owner(SECOND_BANK))
    note(f"{kept['status']} by the {kept['closed_by']}: {yuan(kept['amount_fen'])} for {kept['term_months']} months")
    receipts = walk.shown("GET", f"{road.request_path}/disclosures", owner(SECOND_BANK))["items"]
    expect([one["status"] for one in receipts] == ["ended"], f"the receipt should stay: {receipts}")
    walk.sign_in(owner(FIRST_BANK))


def signers(road: Road) -> AbstractContextManager[dict[str, Signer]]:
    """Return the people who sign, with second factors until the end of the block."""
    road.walk.say("Whoever signs for an organisation proves it with a second factor: both set up an authenticator.")
    return signing(road.walk, road.company, owner(FIRST_BANK))


def pledge(road: Road, people: dict[str, Signer]) -> None:
    walk = road.walk
    walk.say("The bank draws the pledge contract up; both sign exactly what its hash binds, and it is effective.")
    body = {"financing_offer_id": road.offer["id"], "secures": ["principal", "interest", "realisation_costs"]}
    road.pledge = walk.shown("POST", "/v1/pledges", owner(FIRST_BANK), status=201, json=body)
    contract = f"/v1/contracts/{road.pledge['contract_id']}"
    bound = walk.ask("GET", contract, road.company).json()["present"]["bound_hash"]
    note(f"bound hash {bound[:16]}…; the paper is at {contract}/document.pdf")
    for who in (road.company, owner(FIRST_BANK)):
        signed = people[who].sign("POST", f"{contract}/signatures", json={"bound_hash": bound})
        note(f"the contract is {signed['status']}")
    expect(signed["status"] == "effective", f"all have signed: {signed}")


def register(road: Road) -> None:
    walk, today = road.walk, road.walk.china_today()
    walk.say("The company files the registration. Its own word that it was registered changes nothing …")
    road.pledge = walk.shown("POST", f"{road.pledge_path}/registration", road.company, json={"filed_on": today})
    decided = {"outcome": "registered", "decided_on": today, "registration_number": f"Y{road.pledge['id'][-10:]}"}
    said = walk.shown("POST", f"{road.pledge_path}/registration-decision", road.company, json=decided)
    note(f"{said['status']}, claims: {[one['claim'] for one in said['claims']]}")
    walk.say("… until the bank records it: now the pledge stands in the rights of the patent, for everybody to see.")
    road.pledge = walk.shown("POST", f"{road.pledge_path}/registration-decision", owner(FIRST_BANK), json=decided)
    note(f"{road.pledge['status']} on {road.pledge['registered_on']}")


def find_loan(road: Road) -> None:
    road.loan = road.walk.shown("GET", f"/v1/loans/{road.offer['loan_id']}", road.company)
    note(f"the loan that the acceptance made: {road.loan['status']}, secured since {road.loan['secured_on']}")

"""From a patent to a loan and back: disclosed to two of three banks, pledged, disbursed, repaid, released."""

import sys
from typing import Any

import httpx
from common import loans
from common.loans import FIRST_BANK, Road, owner
from common.walking import AUTHORITY, PLATFORM, Walk, expect, note, walked, yuan

LICENSEE = "owner@yuli.example"


def exclusive_licence(road: Road) -> None:
    walk, place = road.walk, f"/v1/patents/{road.patent['id']}"
    walk.say("While the pledge stands an exclusive licence needs the bank's consent: without it the ledger refuses.")
    body = {"kind": "licence", "licence_type": "exclusive", "origin": "here", "source": "许可合同",
            "party_id": party_of(walk, LICENSEE), "effective_on": walk.china_today(),
            "ends_on": f"{int(walk.china_today()[:4]) + 2}-12-31"}  # fmt: skip
    refused = walk.shown("POST", f"{place}/rights", road.company, status=409, json=body)
    for reason in refused["reasons"]:
        note(f"  {reason['code']}: {reason['detail']} [{reason['rule']}]; lifted by: {reason['cure']}")
    asked = {"act": "grant_exclusive", "party_id": party_of(walk, owner(FIRST_BANK)), "terms": refused["terms"]}
    consent = walk.shown("POST", f"{place}/consents", road.company, status=201, json=asked)["items"][0]
    walk.say("The bank consents to exactly these terms, and the licence is granted.")
    given = {"answer": "given", "terms_hash": consent["terms_hash"]}
    walk.shown("POST", f"{place}/consents/{consent['id']}/answer", owner(FIRST_BANK), json=given)
    walk.shown("POST", f"{place}/rights", road.company, status=201, json=body)


def party_of(walk: Walk, who: str) -> str:
    """Return the party that somebody's organisation is."""
    organisation = walk.ask("GET", "/v1/me", who).json()["organisation_id"]
    return str(walk.ask("GET", f"/v1/organisations/{organisation}", who).json()["party_id"])


def disburse(road: Road) -> None:
    walk = road.walk
    walk.say("Now that the pledge is registered the bank pays out; the rate is fixed by the LPR of the day.")
    loans.find_loan(road)
    road.loan = walk.shown("POST", f"{road.loan_path}/disbursements", owner(FIRST_BANK),
                           json={"disbursed_on": walk.china_today()})  # fmt: skip
    note(f"{road.loan['status']}: LPR {road.loan['lpr_bp']} bp + {road.loan['margin_bp']} = {road.loan['rate_bp']} bp")
    for one in walk.ask("GET", f"{road.loan_path}/schedule", road.company).json()["instalments"]:
        note(f"  {one['due_on']}: principal {yuan(one['principal_fen'])}, interest {yuan(one['interest_fen'])}")


def repay(road: Road) -> None:
    walk, today = road.walk, road.walk.china_today()
    walk.say("The company repays early; its own word waits for the bank's, which counts it.")
    quote = walk.shown("GET", f"{road.loan_path}/early-repayment?on={today}", road.company)
    body = {"paid_on": today, "principal_fen": None, "amount_fen": quote["amount_fen"]}
    claim: dict[str, Any] = walk.shown("POST", f"{road.loan_path}/early-repayment", road.company, status=201, json=body)
    note(f"{claim['status']}: {yuan(quote['amount_fen'])}")
    walk.shown("POST", f"{road.loan_path}/repayments/{claim['id']}/confirmation", owner(FIRST_BANK))
    road.loan = walk.ask("GET", road.loan_path, road.company).json()
    expect(road.loan["status"] == "repaid", f"the loan should be repaid: {road.loan}")


def release(road: Road) -> None:
    walk, today = road.walk, road.walk.china_today()
    walk.say("The debt is paid: the bank has to have the pledge released, by a day; it files, and records the release.")
    road.pledge = walk.shown("GET", road.pledge_path, owner(FIRST_BANK))
    note(f"due by {road.pledge['release_due_on']}")
    filed = {"filed_on": today, "reason": "debt_paid"}
    walk.shown("POST", f"{road.pledge_path}/release", owner(FIRST_BANK), json=filed)
    done = {"outcome": "registered", "decided_on": today}
    road.pledge = walk.shown("POST", f"{road.pledge_path}/release-registration", owner(FIRST_BANK), json=done)
    note(f"{road.pledge['status']} on {road.pledge['released_on']}")
    standing = walk.ask("GET", f"/v1/patents/{road.patent['id']}/permissions?act=assign", road.company).json()
    codes = [reason["code"] for act in standing["items"] for reason in act["reasons"]]
    note(f"what stands against an assignment now: {codes or 'nothing'}")
    expect("pledged" not in codes, f"no pledgee has to be asked any more: {standing}")


def walk_it(server: str) -> None:
    with httpx.Client(base_url=server, timeout=30) as http:
        walk = Walk(http)
        for who in (PLATFORM, AUTHORITY, LICENSEE):
            walk.sign_in(who)
        road = loans.company_with_patent(walk)
        loans.ask_for_money(road)
        loans.disclose(road)
        loans.offers(road)
        with loans.signers(road) as people:
            loans.pledge(road, people)
        loans.register(road)
        exclusive_licence(road)
        disburse(road)
        repay(road)
        release(road)


if __name__ == "__main__":
    sys.exit(walked(walk_it, __doc__))

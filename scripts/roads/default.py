"""A loan in default: realised by an auction, distributed and compensated to the last fen."""

import sys

import httpx
from common import loans
from common.loans import FIRST_BANK, Road, owner
from common.walking import AUTHORITY, PLATFORM, Walk, expect, note, walked, yuan

PROCEEDS_FEN, COSTS_FEN = 120_000_000, 1_500_001


def default(road: Road) -> None:
    walk, today = road.walk, road.walk.china_today()
    walk.say("The bank pays out, and later records a default: the money went elsewhere than the contract says.")
    loans.find_loan(road)
    walk.shown("POST", f"{road.loan_path}/disbursements", owner(FIRST_BANK), json={"disbursed_on": today})
    body = {"on": today, "event": "借款用途与约定不符"}
    road.pledge = walk.shown("POST", f"{road.pledge_path}/default", owner(FIRST_BANK), json=body)
    note(f"{road.pledge['status']}: {road.pledge['default_note']}")
    walk.inbox_message(road.company, "pledge.defaulted", "pledge_id", road.pledge["id"])


def realise(road: Road) -> None:
    walk = road.walk
    walk.say("The patent is auctioned: the proceeds go to costs, interest and principal, in this order.")
    owed = walk.ask("GET", f"{road.loan_path}/statement?on={walk.china_today()}", owner(FIRST_BANK)).json()
    note(f"owed: {yuan(owed['owed_fen'])}")
    body = {"method": "auction", "patent_ids": [road.patent["id"]], "disposed_on": walk.china_today(),
            "buyer_name": "示范竞买企业", "proceeds_fen": PROCEEDS_FEN, "costs_fen": COSTS_FEN,
            "closes": True}  # fmt: skip
    made = walk.shown("POST", f"{road.pledge_path}/disposal", owner(FIRST_BANK), status=201, json=body)
    for name, fen in made["distribution"].items():
        note(f"  {name:<24} {yuan(fen)}")
    expect(sum(made["distribution"].values()) == PROCEEDS_FEN, f"it should sum up to the fen: {made}")


def compensate(road: Road) -> None:
    walk, place = road.walk, f"{road.loan_path}/compensation"
    walk.say("Who bears what of the rest: the scheme of the offer says 4 : 2 : 2 : 2; when it pays, the bank states.")
    stated = {"compensates_at": "after_disposal"}
    walk.shown("POST", place, owner(FIRST_BANK), status=201, json=stated)
    found = walk.shown("GET", place, owner(FIRST_BANK))
    for claim in found["claims"]:
        note(f"  {claim['role']:<20} {yuan(claim['borne_fen'])}")
    expect(sum(claim["borne_fen"] for claim in found["claims"]) == found["loss_fen"], f"to the fen: {found}")


def walk_it(server: str) -> None:
    with httpx.Client(base_url=server, timeout=30) as http:
        walk = Walk(http)
        for who in (PLATFORM, AUTHORITY):
            walk.sign_in(who)
        road = loans.company_with_patent(walk)
        loans.ask_for_money(road)
        loans.disclose(road)
        loans.offers(road, scheme="chongqing_2022")
        with loans.signers(road) as people:
            loans.pledge(road, people)
        loans.register(road)
        default(road)
        realise(road)
        compensate(road)


if __name__ == "__main__":
    sys.exit(walked(walk_it, __doc__))

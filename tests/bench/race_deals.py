"""Deals that are raced for: requests for financing, offers, pledges and loans, brought as far as a race begins."""

from dataclasses import dataclass, field
from typing import Final

from tests.bench.race_arena import Arena, Fields, Racer, Start, today
from tests.scenarios.financing import disclosure_body, offer_body, request_body

BORROWER: Final = "first"
BANKS: Final = ("bank", "guarantor")
SECURED: Final = ["principal", "interest", "realisation_costs"]


@dataclass
class Deal:
    """A borrower's request with what came of it."""

    patent_ids: list[str]
    request: Fields
    disclosures: dict[str, Fields] = field(default_factory=dict)  # by bank
    offers: list[Fields] = field(default_factory=list)
    banks: list[str] = field(default_factory=list)  # who made each offer
    pledge: Fields = field(default_factory=dict)
    loan: Fields = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The address of the request."""
        return f"/v1/financing-requests/{self.request['id']}"

    @property
    def pledge_place(self) -> str:
        """The address of the pledge."""
        return f"/v1/pledges/{self.pledge['id']}"

    @property
    def rights(self) -> frozenset[str]:
        """The entries of the registered pledge in the ledger."""
        return frozenset(one["right_id"] for one in self.pledge["patents"] if one["right_id"])


async def sound_patent(arena: Arena) -> Fields:
    """Return a fresh patent of the borrower's, whose pledge the office would register."""
    year = today().year
    dates = {"filing_date": f"{year - 5}-03-01", "grant_date": f"{year - 3}-05-05"}
    patent = await arena.patent(by=BORROWER, **dates)
    paid = {"kind": "annuity_paid", "effective_on": f"{year}-01-15", "source": "专利公报", "year": 6}
    await arena.told("POST", f"/v1/patents/{patent['id']}/legal-events", arena.people[BORROWER], paid)
    return patent


async def offered(arena: Arena, *banks: str, patent_ids: list[str] | None = None) -> Deal:
    """Return a deal to which the banks made an offer each, which stand."""
    borrower = arena.people[BORROWER]
    ids = patent_ids or [(await sound_patent(arena))["id"]]
    deal = Deal(ids, await arena.told("POST", "/v1/financing-requests", borrower, request_body(*ids)))
    for bank in dict.fromkeys(banks):
        body = disclosure_body(arena.people[bank].organisation_id)
        deal.disclosures[bank] = await arena.told("POST", f"{deal.place}/disclosures", borrower, body)
    await arena.told("POST", f"{deal.place}/submission", borrower)
    for bank in banks:
        drafted = await arena.told("POST", f"{deal.place}/offers", arena.people[bank], offer_body())
        place = f"/v1/financing-offers/{drafted['id']}/approval"
        deal.offers.append(await arena.told("POST", place, arena.colleagues[bank]))
        deal.banks.append(bank)
    return deal


async def filed(arena: Arena, bank: str = "bank", patent_ids: list[str] | None = None) -> Deal:
    """Return a deal whose pledge was signed by both sides, and its registration filed."""
    deal, borrower, lender = (
        await offered(arena, bank, patent_ids=patent_ids),
        arena.people[BORROWER],
        arena.people[bank],
    )
    await arena.told("POST", f"/v1/financing-offers/{deal.offers[0]['id']}/acceptance", borrower)
    body = {"financing_offer_id": deal.offers[0]["id"], "secures": SECURED}
    deal.pledge = await arena.told("POST", "/v1/pledges", lender, body)
    contract = f"/v1/contracts/{deal.pledge['contract_id']}"
    bound = {"bound_hash": (await arena.told("GET", contract, lender))["present"]["bound_hash"]}
    for side in (BORROWER, bank):
        await arena.told("POST", f"{contract}/signatures", arena.signatory(side), bound)
    deal.pledge = await arena.told("POST", f"{deal.pledge_place}/registration", borrower, {"filed_on": str(today())})
    return deal


async def lent(arena: Arena, bank: str = "bank") -> Deal:
    """Return a deal whose pledge is registered and whose loan is disbursed."""
    deal, lender = await filed(arena, bank), arena.people[bank]
    registering = registration(arena, deal, bank)
    deal.pledge = await arena.told("POST", registering.path, registering.who, registering.body)
    loans = (await arena.told("GET", "/v1/loans", lender, params={"limit": 100}))["items"]
    deal.loan = next(one for one in loans if one["offer_id"] == deal.offers[0]["id"])
    body = {"disbursed_on": str(today())}
    deal.loan = await arena.told("POST", f"/v1/loans/{deal.loan['id']}/disbursements", lender, body)
    return deal


def registration(arena: Arena, deal: Deal, who: str, name: str = "registration") -> Racer:
    """Return the request that records the registration of a deal's pledge, as the bank or the office does."""
    body = {"outcome": "registered", "decided_on": str(today()), "registration_number": f"Y{deal.pledge['id'][-12:]}"}
    return Racer(name, arena.people[who], f"{deal.pledge_place}/registration-decision", body)


def step(arena: Arena, name: str, who: str, path: str, body: Fields | None = None) -> Racer:
    """Return a step of a deal."""
    return Racer(name, arena.people[who], path, body)


def start(deals: list[Deal], racers: list[Racer], *before: str) -> Start:
    """Return the start of a race about deals on the same patents."""
    first, *beside = deals[0].patent_ids
    return Start({"id": first}, racers, frozenset(before), {"holder": BORROWER, "beside": beside, "deals": deals})


async def deals_after(arena: Arena, begun: Start) -> Fields:
    """Return how the things of the deals stand, by their ids, as their sides are told."""
    found: Fields = {}
    for deal in begun.about.get("deals", ()):
        borrower = arena.people[BORROWER]
        places = [deal.place]
        places += [f"{where}/{thing['id']}" for where, thing in (("/v1/pledges", deal.pledge), ("/v1/loans", deal.loan))
                   if thing]  # fmt: skip
        things = [await arena.told("GET", place, borrower) for place in places]
        for listed in ("offers", "disclosures"):
            things += (await arena.told("GET", f"{deal.place}/{listed}", borrower))["items"]
        found |= {thing["id"]: thing for thing in things}
    return {"things": found} if found else {}

"""From the draft of an open licence to a certificate in a stranger's hand, and what a missed annuity does."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from common import newcomers, open_licences
from common.open_licences import Offer
from common.walking import (
    AUTHORITY,
    PLATFORM,
    Walk,
    application_number,
    expect,
    fresh_brand,
    fresh_serials,
    note,
    until,
    walked,
    yuan,
)

UNIVERSITY = "owner@yuzhou.example"
CO_OWNER = "owner@bashan.example"
LICENSEES = {"an enterprise": "owner@yuli.example", "an individual": "owner@inventor-a.example"}
FILED = "2021-03-15"
FILED_YEAR, FILED_DAY = int(FILED[:4]), FILED[4:]
ENTRY_FEN = 5_000_000
SALES = {"net_sales_fen": 1_500_000_000}
FEE = {
    "form": "entry_and_royalty", "entry_fee_fen": ENTRY_FEN, "base": "net_sales", "rate_bp": 300,
    "steps": [{"by": "volume", "above": 1_000_000_000, "rate_bp": 200}],
    "minimum_per_year_fen": 1_000_000, "pro_rata": True, "payment_days": 90, "reporting": "half_yearly",
}  # fmt: skip
REMINDED = timedelta(days=14)  # before the recordal is due, as RECORDAL_REMINDER_DAYS has it


def reasons(said: dict[str, Any]) -> list[str]:
    """Print why not, and what would lift it; return the codes."""
    for reason in said["reasons"]:
        note(
            f"  {reason['code']}: {reason['detail']} [{reason['rule'] or 'the platform'}]; lifted by: {reason['cure']}"
        )
    return [reason["code"] for reason in said["reasons"]]


def patent_of_two(walk: Walk) -> tuple[dict[str, Any], str]:
    walk.say("A university enters a patent that it holds with another; the authority verifies both holders.")
    brand, brand_en = fresh_brand()
    body = {"application_number": application_number(fresh_serials(1)[0]), "title": f"一种{brand}石墨烯散热膜",
            "title_en": f"{brand_en} graphene film for cooling", "kind": "invention", "filing_date": FILED,
            "grant_date": "2023-06-20", "ipc": ["C01B32/182"]}  # fmt: skip
    patent = walk.shown("POST", "/v1/patents", UNIVERSITY, status=201, json=body)
    place = f"/v1/patents/{patent['id']}/holdings"
    organisation = walk.ask("GET", "/v1/me", CO_OWNER).json()["organisation_id"]
    party = walk.ask("GET", f"/v1/organisations/{organisation}", CO_OWNER).json()["party_id"]
    walk.ask("POST", place, AUTHORITY, status=201, json={"party_id": party})
    open_licences.verify_holders(walk, patent)
    note(f"{patent['application_number']} {patent['title']}: two verified holders")
    return patent, f"{brand} 散热膜"


def draft(walk: Walk, patent: dict[str, Any], words: str) -> Offer:
    walk.say("It drafts an open licence: an entry fee of ¥50,000, then 3 % of net sales, 2 % above ten million.")
    return open_licences.draft(walk, UNIVERSITY, patent, FEE, words)


def consent(walk: Walk, offer: Offer) -> None:
    walk.say("Submitting it is refused: the other holder has not consented.")
    refused = walk.shown("POST", f"{offer.place}/submission", UNIVERSITY, status=409, json={})
    note(f"{refused['code']}: {refused['detail']}")
    expect(reasons(refused) == ["co_owners_open_licence"], f"for the co-owner's consent alone: {refused}")
    walk.say("It asks; the co-owner finds the request in its inbox and consents to exactly these terms.")
    terms = {"act": "declare_open_licence", "terms": offer.declared["consent_terms"]["declare_open_licence"]}
    place = f"/v1/patents/{offer.patent['id']}/consents"
    asked = walk.shown("POST", place, UNIVERSITY, status=201, json=terms)["items"][0]
    walk.inbox_message(CO_OWNER, "consent.asked", "consent_id", asked["id"])
    seen = walk.ask("GET", f"{place}/{asked['id']}", CO_OWNER).json()
    note(f"the terms that it reads: {seen['terms']['fee']}")
    expect(seen["terms_hash"] == offer.declared["terms_hash"], "the terms asked about should be those declared")
    said = {"answer": "given", "terms_hash": seen["terms_hash"]}
    given = walk.shown("POST", f"{place}/{asked['id']}/answer", CO_OWNER, json=said)
    note(f"{given['state']}, bound to {given['terms_hash'][:16]}…")


def announce(walk: Walk, offer: Offer) -> None:
    walk.say("Now it is submitted, filed with the patent office, and the announcement is recorded with its evidence.")
    open_licences.announce(walk, UNIVERSITY, offer)


def find(walk: Walk, offer: Offer) -> None:
    walk.say("A stranger finds it by Chinese words, as an open licence that costs at most ¥50,000 to begin with.")
    query = {"q": offer.words, "deal_type": "open_licence", "price_max_fen": ENTRY_FEN}

    def look() -> dict[str, Any] | None:
        items = walk.ask("GET", "/v1/patents/search", params=query).json()["items"]
        return next((item for item in items if item["id"] == offer.patent["id"]), None)

    found = until(look, f"{query} finds the patent")
    shown = found["open_licence"]
    note(f"GET /v1/patents/search {query}")
    note(f"→ {found['title']}: {shown['fee_form']}, to begin with {yuan(shown['due_at_start_fen'])}, until "
         f"{shown['ends_on']}, free now: {shown['available']}")  # fmt: skip
    walk.say("It asks what a product with ¥15 million of sales a year would cost, and sees the working.")
    quote = walk.shown("GET", f"{offer.place}/quote", params=SALES)
    for line in [one for one in quote["lines"] if one["year"] == 1 or one["code"] == "payable"]:
        words = ", ".join(f"{k} {v}" for k, v in line.items() if k not in ("code", "year", "starts_on", "ends_on"))
        note(f"  year {line['year']} ({line['starts_on']} – {line['ends_on']}) {line['code']}: {words}")
    note(f"at the start {yuan(quote['due_at_start_fen'])}, in all {yuan(quote['total_fen'])}; {quote['rounding']}")
    expect(quote["due_at_start_fen"] == ENTRY_FEN, f"the entry fee is due at the start: {quote}")


def newcomer(walk: Walk, offer: Offer) -> str:
    """Have a company register, be refused its notice, be verified by one call of the platform; return its address."""
    walk.say("A company that nobody knows registers this afternoon: it can read everything, and binds nobody yet.")
    who, place = newcomers.register(walk)
    refused = walk.shown("POST", f"{offer.place}/notices", who, status=403, json={**offer.terms, **SALES})
    note(f"  {refused['code']}: {refused['cure']}")
    expect(refused["code"] == "organisation_not_verified", f"for that alone: {refused}")
    newcomers.verify(walk, place)
    return who


def take(walk: Walk, offer: Offer, kind: str, who: str) -> dict[str, Any]:
    walk.say(f"{kind.capitalize()} gives notice, pays, and has its licence: nobody has to accept it.")
    licence = open_licences.take(walk, who, offer, **SALES)
    certify(walk, who, f"/v1/licences/{licence['id']}/certificate")
    return licence


def certify(walk: Walk, who: str, place: str) -> None:
    certificate = walk.shown("GET", place, who)
    note("the chain: " + " → ".join(f"{link['step']} {link['day']}" for link in certificate["chain"]))
    paper = walk.ask("GET", f"{place}.pdf", who)
    expect(paper.content.startswith(b"%PDF-"), "the certificate should be a PDF")
    with tempfile.NamedTemporaryFile(prefix="licence-certificate-", suffix=".pdf", delete=False) as file:
        file.write(paper.content)
    note(f"the certificate on paper: {Path(file.name)}")
    forged = certificate["hash"][:-1] + ("0" if certificate["hash"][-1] != "0" else "1")
    for name, digest, due in (("its hash", certificate["hash"], True), ("a forged one", forged, False)):
        said = walk.ask("GET", f"{place}/verification", params={"hash": digest}).json()
        note(f"anybody checks {name}, {digest[:16]}…: {said}")
        expect(said["valid"] == due, f"{name} should be {'valid' if due else 'not valid'}: {said}")
        sides = [*said["licensors"], *([said["licensee"]] if said["licensee"] else [])]
        for side in sides:
            note(f"  it names {side['name']} ({side['credit_code']}), verified: {side['verified']}")
        expect(len(sides) == (3 if due else 0), f"of its three sides whoever has it learns, others nothing: {said}")


def permissions(walk: Walk, offer: Offer) -> None:
    walk.say("What the university may do with the patent now, and why not more:")
    answers = walk.shown("GET", f"/v1/patents/{offer.patent['id']}/permissions", UNIVERSITY)["items"]
    for one in answers:
        note(f"  {one['act']:<22} {one['answer']:<19} {', '.join(dict.fromkeys(r['code'] for r in one['reasons']))}")
    exclusive = next(one for one in answers if one["act"] == "grant_exclusive")
    expect(exclusive["answer"] == "refused", f"an exclusive licence should be refused: {exclusive}")
    expect("open_licence_stands" in reasons(exclusive), f"because the open licence stands: {exclusive}")


@contextmanager
def own_time(walk: Walk) -> Iterator[None]:
    """Put the demonstration's clock back to where it stood, whatever happens on the way."""
    before = walk.ask("GET", "/v1/demo/clock", PLATFORM).json()["offset_seconds"]
    try:
        yield
    finally:
        clock = walk.ask("GET", "/v1/demo/clock", PLATFORM).json()
        back = datetime.fromisoformat(clock["now"]) - timedelta(seconds=clock["offset_seconds"] - before)
        walk.ask("PUT", "/v1/demo/clock", PLATFORM, json={"now": back.isoformat()})
        note(f"the clock is put back: {back:%Y-%m-%d}")


def record(walk: Walk, licence: dict[str, Any], who: str) -> None:
    due = datetime.fromisoformat(licence["recordal"]["due_on"])
    walk.say(f"The platform moves the demonstration's clock towards {due:%Y-%m-%d}, when the recordal falls due.")
    now = walk.shown("PUT", "/v1/demo/clock", PLATFORM, json={"now": f"{due - REMINDED:%Y-%m-%d}T04:00:00Z"})["now"]
    note(f"it is {now}")
    for reader in (who, UNIVERSITY):
        walk.inbox_message(reader, "licence.recordal_due", "licence_id", licence["id"])
    walk.say("The licence is filed for recordal and recorded: the university's annuities become lower.")
    place, today = f"/v1/licences/{licence['id']}", walk.china_today()
    for file in walk.ask("GET", place, who).json()["recordal"]["files"]:
        note(f"  goes with it: {file['label']} ({file['needed']})")
    walk.shown("POST", f"{place}/recordal", who, json={"on": today, "evidence_files": [walk.evidence(who, "备案.pdf")]})
    number = {"on": today, "number": f"DEMO-{licence['id'][-8:].upper()}"}
    confirmed = walk.shown("POST", f"{place}/recordal-confirmation", UNIVERSITY, json=number)
    for one in confirmed["annuity_reductions"][:4]:
        note(f"  year {one['year']}, due {one['due_on']}: {yuan(one['full_fen'])} − {yuan(one['reduction_fen'])} = "
             f"{yuan(one['payable_fen'])}")  # fmt: skip
    expect(bool(confirmed["annuity_reductions"]), f"annuities should be lower: {confirmed}")


def annuity(walk: Walk, offer: Offer) -> None:
    walk.say("An annuity is missed: the open licence cannot be taken any more, and its page says why.")
    today = walk.china_today()
    year = int(today[:4]) if today[4:] > FILED_DAY else int(today[:4]) - 1
    event = {"year": year - FILED_YEAR + 1, "source": "演示数据", "announced_on": today}
    place = f"/v1/patents/{offer.patent['id']}/legal-events"
    missed = {**event, "kind": "annuity_missed", "effective_on": f"{year}{FILED_DAY}"}
    walk.shown("POST", place, AUTHORITY, status=201, json=missed)
    page = walk.shown("GET", offer.place)
    for why in page["unavailable_because"]:
        note(f"  {page['status']}, but {why['code']}: {why['detail']} [{why['rule']}]")
    expect([why["code"] for why in page["unavailable_because"]] == ["annuity_unpaid"], f"for the annuity: {page}")
    duties = walk.ask("GET", offer.place, UNIVERSITY).json()["duties"]
    for duty in duties:
        note(f"  the university has to {duty['kind'].replace('_', ' ')} by {duty['due_on']}: {duty['because']}")
    expect({d["kind"] for d in duties} == {"withdraw", "notify_licensees"}, f"two duties should be open: {duties}")
    walk.say("It is paid after all: the open licence can be taken again, and the duties are lifted.")
    paid = {**event, "kind": "annuity_paid", "effective_on": today}
    walk.shown("POST", place, AUTHORITY, status=201, json=paid)
    page = walk.shown("GET", offer.place, UNIVERSITY)
    note(f"can be taken: {page['available_here']}; duties: {[(d['kind'], d['outcome']) for d in page['duties']]}")
    expect(page["available_here"], f"it should be available again: {page['unavailable_because']}")


def walk_it(server: str) -> None:
    with httpx.Client(base_url=server, timeout=60) as http:
        walk = Walk(http)
        walk.say("Everybody signs in: two universities, the authority, the platform, an enterprise, an individual.")
        for who in (UNIVERSITY, CO_OWNER, AUTHORITY, PLATFORM, *LICENSEES.values()):
            walk.sign_in(who)
        offer = draft(walk, *patent_of_two(walk))
        consent(walk, offer)
        announce(walk, offer)
        find(walk, offer)
        licences = [take(walk, offer, kind, who) for kind, who in LICENSEES.items()]
        take(walk, offer, "the newcomer", newcomer(walk, offer))
        permissions(walk, offer)
        with own_time(walk):
            record(walk, licences[0], next(iter(LICENSEES.values())))
            annuity(walk, offer)


if __name__ == "__main__":
    sys.exit(walked(walk_it, __doc__))

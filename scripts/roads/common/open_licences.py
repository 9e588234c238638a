"""The steps of an open licence that roads share: verified holders, a draft, its announcement, a licence taken."""

from dataclasses import dataclass
from typing import Any

from common.walking import AUTHORITY, Walk, expect, note, yuan


@dataclass
class Offer:
    """The patent and its declaration, as the last answer had them, and words by which it is found."""

    patent: dict[str, Any]
    words: str
    declared: dict[str, Any]

    @property
    def place(self) -> str:
        return f"/v1/open-licences/{self.declared['id']}"

    @property
    def terms(self) -> dict[str, Any]:
        """What a notice names, so that nobody agrees to other terms than he has seen."""
        return {"terms_version": self.declared["terms_version"], "terms_hash": self.declared["terms_hash"]}


def verify_holders(walk: Walk, patent: dict[str, Any]) -> None:
    """Have the authority confirm all who hold the patent."""
    place = f"/v1/patents/{patent['id']}/holdings"
    for holding in walk.ask("GET", place, AUTHORITY).json()["items"]:
        said = {"outcome": "verified", "reason": "与登记簿副本一致"}
        walk.ask("POST", f"{place}/{holding['id']}/verification", AUTHORITY, json=said)


def draft(walk: Walk, who: str, patent: dict[str, Any], fee: dict[str, Any], words: str) -> Offer:
    body = {"patent_id": patent["id"], "fee": fee, "fee_explanation": "参照同领域许可合同的平均使用费确定。",
            "ends_on": f"{int(walk.china_today()[:4]) + 3}-12-31", "undertaking": True,
            "confirmed": ["annuity_unknown"],
            "contact": {"name": "成果转化中心", "telephone": "023-00000000"}}  # fmt: skip
    declared = walk.shown("POST", "/v1/open-licences", who, status=201, json=body)
    note(f"{declared['status']}, terms version {declared['terms_version']}, hash {declared['terms_hash'][:16]}…")
    return Offer(patent, words, declared)


def announce(walk: Walk, who: str, offer: Offer) -> None:
    """Submit it, file it and record its announcement."""
    today = {"on": walk.china_today()}
    paper = [walk.evidence(who, "公告.pdf")]
    number = f"DEMO-{offer.declared['id'][-8:].upper()}"
    last = {**today, "declaration_number": number, "evidence_files": paper}
    for step, body in (("submission", {}), ("filing", today), ("announcement", last)):
        offer.declared = walk.shown("POST", f"{offer.place}/{step}", who, json=body)
        note(f"{offer.declared['status']}, can be taken: {offer.declared['available_here']}")
    expect(offer.declared["available_here"], f"it should be available: {offer.declared['unavailable_because']}")


def take(walk: Walk, who: str, offer: Offer, **planned: int) -> dict[str, Any]:
    """Give notice and pay what is due at the start; return the licence."""
    notice = walk.shown("POST", f"{offer.place}/notices", who, status=201, json={**offer.terms, **planned})
    note(f"{notice['status']}: {yuan(notice['open_fen'])} to be paid by {notice['pay_by']}")
    paid = {"amount_fen": notice["open_fen"], "value_date": notice["given_on"],
            "evidence_files": [walk.evidence(who, "付款凭证.pdf")]}  # fmt: skip
    settled = walk.shown("POST", f"/v1/notices/{notice['id']}/payments", who, status=201, json=paid)
    expect(settled["licence_id"] is not None, f"the payment should make the licence: {settled}")
    licence: dict[str, Any] = walk.shown("GET", f"/v1/licences/{settled['licence_id']}", who)
    note(f"{licence['status']} from {licence['starts_on']} to {licence['ends_on']}; recordal due on "
         f"{licence['recordal']['due_on']}")  # fmt: skip
    return licence

"""The open licences of the made-up patents: what the database holds of each, as declaring it step by step leaves it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from backend.core.clock import china_day
from backend.core.events.domain_event import PUBLIC, DomainEvent
from backend.core.ids import new_id
from backend.demo.patent_timeline import REGISTER_DAY, Announced, Life
from backend.demo.register import TO_OPEN, DemoListing
from backend.demo.terms import SOURCE, Place, Terms, morning
from backend.licences.terms.models import FeeTerms, terms_data
from backend.open_licences.availability.projection import offered as offered_by
from backend.open_licences.declarations.content import check_content, mark, worked_example
from backend.open_licences.events import OpenLicenceAnnounced, open_licence_changed
from backend.open_licences.models import OpenLicence
from backend.open_licences.states import OpenStatus, OpenStep
from backend.patents.codes import EventKind, LegalStatus, PatentKind
from backend.patents.legal_events.term_rules import due_days, expiry_of
from backend.patents.models import Patent
from backend.rights.availability import barred_by
from backend.rights.codes import Act, ConsentState, Origin, RightKind
from backend.rights.events import RightRecorded, right_changed
from backend.rights.ledger import Entry, Holder, Ledger, Register
from backend.rights.models import Consent, RightEntry
from backend.rights.scope_rules import Period

NUMBER: Final = "DEMO-{:06d}"
EXPLANATION: Final = "演示数据：参照示范登记簿中同类许可合同的使用费确定。"
OTHER: Final = "演示数据，均为虚构。Demonstration data, made up."
LUMP_FEN: Final = 5_000_000
PAYMENT_DAYS: Final = 90
YEARS_OPEN: Final = 3
SHORTEST: Final = timedelta(days=180)
PAID_AHEAD: Final = timedelta(days=366)
BEFORE_ANNOUNCEMENT: Final = {OpenStep.SUBMIT: 50, OpenStep.FILE: 45, OpenStep.ANNOUNCE: 0}
LEADS_TO: Final = {
    OpenStep.SUBMIT: OpenStatus.SUBMITTED,
    OpenStep.FILE: OpenStatus.FILED,
    OpenStep.ANNOUNCE: OpenStatus.ANNOUNCED,
}
VERSION: Final = 5  # drafted, three steps, found to be available
FEES: Final[tuple[Mapping[str, Any], ...]] = (
    {"form": "lump_sum"},
    {"form": "running_royalty", "base": "net_sales", "rate_bp": 300, "reporting": "half_yearly"},
    {"form": "lump_sum"},
    {"form": "entry_and_royalty", "entry_fee_fen": 2_000_000, "base": "unit", "unit_fee_fen": 500,
     "steps": [{"by": "volume", "above": 10_000, "unit_fee_fen": 300}], "minimum_per_year_fen": 1_000_000,
     "pro_rata": True, "reporting": "yearly"},
    {"form": "lump_sum"},
    {"form": "free"},
)  # fmt: skip


@dataclass(slots=True)
class OpenRows:
    """The rows of a batch's open licences, table by table, and what happened."""

    declarations: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    rights: list[dict[str, Any]] = field(default_factory=list)
    consents: list[dict[str, Any]] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)
    event: list[DomainEvent[Any]] = field(default_factory=list)


def paid_ahead(life: Life, today: date) -> Iterator[Announced]:
    """Yield the payments that keep a right alive for a year to come, whenever the register is loaded."""
    expiry = expiry_of("CN", PatentKind.INVENTION, life.filing_date)
    if life.grant_date is None or expiry is None:
        return
    for year, due_on in due_days(life.filing_date, life.grant_date, expiry):
        if REGISTER_DAY <= due_on <= today + PAID_AHEAD:
            paid_on = min(due_on, today)
            yield Announced(EventKind.ANNUITY_PAID, paid_on, paid_on, year)


def fee_of(number: int, price_fen: int | None) -> FeeTerms:
    """Return the fee of the open licence with this running number: forms in turn, lump sums as the listing has them."""
    fee = dict(FEES[number % len(FEES)])
    if fee["form"] == "lump_sum":
        fee["lump_sum_fen"] = price_fen or LUMP_FEN
    return FeeTerms(**fee, payment_days=None if fee["form"] == "free" else PAYMENT_DAYS)


def declare(
    rows: OpenRows, offered: DemoListing, patent: Mapping[str, Any], holders: Sequence[Place], terms: Terms
) -> bool:
    """Add the patent's announced open licence, where today it can be one; tell whether it can."""
    today = china_day(terms.now)
    announced_on = max(offered.listed_on, patent["grant_date"] + TO_OPEN)
    ends_on = min(date(today.year + YEARS_OPEN, 12, 31), patent["expiry_date"] - timedelta(days=1))
    if patent["legal_status"] is not LegalStatus.IN_FORCE or announced_on > today or ends_on < today + SHORTEST:
        return False
    declared = _declared(offered, patent, holders, announced_on, ends_on, terms)
    check_content(declared, today)
    concerned = [PUBLIC, *sorted(place.organisation_id for place in holders)]
    right_id = str(declared.right_id)
    rows.declarations.append(declared.model_dump())
    rows.steps += _steps(declared, announced_on, terms)
    rows.rights.append(RightEntry(**_right(declared, terms)).model_dump())
    rows.consents += (Consent(**values).model_dump() for values in _consents(declared, holders, announced_on))
    rows.offers.append(_offer(declared, patent, terms))
    rows.event += (
        right_changed(RightRecorded, declared.patent_id, right_id, RightKind.OPEN_LICENCE, concerned),
        open_licence_changed(OpenLicenceAnnounced, declared.patent_id, declared.id, concerned),
    )
    return True


def _declared(
    offered: DemoListing, patent: Mapping[str, Any], holders: Sequence[Place], announced_on: date, ends_on: date,
    terms: Terms,
) -> OpenLicence:  # fmt: skip
    number = offered.declaration or 0
    declared = OpenLicence(
        id=new_id("opl"),
        patent_id=patent["id"],
        organisation_id=holders[0].organisation_id,
        status=OpenStatus.ANNOUNCED,
        holders=sorted(place.party_id for place in holders),
        fee=terms_data(fee_of(number, offered.price_fen)),
        fee_explanation=EXPLANATION,
        ends_on=ends_on,
        contact={"name": f"{holders[0].name}（演示）", "telephone": "023-00000000"},
        undertaking=True,
        other=OTHER,
        confirmed=["annuity_unknown"],
        terms={},
        terms_hash="",
        declaration_number=NUMBER.format(number),
        submitted_at=morning(_day(announced_on, OpenStep.SUBMIT)),
        filed_on=_day(announced_on, OpenStep.FILE),
        announced_on=announced_on,
        right_id=new_id("rgt"),
        available=True,
        checked_on=china_day(terms.now),
        created_at=morning(_day(announced_on, OpenStep.SUBMIT)),
        version=VERSION,
    )
    mark(declared, Patent(**patent))
    declared.example = worked_example(declared, china_day(terms.now))
    return declared


def _day(announced_on: date, step: OpenStep) -> date:
    return announced_on - timedelta(days=BEFORE_ANNOUNCEMENT[step])


def _steps(declared: OpenLicence, announced_on: date, terms: Terms) -> Iterator[dict[str, Any]]:
    for step, status in LEADS_TO.items():
        yield {
            "open_licence_id": declared.id,
            "step": step.value,
            "status": status,
            "happened_on": _day(announced_on, step),
            "recorded_at": terms.now,
            "recorded_by": declared.organisation_id,
            "by_authority": False,
            "details": {},
        }


def _right(declared: OpenLicence, terms: Terms) -> dict[str, Any]:
    return {
        "id": declared.right_id,
        "patent_id": declared.patent_id,
        "kind": RightKind.OPEN_LICENCE,
        "origin": Origin.HERE,
        "grantors": declared.holders,
        "starts_on": declared.announced_on,
        "ends_on": declared.ends_on,
        "effective_on": declared.announced_on,
        "announced_on": declared.announced_on,
        "recorded_at": terms.now,
        "recorded_by": declared.organisation_id,
        "source": SOURCE,
        "number": declared.declaration_number,
        "terms_hash": declared.terms_hash,
        "granted_for": declared.id,
    }


def _offer(declared: OpenLicence, patent: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    """What is shown beside the patent: the open licence, and what it bars."""
    today, start = china_day(terms.now), declared.announced_on or china_day(terms.now)
    register = Register(patent["kind"], patent["legal_status"], None, is_granted=True, expiry=patent["expiry_date"])
    entry = Entry(str(declared.right_id), RightKind.OPEN_LICENCE, Period.of(start, declared.ends_on))
    barred = barred_by(Ledger(register, tuple(Holder(party_id) for party_id in declared.holders), (entry,)), today)
    return {
        "patent_id": declared.patent_id,
        "open_licence": offered_by(declared),
        "barred": barred,
        "checked_on": today if barred else None,
    }


def _consents(declared: OpenLicence, holders: Sequence[Place], announced_on: date) -> Iterator[dict[str, Any]]:
    """The co-owners' consents to the exact terms, used by the filing."""
    submitted = morning(_day(announced_on, OpenStep.SUBMIT))
    for place in holders[1:]:
        yield {
            "id": new_id("con"),
            "patent_id": declared.patent_id,
            "act": Act.DECLARE_OPEN_LICENCE,
            "party_id": place.party_id,
            "asked_by": declared.organisation_id,
            "terms": declared.terms,
            "terms_hash": declared.terms_hash,
            "state": ConsentState.USED,
            "asked_at": submitted,
            "answered_at": submitted,
            "answered_by": place.organisation_id,
            "used_at": morning(_day(announced_on, OpenStep.FILE)),
            "used_by": declared.id,
            "version": 3,
        }

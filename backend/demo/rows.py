"""What the database holds of one made-up patent: its rows, as the register derives them, and its events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

from backend.core.clock import china_day
from backend.core.events.domain_event import PUBLIC, DomainEvent
from backend.core.ids import new_id
from backend.demo.open_licences import OpenRows, declare, paid_ahead
from backend.demo.patent_timeline import REGISTER_DAY, Life
from backend.demo.register import DemoListing, DemoPatent
from backend.demo.terms import SOURCE, Place, Terms, morning
from backend.listings.events import ListingPublished
from backend.listings.rules import BARRED
from backend.listings.service import event_of
from backend.patents.codes import DealType, EventKind, HoldingState, LegalStatus, ListingStatus
from backend.patents.events import patent_registered
from backend.patents.legal_events.derived_status import settled
from backend.patents.legal_events.status_rules import LIVING, Fact, digest_of

METHOD: Final = "示范分级盘点（演示数据）"
ASSESSOR: Final = "示范评估组"
BY_AGREEMENT: Final = "面议"
OFFICE: Final = "CN"
WITH_YEAR: Final = frozenset({EventKind.ANNUITY_PAID, EventKind.ANNUITY_MISSED})
WORKDAY_SECONDS: Final = 28_800
STRIDE: Final = 7_919  # a prime: listings of one day are spread over its hours


@dataclass(slots=True)
class Rows:
    """The rows of a batch, table by table, and what happened."""

    patents: list[dict[str, Any]] = field(default_factory=list)
    holdings: list[dict[str, Any]] = field(default_factory=list)
    legal_events: list[dict[str, Any]] = field(default_factory=list)
    listings: list[dict[str, Any]] = field(default_factory=list)
    assessments: list[dict[str, Any]] = field(default_factory=list)
    happened: list[DomainEvent[Any]] = field(default_factory=list)
    open_licences: OpenRows = field(default_factory=OpenRows)

    def add(self, patent: DemoPatent, number: int, terms: Terms) -> None:
        """Add the rows of the register's patent with this running number."""
        patent_id, life = new_id("pat"), patent.life
        holders = [terms.places[key] for key in patent.holders]
        lead = holders[0].organisation_id
        is_open = patent.listing is not None and patent.listing.declaration is not None
        facts = list(_facts(life, terms.now, is_open=is_open))
        row: Any = SimpleNamespace(
            office=OFFICE, kind=patent.kind, filing_date=life.filing_date, grant_date=life.grant_date,
            expiry_override=None,
        )  # fmt: skip
        standing = settled(row, facts, today=china_day(terms.now), now=terms.now)
        known = _patent(patent_id, patent, holders, terms.now) | standing
        self.patents.append(known)
        self.legal_events += [_legal_event(patent_id, fact, terms.recorder) for fact in facts]
        self.holdings += [_holding(patent_id, place, len(holders), life.filing_date, terms) for place in holders]
        self.assessments.append(_assessment(patent_id, lead, patent, terms.now))
        offered = patent.listing if standing["legal_status"] not in BARRED else None
        audience = [*([PUBLIC] if offered else []), *sorted(place.organisation_id for place in holders)]
        self.happened.append(patent_registered(patent_id, audience))
        if offered is None:
            return
        if is_open and not declare(self.open_licences, offered, known, holders, terms):
            offered = replace(offered, deal_types=_without_open(offered.deal_types))
        listing_id = new_id("lst")
        self.listings.append(_listing(listing_id, patent_id, lead, offered, _listed_at(offered, number, terms.now)))
        self.happened.append(event_of(ListingPublished, listing_id, patent_id, lead, public=True))


def _without_open(deal_types: Sequence[str]) -> tuple[str, ...]:
    return tuple(deal for deal in deal_types if deal != DealType.OPEN_LICENCE) or (DealType.ORDINARY_LICENCE,)


def _facts(life: Life, now: datetime, *, is_open: bool) -> Iterator[Fact]:
    for event in (*life.events, *(paid_ahead(life, china_day(now)) if is_open else ())):
        year = event.year or event.effective_on.year - life.filing_date.year + 1 if event.kind in WITH_YEAR else None
        yield _fact(event.kind, event.effective_on, event.announced_on, now, year=year)
    if life.legal_status in LIVING:
        yield _fact(EventKind.STATUS_REPORTED, REGISTER_DAY, REGISTER_DAY, now, status=life.legal_status)


def _fact(
    kind: EventKind,
    effective_on: date,
    announced_on: date,
    now: datetime,
    *,
    year: int | None = None,
    status: LegalStatus | None = None,
) -> Fact:
    return Fact(
        kind=kind, effective_on=effective_on, recorded_at=now, by_authority=True, source=SOURCE,
        announced_on=announced_on, status=status, year=year, id=new_id("leg"),
    )  # fmt: skip


def _legal_event(patent_id: str, fact: Fact, recorder: str) -> dict[str, Any]:
    details: dict[str, Any] = {"year": fact.year} if fact.year else {}
    if fact.status is not None:
        details = {"status": fact.status.value}
    return {
        "id": fact.id,
        "patent_id": patent_id,
        "kind": fact.kind,
        "effective_on": fact.effective_on,
        "announced_on": fact.announced_on,
        "recorded_at": fact.recorded_at,
        "recorded_by": recorder,
        "source": fact.source,
        "by_authority": fact.by_authority,
        "details": details,
        "digest": digest_of(fact.kind, fact.effective_on, details, by_authority=fact.by_authority),
    }


def _patent(patent_id: str, patent: DemoPatent, holders: Sequence[Place], now: datetime) -> dict[str, Any]:
    wording, life = patent.wording, patent.life
    return {
        "id": patent_id,
        "office": OFFICE,
        "application_number": patent.application_number,
        "publication_number": patent.publication_number,
        "grant_number": patent.grant_number,
        "kind": patent.kind,
        "title": wording.title,
        "title_en": wording.title_en,
        "abstract": wording.abstract,
        "first_claim": wording.first_claim or None,
        "ipc": list(wording.ipc),
        "inventors": list(patent.inventors),
        "applicants": [place.name for place in holders],
        "filing_date": life.filing_date,
        "publication_date": life.publication_date,
        "grant_date": life.grant_date,
        "facts_by": holders[0].organisation_id,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }


def _holding(patent_id: str, place: Place, among: int, since: date, terms: Terms) -> dict[str, Any]:
    return {
        "id": new_id("hld"),
        "patent_id": patent_id,
        "party_id": place.party_id,
        "organisation_id": place.organisation_id,
        "state": HoldingState.VERIFIED,
        "share_numerator": 1,
        "share_denominator": among,
        "evidence": SOURCE,
        "effective_on": since,
        "recorded_at": terms.now,
        "recorded_by": terms.recorder,
        "version": 1,
    }


def _assessment(patent_id: str, organisation_id: str, patent: DemoPatent, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id("asm"),
        "patent_id": patent_id,
        "organisation_id": organisation_id,
        "grade": patent.grade,
        "method": METHOD,
        "assessor": ASSESSOR,
        "assessed_on": patent.assessed_on,
        "recorded_at": now,
    }


def _listed_at(offered: DemoListing, number: int, now: datetime) -> datetime:
    opening = morning(offered.listed_on)
    return min(opening + timedelta(seconds=number * STRIDE % WORKDAY_SECONDS), now)


def _listing(
    listing_id: str, patent_id: str, organisation_id: str, offered: DemoListing, listed_at: datetime
) -> dict[str, Any]:
    return {
        "id": listing_id,
        "patent_id": patent_id,
        "organisation_id": organisation_id,
        "status": ListingStatus.LISTED,
        "deal_types": list(offered.deal_types),
        "price_fen": offered.price_fen,
        "price_note": BY_AGREEMENT if offered.price_fen is None else None,
        "stage": offered.stage,
        "clusters": list(offered.clusters),
        "keywords": list(offered.keywords),
        "created_at": listed_at,
        "submitted_at": listed_at,
        "listed_at": listed_at,
        "version": 1,
    }

"""What the records say of each fact that the indicators read; what they do not say stays unknown."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from backend.appraisal.codes import ExtractFacet, Source
from backend.appraisal.errors import DesignNotAppraised, PatentKindUnknown
from backend.appraisal.indicators.facts import Challenge, Facts, Known, Licensed
from backend.appraisal.indicators.readings import years_between
from backend.appraisal.indicators.table import INCOME_MONTHS
from backend.appraisal.models import RegisterExtract
from backend.appraisal.policy import AppraisalPolicy
from backend.appraisal.records import Records
from backend.core.clock import china_day
from backend.patents.codes import EventKind, HoldingState, LegalStatus, ListingStatus, PatentKind
from backend.patents.legal_events.status_rules import Fact, Standing, is_stale, status_at
from backend.patents.legal_events.term_rules import add_months
from backend.patents.queries import fact_of
from backend.rights.codes import LicenceType, RightKind
from backend.rights.ledger import Annuity
from backend.rights.register_rules import register_at
from backend.rights.scope_rules import Period

WORD: Final = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
SUBCLASS: Final = 4
WORST_RANK: Final = 1_000
KINDS: Final = {
    ExtractFacet.PLEDGES: ({RightKind.PLEDGE}, ()),
    ExtractFacet.LICENCES: ({RightKind.LICENCE, RightKind.OPEN_LICENCE}, ()),
    ExtractFacet.RESTRICTIONS: (
        {RightKind.SUSPENSION, RightKind.SEIZURE},
        (EventKind.SUSPENDED, EventKind.SUSPENSION_LIFTED),
    ),
    ExtractFacet.INVALIDATIONS: (
        set(),
        (
            EventKind.INVALIDATION_REQUESTED,
            EventKind.INVALIDATION_REJECTED,
            EventKind.INVALIDATED_IN_PART,
            EventKind.INVALIDATED,
            EventKind.RESTORED,
        ),
    ),
}


def facts_from(records: Records, policy: AppraisalPolicy) -> Facts:
    """Return the facts that are known; raise DesignNotAppraised, PatentKindUnknown."""
    kind = records.patent.kind
    if kind is None:
        raise PatentKindUnknown
    if kind is PatentKind.DESIGN:
        raise DesignNotAppraised
    parts: tuple[dict[str, Any], ...] = (
        _of_register(records, policy),
        _of_burdens(records, policy),
        _of_holders(records),
        _of_row(records),
        _of_listing(records),
        _of_assessment(records, policy),
        _of_market(records),
    )
    values = {name: value for part in parts for name, value in part.items()}
    return Facts(kind=kind, on=records.moment.day, **values)


def _of_register(records: Records, policy: AppraisalPolicy) -> dict[str, Any]:
    """Return what legal events say; the source of each fact says whether an office or a holder has recorded it."""
    register, day, patent = records.ledger.register, records.moment.day, records.patent
    by_office = [fact for event in records.legal_events if (fact := fact_of(event)).by_authority]
    office = register_at(patent, by_office, valid_on=day, known_at=records.moment.known_at)
    known: dict[str, Any] = {"status": _status(records, policy)}
    if register.annuity in (Annuity.PAID, Annuity.UNPAID):
        paid = register.annuity is Annuity.PAID
        since = _last_payment(records) if paid else register.unpaid_since
        known["annuities_paid"] = Known(paid, _event_source(register.annuity is office.annuity), since)
    if register.report is not None:
        known["report"] = Known(register.report, _event_source(register.report is office.report), register.report_on)
    through = register.paid_through
    if through is not None and records.row_is_known and patent.filing_date is not None:
        years = years_between(patent.filing_date, through)
        known["years_maintained"] = Known(years, _event_source(through == office.paid_through), _last_payment(records))
    return known


def _last_payment(records: Records) -> date | None:
    paid = (event.effective_on for event in records.legal_events if event.kind is EventKind.ANNUITY_PAID)
    return max((on for on in paid if on <= records.moment.day), default=None)


def _event_source(by_office: bool) -> Source:
    return Source.LEGAL_EVENT if by_office else Source.HOLDER_EVENT


def _status(records: Records, policy: AppraisalPolicy) -> Known[LegalStatus] | None:
    """Return the status, unless nobody has vouched for it lately."""
    facts = [fact_of(event) for event in records.legal_events]
    for source, counted in ((Source.LEGAL_EVENT, [f for f in facts if f.by_authority]), (Source.HOLDER_EVENT, facts)):
        overall, found = _standing(records, facts), _standing(records, counted)
        is_old = is_stale(
            found.status, found.checked_on, today=records.moment.day, after_days=policy.status_stale_after_days
        )
        if found.status is overall.status and found.status is not LegalStatus.UNKNOWN and not is_old:
            return Known(found.status, source, found.checked_on)
    return None


def _standing(records: Records, facts: Sequence[Fact]) -> Standing:
    moment, expiry = records.moment, records.ledger.register.expiry
    return status_at(facts, valid_on=moment.day, known_at=moment.known_at, expiry=expiry)


def _of_burdens(records: Records, policy: AppraisalPolicy) -> dict[str, Any]:
    register, ledger, day = records.ledger.register, records.ledger, records.moment.day
    today = Period.of(day, day)
    pledge = min((entry.period.start for entry in ledger.of_kind(RightKind.PLEDGE, today)), default=None)
    seized = [
        entry.period.start
        for kind in (RightKind.SUSPENSION, RightKind.SEIZURE)
        for entry in ledger.of_kind(kind, today)
    ]
    restricted = min([*seized, *([register.suspended_since] if register.suspended_since else [])], default=None)
    return {
        "pledged": _burden(pledge, _extract(records, ExtractFacet.PLEDGES, policy)),
        "restricted": _burden(restricted, _extract(records, ExtractFacet.RESTRICTIONS, policy)),
        "licensed": _licensed(records, _extract(records, ExtractFacet.LICENCES, policy)),
        "challenge": _challenge(records, _extract(records, ExtractFacet.INVALIDATIONS, policy)),
    }


def _burden(since: date | None, extract: RegisterExtract | None) -> Known[bool] | None:
    if since is not None:
        return Known(True, Source.LEDGER, since)
    return None if extract is None else Known(False, Source.REGISTER_EXTRACT, extract.as_of)


def _licensed(records: Records, extract: RegisterExtract | None) -> Known[Licensed] | None:
    """Return the licence that leaves others least; what is less than exclusive is sure by an extract only."""
    period = Period.of(records.moment.day, None)
    standing = {entry.licence_type for entry in records.ledger.licences(*LicenceType, period=period)}
    is_open = any(records.ledger.of_kind(RightKind.OPEN_LICENCE, period))
    if LicenceType.EXCLUSIVE in standing:
        return Known(Licensed.EXCLUSIVE, Source.LEDGER, records.moment.day)
    if extract is None:
        return None
    found = Licensed.NON_EXCLUSIVE if standing or is_open else Licensed.UNLICENSED
    if LicenceType.SOLE in standing:
        found = Licensed.SOLE
    return Known(found, Source.REGISTER_EXTRACT, extract.as_of)


def _challenge(records: Records, extract: RegisterExtract | None) -> Known[Challenge] | None:
    since = records.ledger.register.invalidation_since
    if since is not None:
        return Known(Challenge.REQUESTED, Source.LEGAL_EVENT, since)
    if extract is None:
        return None
    kinds = {event.kind for event in records.legal_events if event.effective_on <= records.moment.day}
    if EventKind.INVALIDATED_IN_PART in kinds:
        found = Challenge.IN_PART
    elif EventKind.INVALIDATION_REJECTED in kinds:
        found = Challenge.SURVIVED
    else:
        found = Challenge.NONE
    return Known(found, Source.REGISTER_EXTRACT, extract.as_of)


def _extract(records: Records, facet: ExtractFacet, policy: AppraisalPolicy) -> RegisterExtract | None:
    """Return the newest extract that is complete about something, unless it is old or the record got less since.

    What was recorded later counts by itself. Where something was ended, corrected, lifted or withdrawn later by
    somebody else than an office, whether it stands is unknown until the register is read again.
    """
    oldest = records.moment.day - timedelta(days=policy.extract_valid_days)
    last = max(_reductions(records, facet), default=None)
    if last is not None:
        oldest = max(oldest, china_day(last))
    for extract in records.extracts:
        if facet in extract.complete_about and extract.as_of >= oldest:
            return extract if last is None or extract.recorded_at >= last else None
    return None


def _reductions(records: Records, facet: ExtractFacet) -> Iterable[datetime]:
    kinds, event_kinds = KINDS[facet]
    known_at = records.moment.known_at
    for row in records.entries:
        if row.kind in kinds:
            yield from (at for at in (row.end_recorded_at, row.corrected_at) if at is not None and at <= known_at)
    yield from (at for event, at in records.withdrawals if event.kind in event_kinds)
    for event in records.legal_events:
        if event.kind in event_kinds[1:] and not event.by_authority:
            yield event.recorded_at


def _of_holders(records: Records) -> dict[str, Any]:
    states = [holder.state for holder in records.ledger.holders]
    day = records.moment.day
    if HoldingState.DISPUTED in states:
        return {"disputed": Known(True, Source.HOLDINGS, day)}
    if not states or any(state is not HoldingState.VERIFIED for state in states):
        return {}
    return {
        "disputed": Known(False, Source.HOLDINGS, day),
        "holders": Known(len(states), Source.HOLDINGS, day),
    }


def _of_row(records: Records) -> dict[str, Any]:
    patent = records.patent
    if not records.row_is_known:
        return {}
    on = china_day(patent.updated_at)
    source = Source.REGISTER if records.row_is_by_office else Source.HOLDER_ROW
    subclasses = {symbol[:SUBCLASS] for symbol in patent.ipc}
    words = len(WORD.findall(patent.first_claim or ""))
    expiry = records.ledger.register.expiry
    return {
        "expiry": Known(expiry, source, on) if expiry else None,
        "claim_words": Known(words, source, on) if words else None,
        "subclasses": Known(len(subclasses), source, on) if subclasses else None,
        "filed": Known(patent.filing_date, source, on) if patent.filing_date else None,
    }


def _of_listing(records: Records) -> dict[str, Any]:
    if not records.listing_is_known:
        return {}
    listing, day = records.listing, records.moment.day
    is_listed = listing is not None and listing.status is ListingStatus.LISTED
    ways = len(set(listing.deal_types)) if listing is not None and is_listed else 0
    stage = listing.stage if listing is not None else None
    return {
        "offered": Known(ways, Source.LISTING, day),
        "stage": Known(stage, Source.HOLDER_STATEMENT, day) if stage is not None else None,
    }


def _of_assessment(records: Records, policy: AppraisalPolicy) -> dict[str, Any]:
    newest = records.assessment
    oldest = add_months(records.moment.day, -policy.assessment_interval_months)
    if newest is None or newest.assessed_on <= oldest or newest.grade not in policy.grades:
        return {}
    steps = max(1, len(policy.grades) - 1)
    rank = policy.grades.index(newest.grade) * WORST_RANK // steps
    return {"grade_rank": Known(rank, Source.ASSESSMENT, newest.assessed_on)}


def _of_market(records: Records) -> dict[str, Any]:
    day = records.moment.day
    since = add_months(day, -INCOME_MONTHS)
    recent = [payment for payment in records.payments if since < payment.value_date <= day]
    last = max((licence.effective_on for licence in records.licences), default=day)
    newest = max((row.period for row in records.comparables), default=None)
    medians = [row for row in records.comparables if row.period == newest]
    highest = max(medians, key=lambda row: row.median_fen, default=None)
    return {
        "licences": Known(len(records.licences), Source.LICENCES, last) if records.licences else None,
        "income_fen": Known(sum(payment.amount_fen for payment in recent), Source.PAYMENTS, day) if recent else None,
        "market_fen": Known(highest.median_fen, Source.COMPARABLES, highest.counted_until) if highest else None,
    }

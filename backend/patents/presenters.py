"""How patents, holdings and annuities are shown to who asks."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.settings import Settings
from backend.files.schemas import FileRef
from backend.patents.access import Act, may, sees_record
from backend.patents.fact_rules import FACTS, NUMBERS
from backend.patents.legal_events.status_rules import Standing, is_stale
from backend.patents.legal_events.term_rules import add_months, annuity
from backend.patents.models import Assessment, Holding, Patent
from backend.patents.queries import PatentAggregate
from backend.patents.record_schemas import AnnuityOut, AssessmentOut, HoldingOut
from backend.patents.schemas import HolderOut, PatentListing, PatentOut, Share
from backend.patents.visibility import is_office

AS_STORED: Final = frozenset(
    {
        *NUMBERS,
        *FACTS,
        "id",
        "office",
        "expiry_date",
        "expiry_override",
        "expiry_override_reason",
        "annuity_due_on",
        "created_at",
        "updated_at",
        "version",
    }
)
PRIVATE: Final[dict[str, Any]] = {"evidence": None, "evidence_files": [], "dispute_reason": None, "ended_because": None}


def _share(holding: Holding) -> Share | None:
    if holding.share_numerator is None or holding.share_denominator is None:
        return None
    return Share(numerator=holding.share_numerator, denominator=holding.share_denominator)


def holder_out(whole: PatentAggregate, holding: Holding, name: str) -> HolderOut:
    """Return a holder as a patent shows it, with the organisation that its party is on the platform."""
    return HolderOut(
        holding_id=holding.id,
        party_id=holding.party_id,
        name=name,
        organisation_id=whole.platform_ids.get(holding.party_id),
        state=holding.state,
        share=_share(holding),
        effective_on=holding.effective_on,
        ended_on=holding.ended_on,
    )


def holders_as_of(holding: Holding, valid_on: date, known_at: datetime) -> bool:
    """Whether the party held the patent on a day, by what was known at a moment."""
    if holding.recorded_at > known_at or (holding.effective_on is not None and holding.effective_on > valid_on):
        return False
    if holding.end_recorded_at is None or holding.end_recorded_at > known_at:
        return True
    return holding.ended_on is not None and holding.ended_on > valid_on


def stored_standing(patent: Patent) -> Standing:
    """Return the patent's standing today, as its row has it."""
    return Standing(patent.legal_status, patent.status_since, patent.status_source, patent.status_checked_on)


def values_of(whole: PatentAggregate, caller: Caller | None, today: date, settings: Settings) -> dict[str, Any]:
    """Return the fields of a `PatentOut` as they are today."""
    patent, standing = whole.patent, stored_standing(whole.patent)
    is_party = may(Act.SEE_OWN_RECORDS, caller, whole)
    lately = add_months(today, -settings.assessment_interval_months)
    shows_listing = whole.listing_id is not None and (whole.is_listed or is_party)
    return {name: getattr(patent, name) for name in AS_STORED} | {
        **standing_values(standing, today, settings),
        "holders": [holder_out(whole, holding, name) for holding, name in whole.living],
        "grade": whole.grade,
        "assessed_on": whole.assessed_on,
        "assessment_due": whole.assessed_on is None or whole.assessed_on <= lately,
        "listing": PatentListing(id=whole.listing_id, status=whole.listing_status) if shows_listing else None,
        "facts_by": patent.facts_by if is_party else None,
        "established": patent.is_established if is_office(caller) else None,
    }


def standing_values(standing: Standing, day: date, settings: Settings) -> dict[str, Any]:
    """Return the fields of a `PatentOut` that say how the right stands on a day."""
    return {
        "legal_status": standing.status,
        "status_since": standing.since,
        "status_source": standing.source,
        "status_checked_on": standing.checked_on,
        "status_stale": is_stale(
            standing.status, standing.checked_on, today=day, after_days=settings.status_stale_after_days
        ),
    }


def patent_out(whole: PatentAggregate, caller: Caller | None, today: date, settings: Settings) -> PatentOut:
    """Return the patent as it is shown to the caller."""
    return PatentOut(**values_of(whole, caller, today, settings))


def present_as_of(
    whole: PatentAggregate,
    caller: Caller | None,
    standing: Standing,
    *,
    valid_on: date,
    known_at: datetime,
    names: Mapping[str, str],
    settings: Settings,
) -> PatentOut:
    """Return the patent as of a day and what was known at a moment; `names` are the parties' names then."""
    then = [
        holder_out(whole, holding, names.get(holding.party_id, name))
        for holding, name in whole.holders
        if holders_as_of(holding, valid_on, known_at)
    ]
    values = values_of(whole, caller, china_day(known_at), settings)
    values |= standing_values(standing, valid_on, settings)
    return PatentOut(**values | {"holders": then, "valid_on": valid_on, "known_at": known_at})


def present_holding(
    holding: Holding, party_name: str, whole: PatentAggregate, caller: Caller | None, files: Sequence[FileRef]
) -> HoldingOut:
    """Return the holding as it is shown to the caller; evidence and reasons are for whom they concern."""
    values = {name: getattr(holding, name) for name in HoldingOut.model_fields if hasattr(holding, name)}
    values["organisation_id"] = whole.platform_ids.get(holding.party_id)
    values["evidence_files"] = list(files)
    if not sees_record(caller, whole, holding.organisation_id, holding.recorded_by):
        values |= PRIVATE
    return HoldingOut(**values | {"party_name": party_name, "share": _share(holding)})


def present_assessment(assessment: Assessment, files: Sequence[FileRef]) -> AssessmentOut:
    """Return the assessment as it is shown to parties and offices."""
    return AssessmentOut(**assessment.model_dump(), evidence_files=list(files))


def present_annuity(patent: Patent, today: date) -> AnnuityOut:
    """Return the next unpaid annuity of a patent that has one."""
    if patent.annuity_due_on is None or patent.filing_date is None:
        raise ValueError(patent.id)
    due = annuity(patent.filing_date, patent.annuity_due_on.year - patent.filing_date.year + 1)
    return AnnuityOut(
        patent_id=patent.id,
        application_number=patent.application_number,
        grant_number=patent.grant_number,
        title=patent.title,
        year=due.year,
        due_on=due.due_on,
        grace_until=due.grace_until,
        state=due.state(today),
        payments_recorded=patent.annuity_paid_through is not None,
    )

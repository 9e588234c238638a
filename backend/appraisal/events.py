"""What happens to appraisals, as events. None of them carries a value or a word that anybody wrote."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from backend.appraisal.models import AppraisalReport, AppraisalWeights, ComparableSnapshot, RegisterExtract
from backend.core.events.domain_event import PUBLIC, DomainEvent, EventPayload

REFERENCE: Final = "it is in a public list, and asks nothing of anybody"


class AppraisalWeightsSet(EventPayload, name="appraisal_weights.set", audience="everyone", unnotified=REFERENCE):
    """The platform has set other weights of the indicators, from a day on."""

    weights_id: str
    valid_from: date


class RegisterExtractRecorded(EventPayload, name="register_extract.recorded", audience="the patent's holders"):
    """An office has recorded what an extract of the register shows of a patent's burdens."""

    extract_id: str
    patent_id: str


class ComparablesPublished(EventPayload, name="comparables.published", audience="everyone", unnotified=REFERENCE):
    """Quartiles of a cell of comparable deals were published, or published anew."""

    sector: str
    deal_type: str
    period: int


class AppraisalReportEvent(EventPayload, audience="the holder and the institution of the report"):
    """Something happened to an institution's report."""

    report_id: str
    patent_id: str


class AppraisalReportRecorded(AppraisalReportEvent, name="appraisal_report.recorded"):
    """One side has recorded an institution's report on a patent; the other confirms or denies it."""


class AppraisalReportConfirmed(AppraisalReportEvent, name="appraisal_report.confirmed"):
    """The other side has confirmed an institution's report."""


class AppraisalReportDenied(AppraisalReportEvent, name="appraisal_report.denied"):
    """The other side has denied an institution's report."""


class AppraisalReportDeleted(
    AppraisalReportEvent,
    name="appraisal_report.deleted",
    removes=True,
    unnotified="the time for which it had to be kept was over",
):
    """An institution's report was deleted after the time for which it had to be kept."""


def weights_set(row: AppraisalWeights, actor: str | None) -> DomainEvent[AppraisalWeightsSet]:
    """Return the event of a new set of weights."""
    return DomainEvent(AppraisalWeightsSet(weights_id=row.id, valid_from=row.valid_from), row.id, [PUBLIC], actor)


def extract_recorded(
    row: RegisterExtract, audience: Sequence[str], actor: str | None
) -> DomainEvent[RegisterExtractRecorded]:
    """Return the event of an extract of the register."""
    payload = RegisterExtractRecorded(extract_id=row.id, patent_id=row.patent_id)
    return DomainEvent(payload, row.id, audience, actor)


def comparables_published(row: ComparableSnapshot) -> DomainEvent[ComparablesPublished]:
    """Return the event of a publication."""
    payload = ComparablesPublished(sector=row.sector, deal_type=row.deal_type.value, period=row.period)
    return DomainEvent(payload, row.id, [PUBLIC])


def report_event(
    row: AppraisalReport, kind: type[AppraisalReportEvent], actor: str | None, muted_for: Sequence[str] = ()
) -> DomainEvent[AppraisalReportEvent]:
    """Return the event of a report, for its two sides."""
    sides = sorted({one for one in (row.holder_organisation_id, row.institution_organisation_id) if one})
    return DomainEvent(kind(report_id=row.id, patent_id=row.patent_id), row.id, sides, actor, muted_for)

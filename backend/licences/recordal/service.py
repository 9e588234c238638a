"""A licence's recordal with the patent office, what it does to the annuities, and a licence's end before its term."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.errors import FieldError, Malformed, Text
from backend.files.service import attach
from backend.licences import queries
from backend.licences.access import is_licensee
from backend.licences.certificates.content import CertifiedStep, chained
from backend.licences.date_checks import check_day, last_day
from backend.licences.errors import LicenceNotInState
from backend.licences.events import LicenceRecordalFiled, LicenceRecorded, append_event
from backend.licences.lifecycle.termination import end_licence
from backend.licences.models import Licence
from backend.licences.policy import LicencePolicy
from backend.licences.recordal.annuity_rules import Implementation, reduced_annuities
from backend.licences.recordal.annuity_tables import annuity_fees, annuity_reductions
from backend.licences.schemas import RecordalConfirmation, RecordalFiling, ReducedAnnuityOut, Termination
from backend.licences.states import RECORDABLE, STANDS, LicenceStep
from backend.patents.models import Patent
from backend.patents.queries import PatentAggregate
from backend.rights.errors import EvidenceMissing

EVIDENCE: Final = "licence"
IN_WORDS: Final = Text("请用文字说明原因；该词由平台专用。", "Say why in words: the platform uses this one itself.")


async def _attach(session: AsyncSession, licence: Licence, given: Any, caller: Caller, now: datetime) -> None:
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=licence.id, pointer="/evidence_files", now=now)


async def file_recordal(
    session: AsyncSession, licence: Licence, given: RecordalFiling, caller: Caller, now: datetime
) -> None:
    """One of the sides has filed the licence for recordal (Implementing Regulations, art. 87)."""
    if licence.status not in RECORDABLE:
        raise LicenceNotInState(status=licence.status.value, step="file_recordal")
    if licence.recordal_filed_on is not None:
        raise LicenceNotInState(status="recordal_filed", step="file_recordal")
    check_day(given.on, licence.effective_on, now)
    licence.recordal_filed_on = given.on
    if given.on > licence.recordal_due_on:
        licence.flags = sorted({*licence.flags, "recordal_late"})
    licence.chain = [*licence.chain, chained(CertifiedStep.RECORDAL_FILED, given.on)]
    licence.version += 1
    await _attach(session, licence, given, caller, now)
    await append_event(session, licence, LicenceRecordalFiled, now, caller.user_id)


async def confirm_recordal(
    session: AsyncSession, licence: Licence, given: RecordalConfirmation, caller: Caller, now: datetime
) -> None:
    """The office has recorded the licence: annuities not yet due are lower from there."""
    if licence.status not in RECORDABLE:
        raise LicenceNotInState(status=licence.status.value, step="confirm_recordal")
    if licence.recordal_filed_on is None or licence.recorded_on is not None:
        status = "not_filed" if licence.recordal_filed_on is None else "recorded"
        raise LicenceNotInState(status=status, step="confirm_recordal")
    check_day(given.on, licence.recordal_filed_on, now)
    licence.recorded_on, licence.recordal_number = given.on, given.number
    licence.chain = [*licence.chain, chained(CertifiedStep.RECORDAL_CONFIRMED, given.on, given.number)]
    licence.version += 1
    await _attach(session, licence, given, caller, now)
    await append_event(session, licence, LicenceRecorded, now, caller.user_id)


async def terminate(
    session: AsyncSession, whole: PatentAggregate, licence: Licence, given: Termination, caller: Caller,
    policy: LicencePolicy, now: datetime,
) -> None:  # fmt: skip
    """End the licence: the licensee gives it up from today on, or an office shows that it has ended.

    Raises EvidenceMissing, LicenceNotInState, DatesOutOfOrder.
    """
    if given.reason.strip() == queries.RIGHT_ENDED:
        raise Malformed(errors=[FieldError("/reason", "reserved", IN_WORDS)])
    gives_up = is_licensee(licence, caller)
    if not gives_up and not given.evidence_files:
        raise EvidenceMissing
    if licence.status not in STANDS:
        raise LicenceNotInState(status=licence.status.value, step=LicenceStep.TERMINATE.value)
    check_day(given.on, china_day(now) if gives_up else licence.effective_on, now)
    await _attach(session, licence, given, caller, now)
    await end_licence(session, whole, licence, LicenceStep.TERMINATE, given.on, given.reason, policy, now, by=caller)


def annuities(licence: Licence, patent: Patent, other_bp: int | None = None) -> list[ReducedAnnuityOut]:
    """Return the annuities to come that the recorded licence reduces; none before its recordal is confirmed.

    Only a licence whose source is a ground of a reduction reduces any.
    """
    known = patent.kind and patent.filing_date and patent.grant_date and patent.expiry_date
    grounds = {row.ground for row in annuity_reductions()}
    if licence.recorded_on is None or not known or licence.source.value not in grounds:
        return []
    last = last_day(licence.ends_on, licence.ended_on)
    period = Implementation(licence.effective_on, last, licence.recorded_on, licence.offer_ended_on)
    found = reduced_annuities(
        patent.kind,  # type: ignore[arg-type]  # `known` says that it is there
        patent.filing_date,  # type: ignore[arg-type]
        patent.grant_date,  # type: ignore[arg-type]
        patent.expiry_date,  # type: ignore[arg-type]
        period,
        ground=licence.source.value,
        fees=annuity_fees(),
        reductions=annuity_reductions(),
        other={"other": other_bp} if other_bp else None,
    )
    return [
        ReducedAnnuityOut(
            year=one.year,
            due_on=one.due_on,
            full_fen=one.full_fen,
            reduction_fen=one.reduction_fen,
            payable_fen=one.payable_fen,
            grounds=[{"name": g.name, "reduction_bp": g.reduction_bp, "taken": g.taken} for g in one.grounds],
            fee_source=one.fee_source,
            fee_mark=one.fee_mark,
        )
        for one in found
    ]

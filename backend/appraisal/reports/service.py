"""What changes about institutions' reports: recorded by one side, answered by the other, deleted in time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import OrganisationKind, OrganisationStatus
from backend.accounts.models import Organisation
from backend.appraisal.access import HeldReport, Reporting
from backend.appraisal.codes import ReportSide, ReportStatus, ReportStep
from backend.appraisal.errors import TooManyReports
from backend.appraisal.events import (
    AppraisalReportConfirmed,
    AppraisalReportDeleted,
    AppraisalReportDenied,
    AppraisalReportRecorded,
    report_event,
)
from backend.appraisal.models import AppraisalReport
from backend.appraisal.reports import queries
from backend.appraisal.reports.rules import check_deletable, kept_until, next_status, wrong_dates, wrong_methods
from backend.appraisal.reports.schemas import AppraisalReportIn, AppraisalReportOut
from backend.core.clock import china_day
from backend.core.database.columns import table_of
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.files.models import FileAttachment, StoredFile
from backend.files.rules import MEDIA_TYPES, Form
from backend.files.service import attach, reference

EVIDENCE: Final = "appraisal_report"  # the kind of thing that the file is attached to
MOST_REPORTS: Final = 50
NO_INSTITUTION: Final = Text("没有该评估机构，或尚未认证。", "There is no such institution, or it is not verified.")
ONE_NAME: Final = Text("机构编号与机构名称请二者填一。", "Give either the institution's id or its name.")
WHICH_HOLDER: Final = Text("请填写该专利的一个权利人单位。", "Name an organisation that holds the patent.")
NOT_PDF: Final = Text("评估报告应为 PDF。", "A report is a PDF.")
ANSWERED: Final = {ReportStep.CONFIRM: AppraisalReportConfirmed, ReportStep.DENY: AppraisalReportDenied}


async def record(session: AsyncSession, held: Reporting, body: AppraisalReportIn, now: datetime) -> AppraisalReport:
    """Return the report as one side asserts it; raise Malformed, TooManyReports."""
    today, caller = china_day(now), held.caller
    errors = wrong_methods(body.methods, body.one_method_reason)
    errors += wrong_dates(body.valuation_date, body.issued_on, body.valid_until, today)
    if errors:
        raise Malformed(errors=errors)
    holder_id, institution_id, name = await _sides(session, held, body)
    by_institution = caller.organisation_id if held.side is ReportSide.INSTITUTION else None
    if await queries.count_recorded(session, held.whole.patent.id, holder_id, by_institution) >= MOST_REPORTS:
        raise TooManyReports(limit=MOST_REPORTS)
    copied = {"number", "purpose", "one_method_reason", "value_low_fen", "value_high_fen", "valuation_date",
             "issued_on", "valid_until", "file_id", "kind"}  # fmt: skip
    report = AppraisalReport(
        id=new_id("apr"),
        patent_id=held.whole.patent.id,
        holder_organisation_id=holder_id,
        institution_organisation_id=institution_id,
        institution_name=name,
        asserted_by=held.side,
        status=ReportStatus.ASSERTED,
        methods=[method.value for method in dict.fromkeys(body.methods)],
        signatories=[signatory.model_dump() for signatory in body.signatories],
        keep_until=kept_until(body.kind, body.issued_on),
        sha256="",
        recorded_at=now,
        **body.model_dump(include=copied),
    )
    await attach(session, caller, [body.file_id], kind=EVIDENCE, subject=report.id, pointer="/file_id", now=now)
    file = await session.get_one(StoredFile, body.file_id)
    if file.media_type != MEDIA_TYPES[Form.PDF]:
        raise Malformed(errors=[FieldError("/file_id", "not_a_pdf", NOT_PDF)])
    report.sha256 = file.sha256
    session.add(report)
    event = report_event(report, AppraisalReportRecorded, caller.user_id, [caller.organisation_id])
    await append(session, event, now)
    return report


async def _sides(session: AsyncSession, held: Reporting, body: AppraisalReportIn) -> tuple[str, str | None, str]:
    """Return the holder, the institution where it is on the platform, and the institution's name."""
    own = held.caller.organisation_id
    if held.side is ReportSide.INSTITUTION:
        if body.holder_organisation_id not in held.whole.organisations:
            raise Malformed(errors=[FieldError("/holder_organisation_id", "no_such_holder", WHICH_HOLDER)])
        if body.institution_organisation_id not in (None, own) or body.institution_name is not None:
            raise Malformed(errors=[FieldError("/institution_organisation_id", "not_the_institution", ONE_NAME)])
        return str(body.holder_organisation_id), own, (await session.get_one(Organisation, own)).name
    if body.holder_organisation_id not in (None, own):
        raise Malformed(errors=[FieldError("/holder_organisation_id", "no_such_holder", WHICH_HOLDER)])
    if (body.institution_organisation_id is None) == (body.institution_name is None):
        raise Malformed(errors=[FieldError("/institution_name", "institution_not_named_once", ONE_NAME)])
    if body.institution_organisation_id is None:
        return own, None, str(body.institution_name)
    found = await session.get(Organisation, body.institution_organisation_id)
    is_institution = (
        found is not None
        and found.kind is OrganisationKind.SERVICE_INSTITUTION
        and found.status is OrganisationStatus.VERIFIED
        and found.id != own
    )
    if found is None or not is_institution:
        raise Malformed(errors=[FieldError("/institution_organisation_id", "no_such_institution", NO_INSTITUTION)])
    return own, found.id, found.name


async def answer(
    session: AsyncSession, held: HeldReport, step: ReportStep, now: datetime, reason: str | None = None
) -> AppraisalReport:
    """Return the report as the other side has confirmed or denied it; raise ReportNotInState."""
    report = held.report
    report.status = next_status(report.status, step)
    report.denial_reason, report.decided_at = reason, now
    report.version += 1
    event = report_event(report, ANSWERED[step], held.caller.user_id, [held.caller.organisation_id])
    await append(session, event, now)
    return report


async def delete(session: AsyncSession, held: HeldReport, now: datetime) -> None:
    """Delete a report; raise ReportRetained until its time is over."""
    report = held.report
    check_deletable(report.keep_until, china_day(now))
    attachment = table_of(FileAttachment)
    await session.execute(sa.delete(attachment).where(attachment.c.kind == EVIDENCE, attachment.c.subject == report.id))
    await session.delete(report)
    await append(session, report_event(report, AppraisalReportDeleted, held.caller.user_id), now)


async def reports_out(session: AsyncSession, rows: Sequence[AppraisalReport], today: date) -> list[AppraisalReportOut]:
    """Return reports as their two sides see them."""
    ids = [row.file_id for row in rows]
    found = await session.scalars(sa.select(StoredFile).where(col(StoredFile.id).in_(ids))) if ids else ()
    files = {file.id: reference(file) for file in found}
    return [
        AppraisalReportOut(
            **row.model_dump(include=set(AppraisalReportOut.model_fields) - {"file", "is_valid"}),
            file=files[row.file_id],
            is_valid=row.valid_until >= today,
        )
        for row in rows
    ]

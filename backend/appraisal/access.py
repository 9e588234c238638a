"""Who may see an appraisal, and who may record what belongs to it.

| act | offices | established holder | the report's institution | who may see the patent |
|---|---|---|---|---|
| see an appraisal, its paper, what royalties it saves, extracts of the register | x | x | | |
| record an extract of the register | x | | | |
| record a report | | for itself | where it may see the patent, for a holder | |
| see a report, its file | | its own | its own | |
| confirm or deny a report | | asserted by the institution | asserted by the holder | |
| delete a report whose time is over | | its own | | |

An appraisal shows what burdens a patent and what it earns, so that it is its holders'; one made of public facts alone
would tell by its difference to the lower bound that the holder shows elsewhere what is private. A holder sees its own
licences and income in it, and not those of a co-owner. Others get an appraisal where a holder discloses one.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import OnceVerifiedEditor, PlatformOrAuthority, SignedIn, VerifiedEditor
from backend.accounts.caller import Caller
from backend.accounts.codes import OrganisationKind
from backend.appraisal.codes import ReportSide
from backend.appraisal.errors import NoSuchReport, ReportNotForYou
from backend.appraisal.models import AppraisalReport
from backend.appraisal.reports import queries
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.patents.access import (
    HOLDERS,
    Act,
    PatentId,
    Permitted,
    SeenPatent,
    Side,
    locked_patent,
    permit,
    seen_patent,
    sides,
)
from backend.patents.errors import NotTheHolder
from backend.patents.queries import PatentAggregate, is_office

ReportId = Annotated[
    str, Path(pattern=id_pattern("apr"), description="The report's id.", examples=["apr_01h455vb4pex5vsknk084sn02q"])
]
REPORTING = frozenset({OrganisationKind.SERVICE_INSTITUTION})


async def _appraised(caller: SignedIn, whole: SeenPatent) -> PatentAggregate:
    permit(Act.SEE_RECORDS, caller, whole)
    return whole


def counted_for(caller: Caller, whole: PatentAggregate) -> frozenset[str]:
    """Return whose licences count in what somebody sees: an office's, all holders'; a holder's, its own."""
    return frozenset(whole.organisations if is_office(caller) else [caller.organisation_id])


async def _read_extract(request: Request, patent_id: PatentId, caller: PlatformOrAuthority, session: Db) -> Permitted:
    return Permitted(await locked_patent(request, session, caller, patent_id), caller)


@dataclass(frozen=True, slots=True)
class Reporting:
    """A patent held for a report, who records it, and on which side."""

    whole: PatentAggregate
    caller: Caller
    side: ReportSide


async def _reporting(request: Request, patent_id: PatentId, caller: VerifiedEditor, session: Db) -> Reporting:
    whole = await locked_patent(request, session, caller, patent_id)
    if is_holder(caller, whole):
        return Reporting(whole, caller, ReportSide.HOLDER)
    if caller.kind in REPORTING:
        return Reporting(whole, caller, ReportSide.INSTITUTION)
    raise NotTheHolder


def is_holder(caller: Caller, whole: PatentAggregate) -> bool:
    """Whether the caller holds the patent and its holding is not disputed."""
    return bool(sides(caller, whole) & (HOLDERS - {Side.OFFICE}))


async def _has_report(session: AsyncSession, caller: Caller | None, whole: PatentAggregate) -> bool:
    return caller is not None and await queries.has_any(session, caller, whole.patent.id)


async def _with_reports(request: Request, patent_id: PatentId, caller: SignedIn, session: ReadDb) -> PatentAggregate:
    return await seen_patent(request, session, caller, patent_id, also=_has_report)


@dataclass(frozen=True, slots=True)
class HeldReport:
    """A report held for a change, and who changes it."""

    report: AppraisalReport
    caller: Caller
    whole: PatentAggregate


async def _seen_report(
    whole: Annotated[PatentAggregate, Depends(_with_reports)], report_id: ReportId, caller: SignedIn, session: ReadDb
) -> AppraisalReport:
    found = await queries.report(session, caller, whole.patent.id, report_id)
    if found is None:
        raise NoSuchReport
    return found


async def _held(
    request: Request, patent_id: PatentId, report_id: ReportId, caller: OnceVerifiedEditor, session: Db
) -> HeldReport:
    whole = await locked_patent(request, session, caller, patent_id, also=_has_report)
    found = await queries.report(session, caller, whole.patent.id, report_id, lock=True)
    if found is None:
        raise NoSuchReport
    return HeldReport(found, caller, whole)


async def _answered(held: Annotated[HeldReport, Depends(_held)]) -> HeldReport:
    report, own = held.report, held.caller.organisation_id
    is_asserted_by_holder = report.asserted_by is ReportSide.HOLDER
    answering = report.institution_organisation_id if is_asserted_by_holder else report.holder_organisation_id
    if own != answering:
        raise ReportNotForYou
    return held


async def _deletable(held: Annotated[HeldReport, Depends(_held)]) -> HeldReport:
    if held.caller.organisation_id != held.report.holder_organisation_id:
        raise ReportNotForYou
    return held


AppraisedByHolder = Annotated[PatentAggregate, Depends(_appraised)]
ReadExtract = Annotated[Permitted, Depends(_read_extract)]
ReportedPatent = Annotated[Reporting, Depends(_reporting)]
PatentWithReports = Annotated[PatentAggregate, Depends(_with_reports)]
SeenReport = Annotated[AppraisalReport, Depends(_seen_report)]
AnsweredReport = Annotated[HeldReport, Depends(_answered)]
DeletableReport = Annotated[HeldReport, Depends(_deletable)]

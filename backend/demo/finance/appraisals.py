"""Made-up appraisals of the demonstration: extracts of the register, and a report that its institution confirms."""

import asyncio
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.appraisal.access import HeldReport, Reporting
from backend.appraisal.codes import ExtractFacet, ReportKind, ReportSide, ReportStep, ValuationMethod
from backend.appraisal.extracts import service as extracts
from backend.appraisal.extracts.schemas import ExtractIn
from backend.appraisal.reports import service as reports
from backend.appraisal.reports.schemas import AppraisalReportIn, Signatory
from backend.core.documents.paper import Paper
from backend.demo.load_context import Stage, kept
from backend.files import service as files
from backend.files.rules import Form
from backend.files.upload import Arrived
from backend.patents.access import Permitted
from backend.patents.codes import HoldingState, LegalStatus, ListingStatus, PatentKind
from backend.patents.models import Holding, Listing, Patent
from backend.patents.queries import PatentAggregate

EXTRACTED: Final = 3
INSTITUTION: Final = "appraiser_zhongping"
OFFICE: Final = "authority_city"
SOURCE: Final = "演示数据：专利登记簿副本"
TEXT: Final = "演示评估报告，纯属虚构。Demonstration report, made up."
VALUE: Final = (120_000_000, 150_000_000)


async def make_appraisals(stage: Stage) -> None:
    """Have an office read the register for some listed patents, and one holder record a report."""
    single = sa.select(col(Holding.patent_id)).group_by(col(Holding.patent_id)).having(sa.func.count() == 1)
    verified = sa.select(col(Holding.patent_id)).where(col(Holding.state) == HoldingState.VERIFIED)
    statement = (
        sa.select(col(Patent.id))
        .join(Listing, col(Listing.patent_id) == col(Patent.id))
        .where(
            col(Patent.kind) == PatentKind.INVENTION,
            col(Patent.legal_status) == LegalStatus.IN_FORCE,
            col(Listing.status) == ListingStatus.LISTED,
            col(Patent.id).in_(single),
            col(Patent.id).in_(verified),
        )
        .order_by(col(Patent.application_number))
        .limit(EXTRACTED)
    )
    for place, patent_id in enumerate((await stage.session.scalars(statement)).all()):
        whole = await stage.whole(patent_id)
        await _extract(stage, whole)
        if place == 0:
            await _report(stage, whole)


async def _extract(stage: Stage, whole: PatentAggregate) -> None:
    office = await stage.caller(stage.places[OFFICE].organisation_id)
    body = ExtractIn(
        as_of=stage.today,
        complete_about=list(ExtractFacet),
        source=SOURCE,
        evidence_files=await stage.evidence(office),
    )
    await extracts.record(stage.session, Permitted(whole, office), body, stage.now)


async def _report(stage: Stage, whole: PatentAggregate) -> None:
    holder = await stage.caller(whole.organisations[0])
    institution = await stage.caller(stage.places[INSTITUTION].organisation_id)
    body = AppraisalReportIn(
        institution_organisation_id=institution.organisation_id,
        kind=ReportKind.VOLUNTARY,
        number="DEMO-A000001",
        purpose="演示数据：质押融资",
        methods=[ValuationMethod.INCOME, ValuationMethod.MARKET],
        signatories=[Signatory(name=f"演示评估师{n}", certificate_number=f"DEMO-{n}") for n in ("甲", "乙")],
        value_low_fen=VALUE[0],
        value_high_fen=VALUE[1],
        valuation_date=stage.today - timedelta(days=30),
        issued_on=stage.today,
        valid_until=stage.today + timedelta(days=335),
        file_id=await _paper(stage, holder),
    )
    report = await reports.record(stage.session, Reporting(whole, holder, ReportSide.HOLDER), body, stage.now)
    await reports.answer(stage.session, HeldReport(report, institution, whole), ReportStep.CONFIRM, stage.now)


async def _paper(stage: Stage, caller: Caller) -> str:
    content = await asyncio.to_thread(_report_pdf)
    blob = await asyncio.to_thread(kept, stage.settings, content)
    arrived = Arrived("演示评估报告.pdf", Form.PDF, blob, TEXT)
    file, _ = await files.keep(stage.session, caller, arrived, stage.quotas, stage.now)
    return file.id


def _report_pdf() -> bytes:
    paper = Paper("zh", foot="DEMO-A000001", mark="演示 DEMONSTRATION", under_mark=TEXT)
    paper.add_page()
    paper.put(TEXT, 20, 60, 14)
    return bytes(paper.output())

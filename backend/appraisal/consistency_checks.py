"""What `patentmart fsck` compares of appraisals: weights, published comparables, and the files of reports."""

from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from backend.appraisal.codes import Scenario
from backend.appraisal.comparables.rules import Cell, Deal, band_of, may_be_published, quartiles
from backend.appraisal.indicators.table import VERSION
from backend.appraisal.models import AppraisalReport, AppraisalWeights, ComparableSnapshot
from backend.appraisal.reports.rules import kept_until
from backend.appraisal.weights.rules import WHOLE_BP, wrong_weights
from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.files.models import StoredFile

WEIGHTS: Final = table_of(AppraisalWeights)
SNAPSHOT: Final = table_of(ComparableSnapshot)
REPORT: Final = table_of(AppraisalReport)


async def weights(site: Site, line: Line) -> None:
    """Each set of weights is whole; of this version of the indicators, it names none that there is not."""
    statement: sa.Select[Any] = sa.select(WEIGHTS.c.id, AppraisalWeights)
    async for rows, _ in pages(site.database, statement, WEIGHTS.c.id):
        for row in rows:
            stored: AppraisalWeights = row.AppraisalWeights
            line.looked_at += 1
            by_scenario = {Scenario(scenario): by_indicator for scenario, by_indicator in stored.weights.items()}
            is_whole = all(sum(by_indicator.values()) == WHOLE_BP for by_indicator in by_scenario.values())
            if not is_whole or (stored.indicator_version == VERSION and wrong_weights(by_scenario)):
                line.differs(f"{stored.id}: its weights are not whole")


async def comparables(site: Site, line: Line) -> None:
    """What was published follows from the deals that it was made of, which were enough."""
    statement: sa.Select[Any] = sa.select(SNAPSHOT.c.id, ComparableSnapshot)
    async for rows, _ in pages(site.database, statement, SNAPSHOT.c.id):
        for row in rows:
            snapshot: ComparableSnapshot = row.ComparableSnapshot
            line.looked_at += 1
            cell = Cell(snapshot.sector, snapshot.deal_type, snapshot.period)
            deals = [
                Deal(deal["id"], cell, deal["holder"], deal["licensee"], deal["price_fen"]) for deal in snapshot.deals
            ]
            if not may_be_published(deals):
                line.differs(f"{snapshot.id}: its deals are too few, or too much of one side's")
                continue
            expected = quartiles(deals)
            published = (snapshot.lower_fen, snapshot.median_fen, snapshot.upper_fen, snapshot.deals_band)
            if published != (expected.lower_fen, expected.median_fen, expected.upper_fen, band_of(len(deals))):
                line.differs(f"{snapshot.id}: what is published is not what its deals give")


async def reports(site: Site, line: Line) -> None:
    """Each report has its file, with the hash that it names, and is kept for as long as the law asks."""
    statement: sa.Select[Any] = sa.select(REPORT.c.id, AppraisalReport, col(StoredFile.sha256).label("hash"))
    with_files = statement.outerjoin(StoredFile, col(StoredFile.id) == REPORT.c.file_id)
    async for rows, _ in pages(site.database, with_files, REPORT.c.id):
        for row in rows:
            report: AppraisalReport = row.AppraisalReport
            line.looked_at += 1
            if row.hash != report.sha256:
                line.differs(f"{report.id}: its file has another hash, or is not there")
            if report.keep_until < kept_until(report.kind, report.issued_on):
                line.differs(f"{report.id}: it is kept until {report.keep_until}, too short")


CONSISTENCY_CHECKS: Final = (
    ("appraisal weights", weights),
    ("comparables", comparables),
    ("appraisal reports", reports),
)

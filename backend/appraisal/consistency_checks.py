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
            found: AppraisalWeights = row.AppraisalWeights
            line.looked_at += 1
            given = {Scenario(scenario): of for scenario, of in found.weights.items()}
            is_whole = all(sum(of.values()) == WHOLE_BP for of in given.values())
            if not is_whole or (found.indicator_version == VERSION and wrong_weights(given)):
                line.differs(f"{found.id}: its weights are not whole")


async def comparables(site: Site, line: Line) -> None:
    """What was published follows from the deals that it was made of, which were enough."""
    statement: sa.Select[Any] = sa.select(SNAPSHOT.c.id, ComparableSnapshot)
    async for rows, _ in pages(site.database, statement, SNAPSHOT.c.id):
        for row in rows:
            found: ComparableSnapshot = row.ComparableSnapshot
            line.looked_at += 1
            cell = Cell(found.sector, found.deal_type, found.period)
            deals = [Deal(one["id"], cell, one["holder"], one["licensee"], one["price_fen"]) for one in found.deals]
            if not may_be_published(deals):
                line.differs(f"{found.id}: its deals are too few, or too much of one side's")
                continue
            due = quartiles(deals)
            shown = (found.lower_fen, found.median_fen, found.upper_fen, found.deals_band)
            if shown != (due.lower_fen, due.median_fen, due.upper_fen, band_of(len(deals))):
                line.differs(f"{found.id}: what is published is not what its deals give")


async def reports(site: Site, line: Line) -> None:
    """Each report has its file, with the hash that it names, and is kept for as long as the law asks."""
    statement: sa.Select[Any] = sa.select(REPORT.c.id, AppraisalReport, col(StoredFile.sha256).label("hash"))
    both = statement.outerjoin(StoredFile, col(StoredFile.id) == REPORT.c.file_id)
    async for rows, _ in pages(site.database, both, REPORT.c.id):
        for row in rows:
            found: AppraisalReport = row.AppraisalReport
            line.looked_at += 1
            if row.hash != found.sha256:
                line.differs(f"{found.id}: its file has another hash, or is not there")
            if found.keep_until < kept_until(found.kind, found.issued_on):
                line.differs(f"{found.id}: it is kept until {found.keep_until}, too short")


CONSISTENCY_CHECKS: Final = (
    ("appraisal weights", weights),
    ("comparables", comparables),
    ("appraisal reports", reports),
)

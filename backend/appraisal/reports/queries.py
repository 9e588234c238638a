"""How reports are found: by their two sides alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.appraisal.codes import ReportStatus
from backend.appraisal.models import AppraisalReport


def of_side(organisation_id: str) -> sa.ColumnElement[bool]:
    """Return which reports an organisation is a side of."""
    row = AppraisalReport
    return sa.or_(
        col(row.holder_organisation_id) == organisation_id, col(row.institution_organisation_id) == organisation_id
    )


def of_patent(caller: Caller, patent_id: str) -> sa.Select[AppraisalReport]:
    """Select the reports on a patent of which the caller's organisation is a side."""
    row = AppraisalReport
    return sa.select(row).where(col(row.patent_id) == patent_id, of_side(caller.organisation_id))


async def report(
    session: AsyncSession, caller: Caller, patent_id: str, report_id: str, *, lock: bool = False
) -> AppraisalReport | None:
    """Return a report of the caller's organisation on a patent, or None."""
    statement = of_patent(caller, patent_id).where(col(AppraisalReport.id) == report_id)
    if lock:
        statement = statement.with_for_update()
    found = await session.execute(statement, execution_options={"populate_existing": lock})
    return found.scalar_one_or_none()


async def has_any(session: AsyncSession, caller: Caller, patent_id: str) -> bool:
    """Whether the caller's organisation is a side of a report on the patent."""
    statement = of_patent(caller, patent_id).with_only_columns(col(AppraisalReport.id)).limit(1)
    return (await session.execute(statement)).first() is not None


async def count_recorded(session: AsyncSession, patent_id: str, holder_id: str, institution_id: str | None) -> int:
    """Return how many reports there are on a patent for a holder, or by an institution."""
    row = AppraisalReport
    condition = [col(row.holder_organisation_id) == holder_id]
    if institution_id is not None:
        condition = [col(row.institution_organisation_id) == institution_id]
    statement = sa.select(sa.func.count()).select_from(row).where(col(row.patent_id) == patent_id, *condition)
    return int((await session.execute(statement)).scalar_one())


async def to_disclose(session: AsyncSession, patent_id: str, organisation_id: str) -> Sequence[AppraisalReport]:
    """Return the reports on a patent that a holder may show to others: its own, unless the institution denied them."""
    row = AppraisalReport
    statement = sa.select(row).where(
        col(row.patent_id) == patent_id,
        col(row.holder_organisation_id) == organisation_id,
        col(row.status) != ReportStatus.DENIED,
    )
    return (await session.scalars(statement.order_by(col(row.recorded_at), col(row.id)))).all()

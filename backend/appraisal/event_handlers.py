"""What of appraisals follows a patent into another."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.appraisal.models import AppraisalReport, RegisterExtract
from backend.core.domain import MergeRule
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext
from backend.patents.events import PatentsMerged


async def _merged(session: AsyncSession, event: DomainEvent[PatentsMerged], _: EventContext) -> None:
    """Reports on the younger row are on the older one; an extract is not, which says that nothing else burdens it."""
    merged_id, into = event.payload.patent_id, event.payload.into
    reports = sa.update(AppraisalReport).where(col(AppraisalReport.patent_id) == merged_id).values(patent_id=into)
    await session.execute(reports.execution_options(synchronize_session=False))
    extracts = sa.delete(RegisterExtract).where(col(RegisterExtract.patent_id).in_((merged_id, into)))
    await session.execute(extracts.execution_options(synchronize_session=False))


MERGE_RULES: Final = (MergeRule(tables=("appraisal_report", "register_extract"), follow=_merged),)

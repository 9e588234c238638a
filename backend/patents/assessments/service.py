"""Stock-taking: who graded a patent, when, by what method."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.files.service import attach
from backend.patents.events import PatentAssessed
from backend.patents.evidence import ASSESSMENT
from backend.patents.models import Assessment
from backend.patents.queries import PatentAggregate
from backend.patents.record_schemas import AssessmentIn

NOT_AMONG = Text("等级应为 {grades} 之一。", "The grades are {grades}.")
LATER = Text("该日期尚未到来。", "That day has not come yet.")


async def assess(
    session: AsyncSession,
    whole: PatentAggregate,
    caller: Caller,
    given: AssessmentIn,
    grades: Sequence[str],
    now: datetime,
) -> Assessment:
    """Return the assessment as recorded; raises Malformed for a grade that is not configured or a day to come."""
    if given.grade not in grades:
        raise Malformed(errors=[FieldError("/grade", "grade_unknown", NOT_AMONG, {"grades": ", ".join(grades)})])
    if given.assessed_on > china_day(now):
        raise Malformed(errors=[FieldError("/assessed_on", "in_the_future", LATER)])
    assessment = Assessment(
        id=new_id("asm"),
        patent_id=whole.patent.id,
        organisation_id=caller.organisation_id,
        recorded_at=now,
        **given.model_dump(exclude={"evidence_files"}),
    )
    session.add(assessment)
    files = given.evidence_files
    await attach(session, caller, files, kind=ASSESSMENT, subject=assessment.id, pointer="/evidence_files", now=now)
    assessed = PatentAssessed(patent_id=whole.patent.id, assessment_id=assessment.id, grade=assessment.grade)
    await append(session, DomainEvent(assessed, whole.patent.id, whole.audience, caller.user_id), now)
    return assessment


async def move(session: AsyncSession, of: str, into: str) -> None:
    """Have the assessments of a patent be those of the one that it has become."""
    moved = sa.update(Assessment).where(col(Assessment.patent_id) == of).values(patent_id=into)
    await session.execute(moved.execution_options(synchronize_session=False))

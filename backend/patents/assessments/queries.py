"""Which assessments count: those of whom an office found never to have held the patent stay on record, no more."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.patents.codes import HoldingState
from backend.patents.holdings.rules import REFUSED
from backend.patents.models import Assessment, Holding

ASSESSOR: Final = aliased(Holding)


def counts() -> sa.ColumnElement[bool]:
    """Return which assessments count; what an organisation grades after an office refused its holding counts again."""
    refused = sa.exists().where(
        col(ASSESSOR.organisation_id) == col(Assessment.organisation_id),
        col(ASSESSOR.patent_id) == col(Assessment.patent_id),
        col(ASSESSOR.state) == HoldingState.ENDED,
        col(ASSESSOR.ended_on).is_(None),
        col(ASSESSOR.ended_because).startswith(REFUSED),
        col(ASSESSOR.end_recorded_at) >= col(Assessment.recorded_at),
    )
    return sa.not_(refused)

"""What changes about weights: another set is added, none is changed."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.appraisal.errors import WeightsInThePast
from backend.appraisal.events import weights_set
from backend.appraisal.indicators.table import VERSION
from backend.appraisal.models import AppraisalWeights
from backend.appraisal.weights.rules import wrong_weights
from backend.appraisal.weights.schemas import WeightsIn
from backend.core.clock import china_day
from backend.core.errors import Malformed
from backend.core.events.log import append
from backend.core.ids import new_id


async def set_weights(session: AsyncSession, caller: Caller, body: WeightsIn, now: datetime) -> AppraisalWeights:
    """Return the new set; raise Malformed where it is not whole, WeightsInThePast where it would change the past."""
    if errors := wrong_weights(body.weights):
        raise Malformed(errors=errors)
    if body.valid_from < china_day(now):
        raise WeightsInThePast
    row = AppraisalWeights(
        id=new_id("apw"),
        valid_from=body.valid_from,
        indicator_version=VERSION,
        weights={scenario.value: dict(by_indicator) for scenario, by_indicator in body.weights.items()},
        note=body.note,
        recorded_at=now,
        recorded_by=caller.organisation_id,
    )
    session.add(row)
    await append(session, weights_set(row, caller.user_id), now)
    return row

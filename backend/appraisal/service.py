"""The appraisal of a patent: what is known of it, scored by the weights of a scenario."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.appraisal.codes import Scenario
from backend.appraisal.fact_reading import facts_from
from backend.appraisal.indicators.facts import Facts
from backend.appraisal.models import AppraisalWeights
from backend.appraisal.policy import AppraisalPolicy
from backend.appraisal.records import Records, moment_of, read_records
from backend.appraisal.score_rules import Score, score
from backend.appraisal.weights.queries import weights_on
from backend.patents.queries import PatentAggregate


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """An appraisal with everything that it was made of."""

    whole: PatentAggregate
    scenario: Scenario
    records: Records
    facts: Facts
    weights: AppraisalWeights
    score: Score
    counted_for: frozenset[str]


async def appraise(
    session: AsyncSession,
    whole: PatentAggregate,
    scenario: Scenario,
    now: datetime,
    policy: AppraisalPolicy,
    known_at: datetime | None = None,
    licensors: Collection[str] = (),
) -> Appraisal:
    """Return the appraisal of a patent as it is known now, or as it was known at a moment.

    `licensors` are the organisations whose licences and income count: what a co-owner granted alone is nobody else's
    to know, so that by default none do. Raises DesignNotAppraised, PatentKindUnknown.
    """
    moment, counted_for = moment_of(now, known_at), frozenset(licensors)
    records = await read_records(session, whole, moment, counted_for, policy)
    facts = facts_from(records, policy)
    weights = await weights_on(session, moment.day, moment.known_at if moment.is_past else None)
    return Appraisal(
        whole=whole,
        scenario=scenario,
        records=records,
        facts=facts,
        weights=weights,
        score=score(facts, weights.weights[scenario.value]),
        counted_for=counted_for,
    )

"""How an appraisal is shown: one form for the address and for the paper."""

from backend.appraisal.codes import IndicatorGroup
from backend.appraisal.comparables.schemas import comparable_out
from backend.appraisal.indicators.table import VERSION
from backend.appraisal.methods.schemas import MarketOut
from backend.appraisal.policy import AppraisalPolicy
from backend.appraisal.records import Records, standing_entries
from backend.appraisal.schemas import (
    AppraisalOut,
    AppraisedPatent,
    GroupRange,
    HistoryLine,
    IndicatorLine,
    ScoreRange,
    WeightsRef,
)
from backend.appraisal.score_rules import ROUNDING, ScoreLine
from backend.appraisal.service import Appraisal
from backend.appraisal.wording import GROUPS, LICENCES, RIGHTS, SCENARIOS, SOURCES, value_label
from backend.patents.queries import PatentAggregate
from backend.reference.lists import label
from backend.rights.codes import RightKind
from backend.rights.queries import period_of

MOST_HISTORY = 40


def appraisal_out(found: Appraisal, policy: AppraisalPolicy, language: str) -> AppraisalOut:
    """Return the appraisal with its working, in a language."""
    history = history_of(found.records, language)
    moment = found.records.moment
    return AppraisalOut(
        patent=_patent(found.whole, found),
        scenario=found.scenario,
        scenario_label=SCENARIOS[found.scenario].say(language, {}),
        as_of=moment.day,
        known_at=moment.known_at,
        indicator_version=VERSION,
        weights=WeightsRef(id=found.weights.id, valid_from=found.weights.valid_from),
        score=ScoreRange(
            low_milli_points=found.score.low_milli_points,
            high_milli_points=found.score.high_milli_points,
            verified_milli_points=found.score.verified_milli_points,
        ),
        groups=[_group(group, found.score.lines, language) for group in IndicatorGroup],
        indicators=[_line(line, language) for line in found.score.lines],
        rounding=ROUNDING.say(language, {}),
        market=_market(found.records),
        counted_for=sorted(found.counted_for),
        history=history[:MOST_HISTORY],
        history_left_out=max(0, len(history) - MOST_HISTORY),
        is_demonstration=policy.is_demonstration,
    )


def _patent(whole: PatentAggregate, found: Appraisal) -> AppraisedPatent:
    patent = whole.patent
    values = {name: getattr(patent, name) for name in AppraisedPatent.model_fields if hasattr(patent, name)}
    values |= {"expiry_date": found.records.ledger.register.expiry, "kind": found.facts.kind}
    holding_parties = {holder.party_id for holder in found.records.ledger.holders}
    return AppraisedPatent(
        **values, holders=[name for holding, name in whole.holders if holding.party_id in holding_parties]
    )


def _line(line: ScoreLine, language: str) -> IndicatorLine:
    indicator, reading = line.indicator, line.reading
    return IndicatorLine(
        code=indicator.code,
        group=indicator.group,
        label=indicator.label.say(language, {}),
        state=reading.state,
        value=reading.value,
        value_label=value_label(reading.value, indicator.unit, language),
        unit=indicator.unit,
        source=reading.source,
        source_label=SOURCES[reading.source].say(language, {}) if reading.source else None,
        on=reading.on,
        low_milli_points=line.low_milli_points,
        high_milli_points=line.high_milli_points,
        weight_bp=line.weight_bp,
        low_times_weight=line.low,
        high_times_weight=line.high,
    )


def _group(group: IndicatorGroup, lines: tuple[ScoreLine, ...], language: str) -> GroupRange:
    of_group = [line for line in lines if line.indicator.group is group]
    return GroupRange(
        group=group,
        label=GROUPS[group].say(language, {}),
        weight_bp=sum(line.weight_bp for line in of_group),
        low_times_weight=sum(line.low for line in of_group),
        high_times_weight=sum(line.high for line in of_group),
    )


def _market(records: Records) -> MarketOut:
    if records.sector is None:
        return MarketOut(sector=None, reason="sector_unknown", cells=[])
    cells = [comparable_out(row) for row in records.comparables]
    return MarketOut(sector=records.sector, reason=None if cells else "not_enough_deals", cells=cells)


def history_of(records: Records, language: str) -> list[HistoryLine]:
    """Return what happened to the right and what burdens it, the newest first."""
    lines = [
        HistoryLine(
            on=event.effective_on,
            code=event.kind.value,
            label=label("legal-events", event.kind.value, language),
            ends_on=None,
            stands=None,
            source=event.source,
        )
        for event in records.legal_events
    ]
    for row in standing_entries(records):
        period = period_of(row, records.moment.known_at if records.moment.is_past else None)
        if row.kind is RightKind.CO_OWNER_AGREEMENT or period.is_empty:
            continue
        words = LICENCES[row.licence_type] if row.licence_type else RIGHTS[row.kind]
        lines.append(
            HistoryLine(
                on=row.starts_on,
                code=row.kind.value,
                label=words.say(language, {}),
                ends_on=row.ends_on,
                stands=period.holds(records.moment.day),
                source=row.source,
            )
        )
    return sorted(lines, key=lambda line: (line.on, line.code), reverse=True)

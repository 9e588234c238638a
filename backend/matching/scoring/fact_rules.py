"""What each fact of a pair is worth, in hundredths of a point. The documented sum of `backend/docs/matching.md`.

| part | most | full where | half where |
|---|---|---|---|
| deal type | 4 | one of those wanted can be had now | |
| stage | 3 | it has the stage that is wanted | one point less for each level that is missing |
| price | 4 | within the budget | within 1.25 times the budget |
| region | 2 | the same region | the same province |
| term left | 2 | five years and more | two years and more |
| legal status | 1 | in force or in grace, and looked at lately | |
| responsiveness | 2 | its holder answers nine of ten in time | seven of ten |
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from backend.matching.scoring.facts import Circumstances, Offered, Wanted
from backend.matching.scoring.parts import WHOLE, Improvement, Part, PartName

DEAL_TYPE: Final = 4 * WHOLE
STAGE: Final = 3 * WHOLE
PRICE: Final = 4 * WHOLE
REGION: Final = 2 * WHOLE
TERM: Final = 2 * WHOLE
STATUS: Final = 1 * WHOLE
ANSWERS: Final = 2 * WHOLE
MOST_OF_FACTS: Final = DEAL_TYPE + STAGE + PRICE + REGION + TERM + STATUS + ANSWERS
LONG_TERM, SHORT_TERM = 5, 2  # years
NEAR_BUDGET: Final = (5, 4)  # of the budget, as a fraction
PROVINCE: Final = 2  # digits of a region's code that name its province
ANSWERS_WELL, ANSWERS_FAIRLY = 0.9, 0.7
IN_FORCE: Final = frozenset({"in_force", "in_grace"})


def is_refused(wanted: Wanted, offered: Offered) -> bool:
    """Whether nobody can have of the listing any of what is wanted: such a pair is not shown."""
    return bool(wanted.deal_types) and wanted.deal_types <= offered.refused


def barriers_of(wanted: Wanted, offered: Offered) -> tuple[str, ...]:
    """Return what stands in the way of a pair that is a match all the same: told again once one of these falls."""
    found = []
    if wanted.deal_types and not wanted.deal_types & offered.deal_types:
        found.append("deal_type")
    if wanted.budget_fen is not None and offered.price_fen is not None and offered.price_fen > wanted.budget_fen:
        found.append("price")
    if wanted.stage_min is not None and offered.stage is not None and offered.stage < wanted.stage_min:
        found.append("stage")
    if offered.legal_status not in IN_FORCE:
        found.append("legal_status")
    return tuple(found)


def fact_parts(wanted: Wanted, offered: Offered, when: Circumstances) -> tuple[Part, ...]:
    """Return the parts of the facts, in their order; what was not asked for is left out."""
    return tuple(_parts(wanted, offered, when))


def fact_points(wanted: Wanted, offered: Offered, when: Circumstances) -> int:
    """Return the sum of the same parts."""
    return sum(part.points for part in _parts(wanted, offered, when))


def _parts(wanted: Wanted, offered: Offered, when: Circumstances) -> Iterator[Part]:
    if wanted.deal_types:
        yield _deal_type(wanted.deal_types, offered)
    if wanted.stage_min is not None:
        yield _stage(wanted.stage_min, offered.stage)
    if wanted.budget_fen is not None:
        yield _price(wanted.budget_fen, offered.price_fen)
    if wanted.region is not None:
        yield _region(wanted.region, offered.region)
    yield _term(offered.expires_on, when.today)
    yield _status(offered, when)
    answered = when.answered_in_time.get(offered.organisation_id)
    if answered is not None:
        yield _responsiveness(answered)


def _deal_type(wanted: frozenset[str], offered: Offered) -> Part:
    met = sorted(wanted & offered.deal_types)
    evidence = {"wanted": sorted(wanted), "offered": sorted(offered.deal_types), "met": met}
    if met:
        return Part(PartName.DEAL_TYPE, DEAL_TYPE, DEAL_TYPE, evidence)
    can_be_had = sorted(wanted - offered.refused)
    missing = (Improvement("offer_wanted_deal_type", DEAL_TYPE, {"deal_types": can_be_had}),) if can_be_had else ()
    return Part(PartName.DEAL_TYPE, 0, DEAL_TYPE, evidence, missing)


def _stage(wanted: int, stage: int | None) -> Part:
    evidence = {"wanted": wanted, "stage": stage}
    if stage is None:
        return Part(PartName.STAGE, 0, STAGE, evidence, (Improvement("reach_stage", STAGE, {"stage": wanted}),))
    points = max(0, STAGE - WHOLE * max(0, wanted - stage))
    missing = (Improvement("reach_stage", STAGE - points, {"stage": wanted}),) if points < STAGE else ()
    return Part(PartName.STAGE, points, STAGE, evidence, missing)


def _price(budget: int, price: int | None) -> Part:
    evidence = {"price_fen": price}
    if price is None:
        return Part(PartName.PRICE, 0, PRICE, evidence, (Improvement("price_within_budget", PRICE),))
    near, of = NEAR_BUDGET
    points = PRICE if price <= budget else PRICE // 2 if price * of <= budget * near else 0
    missing = (Improvement("price_within_budget", PRICE - points),) if points < PRICE else ()
    return Part(PartName.PRICE, points, PRICE, evidence, missing)


def _region(wanted: str, region: str | None) -> Part:
    evidence = {"wanted": wanted, "region": region}
    if region is None:
        return Part(PartName.REGION, 0, REGION, evidence)
    same = region.startswith(_named_digits(wanted))
    points = REGION if same else REGION // 2 if region[:PROVINCE] == wanted[:PROVINCE] else 0
    return Part(PartName.REGION, points, REGION, evidence)


def _named_digits(region: str) -> str:
    """Return what a code names: of a province two digits, of a city four, of a county all six."""
    while len(region) > PROVINCE and region.endswith("00"):
        region = region[:-2]
    return region


def _term(expires_on: date | None, today: date) -> Part:
    years = None if expires_on is None else max(0, (expires_on - today).days) // 365
    evidence = {"expires_on": expires_on.isoformat() if expires_on else None, "full_years_left": years}
    if years is None:
        return Part(PartName.TERM_LEFT, 0, TERM, evidence)
    return Part(PartName.TERM_LEFT, TERM if years >= LONG_TERM else TERM // 2 if years >= SHORT_TERM else 0, TERM,
                evidence)  # fmt: skip


def _status(offered: Offered, when: Circumstances) -> Part:
    checked = offered.checked_on
    evidence = {"legal_status": offered.legal_status, "checked_on": checked.isoformat() if checked else None}
    if offered.legal_status not in IN_FORCE:
        return Part(PartName.LEGAL_STATUS, 0, STATUS, evidence)
    is_fresh = checked is not None and (when.today - checked).days <= when.stale_after_days
    missing = () if is_fresh else (Improvement("check_status", STATUS),)
    return Part(PartName.LEGAL_STATUS, STATUS if is_fresh else 0, STATUS, evidence, missing)


def _responsiveness(answered: float) -> Part:
    points = ANSWERS if answered >= ANSWERS_WELL else ANSWERS // 2 if answered >= ANSWERS_FAIRLY else 0
    missing = (Improvement("answer_in_time", ANSWERS - points),) if points < ANSWERS else ()
    return Part(PartName.RESPONSIVENESS, points, ANSWERS, {"answered_in_time": round(answered, 2)}, missing)

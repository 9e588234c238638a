"""How the figures of matchmaking are shown, as JSON and as lines of a file."""

from collections.abc import Sequence
from typing import Final

from backend.introductions.figures.codes import Grouping, Row
from backend.introductions.figures.models import MatchmakingFigures
from backend.introductions.figures.rules import LEAST, Counts, joined
from backend.introductions.figures.schemas import FigureOut
from backend.reference.lists import lists
from backend.response_clocks.rules import lower_median, share_bp

TOO_FEW: Final = "too_few_cases"
COLUMNS: Final = ("code", "label", "needs", "introduced_bp", "contracted_bp", "median_days_to_introduction",
                  "median_days_to_contract", "reason")  # fmt: skip


def codes_of(grouping: Grouping) -> list[str]:
    """Return every code of a grouping, so that what is left out does not show by its absence."""
    if grouping is Grouping.CLUSTER:
        return list(lists()["clusters"].entries)
    return [code for code, entry in lists()["regions"].entries.items() if not entry.more.get("parent")]


def figures_out(
    rows: Sequence[MatchmakingFigures], grouping: Grouping, language: str
) -> tuple[FigureOut, list[FigureOut]]:
    """Return the sum of all and the figures of each code, of the rows that may be published."""
    by_code: dict[str, list[Counts]] = {}
    total = [_counts(row) for row in rows if row.kind is Row.TOTAL]
    for row in rows:
        if row.kind is not Row.TOTAL:
            by_code.setdefault(row.code, []).append(_counts(row))
    entries = lists()["clusters" if grouping is Grouping.CLUSTER else "regions"].entries
    items = [_figure(code, entries[code].label(language), by_code.get(code, [])) for code in codes_of(grouping)]
    return _figure(None, None, total), items


def _counts(row: MatchmakingFigures) -> Counts:
    return Counts(
        needs=row.needs or 0,
        introduced=row.introduced or 0,
        contracted=row.contracted or 0,
        days_to_introduction=row.days_to_introduction,
        days_to_contract=row.days_to_contract,
    )


def _figure(code: str | None, label: str | None, parts: Sequence[Counts]) -> FigureOut:
    found = joined(parts)
    is_enough = found.needs >= LEAST
    return FigureOut(
        code=code,
        label=label,
        needs=found.needs if is_enough else None,
        introduced_bp=share_bp(found.introduced, found.needs) if is_enough else None,
        contracted_bp=share_bp(found.contracted, found.needs) if is_enough else None,
        median_days_to_introduction=_median(found.days_to_introduction),
        median_days_to_contract=_median(found.days_to_contract),
        reason=None if is_enough else TOO_FEW,
    )


def _median(histogram: Sequence[Sequence[int]]) -> int | None:
    pairs = [(days, many) for days, many in histogram]
    return lower_median(pairs) if sum(many for _, many in pairs) >= LEAST else None


def csv_rows(total: FigureOut, items: Sequence[FigureOut]) -> list[list[str]]:
    """Return the figures as rows of text under their headings, the sum of all first."""
    shown = [[_cell(getattr(one, name)) for name in COLUMNS] for one in (total, *items)]
    return [list(COLUMNS), *shown]


def _cell(value: object) -> str:
    return "" if value is None else str(value)

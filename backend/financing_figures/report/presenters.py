"""How the figures of a year are shown, as JSON and as lines of a file."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from backend.core.errors import Text
from backend.financing_figures.case_rules import ROW_OF, UNKNOWN, due_on
from backend.financing_figures.codes import FinancingGrouping, Row
from backend.financing_figures.models import FinancingFigures
from backend.financing_figures.policy import FiguresPolicy
from backend.financing_figures.report.schemas import (
    FinancingFigureOut,
    FinancingFiguresOut,
    FinancingReportOut,
)
from backend.reference.lists import lists

TOO_FEW: Final = "too_few_cases"
NOT_PUBLISHED: Final = "not_published"
NOT_KNOWN: Final = Text("未知", "Not known")
WORKING: Final = Text(
    "每笔申请只计入其提交年度，年度结束并过一段时间后统计一次，此后不变。各组须有五家企业、三家银行以上，任何一方减去自己所知"
    "后或无所剩，或仍剩三家企业以上；不足者及可由相减得出者不公布。件数取五的倍数，金额按不小于组内单一企业最大金额的步长取整，"
    "比例由取整后的件数得出，天数为日历日的中位数。",
    "Each request counts in the year of its submission alone, which is counted once, some time after it is over, and "
    "never changed. A cell is of five enterprises and three banks at least; whoever subtracts what it knows is left "
    "with nothing or with three enterprises at least; what is less, or would follow by subtraction, is left out. "
    "Numbers are multiples of five, amounts are rounded to a step that no enterprise of the cell exceeds, shares are "
    "of the rounded numbers, days are medians of calendar days.",
)
FIGURES: Final = tuple(name for name in FinancingFigureOut.model_fields if name not in ("code", "label", "reason"))
COLUMNS: Final = ("by", "code", "label", *FIGURES, "reason")
Cells = Mapping[tuple[str, str], Mapping[str, Any]]


def codes_of(grouping: FinancingGrouping) -> list[str]:
    """Return every code of a grouping and that of what is not known, so that what is left out shows by no absence."""
    if grouping is FinancingGrouping.CLUSTER:
        return [*lists()["clusters"].entries, UNKNOWN]
    provinces = [code for code, entry in lists()["regions"].entries.items() if not entry.more.get("parent")]
    return [*provinces, UNKNOWN]


def figures_out(
    row: FinancingFigures | None,
    year: int,
    by: FinancingGrouping,
    banks: Mapping[str, str],
    policy: FiguresPolicy,
    language: str,
) -> FinancingFiguresOut:
    """Return the figures of a year by one grouping; `banks` are the names of banks, for offices."""
    cells = _cells(row)
    return FinancingFiguresOut(
        **_head(row, year, policy),
        by=by,
        total=_figure(cells, Row.TOTAL, "", None),
        items=_of_banks(cells, banks) if by is FinancingGrouping.BANK else _of_list(cells, by, language),
    )


def report_out(
    row: FinancingFigures | None, year: int, banks: Mapping[str, str] | None, policy: FiguresPolicy, language: str
) -> FinancingReportOut:
    """Return all that is published of a year; `banks` are None for who is no office."""
    cells = _cells(row)
    return FinancingReportOut(
        **_head(row, year, policy),
        working=WORKING.say(language, {}),
        total=_figure(cells, Row.TOTAL, "", None),
        by_cluster=_of_list(cells, FinancingGrouping.CLUSTER, language),
        by_region=_of_list(cells, FinancingGrouping.REGION, language),
        by_bank=None if banks is None else _of_banks(cells, banks),
    )


def bank_ids_of(row: FinancingFigures | None) -> list[str]:
    """Return which banks something is published of."""
    return [] if row is None else [cell["code"] for cell in row.bank_cells]


def _head(row: FinancingFigures | None, year: int, policy: FiguresPolicy) -> dict[str, Any]:
    return {
        "year": year,
        "from": date(year, 1, 1),
        "to": date(year, 12, 31),
        "due_on": due_on(year, policy.settling_days),
        "counted_until": row and row.counted_until,
        "published_at": row and row.counted_at,
        "is_demonstration": policy.is_demonstration,
        "rules_version": row and row.rules_version,
        "sha256": row and row.sha256,
        "reason": None if row else NOT_PUBLISHED,
    }


def _cells(row: FinancingFigures | None) -> Cells:
    cells = [] if row is None else [*row.cells, *row.bank_cells]
    return {(cell["row"], cell["code"]): cell for cell in cells}


def _figure(cells: Cells, row: Row, code: str, label: str | None) -> FinancingFigureOut:
    cell = cells.get((row.value, code))
    return FinancingFigureOut(
        code=code or None,
        label=label,
        **{name: cell and cell[name] for name in FIGURES},
        reason=TOO_FEW if cell is None else None,
    )


def _of_list(cells: Cells, by: FinancingGrouping, language: str) -> list[FinancingFigureOut]:
    entries = lists()["clusters" if by is FinancingGrouping.CLUSTER else "regions"].entries
    labels = {code: entries[code].label(language) if code else NOT_KNOWN.say(language, {}) for code in codes_of(by)}
    return [_figure(cells, ROW_OF[by], code, label) for code, label in labels.items()]


def _of_banks(cells: Cells, banks: Mapping[str, str]) -> list[FinancingFigureOut]:
    ids = sorted(banks, key=lambda bank_id: (banks[bank_id], bank_id))
    return [_figure(cells, Row.BANK, bank_id, banks[bank_id]) for bank_id in ids]


def csv_rows(out: FinancingReportOut) -> list[list[str]]:
    """Return the report as rows of text under their headings, the sum of all first."""
    parts: Sequence[tuple[Row, Sequence[FinancingFigureOut]]] = (
        (Row.TOTAL, [out.total]),
        (Row.CLUSTER, out.by_cluster),
        (Row.REGION, out.by_region),
        (Row.BANK, out.by_bank or []),
    )
    found = [_line(row, figure) for row, figures in parts for figure in figures]
    return [list(COLUMNS), *found]


def _line(row: Row, figure: FinancingFigureOut) -> list[str]:
    values = [row.value, *(getattr(figure, name) for name in COLUMNS[1:])]
    return ["" if value is None else str(value) for value in values]

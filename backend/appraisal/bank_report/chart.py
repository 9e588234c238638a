"""Bars of an appraisal, drawn on paper: what is known in one colour, what may be in a lighter one."""

from collections.abc import Sequence
from typing import Final

from backend.appraisal.bank_report import wording as words
from backend.appraisal.codes import ValueState
from backend.appraisal.schemas import AppraisalOut, IndicatorLine, ScoreRange
from backend.core.documents.paper import BLUE, GREY, HAIRLINE, INK, LEFT, SMALL, WIDTH, Colour, Paper

FULL: Final = 100_000
COLOURS: Final[dict[str, Colour]] = {"legal": (24, 62, 112), "technical": (22, 110, 62), "economic": (150, 84, 16)}
PALE: Final[dict[str, Colour]] = {"legal": (205, 217, 233), "technical": (204, 228, 214), "economic": (240, 222, 200)}
NAMES: Final = 43.0
BARS: Final = 36.0
VALUES: Final = 42.0
SOURCES: Final = 22.0
ROW: Final = 6.2
BAR: Final = 3.4


def fitting(paper: Paper, text: str, width: float, size: float) -> str:
    """Return the text, cut to the width with an ellipsis where it is wider."""
    cut = paper.clean(text)
    if paper.width(cut, size) <= width:
        return cut
    while cut and paper.width(f"{cut}…", size) > width:
        cut = cut[:-1]
    return f"{cut}…"


def points_text(milli_points: int) -> str:
    """Return points with one decimal, rounded down."""
    return f"{milli_points // 1_000}.{milli_points % 1_000 // 100}"


def score_bar(paper: Paper, score: ScoreRange) -> None:
    """Draw the range of the score on a scale of 0 to 100."""
    y, wide = paper.get_y() + 2, WIDTH
    paper.set_fill_color(HAIRLINE)
    paper.rect(LEFT, y, wide, 5, style="F")
    low, high = (wide * points / FULL for points in (score.low_milli_points, score.high_milli_points))
    paper.set_fill_color(PALE["legal"])
    paper.rect(LEFT, y, high, 5, style="F")
    paper.set_fill_color(BLUE)
    paper.rect(LEFT, y, low, 5, style="F")
    for mark in range(0, 101, 20):
        paper.put(str(mark), LEFT + wide * mark / 100 - 5, y + 8.4, SMALL, GREY, across=10)
    paper.set_y(y + 10)


def indicator_bars(paper: Paper, out: AppraisalOut) -> None:
    """Draw a bar for each indicator, group by group."""
    for group in out.groups:
        lines = [line for line in out.indicators if line.group is group.group]
        y = paper.get_y() + 3.6
        paper.put(f"{group.label} · {group.weight_bp / 100:.0f} %", LEFT, y, 8.5, COLOURS[group.group.value])
        paper.down(4.9)
        _rows(paper, lines)
        paper.down(1)


def _rows(paper: Paper, lines: Sequence[IndicatorLine]) -> None:
    for line in lines:
        y = paper.get_y()
        paper.put(fitting(paper, line.label, NAMES - 2, 8), LEFT, y + 3, 8)
        _bar(paper, line, LEFT + NAMES, y + 0.6)
        x = LEFT + NAMES + BARS + 3
        is_known = line.state is ValueState.KNOWN
        paper.put(fitting(paper, _value(paper, line), VALUES - 2, SMALL), x, y + 3, SMALL, INK if is_known else GREY)
        paper.put(fitting(paper, line.source_label or "", SOURCES - 1, SMALL), x + VALUES, y + 3, SMALL, GREY)
        paper.put(line.on.isoformat() if line.on else "", x + VALUES + SOURCES, y + 3, SMALL, GREY)
        weight = f"{line.weight_bp / 100:.0f} %"
        paper.put(weight, LEFT + WIDTH - paper.width(weight, SMALL), y + 3, SMALL, GREY)
        paper.down(ROW)


def _bar(paper: Paper, line: IndicatorLine, x: float, y: float) -> None:
    group = line.group.value
    paper.set_draw_color(HAIRLINE)
    paper.set_line_width(0.15)
    paper.rect(x, y, BARS, BAR, style="D")
    for colour, points in ((PALE[group], line.high_milli_points), (COLOURS[group], line.low_milli_points)):
        if points:
            paper.set_fill_color(colour)
            paper.rect(x, y, BARS * points / FULL, BAR, style="F")


def _value(paper: Paper, line: IndicatorLine) -> str:
    if line.state is ValueState.UNKNOWN:
        return paper.text_of(words.UNKNOWN)
    if line.state is ValueState.NOT_APPLICABLE:
        return paper.text_of(words.NOT_APPLICABLE)
    return f"{points_text(line.low_milli_points)} · {line.value_label}"

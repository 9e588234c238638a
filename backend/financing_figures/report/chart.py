"""The report of a year as a chart (SVG), drawn from the same object as the JSON."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Final

from backend.core.errors import Text
from backend.financing_figures.report.schemas import FinancingFigureOut, FinancingReportOut

SVG: Final = "image/svg+xml"
WIDTH: Final = 900
LABELS: Final = 300
BARS: Final = 420
ROW: Final = 24
BAR: Final = 14
LONGEST_LABEL: Final = 24
FEN: Final = 100
BASIS: Final = 100
TITLE: Final = Text("专利质押融资 {year} 年度统计", "Pledge financing on patents, {year}")
SUBTITLE: Final = Text(
    "{from_day} 至 {to_day} 提交的申请，统计至 {until}；件数取五的倍数，金额取整。",
    "Requests submitted from {from_day} to {to_day}, counted until {until}; numbers in fives, amounts rounded.",
)
EMPTY: Final = Text("尚未公布，或数量不足。", "Not published yet, or of too few.")
DEMONSTRATION: Final = Text("演示数据，不作任何用途", "Made-up data, of no use for anything")
STEPS: Final = (
    ("requests", Text("申请", "Requests")),
    ("offered", Text("获报价", "With an offer")),
    ("accepted", Text("达成", "Accepted")),
    ("disbursed", Text("放款", "Disbursed")),
)
FACTS: Final = (
    ("median_days_to_offer", Text("至首次报价（中位，日）：{value}", "Days to the first offer (median): {value}")),
    ("median_days_to_acceptance", Text("至达成（中位，日）：{value}", "Days to the acceptance (median): {value}")),
    ("median_days_to_disbursement", Text("至放款（中位，日）：{value}", "Days to the disbursement (median): {value}")),
    ("first_loan_share_bp", Text("首贷占比：{value}%", "First loans: {value}%")),
    ("overdue_share_bp", Text("逾期占比：{value}%", "Overdue: {value}%")),
)
BY_CLUSTER: Final = Text("各产业集群达成金额（元）", "Accepted by cluster (yuan)")
BY_REGION: Final = Text("各地区达成金额（元）", "Accepted by province (yuan)")
BY_BANK: Final = Text("各银行达成金额（元）", "Accepted by bank (yuan)")
NUMBERS: Final = Text("申请与结果（件）", "Requests and what became of them")


class _Drawing:
    """Lines of SVG, from the top down."""

    def __init__(self) -> None:
        self.y = 20
        self.lines: list[str] = []

    def text(self, text: str, x: int, size: int = 13, colour: str = "#222", anchor: str = "start") -> None:
        attributes = f'x="{x}" y="{self.y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
        self.lines.append(f"<text {attributes}>{escape(text)}</text>")

    def bar(self, share: float) -> None:
        width = round(BARS * share, 1)
        self.lines.append(f'<rect x="{LABELS}" y="{self.y - 12}" width="{width}" height="{BAR}" fill="#183e70"/>')

    def document(self, title: str) -> bytes:
        height = self.y + 20
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            f'font-family="sans-serif" role="img"><title>{escape(title)}</title>'
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        )
        return (head + "".join(self.lines) + "</svg>\n").encode()


def report_svg(out: FinancingReportOut, language: str) -> bytes:
    """Return the chart of a report."""
    drawing = _Drawing()
    title = TITLE.say(language, {"year": out.year})
    drawing.y += 14
    drawing.text(title, 20, 22, "#183e70")
    if out.is_demonstration:
        drawing.text(DEMONSTRATION.say(language, {}), WIDTH - 20, 13, "#a00", "end")
    drawing.y += 24
    if out.total.requests is None:
        drawing.text(EMPTY.say(language, {}), 20)
        return drawing.document(title)
    facts = {"from_day": out.from_, "to_day": out.to, "until": out.counted_until}
    drawing.text(SUBTITLE.say(language, facts), 20, 12, "#666")
    _numbers(drawing, out.total, language)
    for heading, figures in ((BY_CLUSTER, out.by_cluster), (BY_REGION, out.by_region), (BY_BANK, out.by_bank or [])):
        _amounts(drawing, heading.say(language, {}), figures)
    return drawing.document(title)


def _numbers(drawing: _Drawing, total: FinancingFigureOut, language: str) -> None:
    steps = [(text.say(language, {}), getattr(total, name)) for name, text in STEPS]
    _bars(drawing, NUMBERS.say(language, {}), [(label, value) for label, value in steps if value is not None], str)
    for name, text in FACTS:
        value = getattr(total, name)
        if value is not None:
            drawing.y += 20
            drawing.text(text.say(language, {"value": value // BASIS if name.endswith("_bp") else value}), 20, 12)


def _amounts(drawing: _Drawing, heading: str, figures: Sequence[FinancingFigureOut]) -> None:
    values = [(figure.label or "", figure.accepted_fen) for figure in figures if figure.accepted_fen is not None]
    _bars(drawing, heading, sorted(values, key=lambda pair: (-pair[1], pair[0])), lambda fen: f"{fen // FEN:,}")


def _bars(
    drawing: _Drawing, heading: str, values: Sequence[tuple[str, int]], written: Callable[[int], str]
) -> None:  # fmt: skip
    if not values:
        return
    drawing.y += 36
    drawing.text(heading, 20, 15, "#183e70")
    most = max([1, *(value for _, value in values)])
    for label, value in values:
        drawing.y += ROW
        cut = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
        drawing.text(cut, LABELS - 10, anchor="end")
        drawing.bar(value / most)
        drawing.text(written(value), LABELS + BARS + 12)

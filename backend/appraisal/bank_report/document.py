"""The appraisal on paper for a bank: two pages of the same facts as the address gives."""

from typing import Final

from backend.appraisal.bank_report import wording as words
from backend.appraisal.bank_report.chart import fitting, indicator_bars, points_text, score_bar
from backend.appraisal.schemas import AppraisalOut
from backend.core.documents.paper import BLUE, GREY, INK, LEFT, SMALL, WIDTH, Language, Paper
from backend.core.errors import Text
from backend.reference.lists import label

MOST_LINES: Final = 28
MOST_CELLS: Final = 6
ROW: Final = 5.4
DAY, WORDS, TIME, STANDING = 22.0, 52.0, 26.0, 18.0


def appraisal_pdf(out: AppraisalOut, language: Language) -> bytes:
    """Return the appraisal as a PDF of two pages; it computes for some tenths of a second."""
    mark = words.DEMONSTRATION if out.is_demonstration else None
    first, second = words.MADE_UP if language == "zh" else reversed(words.MADE_UP)
    paper = Paper(language, foot=out.patent.id, mark=mark, under_mark=f"{first} · {second}")
    paper.describe(
        title=f"{paper.both(words.TITLE)} · {out.patent.id}",
        author=words.AUTHOR,
        subject=out.patent.title,
        made_at=out.known_at,
    )
    paper.add_page()
    _head(paper, out)
    _patent(paper, out)
    _score(paper, out)
    paper.add_page()
    _history(paper, out)
    _market(paper, out)
    _method(paper, out)
    return bytes(paper.output())


def _head(paper: Paper, out: AppraisalOut) -> None:
    y = paper.get_y()
    paper.put(paper.text_of(words.TITLE), LEFT, y + 8, 19, BLUE)
    paper.put(paper.besides(words.TITLE), LEFT, y + 13.5, 9.5, GREY)
    of_what = f"{out.scenario_label} · {out.as_of.isoformat()}"
    paper.put(of_what, LEFT + WIDTH - paper.width(of_what, 11), y + 8, 11)
    paper.set_y(y + 16)
    paper.rule(BLUE, 0.4)
    paper.down(1)


def _patent(paper: Paper, out: AppraisalOut) -> None:
    patent, kind = out.patent, label("patent-kinds", out.patent.kind.value, paper.language)
    days = (patent.filing_date, patent.grant_date, patent.expiry_date)
    facts: tuple[tuple[Text, str], ...] = (
        (words.PATENT, patent.title),
        (words.NUMBERS, " / ".join(number or "—" for number in (patent.application_number, patent.grant_number))),
        (words.KIND, " / ".join((kind, patent.ipc[0] if patent.ipc else "—"))),
        (words.DAYS, " / ".join(day.isoformat() if day else "—" for day in days)),
        (words.HOLDERS, "、".join(patent.holders) or "—"),
    )
    for name, value in facts:
        y = paper.get_y() + 3.8
        paper.put(paper.text_of(name), LEFT, y, SMALL, GREY)
        paper.put(fitting(paper, value, WIDTH - 48, 9.5), LEFT + 48, y, 9.5, INK)
        paper.down(ROW)
    paper.rule()


def _score(paper: Paper, out: AppraisalOut) -> None:
    low, high = points_text(out.score.low_milli_points), points_text(out.score.high_milli_points)
    y = paper.get_y() + 6
    paper.put(paper.text_of(words.SCORE), LEFT, y, 10, BLUE)
    found = f"{low} – {high}"
    paper.put(found, LEFT + WIDTH - paper.width(found, 14), y + 0.6, 14, BLUE)
    paper.put(paper.text_of(words.HEADLINE), LEFT, y + 5, SMALL, GREY)
    verified = paper.text_of(words.VERIFIED, points=points_text(out.score.verified_milli_points))
    paper.put(verified, LEFT + WIDTH - paper.width(verified, SMALL), y + 5, SMALL, GREY)
    paper.set_y(y + 5.4)
    score_bar(paper, out.score)
    indicator_bars(paper, out)
    for line in paper.lines(paper.text_of(words.LEGEND), WIDTH, SMALL):
        paper.put(line, LEFT, paper.get_y() + 3, SMALL, GREY)
        paper.down(4)


def _heading(paper: Paper, title: Text) -> None:
    y = paper.get_y() + 7
    wide = paper.put(paper.text_of(title), LEFT, y, 11, BLUE)
    paper.put(paper.besides(title), LEFT + wide + 2.5, y, 8.5, GREY)
    paper.set_y(y + 2)
    paper.rule(BLUE, 0.4)
    paper.down(0.8)


def _columns(paper: Paper, cells: list[tuple[float, str]], size: float = 8) -> None:
    """Write one line of cells, each cut to its width."""
    x = LEFT
    for wide, text in cells:
        paper.put(fitting(paper, text, wide - 2, size), x, paper.get_y() + 3.6, size)
        x += wide
    paper.down(ROW - 0.4)


def _history(paper: Paper, out: AppraisalOut) -> None:
    _heading(paper, words.HISTORY)
    shown = out.history[:MOST_LINES]
    for line in shown:
        standing = "" if line.stands is None else paper.text_of(words.STANDS if line.stands else words.OVER)
        until = f"→ {line.ends_on.isoformat()}" if line.ends_on else ""
        rest = WIDTH - DAY - WORDS - TIME - STANDING
        cells = [(DAY, line.on.isoformat()), (WORDS, line.label), (TIME, until), (STANDING, standing)]
        _columns(paper, [*cells, (rest, line.source)])
    left_out = out.history_left_out + len(out.history) - len(shown)
    if left_out:
        _note(paper, paper.text_of(words.LEFT_OUT, count=left_out))
    if not shown:
        _note(paper, paper.text_of(words.NO_HISTORY))


def _market(paper: Paper, out: AppraisalOut) -> None:
    _heading(paper, words.MARKET)
    for cell in out.market.cells[-MOST_CELLS:]:
        what = label("deal-types", cell.deal_type.value, paper.language)
        prices = " – ".join(f"{fen // 100:,}" for fen in (cell.lower_fen, cell.median_fen, cell.upper_fen))
        _columns(paper, [(60, what), (30, f"{cell.from_year}–{cell.to_year}"), (WIDTH - 90, f"¥ {prices}")])
    if not out.market.cells:
        _note(paper, paper.text_of(words.NO_SECTOR if out.market.sector is None else words.NO_DEALS))


def _method(paper: Paper, out: AppraisalOut) -> None:
    _heading(paper, words.METHOD)
    facts = {
        "scenario": out.scenario_label,
        "version": out.indicator_version,
        "weights": out.weights.id,
        "valid_from": out.weights.valid_from.isoformat(),
        "known_at": f"{out.known_at:%Y-%m-%d %H:%M:%S}",
    }
    _note(paper, paper.text_of(words.VERSIONS, **facts))
    _note(paper, out.rounding)
    _note(paper, paper.text_of(words.NOTE))


def _note(paper: Paper, text: str, colour: tuple[int, int, int] = GREY) -> None:
    for line in paper.lines(text, WIDTH, 8):
        paper.put(line, LEFT, paper.get_y() + 3.4, 8, colour)
        paper.down(4.3)
    paper.down(0.8)

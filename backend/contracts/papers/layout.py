"""The layout of a contract's paper; margins and typeface are those of `core/documents/paper.py`."""

from typing import Final

from backend.contracts.codes import VersionKind
from backend.contracts.papers import wording as words
from backend.contracts.papers.content import PaperContent
from backend.core.clock import CHINA
from backend.core.contract_template import Clause
from backend.core.documents.paper import BLUE, GREY, INK, LEFT, LINE, SMALL, SMALL_LINE, WIDTH, Paper
from backend.core.errors import Text

HEADING: Final = 11.0
ENGLISH: Final = 8.0


def contract_pdf(content: PaperContent) -> bytes:
    """Return the paper as PDF, the same bytes for the same content; it computes for some tenths of a second."""
    mark = words.DEMONSTRATION if content.is_demonstration else None
    foot = f"{content.contract_id} · {content.number} · {content.terms_hash[:16]}"
    paper = Paper("zh", foot=foot, mark=mark, under_mark=f"{words.MADE_UP.zh} · {words.MADE_UP.en}")
    title = _title(content)
    paper.describe(
        title=f"{paper.both(title)} · {content.contract_id}",
        author=words.AUTHOR,
        subject=content.title.zh,
        made_at=content.drawn_up_at,
    )
    paper.add_page()
    _head(paper, content, title)
    _sides(paper, content)
    paper.section(words.CLAUSES)
    if content.kind is VersionKind.AMENDMENT:
        paper.down(2)
        _paragraph(paper, words.AMENDING)
    for number, clause in enumerate(content.clauses, start=1):
        _clause(paper, number, clause)
    if content.note:
        paper.section(words.NOTE)
        paper.down(2)
        _lines(paper, content.note, 10, LINE)
    _signing(paper, content)
    return bytes(paper.output())


def _title(content: PaperContent) -> Text:
    form = words.KINDS.get(content.kind)
    if form is None:
        return content.title
    return Text(form.zh.format(title=content.title.zh), form.en.format(title=content.title.en))


def _head(paper: Paper, content: PaperContent, title: Text) -> None:
    for line in paper.lines(title.zh, WIDTH, 18):
        paper.put(line, LEFT, paper.get_y() + 8, 18, BLUE)
        paper.down(9)
    for line in paper.lines(title.en, WIDTH, HEADING):
        paper.put(line, LEFT, paper.get_y() + 5, HEADING, GREY)
        paper.down(5)
    paper.down(4)
    paper.rule(BLUE, 0.4)
    paper.row(words.CONTRACT_ID, [content.contract_id])
    paper.row(words.VERSION, [str(content.number)])
    paper.row(words.TEMPLATE, [f"{content.template_name} {content.template_version}"])
    paper.row(words.DRAWN_UP_AT, [f"{content.drawn_up_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S} UTC+8"])
    if content.amended:
        paper.row(words.AMENDED, [str(content.amended.number)])
        paper.row(words.AMENDED_HASH, [content.amended.terms_hash], SMALL)


def _sides(paper: Paper, content: PaperContent) -> None:
    paper.section(words.SIDES)
    for side in content.sides:
        paper.row(side.title, [side.name.name, *([side.name.name_en] if side.name.name_en else [])])
        if side.name.credit_code:
            paper.row(words.CREDIT_CODE, [side.name.credit_code])


def _clause(paper: Paper, number: int, clause: Clause) -> None:
    paper.room(24)
    paper.down(4)
    for line in paper.lines(f"{number}　{clause.heading.zh}", WIDTH, HEADING):
        paper.put(line, LEFT, paper.get_y() + 4, HEADING, INK)
        paper.down(5.4)
    _lines(paper, clause.heading.en, ENGLISH, SMALL_LINE, grey=True)
    for paragraph in clause.paragraphs:
        paper.down(1.2)
        _paragraph(paper, paragraph)


def _paragraph(paper: Paper, text: Text) -> None:
    _lines(paper, text.zh, 10, LINE)
    _lines(paper, text.en, ENGLISH, SMALL_LINE, grey=True)


def _lines(paper: Paper, text: str, size: float, height: float, *, grey: bool = False) -> None:
    for line in paper.lines(text, WIDTH, size):
        paper.room(height)
        paper.put(line, LEFT, paper.get_y() + height - 1.4, size, GREY if grey else INK)
        paper.down(height)


def _signing(paper: Paper, content: PaperContent) -> None:
    paper.section(words.SIGNING)
    paper.row(words.TERMS_HASH, [content.terms_hash], SMALL)
    for side in content.sides:
        paper.row(side.title, [side.name.name])
    paper.down(2)
    for note in (words.PREVAILS, words.SIGNED_BY, *([words.UNDRAWN] if paper.lacked_characters else [])):
        _paragraph(paper, note)
        paper.down(1.2)

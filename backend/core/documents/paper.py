"""A4 pages with labels in both languages, in an embedded Chinese typeface; the same bytes for the same words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

import pylopdf_fonts_zh_cn
import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences

from backend.core.documents.typesetting import drawable, wrapped
from backend.core.errors import Text

Language = Literal["zh", "en"]
Colour = tuple[int, int, int]
Cell = tuple[float, float, Text | str]

LEFT: Final = 20.0
WIDTH: Final = 170.0
TOP: Final = 20.0
BOTTOM: Final = 274.0
FOOT: Final = 285.0
LABELS: Final = 63.0
BODY: Final = 10.0
SMALL: Final = 7.5
LINE: Final = 5.2
SMALL_LINE: Final = 4.4
PAD: Final = 1.1
INK: Final[Colour] = (28, 32, 38)
GREY: Final[Colour] = (100, 106, 114)
HAIRLINE: Final[Colour] = (214, 218, 222)
BLUE: Final[Colour] = (24, 62, 112)
RED: Final[Colour] = (178, 28, 28)
PALE_RED: Final[Colour] = (253, 236, 234)
PALER_RED: Final[Colour] = (251, 238, 236)
MARK_HEIGHT: Final = 17.0
TOTAL: Final = "{nb}"  # fpdf2 puts the number of pages there
PAGE: Final = Text("第 {page} 页，共 {pages} 页", "Page {page} of {pages}")


class Paper(FPDF):
    """A document being written from top to bottom; `mark` stands in big letters on each of its pages."""

    def __init__(self, language: Language, *, foot: str, mark: str | None = None, under_mark: str = "") -> None:
        super().__init__(format="A4", unit="mm")
        self.language, self.mark, self.under_mark = language, mark, under_mark
        self._advances: dict[str, float] = {}
        self.lacked_characters = False
        self.set_auto_page_break(auto=False)
        self.set_margin(0)
        self.c_margin = 0.0
        self.add_font("sans", fname=pylopdf_fonts_zh_cn.sans_path())
        self.set_font("sans", size=BODY)
        face = self.fonts["sans"]
        self._known = face.cmap if isinstance(face, TTFFont) else {}
        self.foot = self.clean(foot)

    def header(self) -> None:
        """Put the mark on the page, and begin below it."""
        self.set_y(TOP)
        if self.mark:
            with self.rotation(52, 105, 148):
                self.put(self.mark, 0, 153, 52, PALER_RED, across=210)
            self.set_fill_color(PALE_RED)
            self.rect(0, 0, 210, MARK_HEIGHT, style="F")
            self.put(self.mark, 0, 9, 20, RED, across=210)
            self.put(self.under_mark, 0, 14, SMALL, RED, across=210)
            self.set_y(MARK_HEIGHT + 7)

    def footer(self) -> None:
        """Print at the foot of the page the document's reference and the page's number."""
        self.set_y(FOOT - 4)
        self.rule()
        self.put(self.foot, LEFT, FOOT, SMALL, GREY)
        page_text = self.both(Text(*(text.format(page=self.page, pages=TOTAL) for text in PAGE)))
        page_width = self.width(page_text.replace(TOTAL, str(self.page)), SMALL)
        self.set_font("sans", size=SMALL)
        self.set_xy(LEFT + WIDTH - page_width, FOOT - 3)
        self.cell(page_width, SMALL_LINE, page_text)

    def describe(self, *, title: str, author: str, subject: str, made_at: datetime) -> None:
        """Set the metadata that search and screen readers use: title, author, subject, language and date."""
        self.set_title(title)
        self.set_author(author)
        self.set_subject(subject)
        self.set_lang("en" if self.language == "en" else "zh-CN")
        self.set_creation_date(made_at)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)

    def text_of(self, text: Text, **facts: object) -> str:
        """Return the text in the language that comes first."""
        return text.say(self.language, facts)

    def besides(self, text: Text, **facts: object) -> str:
        """Return the text in the other language."""
        return text.say("zh" if self.language == "en" else "en", facts)

    def both(self, text: Text, between: str = " · ") -> str:
        """Return the text in both languages on one line."""
        return f"{self.text_of(text)}{between}{self.besides(text)}"

    def clean(self, text: str) -> str:
        """Return the text with numbers for the characters that the typeface lacks; remember that there were such."""
        drawn = drawable(text, self._known)
        self.lacked_characters |= drawn != " ".join(text.split())
        return drawn

    def lines(self, text: str, width: float, size: float) -> list[str]:
        """Return the text's lines, none wider than this."""
        return wrapped(self.clean(text), width, lambda piece: self.width(piece, size))

    def width(self, text: str, size: float) -> float:
        """Return how wide the text is, in mm."""
        known = self._advances
        for character in set(text) - known.keys():
            self.set_font("sans", size=100)
            known[character] = self.get_string_width(character) / 100
        return sum(known[character] for character in text) * size

    def put(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        colour: Colour = INK,
        *,
        font: str = "sans",
        across: float | None = None,
    ) -> float:
        """Write one line on the baseline `y`, centred in a width of `across` where there is one; return its width."""
        wide = self.width(text, size)
        self.set_font(font, size=size)
        self.set_text_color(colour)
        self.text(x if across is None else x + (across - wide) / 2, y, text)
        return wide

    def room(self, height: float) -> None:
        """Begin a new page unless this height is left on the present one."""
        if self.get_y() + height > BOTTOM:
            self.add_page()

    def down(self, height: float) -> None:
        """Move down the page by a height in mm."""
        self.set_y(self.get_y() + height)

    def rule(self, colour: Colour = HAIRLINE, thickness: float = 0.2) -> None:
        """Draw a line across the page."""
        self.set_draw_color(colour)
        self.set_line_width(thickness)
        self.line(LEFT, self.get_y(), LEFT + WIDTH, self.get_y())

    def section(self, title: Text) -> None:
        """Write a heading that stays with what follows, and note it in the outline."""
        self.room(30)
        self.down(5)
        self.start_section(self.both(title))
        y = self.get_y() + 4
        wide = self.put(self.text_of(title), LEFT, y, 12, BLUE)
        self.put(self.besides(title), LEFT + wide + 2.5, y, 9, GREY)
        self.down(6)
        self.rule(BLUE, 0.4)

    def row(self, name: Text, values: Iterable[str], size: float = BODY) -> None:
        """Write a label in both languages and beside it the values, each from a line of its own; over pages at need."""
        lines = [line for value in values for line in self.lines(value, WIDTH - LABELS, size)] or ["—"]
        self.room(2 * PAD + LINE * min(len(lines), 4))
        page, bottom = self.page, self.get_y() + 2 * PAD + LINE
        self.down(PAD)
        wide = self.put(self.text_of(name), LEFT, self.get_y() + 3.7, 9)
        small = self.besides(name)
        if wide + 2 + self.width(small, SMALL) < LABELS - 2:
            self.put(small, LEFT + wide + 2, self.get_y() + 3.7, SMALL, GREY)
        else:
            self.put(small, LEFT, self.get_y() + 7.4, SMALL, GREY)
            bottom += 3.6
        for line in lines:
            self.room(LINE)
            self.put(line, LEFT + LABELS, self.get_y() + 3.8, size)
            self.down(LINE)
        self.down(PAD)
        self.set_y(max(self.get_y(), bottom) if self.page == page else self.get_y())
        self.rule()

    def cells(self, cells: Iterable[Cell]) -> None:
        """Write cells (left edge, width, text) beside each other, amounts flush right; two languages, two lines."""
        columns = [(LEFT + x, width, self._cell_lines(text, width)) for x, width, text in cells]
        height = max(len(lines) for _, _, lines in columns)
        self.room(2 * PAD + LINE * min(height, 4))
        self.down(PAD)
        for at in range(height):
            self.room(LINE)
            for x, width, lines in columns:
                if at < len(lines):
                    line, size, colour = lines[at]
                    indent = width - self.width(line, size) if line.startswith("¥") else 0
                    self.put(line, x + indent, self.get_y() + 3.8, size, colour)
            self.down(LINE)
        self.down(PAD)
        self.rule()

    def _cell_lines(self, text: Text | str, width: float) -> list[tuple[str, float, Colour]]:
        if isinstance(text, str):
            return [(line, 9, INK) for line in self.lines(text, width - 2, 9)]
        first = [(line, 9.0, INK) for line in self.lines(self.text_of(text), width - 2, 9)]
        return first + [(line, SMALL, GREY) for line in self.lines(self.besides(text), width - 2, SMALL)]

    def qr(self, text: str, x: float, y: float, side: float) -> None:
        """Draw the text as a QR code with its quiet zone."""
        matrix = segno.make_qr(text, error="m").matrix_iter(border=4)
        rows = [list(row) for row in matrix]
        module = side / len(rows)
        self.set_fill_color(255)
        self.rect(x, y, side, side, style="F")
        self.set_fill_color(0)
        for down, row in enumerate(rows):
            for begin, end in _runs(row):
                self.rect(x + begin * module, y + down * module, (end - begin) * module, module, style="F")


def _runs(row: list[int]) -> Iterable[tuple[int, int]]:
    """Yield (begin, end) of each stretch of dark modules."""
    begin = None
    for at, dark in enumerate([*row, 0]):
        if dark and begin is None:
            begin = at
        elif not dark and begin is not None:
            yield begin, at
            begin = None

"""Tables for spreadsheets: the one place that writes CSV and XLSX, so that no cell goes out as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARK: Final = "\ufeff"  # by which spreadsheets know UTF-8
QUOTE: Final = "'"
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # as OWASP lists them
SIGNS: Final = re.escape("".join(DANGEROUS))
CUTS: Final = ',;|"\t\r\n\x0b\x0c\x85\u2028\u2029'  # delimiters, ends of lines, and quotes that begin what they hold
LONGEST_CELL: Final = 32_767  # characters, of an XLSX


def _at_a_beginning(quotes: str) -> re.Pattern[str]:
    """Return what finds a formula's sign where a cell begins, or would in a program that cuts it at other places.

    Such a program takes another delimiter for ours, and quotation marks that stand within its cells for text.
    """
    return re.compile(f"(^|[{CUTS}])( *){quotes}({QUOTE}*)(?=[{SIGNS}])")


UNGUARDED: Final = _at_a_beginning("")
GUARDED: Final = _at_a_beginning(QUOTE)


def defused(cell: str) -> str:
    """Return the cell so that no spreadsheet reads any of it as a formula; `undefused` undoes it."""
    return UNGUARDED.sub(rf"\1\2{QUOTE}\3", cell)


def undefused(cell: str) -> str:
    """Return the cell without the apostrophes that keep spreadsheets from reading it as a formula."""
    return GUARDED.sub(r"\1\2\3", cell) if QUOTE in cell else cell


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """Return the rows as lines of a CSV file, formulas defused; what UTF-8 cannot carry is replaced."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace").decode()


class Sheet:
    """An XLSX workbook of one sheet, written row by row, so that memory does not grow with the rows."""

    def __init__(self, title: str) -> None:
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(title)

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Add rows of text, formulas defused, without the characters that XLSX cannot hold."""
        for row in rows:
            self._sheet.append([defused(ILLEGAL_CHARACTERS_RE.sub("", cell))[:LONGEST_CELL] for cell in row])

    def save(self, path: Path) -> None:
        """Write the workbook; nothing can be added afterwards."""
        self._book.save(path)

"""Reads files into rows of text, one at a time, whatever they are called."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from backend.core.spreadsheets import QUOTE, undefused
from backend.imports.formats.archive import sort_of
from backend.imports.formats.biff import SIGNATURE
from backend.imports.formats.encoding import BYTE_ORDER_MARKS
from backend.imports.formats.errors import Damaged, EmptyFile, NotReadable
from backend.imports.formats.json_record import looks_like_json
from backend.imports.formats.ods import rows_of_ods
from backend.imports.formats.record import Unreadable
from backend.imports.formats.structured import xml_form
from backend.imports.formats.workbook import guard, guard_old, rows_of_workbook

DELIMITERS: Final = (",", ";", "\t", "|")
SIGNATURES: Final = (
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x1f\x8b", "GZIP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7Z"),
)
HTML: Final = (b"<!doctype html", b"<html", b"<table")
XML: Final = re.compile(rb"<(?:\?xml|!doctype|!--|[a-z_][\w.-]*[\s:/>])", re.IGNORECASE)
TEXTS: Final = frozenset({"csv", "json"})
LONGEST_CELL: Final = 131_072
MOST_LINES: Final = 1_000  # in one cell; more are rows that a quote has swallowed
END: Final = "\x00end"
LONGEST_ROW: Final = 16 << 20  # characters, of all lines that a row goes over
MOST_DELIMITERS: Final = 1 << 18  # in a row, those within quotes too: each cell is held as a text of its own

csv.field_size_limit(16 << 20)


def file_format(file: BinaryIO) -> str:
    """Return by its content `csv`, `xlsx`, `xls`, `ods`, `zip`, or one of the structured forms.

    Raises NotReadable, WorkbookTooLarge, EmptyFile, DeclaresEntities or Damaged.
    """
    file.seek(0)
    head = file.read(1024)
    if not head.strip():
        raise EmptyFile
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(file)
    if head.startswith(SIGNATURE):
        guard_old(file)
        return "xls"
    for signature, found in SIGNATURES:
        if head.startswith(signature):
            raise NotReadable(found=found)
    return _written(file, head)


def _packed(file: BinaryIO) -> str:
    sort = sort_of(file)
    if sort == "xlsx":
        guard(file)
    elif sort == "ods":
        for _ in rows_of_ods(file):
            pass
    elif sort != "zip":
        raise NotReadable(found=sort)
    return sort


def _written(file: BinaryIO, head: bytes) -> str:
    """Return the form of a file that is text."""
    marked = next((encoding for mark, encoding in BYTE_ORDER_MARKS if head.startswith(mark)), "")
    text = head.decode(marked or "latin-1", "ignore").lstrip("\ufeff\xef\xbb\xbf \t\r\n")
    begins = text.encode("utf-8", "ignore").lower()
    if begins.startswith(HTML):
        raise NotReadable(found="HTML")
    if XML.match(begins):
        return xml_form(file)
    return "json" if looks_like_json(text) else "csv"


@contextmanager
def _as_text(file: BinaryIO, encoding: str) -> Iterator[io.TextIOWrapper]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        yield text
    finally:
        if not file.closed:
            text.detach()  # else it would close the file


class _Lines:
    """The lines of a text, counted since a row was last completed: one without end is never held."""

    def __init__(self, text: io.TextIOWrapper, delimiter: str) -> None:
        self._text, self._delimiter = text, delimiter
        self._held = self._delimiters = 0

    def __iter__(self) -> Iterator[str]:
        """Yield the lines, then END; raise csv.Error where a row holds too much."""
        while line := self._text.readline(LONGEST_ROW + 1):
            self._held += len(line)
            self._delimiters += line.count(self._delimiter)
            if self._held > LONGEST_ROW or self._delimiters > MOST_DELIMITERS:
                raise csv.Error("a row without end")
            yield line
        yield END

    def completed(self) -> None:
        """Begin to count again: the row was given."""
        self._held = self._delimiters = 0


def _rows_of_text(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[list[str]]:
    with _as_text(file, encoding) as text:
        number, lines = 0, _Lines(text, delimiter)
        try:
            for row in csv.reader(lines, delimiter=delimiter):
                number += 1
                lines.completed()
                if max(map(len, row), default=0) > LONGEST_CELL:
                    yield _too_long(row, number)
                elif row and row[-1].endswith(END):
                    if row != [END]:  # a quote was never closed
                        raise Damaged(row=number)
                else:
                    yield row
        except (csv.Error, UnicodeDecodeError):
            raise Damaged(row=number + 1) from None


def _too_long(row: list[str], number: int) -> Unreadable:
    longest = max(row, key=len)
    if longest.count("\n") > MOST_LINES or longest.endswith(END):
        raise Damaged(row=number)
    return Unreadable("cell_too_long", longest[:200], longest=LONGEST_CELL)


def read_rows(file: BinaryIO, form: str, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every row of a table that is not blank with its number as a spreadsheet shows it, the first row being 1.

    Raises Damaged where the file cannot be read on. The file stays open and must not be used meanwhile.
    """
    if form == "csv":
        rows = _rows_of_text(file, encoding, delimiter)
    else:
        rows = rows_of_ods(file) if form == "ods" else rows_of_workbook(file)
    for number, row in enumerate(rows, start=1):
        if isinstance(row, Unreadable):
            yield number, row
        elif (whole := "".join(row)) and not whole.isspace():
            yield number, [undefused(cell) for cell in row] if QUOTE in whole else row


def beginning(file: BinaryIO, encoding: str, delimiter: str, most: int) -> list[list[str]]:
    """Return the first rows of a text file cut at `delimiter`, as far as they can be read."""
    with _as_text(file, encoding) as text:
        reader = csv.reader(io.StringIO(text.read(1 << 18)), delimiter=delimiter)
        try:
            return list(itertools.islice(reader, most))
        except csv.Error:
            return []

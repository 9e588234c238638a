"""Reads XLSX and XLS workbooks, after looking whether they unpack to something that can be held."""

import contextlib
import itertools
import pickle
import shutil
import subprocess
import sys
from array import array
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final, cast

from lxml import etree

from backend.core.storage.archives import Entry
from backend.imports.formats.biff import held_by
from backend.imports.formats.errors import Damaged, EmptyFile, NotReadable, WorkbookTooLarge
from backend.imports.formats.record import NotWellFormed
from backend.imports.formats.xml.parser import Parser, emptied
from backend.imports.formats.zip_files import contents, unpacked

READER: Final = (sys.executable, "-I", str(Path(__file__).with_name("workbook_worker.py")))
MOST_UNPACKED: Final = 96 << 20
MOST_HELD: Final = 150 << 20  # bytes that the reader may take: it holds every cell, and each text where it stands
OF_A_CELL: Final = 160
OF_A_BYTE: Final = 3
MOST_OLD: Final = 32 << 20
SHARED: Final = "xl/sharedStrings.xml"
SHEETS: Final = "xl/worksheets/"
NAMES: Final = ("{*}row", "{*}si")
MOST_OF_A_ROW: Final = 2 << 20  # bytes of XML
DIGITS: Final = "0123456789"
LETTERS: Final = 3
PLAIN_INTEGER: Final = 10**15  # a spreadsheet keeps 15 digits

Cell = int | float | str | bool | time | date | datetime | timedelta


def _too_large() -> WorkbookTooLarge:
    return WorkbookTooLarge(limit=MOST_UNPACKED, cells=MOST_HELD // OF_A_CELL)


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _text_in(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


class _Reach:
    """How far a sheet's cells reach, whose rectangle the reader spreads out, and how many bytes of text are in them."""

    def __init__(self, shared: Sequence[int]) -> None:
        self._shared = shared
        self._lowest = self._widest = self._bytes = 0

    def see(self, row: etree._Element) -> None:
        """Take a row; raise WorkbookTooLarge where the reader would hold too much."""
        number = row.get("r", "")
        lowest = max(self._lowest + 1, int(number) if number.isdecimal() else 0)
        place = 0
        for cell in row:
            place += 1
            told = cell.get("r", "")
            letters = told.rstrip(DIGITS)
            if told and letters.isalpha() and letters.isascii() and len(letters) <= LETTERS:
                place = max(place, _column(letters))
                lowest = max(lowest, int(told[len(letters) :] or 0))
            self._bytes += self._size(cell)
        self._lowest, self._widest = lowest, max(self._widest, place)
        if lowest * self._widest * OF_A_CELL + self._bytes * OF_A_BYTE > MOST_HELD:
            raise _too_large()

    def _size(self, cell: etree._Element) -> int:
        if cell.get("t") != "s":
            return sum(len(part.text or "") if not len(part) else len(_text_in(part)) for part in cell)
        text = next((part.text or "" for part in cell), "").strip()
        return self._shared[int(text)] if text.isdecimal() and int(text) < len(self._shared) else 0


def _seen(file: BinaryIO, entry: Entry) -> Iterator[etree._Element]:
    """Yield the entry's rows, or shared texts, one after another."""
    parser, held = Parser(NAMES), 0
    for piece in itertools.chain(unpacked(file, entry), [b""]):
        held += len(piece)
        for event, element in parser.feed(piece):
            held = len(piece)
            if event == "end":
                yield element
                emptied(element)
        if held > MOST_OF_A_ROW:
            raise _too_large()


def _look(file: BinaryIO, entries: Sequence[Entry]) -> None:
    shared = array("L")
    for entry in entries:
        if entry.name == SHARED:
            shared.extend(len(_text_in(one).encode("utf-8", "ignore")) for one in _seen(file, entry))
    for entry in entries:
        if entry.name.startswith(SHEETS) and entry.name.endswith(".xml"):
            reach = _Reach(shared)
            for row in _seen(file, entry):
                reach.see(row)


def guard(file: BinaryIO) -> None:
    """Raise WorkbookTooLarge where an XLSX would take too much to read, Damaged or NotReadable where it is none."""
    entries = contents(file)
    if not any(e.name == "xl/workbook.xml" for e in entries):
        raise NotReadable(found="ZIP")
    left = MOST_UNPACKED
    if sum(entry.stated_size for entry in entries) > left:
        raise _too_large()
    for entry in entries:
        for piece in unpacked(file, entry):
            left -= len(piece)
            if left < 0:
                raise _too_large()
    try:
        _look(file, entries)
    except NotWellFormed:
        raise Damaged(row=1) from None


def guard_old(file: BinaryIO) -> None:
    """Raise WorkbookTooLarge where an XLS claims or holds too much, Damaged or NotReadable where it is none."""
    if file.seek(0, 2) > MOST_OLD:
        raise _too_large()
    for cells, size in held_by(file):
        if cells * OF_A_CELL + size * OF_A_BYTE > MOST_HELD:
            raise _too_large()


def text_of(cell: Cell) -> str:
    """Return a cell as a person reads it: whole numbers without a fraction, days as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < PLAIN_INTEGER else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _spread(reading: "subprocess.Popen[bytes]", file: BinaryIO) -> Iterator[list[Cell]]:
    file.seek(0)
    with contextlib.suppress(BrokenPipeError):
        shutil.copyfileobj(file, cast(BinaryIO, reading.stdin))
    with contextlib.suppress(BrokenPipeError):
        cast(BinaryIO, reading.stdin).close()
    with contextlib.suppress(EOFError, pickle.UnpicklingError):
        while True:
            yield pickle.load(cast(BinaryIO, reading.stdout))  # noqa: S301 - what our own program writes


def rows_of_workbook(file: BinaryIO) -> Iterator[list[str]]:
    """Yield the rows of the first sheet that has any, as text; a guard has looked at the file.

    A damaged one can make the reader end its whole process, which is therefore its own.
    """
    reading = subprocess.Popen(  # noqa: S603 - our own program, by its full path
        READER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    number = 0
    try:
        for row in _spread(reading, file):
            yield [text_of(cell) for cell in row]
            number += 1
        if reading.wait() != 0:
            raise Damaged(row=number + 1)
    finally:
        reading.kill()
        for pipe in (reading.stdin, reading.stdout):
            with contextlib.suppress(BrokenPipeError):
                cast(BinaryIO, pipe).close()
        reading.wait()
    if not number:
        raise EmptyFile

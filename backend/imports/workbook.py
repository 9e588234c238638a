"""Reads XLSX and XLS workbooks, after looking whether they unpack to something that can be held."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import BinaryIO, Final

from python_calamine import CalamineError, CalamineWorkbook, load_workbook

from backend.imports.biff import rectangles
from backend.imports.errors import Damaged, EmptyFile, NotReadable, WorkbookTooLarge
from backend.imports.packed import unpacked

MOST_UNPACKED: Final = 96 << 20
MOST_CELLS: Final = 1_000_000
MOST_OLD: Final = 32 << 20
CELL: Final = re.compile(rb"<c[ />]")
PLACED: Final = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})([0-9]{1,7})"')
ROW: Final = re.compile(rb'<row [^>]*?r="([0-9]{1,7})"')
PLAIN_INTEGER: Final = 10**15  # a spreadsheet keeps 15 digits

Cell = int | float | str | bool | time | date | datetime | timedelta


def _too_large() -> WorkbookTooLarge:
    return WorkbookTooLarge(limit=MOST_UNPACKED, cells=MOST_CELLS)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _reach(seen: bytes, widest: int, lowest: int) -> tuple[int, int]:
    """Give how far the cells reach, whose rectangle the reader spreads out; those that tell no place are counted."""
    placed = PLACED.findall(seen)
    for letters, row in placed:
        widest, lowest = max(widest, _column(letters)), max(lowest, int(row))
    unplaced = len(CELL.findall(seen)) - len(placed)
    return max(widest, unplaced), max(lowest, *(int(row) for row in ROW.findall(seen)), 0)


def guard(file: BinaryIO) -> None:
    """Raise WorkbookTooLarge where an XLSX unpacks to too much, Damaged or NotReadable where it is none."""
    try:
        entries = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, OSError):
        raise Damaged(row=1) from None
    if not any(e.filename == "xl/workbook.xml" for e in entries):
        raise NotReadable(found="ZIP")
    left = MOST_UNPACKED
    for entry in entries:
        widest = lowest = 0
        before = b""
        for piece in unpacked(file, entry):
            left -= len(piece)
            if entry.filename.startswith("xl/worksheets/"):
                widest, lowest = _reach(before[-200:] + piece, widest, lowest)
                before = piece
            if left < 0 or widest * lowest > MOST_CELLS:
                raise _too_large()


def guard_old(file: BinaryIO) -> None:
    """Raise WorkbookTooLarge where an XLS claims or holds too many cells, Damaged or NotReadable where it is none."""
    if file.seek(0, 2) > MOST_OLD:
        raise _too_large()
    if any(cells > MOST_CELLS for cells in rectangles(file)):
        raise _too_large()


def text_of(cell: Cell) -> str:
    """Give a cell as a person reads it: whole numbers without a fraction, days as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < PLAIN_INTEGER else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def rows_of_workbook(file: BinaryIO) -> Iterator[list[str]]:
    """Give the rows of the first sheet that has any, as text; a guard has looked at the file."""
    file.seek(0)
    try:
        workbook: CalamineWorkbook = load_workbook(file)
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            if rows:
                del sheet, workbook
                for row in rows:
                    yield [text_of(cell) for cell in row]
                return
    except CalamineError:
        raise Damaged(row=1) from None
    raise EmptyFile

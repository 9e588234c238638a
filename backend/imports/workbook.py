"""Reads XLSX workbooks, after looking whether they unpack to something that can be held."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import BinaryIO, Final

from python_calamine import CalamineError, CalamineWorkbook, load_workbook

from backend.imports.errors import Damaged, EmptyFile, NotReadable, WorkbookTooLarge

MOST_UNPACKED: Final = 256 << 20
MOST_CELLS: Final = 4_000_000
CHUNK: Final = 1 << 18
LOCAL_HEADER: Final = struct.Struct("<26xHH")
CELL: Final = re.compile(rb"<c[ />]")
PLACED: Final = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})([0-9]{1,7})"')
ROW: Final = re.compile(rb'<row [^>]*?r="([0-9]{1,7})"')
PLAIN_INTEGER: Final = 10**15  # a spreadsheet keeps 15 digits

Cell = int | float | str | bool | time | date | datetime | timedelta


def _too_large() -> WorkbookTooLarge:
    return WorkbookTooLarge(limit=MOST_UNPACKED, cells=MOST_CELLS)


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give what the entry really unpacks to, whatever size it states."""
    file.seek(entry.header_offset)
    name, extra = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
    file.seek(name + extra, 1)
    left = entry.compress_size
    unpack = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (packed := file.read(min(CHUNK, left))):
        left -= len(packed)
        if unpack is None:
            yield packed
            continue
        while packed:
            yield unpack.decompress(packed, CHUNK)
            packed = unpack.unconsumed_tail


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
    """Raise WorkbookTooLarge where the workbook unpacks to too much, Damaged or NotReadable where it is none."""
    try:
        entries = zipfile.ZipFile(file).infolist()
        if not any(e.filename == "xl/workbook.xml" for e in entries):
            raise NotReadable(found="ZIP")
        unpacked = 0
        for entry in entries:
            widest = lowest = 0
            before = b""
            for piece in _unpacked(file, entry):
                unpacked += len(piece)
                if entry.filename.startswith("xl/worksheets/"):
                    widest, lowest = _reach(before[-200:] + piece, widest, lowest)
                    before = piece
                if unpacked > MOST_UNPACKED or widest * lowest > MOST_CELLS:
                    raise _too_large()
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError):
        raise Damaged(row=1) from None


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
    """Give the rows of the first sheet that has any, as text; `guard` has looked at the file."""
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

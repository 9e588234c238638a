"""Reads OpenDocument spreadsheets (ODS) row by row, whatever their repetitions claim."""

import itertools
from collections.abc import Iterator
from typing import BinaryIO, Final

from lxml import etree

from backend.imports.formats.errors import Damaged, EmptyFile, WorkbookTooLarge
from backend.imports.formats.record import NotWellFormed
from backend.imports.formats.xml.parser import Parser, emptied
from backend.imports.formats.zip_files import contents, unpacked

CONTENT: Final = "content.xml"
TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
ROW: Final = f"{TABLE}table-row"
CELLS: Final = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
MOST_COLUMNS: Final = 16_384
MOST_ROWS: Final = 1_048_576
MOST_IN_A_ROW: Final = 4 << 20  # characters
MOST_HELD: Final = 16 << 20  # bytes of XML between two rows
DIGITS: Final = 9
NUMBERS: Final = frozenset({"float", "percentage", "currency"})
WHITE: Final = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n", f"{TEXT}s": " "}


def _times(element: etree._Element, name: str) -> int:
    text = element.get(f"{TABLE}{name}", "1")
    return max(int(text), 1) if text.isdecimal() and len(text) <= DIGITS else 1


def _words(element: etree._Element) -> str:
    said = [element.text or ""]
    for child in element:
        if child.tag != f"{OFFICE}annotation":
            said += [WHITE.get(str(child.tag), ""), _words(child), child.tail or ""]
    return "".join(said)


def _cell(element: etree._Element) -> str:
    sort = element.get(f"{OFFICE}value-type", "")
    if sort in NUMBERS:
        value = element.get(f"{OFFICE}value", "")
        return value.removesuffix(".0")
    if sort == "date":
        return element.get(f"{OFFICE}date-value", "").removesuffix("T00:00:00")
    return "\n".join(_words(one) for one in element.iterfind(f"{TEXT}p"))


def _row(element: etree._Element) -> list[str]:
    """Return the row up to its last cell that is not blank."""
    cells: list[str] = []
    blank = size = 0
    for one in element.iterchildren(*CELLS):
        times, text = _times(one, "number-columns-repeated"), _cell(one)
        if not text:
            blank += times
            continue
        size += len(text) * times
        if len(cells) + blank + times > MOST_COLUMNS or size > MOST_IN_A_ROW:
            raise WorkbookTooLarge(limit=MOST_IN_A_ROW, cells=MOST_COLUMNS)
        cells += [""] * blank + [text] * times
        blank = 0
    return cells


def _elements(file: BinaryIO) -> Iterator[tuple[str, etree._Element]]:
    entry = next((e for e in contents(file) if e.name == CONTENT), None)
    if entry is None:
        raise Damaged(row=1)
    parser = Parser((f"{TABLE}table", ROW))
    held = 0
    for piece in itertools.chain(unpacked(file, entry), [b""]):
        held += len(piece)
        for event, element in parser.feed(piece):
            held = 0
            yield event, element
        if held > MOST_HELD:
            raise WorkbookTooLarge(limit=MOST_HELD, cells=MOST_COLUMNS)


def _rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet that has any, each with how often it is repeated."""
    found = False
    for event, element in _elements(file):
        if event == "end" and element.tag == ROW:
            cells = _row(element)
            found = found or bool(cells)
            yield _times(element, "number-rows-repeated"), cells
            emptied(element)
        elif event == "end" and found:
            return


def rows_of_ods(file: BinaryIO) -> Iterator[list[str]]:
    """Yield the rows of the first sheet that has any, as text; blank rows keep their place."""
    blank = number = 0
    try:
        for times, cells in _rows(file):
            if not cells:
                blank += times
                continue
            number += blank + times
            if number > MOST_ROWS:
                raise WorkbookTooLarge(limit=MOST_HELD, cells=MOST_ROWS)
            yield from ([] for _ in range(blank))
            yield from (cells for _ in range(times))
            blank = 0
    except (NotWellFormed, OSError):
        raise Damaged(row=number + 1) from None
    if not number:
        raise EmptyFile

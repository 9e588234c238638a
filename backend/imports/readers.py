"""Reads files into rows of text, one at a time, whatever they are called."""

import csv
import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from backend.core.sheets import undefused
from backend.imports.errors import Damaged, EmptyFile, NotReadable
from backend.imports.workbook import guard, rows_of_workbook

DELIMITERS: Final = (",", ";", "\t", "|")
SIGNATURES: Final = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "XLS 97"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x1f\x8b", "GZIP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7Z"),
)
HTML: Final = (b"<!doctype", b"<html", b"<?xml", b"<table")


def file_format(file: BinaryIO) -> str:
    """Give `csv` or `xlsx` by the file's content; raise NotReadable, WorkbookTooLarge, EmptyFile or Damaged."""
    file.seek(0)
    head = file.read(1024)
    if not head.strip():
        raise EmptyFile
    if head.startswith(b"PK\x03\x04"):
        guard(file)
        return "xlsx"
    for signature, found in SIGNATURES:
        if head.startswith(signature):
            raise NotReadable(found=found)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(HTML):
        raise NotReadable(found="HTML / XML")
    return "csv"


@contextmanager
def _as_text(file: BinaryIO, encoding: str) -> Iterator[io.TextIOWrapper]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        yield text
    finally:
        if not file.closed:
            text.detach()  # else it would close the file


def _rows_of_text(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[list[str]]:
    with _as_text(file, encoding) as text:
        number = 0
        try:
            for row in csv.reader(text, delimiter=delimiter):
                number += 1
                yield row
        except (csv.Error, UnicodeDecodeError):
            raise Damaged(row=number + 1) from None


def read_rows(file: BinaryIO, form: str, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give every row that is not blank with its number as a spreadsheet shows it, the first row being 1.

    Raises Damaged where the file cannot be read on. The file stays open and must not be used meanwhile.
    """
    rows = rows_of_workbook(file) if form == "xlsx" else _rows_of_text(file, encoding, delimiter)
    for number, row in enumerate(rows, start=1):
        if any(cell and not cell.isspace() for cell in row):
            yield number, [undefused(cell) for cell in row]


def beginning(file: BinaryIO, encoding: str, delimiter: str, most: int) -> list[list[str]]:
    """Give the first rows of a text file cut at `delimiter`, as far as they can be read."""
    with _as_text(file, encoding) as text:
        reader = csv.reader(io.StringIO(text.read(1 << 18)), delimiter=delimiter)
        try:
            return list(itertools.islice(reader, most))
        except csv.Error:
            return []

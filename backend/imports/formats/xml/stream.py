"""Reads the records of an XML file one after another, in memory that does not grow with them; resolves nothing.

A file may hold several documents one behind the other, each with its own XML declaration, as offices ship them weekly.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from lxml import etree

from backend.imports.formats.record import NotWellFormed, Unreadable
from backend.imports.formats.xml.parser import Parser, emptied, local_name

CHUNK: Final = 1 << 16
LONGEST_RECORD: Final = 16 << 20  # bytes of XML outside its description
RECORDS: Final = (
    "PatentDocumentAndRelated", "cn-patent-document", "us-patent-grant", "us-patent-application", "PatentPublication",
    "patent-document", "wo-patent-document", "ep-patent-document", "exchange-document", "family-member",
)  # fmt: skip
LONG: Final = ("description", "Description", "drawings", "Drawings")
PARTS_OF_LONG: Final = ("p", "P", "Paragraphs", "table", "tables", "heading", "Heading", "figure", "img", "maths")
TAGS: Final = [f"{{*}}{name}" for name in (*RECORDS, *LONG, *PARTS_OF_LONG)]
NEXT_DOCUMENT: Final = re.compile(rb"(?:>\s*|[\r\n])(<\?xml[ \t\r\n])")
OVERLAP: Final = 64


def _pieces(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yield the file in pieces, and whether a piece begins a document behind the first."""
    held = b""
    begins = False
    while True:
        chunk = file.read(CHUNK)
        held += chunk
        while found := NEXT_DOCUMENT.search(held):
            yield held[: found.start(1)], begins
            held, begins = held[found.start(1) :], True
        ready = held if not chunk else held[:-OVERLAP]
        if ready:
            yield ready, begins
            held, begins = held[len(ready) :], False
        if not chunk:
            return


class Document:
    """One document, and what of its tree is still held."""

    def __init__(self) -> None:
        self._parser = Parser(TAGS)
        self._depth = 0
        self._long = 0
        self._fed = 0

    def feed(self, piece: bytes) -> Iterator[etree._Element]:
        """Yield the records that the piece completes; each is emptied when the next is asked for.

        Without a piece the document ends. Raises NotWellFormed or DeclaresEntities.
        """
        if not self._long:
            self._fed += len(piece)
        for event, element in self._parser.feed(piece):
            name = local_name(element)
            if name in LONG:
                self._long += 1 if event == "start" else -1
            if name in RECORDS:
                self._depth += 1 if event == "start" else -1
                if event == "end" and not self._depth:
                    yield element
                    emptied(element)
                    self._fed = 0
            elif event == "end" and (self._long or name in LONG):
                element.clear()
        if self._fed > LONGEST_RECORD:
            raise NotWellFormed("record too large")


def records_of(file: BinaryIO) -> Iterator[etree._Element | Unreadable]:
    """Yield the file's records as elements, each valid until the next is asked for.

    In a file of several documents one that cannot be read is Unreadable, and the next is read; in any other
    NotWellFormed is raised. Raises DeclaresEntities where a document brings entities of its own.
    """
    file.seek(0)
    document, several, broken = Document(), False, ""
    for piece, begins in _pieces(file):
        if begins:
            several = True
            yield from _ended(document, broken)
            document, broken = Document(), ""
        if broken:
            continue
        try:
            yield from document.feed(piece)
        except NotWellFormed as error:
            broken = str(error)
    for last in _ended(document, broken):
        if isinstance(last, Unreadable) and not several:
            raise NotWellFormed(last.value)
        yield last


def _ended(document: Document, broken: str) -> Iterator[etree._Element | Unreadable]:
    if not broken:
        try:
            yield from document.feed(b"")
        except NotWellFormed as error:
            broken = str(error)
    if broken:
        yield Unreadable("record_unreadable", broken)

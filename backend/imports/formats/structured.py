"""The structured forms that are read as rows: which one a file is, by its content, and its rows."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import BinaryIO, Final

from lxml import etree

from backend.imports.formats import json_record
from backend.imports.formats.errors import Damaged, FormNotForKind, NotReadable
from backend.imports.formats.holder_headings import APPLICANTS, HOLDERS, PARTIES, names_holders
from backend.imports.formats.record import EVENT_CELLS, PATENT_CELLS, NotWellFormed, Record, Unreadable, rows_of
from backend.imports.formats.xml import cnipa as xml_cnipa
from backend.imports.formats.xml import st36 as xml_st36
from backend.imports.formats.xml import st96 as xml_st96
from backend.imports.formats.xml.parser import Parser, local_name
from backend.imports.formats.xml.stream import RECORDS, records_of

LOOK_AT: Final = 1 << 20  # bytes in which the first record of an XML file begins
CHUNK: Final = 1 << 14
MOST_ELEMENTS: Final = 20_000  # before the first record
HTML: Final = "html"
FORM_OF: Final[Mapping[str, str]] = {
    "PatentDocumentAndRelated": "cnipa",
    "cn-patent-document": "cnipa_old",
    "us-patent-grant": "uspto",
    "us-patent-application": "uspto",
    "PatentPublication": "st96",
    "patent-document": "st36",
    "wo-patent-document": "st36",
    "exchange-document": "epo_ops",
    "family-member": "epo_ops",
}
READERS: Final[Mapping[str, Callable[[etree._Element], Record]]] = {
    "PatentDocumentAndRelated": xml_cnipa.read_document,
    "PatentPublication": xml_st96.read_document,
}
STRUCTURED: Final = frozenset({*FORM_OF.values(), "json"})
WITH_EVENTS: Final = frozenset({"epo_ops", "json"})


def xml_form(file: BinaryIO) -> str:
    """Return the form of an XML file by the first record in it.

    Raises NotReadable for XML that holds no patents, DeclaresEntities where it brings its own entities.
    """
    parser = Parser()
    file.seek(0)
    root, seen = "", 0
    for _ in range(LOOK_AT // CHUNK):
        chunk = file.read(CHUNK)
        try:
            for _event, element in parser.feed(chunk):
                name = local_name(element)
                root = root or name
                if name in RECORDS:
                    return FORM_OF[name]
                seen += 1
        except NotWellFormed:
            break
        if not chunk or seen > MOST_ELEMENTS:
            break
    if not root:
        raise Damaged(row=1)
    raise NotReadable(found="HTML" if root.casefold() == HTML else f"XML <{root[:60]}>")


def headings_of(form: str, fields: Collection[str]) -> tuple[str, ...]:
    """Return the fields under which a structured file's rows stand for a kind with these fields.

    Raises FormNotForKind where such a file cannot tell what the kind needs.
    """
    if "event" in fields:
        if form not in WITH_EVENTS:
            raise FormNotForKind(form=form)
        return tuple(name for name in EVENT_CELLS if name in fields)
    if "title" not in fields:
        raise FormNotForKind(form=form)
    told = tuple(name for name in PATENT_CELLS if name in fields)
    return told if form != "json" else (*told, *sorted(set(fields) - set(told)))


def _records_of_json(file: BinaryIO, encoding: str, fields: Collection[str]) -> Iterator[Record | Unreadable]:
    for value in json_record.values_of(file, encoding):
        yield value if isinstance(value, Unreadable) else json_record.read_object(value, fields)


@lru_cache(maxsize=1_000)
def _is_holder(tag: str) -> bool:
    return names_holders(tag)


def _unread_holder(element: etree._Element) -> Unreadable | None:
    for one in element.iter("*"):
        if _is_holder(one.tag) and any(text.strip() for text in one.itertext()):
            return Unreadable("holders_not_understood", one.tag)
    return None


def _records_of_xml(file: BinaryIO, fields: Collection[str]) -> Iterator[Record | Unreadable]:
    for element in records_of(file):
        if isinstance(element, Unreadable):
            yield element
            continue
        record = READERS.get(local_name(element), xml_st36.read_document)(element)
        guesses = set(fields) >= PARTIES and APPLICANTS in record.cells and HOLDERS not in record.cells
        unread = _unread_holder(element) if guesses else None
        yield record if unread is None else unread


def rows_of_form(file: BinaryIO, form: str, encoding: str, headings: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the records' rows under the headings with their numbers: 1 is where a table's headings would stand.

    A record that cannot be read is Unreadable where the next one can be found; else Damaged is raised.
    """
    number = 1
    records = _records_of_json(file, encoding, headings) if form == "json" else _records_of_xml(file, headings)
    try:
        for record in records:
            if isinstance(record, Record) and record.cells:
                for row in rows_of(record, headings):
                    number += 1
                    yield number, row
            else:
                number += 1
                yield number, record if isinstance(record, Unreadable) else Unreadable("record_unreadable")
    except NotWellFormed:
        raise Damaged(row=number + 1) from None

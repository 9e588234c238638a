"""Files of every form that is read, and ways to spoil them that a seed repeats."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from openpyxl import Workbook

from tests.imports.containers import ods, ods_row, xls, zipped
from tests.scenarios.imports import csv_table

SHARED: Final = Path(__file__).parents[3] / "shared" / "data"
LARGEST: Final = 200_000  # of a file that is mutated; of a larger one, its beginning
LONGEST: Final = 2_000_000  # of what comes out
HEADINGS: Final = ("申请号", "专利名称", "申请日", "发明人", "分类号", "法律状态")
VALUES: Final = ("201710601862.3", "一种锂离子电池", "2017-07-21", "张三;李四", "H01M10/0525;H01M4/58", "有权")
XML_OF: Final = {
    "cnipa": "cnipa_new_*.xml",
    "cnipa_old": "cnipa_old_*.xml",
    "uspto": "uspto_*.xml",
    "st96": "wipo_st96*.xml",
    "epo_ops": "epo_ops*.xml",
}
SMALL_XML: Final = {
    "cnipa": '<business:PatentDocumentAndRelated xmlns:business="b" xmlns:base="x" country="CN" docNumber="1" kind="A">'
    "<business:InventionTitle>t</business:InventionTitle></business:PatentDocumentAndRelated>",
    "cnipa_old": "<cn-patent-document country='CN'><cn-bibliographic-data><invention-title>t</invention-title>"
    "</cn-bibliographic-data></cn-patent-document>",
    "uspto": "<us-patent-grant country='US'><us-bibliographic-data-grant><invention-title>t</invention-title>"
    "</us-bibliographic-data-grant></us-patent-grant>",
    "st96": "<pat:PatentPublication xmlns:pat='http://www.wipo.int/standards/XMLSchema/ST96/Patent'/>",
    "epo_ops": "<x:exchange-documents xmlns:x='http://www.epo.org/exchange'><x:exchange-document country='CN' "
    "doc-number='1' kind='A'/></x:exchange-documents>",
}
ST36: Final = (
    "<patent-document country='CN' doc-number='107123456' kind='A' date-publ='20170901'><bibliographic-data>"
    "<application-reference><document-id><country>CN</country><doc-number>201710601862</doc-number><date>20170721"
    "</date></document-id></application-reference><invention-title lang='zh'>一种电池</invention-title>"
    "</bibliographic-data><abstract><p>一种</p></abstract></patent-document>"
)
JSON: Final = (
    '[{"application_number": "201710601862.3", "title": "一种电池", "inventors": ["张三"], "legal_events": [{"event": '
    '"granted", "effective_on": "2019-01-01", "holders_after": ["甲"]}]}, {"number": 1e400, "title": null}]'
)
TOKENS: Final = (
    b"\0", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b'"', b"'", b",", b"\t", b"\r", b"\n", b"\r\n",
    b"=cmd|' /C calc'!A0", b"<", b">", b"&", b"]]>", b"<!--", b"<![CDATA[", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;",
    b"&#0;", b"&#x110000;", b"<?xml version='1.0' encoding='utf-16'?>", b"{", b"}", b"[", b"]", b'":', b"\\ud800",
    b"\\u0000", b"1e999", b"-0", b"9" * 400, b"PK\x03\x04", b"PK\x05\x06", b"A" * 5_000, b"[" * 3_000, b"<a>" * 3_000,
    "长".encode(), "\u202e".encode(), "\ufeff".encode(), "一".encode("gb18030"), b"\x81", b"1900-01-00", b"00000000",
)  # fmt: skip
TAG: Final = re.compile(rb"<[^<>]{1,300}>")
Chance = random.Random


def _tables() -> list[bytes]:
    row = dict(zip(HEADINGS, VALUES, strict=True))
    text = csv_table(row, row)
    return [text, *(text.decode().encode(encoding) for encoding in ("gb18030", "utf-16"))]


def _workbook() -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in (HEADINGS, VALUES, VALUES, ("1", 2, 3.5, None, True, "=1+1")):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def _of_folder(folder: str, pattern: str) -> list[bytes]:
    return [path.read_bytes()[:LARGEST] for path in sorted((SHARED / folder).glob(pattern))]


@cache
def originals(form: str) -> tuple[bytes, ...]:
    """Return good files of a form: made here, and the real ones where they are at hand."""
    made: Mapping[str, Callable[[], list[bytes]]] = {
        "csv": lambda: [*_tables(), *_of_folder("registers", "*.csv")],
        "xlsx": lambda: [_workbook(), *_of_folder("registers", "*.xlsx")],
        "xls": lambda: [xls([HEADINGS, VALUES, ("1", 2.0, 1e300)])],
        "ods": lambda: [ods(ods_row(*HEADINGS) + ods_row(*VALUES) + ods_row("a", columns=3, rows=2))],
        "st36": lambda: [ST36.encode(), f"<wo-patent-document>{ST36}</wo-patent-document>".encode()],
        "json": lambda: [JSON.encode(), *_of_folder("registers", "*.json")],
        "zip": lambda: [
            zipped([("a.csv", _tables()[0]), ("b/c.xml", ST36), ("d.json", JSON), ("e.xlsx", _workbook())])
        ],
    }
    if form in made:
        return tuple(made[form]())
    return (SMALL_XML[form].encode(), *_of_folder("xml", XML_OF[form]))


FORMS: Final = ("csv", "xlsx", "xls", "ods", "cnipa", "cnipa_old", "uspto", "st96", "st36", "epo_ops", "json", "zip")
PACKED: Final = frozenset({"xlsx", "ods", "zip"})


def spoilt(form: str, seed: int) -> bytes:
    """Return the spoilt file of the seed: the same each time."""
    chance = Chance(f"{form} {seed}")
    content = chance.choice(originals(form))
    if form in PACKED and chance.random() < 0.6:
        return _repacked(content, chance)
    return _mutated(content, chance)


def _mutated(content: bytes, chance: Chance) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        content = chance.choice(WAYS)(content, chance)[:LONGEST]
    return content


def _repacked(content: bytes, chance: Chance) -> bytes:
    """Spoil what is in a ZIP file, and pack it again as it should be."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = [(name, packed.read(name)) for name in packed.namelist()]
    place = chance.randrange(len(parts))
    parts[place] = (parts[place][0], _mutated(parts[place][1], chance))
    if chance.random() < 0.2:
        parts.append(chance.choice(parts))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, (name, part) in enumerate(parts):
            again = any(name == other for other, _ in parts[:number])
            packed.writestr(f"again-{number}-{name}" if again else name, part)
    return file.getvalue()


def _span(content: bytes, chance: Chance, longest: int = 2_000) -> tuple[int, int]:
    start = chance.randrange(len(content) + 1)
    return start, min(len(content), start + chance.randrange(1, longest))


def _flip(content: bytes, chance: Chance) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 3, 20))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(content: bytes, chance: Chance) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + content[end:]


def _end_early(content: bytes, chance: Chance) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _repeat(content: bytes, chance: Chance) -> bytes:
    start, end = _span(content, chance)
    return content[:end] + content[start:end] * chance.choice((1, 2, 50, 500)) + content[end:]


def _put(content: bytes, chance: Chance) -> bytes:
    start, end = _span(content, chance, 20)
    return content[:start] + chance.choice(TOKENS) + content[chance.choice((start, end)) :]


def _swap(content: bytes, chance: Chance) -> bytes:
    (a, b), (c, d) = sorted((_span(content, chance), _span(content, chance)))
    return content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:] if b <= c else content


def _retag(content: bytes, chance: Chance) -> bytes:
    """Put one tag of the file in the place of another."""
    tags = list(TAG.finditer(content))
    if not tags:
        return _put(content, chance)
    tag, other = chance.choice(tags), chance.choice(tags)
    return content[: tag.start()] + other[0] * chance.choice((0, 1, 2, 100)) + content[tag.end() :]


WAYS: Final[tuple[Callable[[bytes, Chance], bytes], ...]] = (
    _flip, _cut, _end_early, _repeat, _put, _put, _put, _swap, _retag, _retag,
)  # fmt: skip

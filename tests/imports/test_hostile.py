"""Files that mean harm: each ends in a clear problem or a row's error, within what memory the system grants."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests import hostile_archives
from tests.imports.containers import archive, compound, ods, ods_row, record, xls, zipped
from tests.scenarios.imports import csv_table, insert_member, outcomes, post_import, run_import

pytestmark = pytest.mark.slow

ROOM = 150  # MB
Content = bytes | Callable[[], bytes]  # what is big is made when it is needed, not when pytest collects
ROW = "201710601862.3,一种电池,甲大学\n"
GOOD = "申请号,名称,专利权人\n" + ROW
RECORD = (
    "<patent-document lang='zh'><bibliographic-data><publication-reference><document-id><country>CN</country>"
    "<doc-number>107123456</doc-number><kind>A</kind></document-id></publication-reference>"
    "<invention-title>{}</invention-title></bibliographic-data></patent-document>"
)
HEADINGS = "申请号,名称\n".encode()
JSON = '{"申请号": "201710601862.3", "title": "%s"}'


def xml(subset: str, title: str = "一种电池") -> bytes:
    return f"<?xml version='1.0'?><!DOCTYPE patent-document {subset}>{RECORD.format(title)}".encode()


def laughs() -> bytes:
    lines = ['<!ENTITY a0 "ha">', *[f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]]
    return xml(f"[{''.join(lines)}]", "&a9;")


def bomb(name: str, *, honest: bool = True) -> bytes:
    """Return an archive with a member of a gigabyte; a dishonest one states ten bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed, packed.open(name, "w") as member:
        for _ in range(1024):
            member.write(b"0" * (1 << 20))
    content = file.getvalue()
    stated = (1 << 30).to_bytes(4, "little")
    return content if honest else content.replace(stated, (10).to_bytes(4, "little"))


def marked(content: bytes, *, flag: int = 0, mode: int = 0) -> bytes:
    """Return a ZIP whose first member has the flag, or on Unix the mode."""
    changed = bytearray(content)
    local, central = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    changed[local + 6] |= flag
    changed[central + 8] |= flag
    if mode:
        changed[central + 5] = 3
        changed[central + 38 : central + 42] = (mode << 16).to_bytes(4, "little")
    return bytes(changed)


def twice() -> bytes:
    content = zipped([("a.csv", GOOD), ("b.csv", GOOD)])
    return content.replace(b"b.csv", b"a.csv")


def workbook(rows: str, shared: str = "") -> bytes:
    return zipped(
        [
            ("xl/workbook.xml", "<workbook/>"),
            ("xl/sharedStrings.xml", f"<sst>{shared}</sst>"),
            ("xl/worksheets/sheet1.xml", f"<sheetData>{rows}</sheetData>"),
        ]
    )


FULL = archive(a__csv=GOOD, b__csv=GOOD)
REFUSED: dict[str, tuple[Content, str]] = {
    "entities that multiply": (laughs(), "xml_entities_refused"),
    "one long entity, often": (xml(f'[<!ENTITY a "{"x" * 100_000}">]', "&a;" * 10_000), "xml_entities_refused"),
    "an external entity": (xml('[<!ENTITY a SYSTEM "file:///etc/passwd">]', "&a;"), "xml_entities_refused"),
    "a parameter entity": (xml('[<!ENTITY % a SYSTEM "http://localhost:1/a.dtd"> %a;]'), "xml_entities_refused"),
    "an attribute of 20 MB": (lambda: b"<patent-document lang='%s'/>" % (b"a" * (20 << 20)), "file_damaged"),
    "a text of 20 MB": (lambda: xml("SYSTEM 'no.dtd'", "a" * (20 << 20)), "file_damaged"),
    "elements 100,000 deep": (b"<patent-document>" + b"<a>" * 100_000, "file_damaged"),
    "a record without end": (lambda: b"<patent-document>" + b"<a>b</a>" * 4_000_000, "file_damaged"),
    "half an XML file": (xml("SYSTEM 'no.dtd'")[:-40], "file_damaged"),
    "an archive of a gigabyte": (lambda: bomb("a.csv"), "archive_too_large"),
    "the same, stating ten bytes": (lambda: bomb("a.csv", honest=False), "archive_too_large"),
    "20,000 files": (lambda: zipped([(f"{n}.csv", "") for n in range(20_000)]), "archive_too_large"),
    "an archive in an archive": (archive(a__zip=FULL, b__csv=GOOD), "archive_nested"),
    "another archive in an archive": (archive(a__csv=b"\x1f\x8b\x08" + b"0" * 90, b__csv=GOOD), "archive_nested"),
    "millions of entries in an archive": (
        lambda: hostile_archives.nested(hostile_archives.crowded()), "archive_too_large"
    ),
    "hundreds of thousands, called a workbook": (
        lambda: hostile_archives.nested(hostile_archives.crowded(300_000), "a.xlsx"), "archive_nested"
    ),
    "an archive of nothing in an archive": (hostile_archives.nested(zipped([])), "archive_nested"),
    "a directory of 184 MB": (hostile_archives.crowded, "archive_too_large"),
    "the same in ZIP64": (lambda: hostile_archives.crowded(large=True), "archive_too_large"),
    "a directory larger than its archive": (hostile_archives.claiming(10_000), "file_damaged"),
    "the same in ZIP64, of exabytes": (hostile_archives.claiming(1 << 58, large=True), "archive_too_large"),
    "members over each other": (
        hostile_archives.overlapping(GOOD.encode(), ("a.csv", "b.csv", "c.csv")), "file_damaged"
    ),
    "a member that goes on behind its end": (
        lambda: hostile_archives.trailing_stream(GOOD.encode(), 40 << 20), "archive_without_files"
    ),
    "an archive before the archive": (FULL + FULL, "file_damaged"),
    "an archive in the last words of another": (hostile_archives.with_last_words(FULL, FULL), "file_damaged"),
    "a way up": (zipped([("../../a.csv", GOOD)]), "archive_unsafe"),
    "a way up behind a folder": (zipped([("a/../../a.csv", GOOD)]), "archive_unsafe"),
    "a way from the root": (zipped([("/etc/a.csv", GOOD)]), "archive_unsafe"),
    "a way from a drive": (zipped([("C:\\a.csv", GOOD)]), "archive_unsafe"),
    "a link": (marked(archive(a__csv="/etc/passwd"), mode=0o120777), "archive_unsafe"),
    "a name twice": (twice(), "archive_unsafe"),
    "a member with a password": (marked(FULL, flag=1), "archive_encrypted"),
    "half an archive": (FULL[: len(FULL) // 2], "file_damaged"),
    "an archive of nothing": (zipped([]), "archive_without_files"),
    "a workbook that unpacks to a gigabyte": (
        lambda: bomb("xl/workbook.xml"), "workbook_too_large"
    ),
    "a workbook with a far cell": (
        workbook('<row r="1"><c r="A1"/></row><row r="9"><c r=\'XFD1048576\'/></row>'), "workbook_too_large"
    ),
    "a long text in many cells": (
        lambda: workbook('<row><c t="s"><v>0</v></c></row>' * 50_000, f"<si><t>{'x' * 30_000}</t></si>"),
        "workbook_too_large",
    ),
    "a row of a million cells": (lambda: workbook(f"<row>{'<c/>' * 1_000_000}</row>"), "workbook_too_large"),
    "a long text in many cells of an old workbook": (
        lambda: xls([("申请号",), *[(0,)] * 50_000], shared="x" * 30_000), "workbook_too_large"
    ),
    "an old workbook that claims all": (xls([("申请号",)], claims=(65_536, 256)), "workbook_too_large"),
    "a sheet that repeats itself": (ods(ods_row("申请号") + ods_row("x", rows=99_999_999)), "workbook_too_large"),
    "a quote never closed": ((GOOD + '"' + ROW * 2_000).encode(), "file_damaged"),
    "a quote never closed near the end": ((GOOD + 'a,"' + ROW * 3).encode(), "file_damaged"),
    "a line of 60 MB": (lambda: HEADINGS + b"a" * (60 << 20), "file_damaged"),
    "a row of millions of cells": (lambda: HEADINGS + b"," * (40 << 20), "file_damaged"),
    "such a row over millions of lines": (lambda: HEADINGS + b'"\n",' * (10 << 20), "file_damaged"),
    "260,000 headings": (("申请号,名称" + ",x" * 260_000 + "\n1,2\n").encode(), "file_damaged"),
    "two million rows and one": (lambda: HEADINGS + b"1,2\n" * 2_000_001, "too_many_rows"),
    "two encodings": (GOOD.encode() + (ROW * 3).encode("gb18030"), "encoding_mixed"),
    "two encodings, the other way": (GOOD.encode("gb18030") + (ROW * 3).encode(), "encoding_mixed"),
    "UTF-16 without a mark": ((GOOD + ROW * 50).encode("utf-16-le"), "encoding_unknown"),
    "UTF-16 with half a character": (GOOD.encode("utf-16") + b"\x00\xd8", "encoding_unknown"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"0" * 900, "file_not_readable"),
    "a page of the web": (b"<html><table><tr><td>1</td></tr></table></html>", "file_not_readable"),
    "half a list": (("[" + JSON % "a" + ",").encode(), "file_damaged"),
    "a list 100,000 deep": (b"[" * 100_000, "file_damaged"),
    "a JSON list of millions of lists": (lambda: b'{"title": [' + b"[]," * (10 << 20), "file_damaged"),
    "elements without a record": (lambda: b"<bag>" + b"<a/>" * 1_000_000 + b"</bag>", "file_not_readable"),
    "attributes by the million": (
        lambda: b"<patent-document " + b" ".join(b'a%d=""' % n for n in range(1_000_000)) + b"/>", "file_damaged"
    ),
    "an old workbook of empty records": (
        lambda: compound("Workbook", record(0x0809, bytes(16)) + record(1, b"") * 1_700_000), "file_empty"
    ),
    "an old workbook of empty texts": (
        lambda: compound("Workbook", record(0x00FC, bytes(8)) + record(0x003C, bytes(3 * 2_700)) * 800),
        "file_damaged",
    ),
    "a JSON text without end": (lambda: b'{"title": "' + b"a" * (40 << 20), "file_damaged"),
}  # fmt: skip
READ: dict[str, tuple[Content, int, dict[str, int]]] = {
    "a DTD that is not there": (xml("SYSTEM 'http://localhost:1/no.dtd'"), 1, {}),
    "a cell of 10 MB": (
        lambda: GOOD.encode() + b'1,"%s",\n' % (b"x" * (10 << 20)) + ROW.encode(),
        3,
        {"cell_too_long": 1},
    ),
    "a row of 10,000 cells": ((GOOD + "x," * 10_000 + "x\n" + ROW).encode(), 3, {"row_too_long": 1}),
    "a NUL in a cell": ((GOOD + "1,a\0b,c\n" + ROW).encode(), 3, {"control_characters": 1}),
    "a mark in the middle": ((GOOD + "\ufeff" + GOOD).encode(), 3, {}),
    "half a character in JSON": ((JSON % "\\ud800").encode(), 1, {"control_characters": 1}),
    "a broken line": (f"{JSON % 'a'}\n{{broken}}\n{JSON % 'b'}\n".encode(), 3, {"record_unreadable": 1}),
    "a line 100,000 deep": (f"{JSON % 'a'}\n{'[' * 100_000}\n{JSON % 'b'}".encode(), 3, {"record_unreadable": 1}),
    "a number of 100,000 digits": (b'{"title": "a", "number": ' + b"9" * 100_000 + b"}", 1, {}),
    "a formula": ((GOOD + "=cmd|' /C calc'!A0,+1,@x\n").encode(), 2, {}),
}


def made(content: Content) -> bytes:
    return content if isinstance(content, bytes) else content()


def files_in(folder: Path) -> set[Path]:
    return {path for path in (folder / "blobs").rglob("*") if path.is_file()}


def results(folder: Path, files: Mapping[str, Content], room: int) -> Iterator[dict[str, Any]]:
    """Return what came of each file, read by a program of its own that may take `room` MB."""
    paths = []
    for n, content in enumerate(files.values()):
        paths.append(folder / str(n))
        paths[-1].write_bytes(made(content))
    command = [sys.executable, "-m", "tests.imports.limited", str(room), *map(str, paths)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(command, capture_output=True, env=env, check=False)
    assert ran.returncode == 0, ran.stderr.decode()[-2_000:]
    return map(orjson.loads, ran.stdout.splitlines())


def test_what_means_harm_is_refused_within_its_memory(tmp_path: Path) -> None:
    found = results(tmp_path, {name: content for name, (content, _) in REFUSED.items()}, ROOM)
    codes = {name: one.get("code", one) for name, one in zip(REFUSED, found, strict=True)}
    assert codes == {name: code for name, (_, code) in REFUSED.items()}


def test_a_hostile_row_is_an_error_of_its_own_and_its_neighbours_are_read(tmp_path: Path) -> None:
    found = results(tmp_path, {name: content for name, (content, _, _) in READ.items()}, ROOM)
    said = {name: (one.get("rows", one), one.get("errors")) for name, one in zip(READ, found, strict=True)}
    assert said == {name: (n, errors) for name, (_, n, errors) in READ.items()}


def test_memory_does_not_grow_with_the_records(tmp_path: Path) -> None:
    several = "<?xml version='1.0'?>\n" + RECORD.format("一种电池" * 20) + "\n"
    files = {
        "a container": "<bag>" + RECORD.format("一种电池" * 20) * 15_000 + "</bag>",
        "documents": several * 5_000,
        "lines": (JSON % ("一种电池" * 20) + "\n") * 30_000,
        "a list": "[" + ",".join([JSON % ("一种电池" * 20)] * 30_000) + "]",
        "a table": GOOD + ROW * 100_000,
    }
    found = list(results(tmp_path, {name: content.encode() for name, content in files.items()}, 24))
    assert [one["rows"] for one in found] == [15_000, 5_000, 30_000, 30_000, 100_001]


@pytest.mark.parametrize("name", ["entities that multiply", "an archive of a gigabyte", "a way up", "two encodings"])
async def test_the_server_refuses_answers_on_and_keeps_nothing(app: FastAPI, client: AsyncClient, name: str) -> None:
    who = await insert_member(app, "平安大学")
    content, code = REFUSED[name]
    kept = files_in(app.state.settings.patentmart_data_dir)
    answer = await post_import(client, who, made(content))
    problem = answer.json()
    assert (answer.status_code in (413, 422), problem["code"], bool(problem["cure"])) == (True, code, True)
    assert (await client.get("/v1/imports", headers=who.headers)).json()["items"] == []
    assert files_in(app.state.settings.patentmart_data_dir) == kept
    assert outcomes(
        await run_import(client, who, csv_table({"申请号": "201710601862.3", "名称": "之后"}), mode="check")
    )

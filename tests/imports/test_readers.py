"""Any table becomes rows: whatever its encoding, delimiter and headings, and nothing of it is lost."""

import contextlib
import csv
import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from backend.core.errors import Malformed, Problem, TooLarge
from backend.core.spreadsheets import DANGEROUS, csv_lines, defused, undefused
from backend.imports.cells import read_cells
from backend.imports.formats.headings import heading_of, meaning
from backend.imports.formats.readers import DELIMITERS
from backend.imports.formats.workbook import text_of
from backend.imports.layout import Layout, layout_of
from backend.listings.file_import import FIELDS as LISTING_FIELDS
from backend.register_import.patent_import import FIELDS, NEEDS
from backend.register_import.reader import read_patent

CELL = st.text(st.characters(codec="gb18030", exclude_categories=("Cs", "Cc")), max_size=20).map(str.strip)
LINES = CELL.map(lambda cell: cell.replace(" ", "\n", 1))
ROWS = st.lists(st.tuples(st.just("CN190000001B"), LINES, CELL), min_size=1, max_size=20)
HEADINGS = ("授权公告号", "专利名称", "备注")


def written(rows: list[tuple[str, ...]], encoding: str, delimiter: str) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([HEADINGS, *([defused(c) for c in row] for row in rows)])
    return io.BytesIO(text.getvalue().encode(encoding))


def workbook(*rows: tuple[Any, ...]) -> io.BytesIO:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file


def layout(file: io.BytesIO, **more: Any) -> Layout:
    return layout_of(file, FIELDS, NEEDS, **more)


@given(ROWS, st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), st.sampled_from([",", ";", "\t", "|"]))
def test_what_a_csv_holds_comes_out_as_it_went_in(rows: list[tuple[str, ...]], encoding: str, delimiter: str) -> None:
    file = written(rows, encoding, delimiter)
    found = layout(file)
    assert found.delimiter == delimiter
    assert found.fields == ("grant_number", "title", None)
    assert [tuple(row) for _, row in found.rows(file)] == rows
    assert [n for n, _ in found.rows(file)] == list(range(2, len(rows) + 2))


TRAPS = st.text(st.sampled_from([*"',;|\"= +-@\t\r\nx＝", "\u2028"]), max_size=12)
SIGNS = tuple(sign for sign in DANGEROUS if not sign.isspace())


@given(st.text() | TRAPS)
def test_defusing_is_undone(cell: str) -> None:
    assert undefused(defused(cell)) == cell
    assert not defused(cell).startswith(DANGEROUS)


@given(st.lists(TRAPS | st.text(max_size=8), min_size=1, max_size=4))
def test_no_program_finds_a_formula_wherever_it_cuts_a_line(row: list[str]) -> None:
    line = csv_lines([row])
    for piece in re.split(r"[,;|\t\r\n\"\x0b\x0c\x85\u2028\u2029]", line):
        assert not piece.lstrip(" ").startswith(SIGNS), line
    for delimiter in DELIMITERS:
        for cells in csv.reader(io.StringIO(line, newline=""), delimiter=delimiter):
            assert [cell for cell in cells if cell.lstrip(" ").startswith(SIGNS)] == [], line


@given(st.lists(TRAPS, min_size=1, max_size=4))
def test_what_went_out_in_lines_comes_in_as_it_was(row: list[str]) -> None:
    back = next(csv.reader(io.StringIO(csv_lines([row]), newline="")))
    assert [undefused(cell) for cell in back] == row


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    file = io.BytesIO(content)
    with contextlib.suppress(Malformed, TooLarge):
        list(layout_of(file, FIELDS, ()).rows(file))


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=60)))
def test_no_cell_breaks_the_reading_of_a_row(cells: dict[str, str]) -> None:
    read_patent(cells, ("A", "B"))


def test_the_real_gazette_is_read_by_content_and_headings(shared: Path) -> None:
    with (shared / "data/registers/cn_university_gazette_20190712_gb18030.csv").open("rb") as file:
        found = layout_of(file, FIELDS, NEEDS)
        assert (found.encoding, found.delimiter) == ("gb18030", ",")
        assert set(filter(None, found.fields)) == {
            "title", "document_number", "document_date", "application_number", "filing_date", "holders", "ipc",
        }  # fmt: skip
        rows = list(found.rows(file))
        assert len(rows) == 5178
        cells, errors = read_cells(found, rows[6][1])
        draft = read_patent(cells, ("A",))
    assert errors == []
    assert draft.holders == ["上海第二工业大学", "上海新金桥环保有限公司"]
    assert draft.numbers == {"grant_number": "CN104610651B"}
    assert draft.facts["grant_date"] == date(2019, 7, 12)


def test_the_real_workbook_is_read_though_a_column_has_no_heading(shared: Path) -> None:
    with (shared / "data/registers/cn_patents_200_abstracts.xlsx").open("rb") as file:
        found = layout_of(file, FIELDS, NEEDS)
        rows = list(found.rows(file))
    assert (found.form, found.headings[0], len(rows)) == ("xlsx", "", 30)
    assert "\n" in found.cells(rows[0][1])["abstract"]


def test_a_title_above_the_headings_is_no_heading() -> None:
    file = io.BytesIO("某大学专利清单,,\n\n申请号,专利名称,备注\n201710601862.3,甲,\n".encode())
    found = layout(file)
    assert (found.header_row, [number for number, _ in found.rows(file)]) == (3, [4])


def test_a_workbook_keeps_numbers_whole_and_days_as_days() -> None:
    file = workbook(
        ("申请号", "专利名称", "申请日"), (201710601862.3, "甲", date(2017, 7, 21)), (2017106018623, "乙", None)
    )
    found = layout(file)
    rows = [row for _, row in found.rows(file)]
    assert rows == [["201710601862.3", "甲", "2017-07-21"], ["2017106018623", "乙", ""]]


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * (300 << 20))
    with pytest.raises(Problem) as refused:
        layout(file)
    assert refused.value.code == "workbook_too_large"


def test_a_workbook_with_one_far_cell_is_refused_before_it_is_spread_out() -> None:
    book, file = Workbook(), io.BytesIO()
    book.active["A1"], book.active["XFD1048576"] = "申请号", "x"
    book.save(file)
    with pytest.raises(Problem) as refused:
        layout(file)
    assert refused.value.code == "workbook_too_large"


def test_cells_that_tell_no_place_are_not_spread_out_either() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr(
            "xl/worksheets/sheet1.xml", '<sheetData><row r="1048576">' + "<c/>" * 16_384 + "</row></sheetData>"
        )
    with pytest.raises(Problem) as refused:
        layout(file)
    assert refused.value.code == "workbook_too_large"


def test_every_heading_that_an_export_writes_is_recognised() -> None:
    for fields in (FIELDS, LISTING_FIELDS):
        for field in fields:
            for language in ("zh", "en"):
                assert meaning(heading_of(field, language), fields) is not None, (field, language)


@pytest.mark.parametrize(("cell", "text"), [(1.0, "1"), (2.5, "2.5"), (True, "TRUE"), ("甲", "甲"), (1e300, "1e+300")])
def test_a_workbooks_cell_reads_as_a_person_sees_it(cell: Any, text: str) -> None:
    assert text_of(cell) == text

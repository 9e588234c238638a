"""Spreadsheets of every age are read by their content, and an old register without letters tells what it can."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from backend.core.errors import Problem
from backend.imports.layout import layout_of
from backend.register_import.patent_import import FIELDS, NEEDS
from tests.imports.containers import ods, ods_row, xls
from tests.scenarios.imports import (
    csv_table,
    get_patent_by_number,
    get_rows,
    insert_member,
    new_number,
    outcomes,
    run_import,
)

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEADINGS = ("申请号", "专利名称", "申请日", "发明人")


def read(content: bytes) -> tuple[str, list[tuple[int, list[str]]]]:
    file = io.BytesIO(content)
    found = layout_of(file, FIELDS, NEEDS)
    return found.form, list(found.rows(file))


def refusal(content: bytes) -> str:
    with pytest.raises(Problem) as refused:
        read(content)
    return refused.value.code


def sheet_by_hand(content: bytes) -> list[list[str]]:
    """Return the workbook's cells as its XML has them."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        texts = ET.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 - a file of our own data
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - a file of our own data
    known = ["".join(t.text or "" for t in one.iter(f"{MAIN}t")) for one in texts.findall(f"{MAIN}si")]
    found = []
    for row in sheet.iter(f"{MAIN}row"):
        cells: dict[int, str] = {}
        for cell in row.findall(f"{MAIN}c"):
            value = cell.find(f"{MAIN}v")
            text = "" if value is None else value.text or ""
            cells[ord(cell.get("r", "A")[0]) - 65] = known[int(text)] if cell.get("t") == "s" and text else text
        found.append([cells.get(n, "") for n in range(7)])
    return found


def test_an_old_excel_workbook_is_read_cell_by_cell() -> None:
    first, second = ("201710601862.3", "一种电池", "2017-07-21", "甲"), ("201710601862.4", "乙", 7)
    form, found = read(xls([HEADINGS, first, second]))
    assert form == "xls"
    assert found[0] == (2, list(first))
    assert found[1][1][:3] == ["201710601862.4", "乙", "7"]


def test_an_open_document_is_read_with_its_days_numbers_and_line_breaks() -> None:
    cells = (
        '<table:table-cell office:value-type="float" office:value="201710601862.3"><text:p>2.0E11</text:p>'
        "</table:table-cell>"
        '<table:table-cell office:value-type="string"><text:p>一种<text:s/>电池</text:p><text:p>二</text:p>'
        "</table:table-cell>"
        '<table:table-cell office:value-type="date" office:date-value="2017-07-21T00:00:00"/>'
        '<table:table-cell office:value-type="string" table:number-columns-repeated="1"><text:p>甲</text:p>'
        "</table:table-cell>"
    )
    table_ = ods_row(*HEADINGS) + ods_row(rows=3) + f"<table:table-row>{cells}</table:table-row>"
    form, found = read(ods(table_ + ods_row(rows=1_048_000)))
    assert form == "ods"
    assert found == [(5, ["201710601862.3", "一种 电池\n二", "2017-07-21", "甲"])]


def test_a_repetition_that_lies_costs_nothing_and_one_that_holds_too_much_is_refused() -> None:
    form, found = read(ods(ods_row(*HEADINGS) + ods_row(rows=999_999_999)))
    assert (form, found) == ("ods", [])
    wide = '<table:table-row><table:table-cell table:number-columns-repeated="999999999"/></table:table-row>'
    assert read(ods(ods_row(*HEADINGS) + wide))[1] == []
    full = wide.replace('9"/>', '9"><text:p>x</text:p></table:table-cell>')
    assert refusal(ods(ods_row(*HEADINGS) + full)) == "workbook_too_large"
    assert refusal(ods(ods_row(*HEADINGS) + ods_row("x", rows=2_000_000))) == "workbook_too_large"


def test_an_old_workbook_that_claims_too_much_is_refused_before_it_is_spread_out() -> None:
    assert refusal(xls([HEADINGS], claims=(65_536, 256))) == "workbook_too_large"
    far = [[""] * 0 for _ in range(65_535)]
    assert refusal(xls([*far, ["x"] * 256], claims=(1, 1))) == "workbook_too_large"


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.8, 0.95])
def test_half_a_workbook_is_damaged(cut: float) -> None:
    old = xls([HEADINGS, *[("201710601862.3", "一种电池", "2017-07-21", "甲" * 40)] * 200])
    new = ods(ods_row(*HEADINGS) + "".join(ods_row(str(n), "电池") for n in range(500)))
    assert refusal(new[: int(len(new) * cut)]) == "file_damaged"
    assert refusal(old[: int(len(old) * cut)]) == "file_damaged"


async def test_the_old_register_lands_though_its_numbers_lack_their_letter(
    app: FastAPI, client: AsyncClient, shared: Path
) -> None:
    who = await insert_member(app, "智能大学")
    content = (shared / "data/registers/cn_patents_200_abstracts.xlsx").read_bytes()
    found = await run_import(client, who, content)
    assert (outcomes(found), found["errors"]) == ({"created": 30}, [])
    source = sheet_by_hand(content)[1:]
    for place in (0, 7, 29):
        cells = source[place]
        assert re.fullmatch(r"CN1\d{8}", cells[1])
        whole: dict[str, Any] = await get_patent_by_number(client, who, cells[1] + "A")
        assert whole["publication_number"] == cells[1] + "A"
        assert whole["title"] == cells[4]
        assert "".join((whole["abstract"] or "").split()) == "".join(cells[5].split())
        assert "".join(whole["first_claim"].split()) == "".join(cells[6].split())
        assert whole["ipc"] == [cells[2].partition("(")[0]]


async def test_a_letter_is_never_guessed(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "字母大学")
    good = new_number()
    content = csv_table(
        {"公开号": "CN201141661", "授权公告号": "", "申请号": good, "名称": "实用新型没有公开"},
        {"公开号": "CN100141661", "授权公告号": "", "申请号": new_number(), "名称": "当时授权另编号"},
        {"公开号": "", "授权公告号": "CN101141661", "申请号": new_number(), "名称": "授权号是B或C"},
    )
    found = await run_import(client, who, content)
    assert [[e["code"] for e in row["errors"]] for row in await get_rows(client, who, found)] == [
        ["number_kind_code_missing"], ["number_kind_code_missing"], ["number_kind_code_missing"],
    ]  # fmt: skip
    assert outcomes(found) == {"created": 3}
    content = csv_table({"公开号": "CN101149999", "公开日": "2010-01-01", "名称": "公布日还是授权日"})
    (row,) = await get_rows(client, who, await run_import(client, who, content))
    assert (row["outcome"], [e["code"] for e in row["errors"]]) == ("created", ["date_of_unknown_document"])


def test_a_shared_text_is_read_to_its_end() -> None:
    file = io.BytesIO(xls([("申请号", "名称"), ("201710601862.3", 0)], shared="x" * 30_000))
    assert [row[1] for _, row in layout_of(file, FIELDS, NEEDS).rows(file)] == ["x" * 30_000]


async def test_every_kind_of_sheet_lands_through_the_front_door(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "表格大学")
    numbers = [new_number() for _ in range(2)]
    contents = [
        xls([("申请号", "专利名称"), (numbers[0], "旧表格")]),
        ods(ods_row("申请号", "专利名称") + ods_row(numbers[1], "开放表格")),
    ]
    for content, text, title in zip(contents, numbers, ("旧表格", "开放表格"), strict=True):
        assert outcomes(await run_import(client, who, content)) == {"created": 1}
        assert (await get_patent_by_number(client, who, text))["title"] == title

"""No file that goes out holds a formula, whichever route it comes from; sent again it means the same."""

import csv
import io
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from python_calamine import CalamineWorkbook

from backend.core.spreadsheets import CSV, DANGEROUS, XLSX, csv_lines, defused
from tests.core.described import document
from tests.scenarios.imports import Person, csv_table, get_rows, insert_member, new_number, outcomes, run_import

FORMULAS = (
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "＝1+1", "'=1", '=HYPERLINK("http://x")',
    "x;=1+cmd", "x|@SUM(1)", "x, -1", 'x;"=1+1"', "x;'=1", "x;;''+1",
)  # fmt: skip
SIGNS = tuple(sign for sign in DANGEROUS if not sign.isspace())
NUMBERS_ALONE = {
    "/v1/statistics/matchmaking.csv",
    "/v1/statistics/financing/report.csv",
}  # beside codes and labels of our own lists
OWN_TEST = {
    "/v1/statistics/unanswered-searches.csv"
}  # where it is tested: words are in a normal form, and not all kept
Way = Callable[[AsyncClient, Person, str], Awaitable[str]]


def downloads() -> set[tuple[str, str]]:
    """Return every address of the API's own description that answers CSV or XLSX made here, with what it answers."""
    return {
        (path, kind)
        for path, operations in document()["paths"].items()
        if path not in NUMBERS_ALONE | OWN_TEST
        and path != "/v1/files/{file_id}/content"  # gives back, byte for byte, what a member put there
        for operation in operations.values()
        for answer in operation["responses"].values()
        for kind in answer.get("content", {})
        if kind in (CSV, XLSX) or "spreadsheet" in kind or "excel" in kind or "tab-separated" in kind
    }


def register(who: Person) -> list[dict[str, str]]:
    return [
        {"申请号": new_number(), "专利名称": text, "摘要": text, "发明人": text, "专利权人": who.name}
        for text in FORMULAS
    ]


async def _register(client: AsyncClient, who: Person, address: str) -> str:
    assert outcomes(await run_import(client, who, csv_table(*register(who)))) == {"created": len(FORMULAS)}
    return address


async def _rejected(client: AsyncClient, who: Person, address: str) -> str:
    bad = [{**row, "申请号": text, "备注": text} for row, text in zip(register(who), FORMULAS, strict=True)]
    found = await run_import(client, who, csv_table(*bad))
    assert outcomes(found) == {"rejected": len(FORMULAS)}
    return address.format(import_id=found["id"])


WAYS: dict[str, Way] = {
    "/v1/patents.csv": _register,
    "/v1/patents.xlsx": _register,
    "/v1/imports/{import_id}/rejected.csv": _rejected,
}


def lines_of(content: bytes, kind: str) -> list[list[str]]:
    if kind == CSV:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


@pytest.mark.parametrize(("path", "kind"), sorted(downloads()))
async def test_no_cell_of_any_download_is_a_formula(app: FastAPI, client: AsyncClient, path: str, kind: str) -> None:
    assert path in WAYS, "a new download: say here how it is filled with formulas"
    who = await insert_member(app, "公式大学")
    answer = await client.get(await WAYS[path](client, who, path), headers=who.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(kind)
    lines = lines_of(answer.content, kind)
    assert len(lines) == len(FORMULAS) + 1
    said = [cell for line in lines for cell in line]
    assert [cell for cell in said if cell.startswith(DANGEROUS)] == []
    cut = [piece for cell in said for piece in re.split(r'[,;|"\n]', cell)]
    assert [piece for piece in cut if piece.lstrip(" ").startswith(SIGNS)] == []
    assert said.count("'=cmd|' /C calc'!A0") >= 2


@pytest.mark.parametrize("path", ["/v1/patents.csv", "/v1/patents.xlsx"])
async def test_a_register_with_formulas_comes_in_again_unchanged(app: FastAPI, client: AsyncClient, path: str) -> None:
    who = await insert_member(app, "往返大学")
    answer = await client.get(await _register(client, who, path), headers=who.headers)
    again = await run_import(client, who, answer.content)
    assert outcomes(again) == {"unchanged": len(FORMULAS)}, await get_rows(client, who, again)


async def test_rejected_rows_come_in_again_as_they_were_sent(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "退回大学")
    address = await _rejected(client, who, "/v1/imports/{import_id}/rejected.csv")
    answer = await client.get(address, headers=who.headers)
    again = await run_import(client, who, answer.content)
    first = await get_rows(client, who, {"id": address.split("/")[3]})
    second = await get_rows(client, who, again)
    assert [e["value"] for row in first for e in row["errors"]] == [e["value"] for row in second for e in row["errors"]]
    assert "原行号" not in again["mapping"]


def test_what_a_spreadsheet_would_run_is_defused_before_it_is_quoted() -> None:
    cells: list[Any] = [f"{sign}1" for sign in DANGEROUS]
    back = next(csv.reader(io.StringIO(csv_lines([cells]), newline="")))
    assert back == [defused(cell) for cell in cells] == ["'" + cell for cell in cells]

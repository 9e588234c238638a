"""Ten thousand malformed rows of sixty kinds: each is told, none lands as if it were good, all good neighbours land."""

import csv
import io
import random
from collections import Counter
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from openpyxl import Workbook

from backend.imports.formats.headings import heading_of
from tests.imports.malformed import KINDS, OWN, Numbers, Sent, good, sent
from tests.scenarios.imports import Person, csv_table, get_rows, insert_member, outcomes, run_import

pytestmark = pytest.mark.slow

SEED = 20190712
COMPARED = (
    "application_number",
    "grant_number",
    "title",
    "holders",
    "inventors",
    "ipc",
    "filing_date",
    "grant_date",
    "abstract",
)
FIELDS = [*good(Numbers(0), ""), "note"]


def lines(of: list[Sent]) -> list[list[str]]:
    head = [heading_of(name, "zh") if name != "note" else "备注" for name in FIELDS]
    return [head, *([one.cells.get(name, "") for name in FIELDS] + one.beyond for one in of)]


def as_csv(of: list[Sent]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines(of))
    return text.getvalue().encode()


def as_xlsx(of: list[Sent]) -> bytes:
    book, file = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for line in lines(of):
        sheet.append(["'" + cell if cell.startswith("=") else cell for cell in line])
    book.save(file)
    return file.getvalue()


async def register(client: AsyncClient, who: Person) -> dict[str, dict[str, str]]:
    """Return the whole register as it is now, by title."""
    answer = await client.get("/v1/patents.csv", headers={**who.headers, "Accept-Language": "zh"})
    assert answer.status_code == 200, answer.text
    found = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    by_title = {row["专利名称"]: row for row in found}
    assert len(by_title) == len(found)
    return by_title


def landed_as_sent(one: Sent, row: dict[str, str]) -> list[str]:
    """Return the fields in which the register differs from what the row said, other than by what it must lack."""
    lacks = one.kind.lacks if one.kind else ()
    wrong = []
    for name in COMPARED:
        kept = row[heading_of(name, "zh")]
        is_right = (
            kept == ""
            if name in lacks
            else kept == one.cells[name] or (one.kind and one.kind.name == "a class and a half")
        )
        wrong += [] if is_right else [f"{name}: {one.cells[name][:40]!r} -> {kept[:40]!r}"]
    return wrong


async def assert_accounted(client: AsyncClient, who: Person, of: list[Sent], found: dict[str, Any]) -> None:
    """See that every row was told as it must be, and that the register holds what landed and nothing else."""
    told = {row["row"]: row for row in await get_rows(client, who, found)}
    assert sorted(told) == list(range(2, len(of) + 2))
    kept, wrong, due = await register(client, who), [], set()
    for number, one in enumerate(of, start=2):
        expected = (one.kind.outcome, sorted(map(str, one.kind.errors))) if one.kind else ("created", [])
        said = (told[number]["outcome"], sorted(str((e["field"], e["code"])) for e in told[number]["errors"]))
        if said != expected:
            wrong.append((one.kind and one.kind.name, one.cells["application_number"][:40], said, expected))
        title = one.cells["title"]
        if expected[0] == "created":
            due.add(title)
            wrong += (
                [(one.kind and one.kind.name, w) for w in landed_as_sent(one, kept[title])]
                if title in kept
                else [title]
            )
    assert wrong == [], (len(wrong), wrong[:20])
    assert set(kept) == due
    assert {e["code"]: e["count"] for e in found["errors"]} == Counter(
        code for one in of if one.kind for _, code in one.kind.errors
    )


async def test_ten_thousand_malformed_rows_are_told_and_their_good_neighbours_land(
    app: FastAPI, client: AsyncClient
) -> None:
    assert len({kind.name for kind in KINDS}) >= 60
    who = await insert_member(app, OWN)
    of = sent(random.Random(SEED), Numbers(1_000_000), KINDS, 10_000)
    found = await run_import(client, who, as_csv(of))
    assert found["status"] == "done", found
    await assert_accounted(client, who, of, found)
    landed = sum(one.kind is not None and one.kind.outcome == "created" for one in of)
    made = found["counts"]["created"]
    assert found["summary"] == (
        f"12,000 rows: {made:,} created, {12_000 - made:,} rejected; "
        f"{landed:,} of the rows that landed have a column that could not be read."
    )


async def test_a_workbook_of_malformed_rows_is_told_alike(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, OWN)
    of = sent(random.Random(SEED + 1), Numbers(2_000_000), [kind for kind in KINDS if not kind.only_text], 1_000)
    await assert_accounted(client, who, of, await run_import(client, who, as_xlsx(of)))


async def test_a_check_tells_the_same_and_leaves_nothing(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, OWN)
    of = sent(random.Random(SEED + 2), Numbers(3_000_000), KINDS, 500)
    checked = await run_import(client, who, as_csv(of), mode="check")
    assert await register(client, who) == {}
    applied = await run_import(client, who, as_csv(of))
    assert [(r["row"], r["outcome"], r["errors"]) for r in await get_rows(client, who, checked)] == [
        (r["row"], r["outcome"], r["errors"]) for r in await get_rows(client, who, applied)
    ]


async def test_rows_that_repeat_or_contradict_earlier_ones_are_told(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "重复大学")
    number, grant = Numbers(8_600_000).application(), Numbers(8_700_000).document()
    first = {"申请号": number, "授权公告号": "", "专利名称": "甲", "申请日": "2019-03-04", "专利权人": "重复大学"}
    second = {**first, "申请号": "", "授权公告号": grant, "专利名称": "乙", "申请日": "2019-03-05"}
    both = {**first, "授权公告号": grant, "专利名称": "丙"}
    found = await run_import(client, who, csv_table(first, first, {**first, "专利名称": "另"}, second, both))
    told = [
        (r["outcome"], sorted((e["column"], e["code"]) for e in r["errors"]))
        for r in await get_rows(client, who, found)
    ]
    assert told == [
        ("created", []),
        ("unchanged", []),
        ("conflict", [("专利名称", "differs_from_earlier_row")]),
        ("created", []),
        ("conflict", [("授权公告号", "numbers_of_two_patents"), ("申请号", "numbers_of_two_patents")]),
    ]
    assert outcomes(found) == {"created": 2, "unchanged": 1, "conflict": 2}
    assert found["summary"] == "5 rows: 2 created, 1 unchanged, 2 conflicts."
    assert set(await register(client, who)) == {"甲", "乙"}


async def test_errors_are_grouped_by_kind_and_rows_are_found_by_their_code(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "分组大学")
    numbers = Numbers(5_000_000)
    base = {"专利权人": "分组大学", "申请日": "2019-03-04", "授权公告日": "2021-01-01"}
    of = [{"申请号": numbers.application(), "专利名称": f"第 {n} 件", **base} for n in range(5)]
    of[1] |= {"申请日": "昨天", "授权公告日": "明天"}
    of[3] |= {"申请日": "前天"}
    found = await run_import(client, who, csv_table(*of))
    group = found["errors"][0]
    assert (group["code"], group["count"], group["title"]) == ("date_unreadable", 3, "This is not a date.")
    assert group["cure"] == "Write it as 2019-07-12."
    assert group["columns"] == [{"column": "申请日", "count": 2}, {"column": "授权公告日", "count": 1}]
    assert group["example"] == {"row": 3, "column": "申请日", "value": "昨天"}
    assert [row["row"] for row in await get_rows(client, who, found, code="date_unreadable")] == [3, 5]
    assert await get_rows(client, who, found, code="title_missing") == []
    progress = found["progress"]
    assert (progress["done"], progress["total"], progress["seconds_left"]) == (5, 5, 0)
    assert progress["per_second"] > 0

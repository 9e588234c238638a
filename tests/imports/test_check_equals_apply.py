"""A check reports exactly what applying the file does, row by row; the same file again changes nothing."""

import json
import os
import random
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.scenarios.imports import Person, csv_table, get_rows, insert_member, new_number, run_import

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]

SEEDS = range(int(os.environ.get("IMPORT_SEEDS", "2")))
ROUNDS = 10


def told_events(*events: tuple[str, str, str, str]) -> str:
    """Return the cell of these events: kind, day, holders before and after."""
    names = ("event", "effective_on", "holders_before", "holders_after")
    split = [(kind, day, before.split(";"), after.split(";")) for kind, day, before, after in events]
    return json.dumps([dict(zip(names, event, strict=True)) for event in split], ensure_ascii=False)


def choices(seed: int) -> dict[str, tuple[str, ...]]:
    """Return what each column may say; numbers and names are the seed's own, so that it finds the same each time."""
    one, two, three, four, five = (f"抽签{seed}之{n}{'大学' if n < 3 else '公司'}" for n in range(1, 6))
    left = ("holder_changed", "2021-03-03", f"{one};{three}", three)
    sold = ("holder_changed", "2022-03-03", three, four)
    named = ("name_changed", "2023-03-03", four, five)
    told = [told_events(*events) for events in ((left,), (left, sold), (sold, named), (named,))]
    return {
        "法律事件列表": ("", "", *told),
        "申请号": (*(new_number() for _ in range(6)), "", "", "2.02E+12", "12345"),
        "授权公告号": (*(f"CN191{seed:05}{n}B" for n in range(6)), "", "", "CN1"),
        "名称": ("甲", "乙", "甲"),  # a row without it lands once another row has entered the patent
        "申请日": ("2019-01-01", "2019-01-02", "", "不详", "2199-01-01"),
        "授权公告日": ("2020-05-05", "", "2018-01-01"),
        "专利权人": (one, two, three, f"{one}；{two}", f"{two};{three}", ""),
        "发明人": ("张三；李四", "王五", ""),
        "分类号": ("H01M10/0525", "G06F3/0481(2013.01)I;", "没有", ""),
        "摘要": ("一种装置。" * 20, "另一种装置。", ""),
        "法律状态": ("有效", "未缴年费", "失效", ""),
        "法律状态日期": ("2023-01-01", "2024-01-01", ""),
        "等级": ("A", "B", "Z", ""),
        "盘点日期": ("2024-01-01", "2025-01-01", ""),
    }


def file_of(chance: random.Random, said: dict[str, tuple[str, ...]]) -> bytes:
    columns = {"申请号", "授权公告号", "名称", *chance.sample(sorted(said), chance.randint(2, 10))}
    lines = [{c: chance.choice(said[c]) for c in said if c in columns} for _ in range(chance.randint(1, 25))]
    return csv_table(*lines)


async def told(client: AsyncClient, who: Person, found: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (row["row"], row["outcome"], [(e["column"], e["code"], e["value"]) for e in row["errors"]])
        for row in await get_rows(client, who, found)
    ]


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_check_reports_what_applying_does(app: FastAPI, client: AsyncClient, seed: int) -> None:
    chance = random.Random(seed)
    said = choices(seed)
    one, two = said["专利权人"][:2]
    people = [
        await insert_member(app, one),
        await insert_member(app, two),
        await insert_member(app, "平台", "platform"),
    ]
    for _ in range(ROUNDS):
        who, content = chance.choice(people), file_of(chance, said)
        checked = await run_import(client, who, content, mode="check")
        applied = await run_import(client, who, content)
        assert await told(client, who, checked) == await told(client, who, applied)
        assert {name: checked[name] for name in ("counts", "errors", "with_errors")} == {
            name: applied[name] for name in ("counts", "errors", "with_errors")
        }
        again = await run_import(client, who, content)
        assert again["counts"]["created"] == again["counts"]["updated"] == 0, await told(client, who, again)

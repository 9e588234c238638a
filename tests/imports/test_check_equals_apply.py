"""A check reports exactly what applying the file does, row by row; the same file again changes nothing."""

import json
import os
import random
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.imports.people import Person, done, number, person, rows, table

APPLICATIONS = [number() for _ in range(6)]
GRANTS = [f"CN19100000{n}B" for n in range(6)]
SEEDS = range(int(os.environ.get("IMPORT_SEEDS", "2")))
ROUNDS = 10
HOLDERS = ("抽签一大学", "抽签二大学", "抽签三公司", "抽签一大学；抽签二大学", "抽签二大学;抽签三公司", "")


def told_events(*events: tuple[str, str, str, str]) -> str:
    """Give the cell of these events: kind, day, holders before and after."""
    names = ("event", "effective_on", "holders_before", "holders_after")
    split = [(kind, day, before.split(";"), after.split(";")) for kind, day, before, after in events]
    return json.dumps([dict(zip(names, event, strict=True)) for event in split], ensure_ascii=False)


LEFT = ("holder_changed", "2021-03-03", "抽签一大学;抽签三公司", "抽签三公司")
SOLD = ("holder_changed", "2022-03-03", "抽签三公司", "抽签四公司")
NAMED = ("name_changed", "2023-03-03", "抽签四公司", "抽签五公司")
CHOICES = {
    "法律事件列表": ("", "", told_events(LEFT), told_events(LEFT, SOLD), told_events(SOLD, NAMED), told_events(NAMED)),
    "申请号": (*APPLICATIONS, "", "", "2.02E+12", "12345"),
    "授权公告号": (*GRANTS, "", "", "CN1"),
    "名称": ("甲", "乙", "甲"),  # a row without it lands once another row has entered the patent
    "申请日": ("2019-01-01", "2019-01-02", "", "不详", "2199-01-01"),
    "授权公告日": ("2020-05-05", "", "2018-01-01"),
    "专利权人": HOLDERS,
    "发明人": ("张三；李四", "王五", ""),
    "分类号": ("H01M10/0525", "G06F3/0481(2013.01)I;", "没有", ""),
    "摘要": ("一种装置。" * 20, "另一种装置。", ""),
    "法律状态": ("有效", "未缴年费", "失效", ""),
    "法律状态日期": ("2023-01-01", "2024-01-01", ""),
    "等级": ("A", "B", "Z", ""),
    "盘点日期": ("2024-01-01", "2025-01-01", ""),
}


def file_of(chance: random.Random) -> bytes:
    columns = {"申请号", "授权公告号", "名称", *chance.sample(sorted(CHOICES), chance.randint(2, 10))}
    lines = [{c: chance.choice(CHOICES[c]) for c in CHOICES if c in columns} for _ in range(chance.randint(1, 25))]
    return table(*lines)


async def told(client: AsyncClient, who: Person, found: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (row["row"], row["outcome"], [(e["column"], e["code"], e["value"]) for e in row["errors"]])
        for row in await rows(client, who, found)
    ]


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_check_reports_what_applying_does(app: FastAPI, client: AsyncClient, seed: int) -> None:
    chance = random.Random(seed)
    people = [
        await person(app, "抽签一大学"), await person(app, "抽签二大学"), await person(app, "平台", "platform"),
    ]  # fmt: skip
    for _ in range(ROUNDS):
        who, content = chance.choice(people), file_of(chance)
        checked = await done(client, who, content, mode="check")
        applied = await done(client, who, content)
        assert await told(client, who, checked) == await told(client, who, applied)
        assert {name: checked[name] for name in ("counts", "errors", "with_errors")} == {
            name: applied[name] for name in ("counts", "errors", "with_errors")
        }
        again = await done(client, who, content)
        assert again["counts"]["created"] == again["counts"]["updated"] == 0, await told(client, who, again)

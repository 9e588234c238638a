"""Stored queries compared with a document: none is missed that the engine finds it by, and filters are exact."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from search.engine import Query, SearchEngine
from search.percolator import Percolator
from tests.search.conftest import patent

WORDS = [
    "锂离子电池",
    "正极材料",
    "半导体",
    "激光器",
    "石墨烯",
    "散热膜",
    "水稻",
    "播种机",
    "钙钛矿",
    "太阳能电池",
    "隔膜",
    "电解液",
    "battery",
    "batteries",
    "cathode",
    "perovskite",
    "solar",
    "cells",
    "lidar",
    "electromagnetic",
    "converter",
    "coating",
    "photovoltaic",
    "H01M",
    "C60",
    "5G",
    "一种",
    "装置",
    "方法",
    "及其",
    "膜",
]
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"ipc": ("H01M",)},
    {"region": ("CN-50", "CN-11")},
    {"price_max_fen": 500},
    {"stage_min": 4, "deal_type": ("assignment",)},
    {"filed_from": date(2019, 1, 1), "expires_after": date(2038, 12, 31)},
    {"holder": ("示例师範大學",)},
    {"inventor": ("王伟", "李蕾")},
    {"applicant": ("示例公司",)},
    {"open_licence": True},
    {"listed_from": date(2025, 2, 1)},
)


def documents(rng: random.Random) -> Iterator[PatentDocument]:
    for number in range(80):
        yield patent(
            f"pat_{number}",
            " ".join(rng.sample(WORDS, 3)),
            abstract="".join(rng.sample(WORDS, 4)),
            ipc=tuple(rng.sample(("H01M10/0525", "H01L21/02", "C01B32/184"), 1)),
            region=rng.choice(("CN-50", "CN-11", "CN-31", None)),
            price_fen=rng.choice((100, 500, 900, None)),
            stage=rng.choice((2, 4, 7, None)),
            deal_types=tuple(rng.sample(("assignment", "ordinary_licence"), 1)),
            filing_date=date(2017 + number % 5, 1, 1),
            expiry_date=date(2037 + number % 5, 1, 1),
            holders=(rng.choice(("示例师範大學", "示例能源公司")),),
            applicants=(("示例公司", "示例能源公司")[number % 2],),
            inventors=(("王伟", "李蕾", "张三")[number % 3], "赵六"),
            open_licence=number % 7 == 0,
            numbers=(f"2018{number:08d}.X",),
            listed_at=datetime(2025, 1 + number % 4, 1, tzinfo=UTC),
        )


def texts(rng: random.Random) -> Iterator[str]:
    yield from ("", "!!!", '"锂离子电池"', "鋰離子電池 電解液", "201800000007", "cathod bateries", "elctromagnetc")
    for _ in range(60):
        words = rng.sample(WORDS, rng.randrange(1, 5))
        if rng.random() < 0.4:
            place = rng.randrange(len(words))
            words[place] = misspelt(rng, words[place])
        yield (f'"{words[0]}" ' if rng.random() < 0.2 else "") + " ".join(words)


def misspelt(rng: random.Random, word: str) -> str:
    place = rng.randrange(len(word))
    return word[:place] + rng.choice(("", "x", "e")) + word[place + 1 :]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_the_engine_finds_is_a_candidate(engine: SearchEngine, seed: int) -> None:
    rng = random.Random(seed)
    all_documents = list(documents(rng))
    await engine.apply(all_documents, 1)
    queries = {
        f"{text}|{number}": Query(text=text, filters=filters, limit=100)
        for text in texts(rng)
        for number, filters in enumerate(FILTERS)
    }
    percolator: Percolator[str] = Percolator(PATENTS)
    for key, query in queries.items():
        percolator.put(key, query)
    candidates = percolator.candidates(all_documents)
    for key, query in queries.items():
        found = {hit.id for hit in (await engine.search(query)).hits}
        could = candidates.get(key)
        assert found <= set(could.ids if could else ()), key
        if could is not None and not could.has_text:
            assert found == set(could.ids), f"{key}: filters alone are exact"
    for key in queries:
        percolator.remove(key)
    assert percolator.candidates(all_documents) == {}


async def test_a_search_among_some_documents_finds_those_of_them_that_it_finds_among_all(engine: SearchEngine) -> None:
    rng = random.Random(7)
    all_documents = list(documents(rng))
    await engine.apply(all_documents, 1)
    some = tuple(document.id for document in all_documents[::3])
    for text in texts(rng):
        every = {hit.id for hit in (await engine.search(Query(text=text, limit=100))).hits}
        among = {hit.id for hit in (await engine.search(Query(text=text, limit=100, among=some))).hits}
        assert among == every & set(some), text
    assert (await engine.search(Query(text="电池", among=()))).hits == ()

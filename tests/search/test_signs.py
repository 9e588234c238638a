"""Signs, units and hyphens: one thing written in several ways is one thing, and two things that look alike are two."""

import pytest

from search.engine import Query, SearchEngine
from tests.search.conftest import Find, Put, patent

SPELLINGS = [
    ("C++", "C++"),
    ("c++", "基于Ｃ＋＋的编译方法"),
    ("C#", "一种C#代码检查方法"),
    ("α-Fe2O3", "α-Fe₂O₃纳米棒"),
    ("α-Fe2O3", "αFe2O3 nanorods"),
    ("pH", "一种PH传感器"),
    ("5G", "5Ｇ基站天线"),
    ("5um", "厚度为5μm的薄膜"),
    ("5um", "厚度为5 µm的薄膜"),
    ("5 µm", "厚度为5um的薄膜"),
    ("5μm", "A film of 5 um"),
    ("120℃", "加热至120°C"),
    ("120 °C", "加热至120℃"),
    ("Wi-Fi", "WiFi天线"),
    ("wifi", "Wi-Fi天线"),
    ("wi fi", "Wi-Fi天线"),
    ("wi fi", "wifi天线"),
    ("IL6", "抗IL-6抗体"),
    ("IL-6", "抗IL6抗体"),
    ("non-magnetic", "Nonmagnetic steel"),
    ("nonmagnetic", "Non-magnetic steel"),
    ("lithium-ion", "Lithium ion cell"),
    ("lithium ion", "Lithium-ion cell"),
    ("3-D", "3D scanner"),
]


@pytest.mark.parametrize(("asked", "title"), SPELLINGS)
async def test_one_thing_in_two_spellings_is_found_and_marked(
    put: Put, engine: SearchEngine, asked: str, title: str
) -> None:
    await put(wanted=title, other="水稻播种机")
    answer = await engine.search(Query(text=asked))
    assert [hit.id for hit in answer.hits] == ["wanted"]
    assert "<mark>" in answer.hits[0].highlights["title"], answer.hits[0].highlights
    assert answer.hits[0].matched_on == ("title",)


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("C++", "加热至120℃"),
        ("C++", "一种C形夹"),
        ("C#", "一种C形夹"),
        ("5um", "厚度为15μm的薄膜"),
        ("5um", "厚度为5mm的薄膜"),
        ("IL6", "抗IL-16抗体"),
        ("non-magnetic", "Non-woven fabric"),
        ("5-10", "510型夹具"),
    ],
)
async def test_what_only_looks_alike_is_not_found(put: Put, find: Find, asked: str, title: str) -> None:
    await put(other=title)
    assert await find(asked) == []


async def test_phrases_hold_beside_words_with_hyphens(put: Put, find: Find) -> None:
    await put(a="A Wi-Fi router with non-magnetic case", b="Router of Wi-Fi")
    assert await find('"wi-fi router"') == ["a"]
    assert await find('"router with non magnetic case"') == ["a"]


@pytest.mark.parametrize(
    "asked", ["电机 -汽车", "电机 －汽车", "电机 NOT 汽车", "-汽车 电机", '电机 -"汽车"', "电机 -“汽车”"]
)
async def test_a_word_after_a_hyphen_is_excluded(put: Put, engine: SearchEngine, asked: str) -> None:
    await put(a="一种电机", b="汽车电机", c="一种水泵")
    answer = await engine.search(Query(text=asked))
    assert [hit.id for hit in answer.hits] == ["a"]
    assert answer.understood.excluded == ("汽车",)
    assert answer.understood.words == ("电机",)


async def test_vehicle_is_excluded_in_every_inflection(put: Put, find: Find) -> None:
    await put(a="Charging station", b="Charging of vehicles", c="Charging, for a Vehicle")
    assert await find("charging -vehicle") == ["a"]
    assert await find('charging -"for a vehicle"') == ["a", "b"]


async def test_exclusions_alone_find_all_others_newest_first(put: Put, engine: SearchEngine) -> None:
    await put(a="一种电机", b="汽车电机")
    await put(patent("c", "Wi-Fi天线", ipc=("H01Q1/00",)))
    everything = [hit.id for hit in (await engine.search(Query())).hits]
    answer = await engine.search(Query(text="-汽车"))
    assert [hit.id for hit in answer.hits] == [one for one in everything if one != "b"]
    assert answer.total == 2
    assert {hit.id for hit in (await engine.search(Query(text="-wifi"))).hits} == {"a", "b"}
    assert {hit.id for hit in (await engine.search(Query(text="-H01Q"))).hits} == {"a", "b"}


@pytest.mark.parametrize("asked", ["电池 -20℃", "lithium-ion 电池", "电池 5-10", "电池 - 汽车", "电池\n-汽车"])
async def test_other_hyphens_exclude_nothing(engine: SearchEngine, put: Put, asked: str) -> None:
    await put(a="低温-20℃ lithium-ion 汽车 电池 5-10")
    answer = await engine.search(Query(text=asked))
    assert [hit.id for hit in answer.hits] == ["a"]
    assert answer.understood.excluded == ()


async def test_a_word_after_a_plus_is_demanded(put: Put, engine: SearchEngine) -> None:
    await put(a="石墨烯散热膜", b="石墨烯导电浆料", c="铜散热器")
    answer = await engine.search(Query(text="石墨烯 +散热"))
    assert {hit.id for hit in answer.hits} == {"a", "c"}
    assert answer.hits[0].id == "a"
    assert answer.understood.phrases == ("散热",)


async def test_facets_count_without_what_is_excluded(put: Put, engine: SearchEngine) -> None:
    await put(patent("a", "一种电机", region="CN-50"), patent("b", "汽车电机", region="CN-50"))
    answer = await engine.search(Query(text="电机 -汽车", facets=("region",)))
    assert [(one.value, one.count) for one in answer.facets["region"]] == [("CN-50", 1)]
    values = await engine.facet_values("region", "", Query(text="-汽车"), 10)
    assert [(one.value, one.count) for one in values] == [("CN-50", 1)]


async def test_an_exclusion_that_left_nothing_is_named(put: Put, engine: SearchEngine) -> None:
    await put(a="汽车电机")
    strictest = (await engine.search(Query(text="电机 -汽车"))).understood.strictest
    assert strictest
    assert (strictest.what, strictest.value, strictest.total_without) == ("excluded", "汽车", 1)

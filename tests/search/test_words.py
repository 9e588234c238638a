"""Words are found in Chinese and English, however they are written."""

import pytest

from search.engine import Query, SearchEngine
from tests.search.conftest import Find, Put, patent


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("锂电池", "一种锂离子电池的制备方法"),
        ("锂离子电池", "锂电池隔膜"),
        ("离子电池", "一种锂离子电池的制备方法"),
        ("导体", "半导体器件"),
        ("鋰離子電池", "锂离子电池"),
        ("锂离子电池", "鋰離子電池"),
        ("LiDAR", "激光雷达装置"),
        ("ｌｉｄａｒ", "激光雷达装置"),
        ("激光雷达", "Vehicle with LIDAR"),
        ("laser radar", "激光雷达装置"),
        ("ＬＥＤ灯", "LED灯具"),
        ("射", "一种衍射光栅"),
        ("5G", "一种５Ｇ基站"),
        ("乾燥裝置", "干燥装置"),
        ("石墨", "石墨烯散热膜"),
        ("池b", "锂电池B型外壳"),
        ("lithium-ion batteries", "锂离子电池"),
    ],
)
async def test_it_is_found(put: Put, find: Find, asked: str, title: str) -> None:
    await put(wanted=title, other="水稻播种机")
    assert await find(asked) == ["wanted"]


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("batteries", "A battery"),
        ("coated", "Coating of lenses"),
        ("batery", "Batteries for cars"),
        ("convertor", "Power converter"),
        ("photovoltiac", "Photovoltaic panel"),
        ("elctromagnetc", "Electromagnetic valve"),
    ],
)
async def test_english_is_stemmed_and_a_typo_forgiven(put: Put, find: Find, asked: str, title: str) -> None:
    await put(wanted=title, other="Seed drill")
    assert await find(asked) == ["wanted"]


@pytest.mark.parametrize(("asked", "title"), [("gats", "Gate"), ("btary", "Battery"), ("convetrte", "Conveyor belt")])
async def test_more_typos_are_not(put: Put, find: Find, asked: str, title: str) -> None:
    await put(other=title)
    assert await find(asked) == []


async def test_a_quoted_phrase_is_exact_in_chinese_and_english(put: Put, find: Find) -> None:
    await put(a="锂离子电池正极材料", b="电池的正极材料，锂离子", c="Solid state battery", d="Battery in solid state")
    assert await find("“电池正极”") == ["a"]
    assert await find('"离子电池"') == ["a"]
    assert await find('"solid state battery"') == ["c"]
    assert await find('"solid state batteries"') == []
    assert await find('"solid state') == await find("solid state")


async def test_a_phrase_spans_no_two_fields(put: Put, find: Find) -> None:
    await put(patent("a", "高强度铝", title_en="Strong alloy", abstract="合金的制备"), patent("b", "高强度铝合金"))
    assert await find('"铝合金"') == ["b"]


async def test_some_words_are_enough_where_all_are_not_there(put: Put, find: Find) -> None:
    await put(a="石墨烯散热膜", b="石墨烯导电浆料", c="水稻播种机")
    assert await find("石墨烯 散热") == ["a", "b"]


async def test_the_words_of_a_term_with_synonyms_are_sought_one_by_one_too(put: Put, find: Find) -> None:
    await put(a="固态电池", b="State of a solid battery", c="Battery", d="Seed drill")
    assert set(await find("solid state battery")) == {"a", "b", "c"}
    await put(e="锂 离子的电池", f="电池")
    assert set(await find("锂离子 电池")) >= {"e", "f"}


async def test_words_that_say_nothing_are_dropped_and_named(put: Put, engine: SearchEngine) -> None:
    await put(a="一种水稻播种机", b="一种石墨烯")
    answer = await engine.search(Query(text="一种用于水稻的播种机"))
    assert [hit.id for hit in answer.hits] == ["a"]
    assert set(answer.understood.dropped) == {"一种", "用于", "的"}


async def test_alone_they_are_sought(put: Put, find: Find) -> None:
    await put(a="一种水稻播种机", b="石墨烯")
    assert await find("一种") == ["a"]


async def test_the_answer_says_how_the_query_was_understood(put: Put, engine: SearchEngine) -> None:
    await put(a="锂离子电池正极材料")
    answer = await engine.search(Query(text='鋰電池 "正极材料" H01M 10/0525 CN201710601862.3'))
    assert answer.understood.words == ("锂电池",)
    assert answer.understood.phrases == ("正极材料",)
    assert answer.understood.classes == ("H01M10/0525",)
    assert answer.understood.numbers == ("CN2017106018623",)
    assert "锂离子电池" in answer.understood.synonyms["锂电池"]
    assert answer.understood.strictest is None


async def test_people_and_holders_are_found_by_name(put: Put, find: Find) -> None:
    await put(patent("a", "播种机", holders=("示例理工大学",), inventors=("張三", "李四")), patent("b", "收割机"))
    assert await find("理工") == ["a"]
    assert await find("张三") == ["a"]

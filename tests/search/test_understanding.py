"""A query is read as people ask it: what carries nothing is left out, and nothing else is lost."""

import hypothesis
import pytest
from hypothesis import strategies

from backend.patent_search.index_fields import PATENTS
from search.engine import Query, SearchEngine
from search.query_parser import MAX_CHARACTERS, MAX_WORDS, Reading, understand
from search.text import fold, roots
from tests.search.conftest import Find, Put


def words(text: str) -> list[str]:
    return [word.term.text for word in understand(text, PATENTS).words]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("噪音太大怎么办", {"噪音"}),
        ("有没有减振隔音的装置", {"减振", "隔音"}),
        ("我们想找电池热管理系统的技术", {"电池", "热", "管理系统"}),
        ("水泵老是漏水，请问怎么解决", {"水泵", "漏水"}),
        ("Is there a way to weld aluminium?", {"weld", "aluminium"}),
        ("How can I recycle lithium batteries", {"recycle", "lithium batteries"}),
    ],
)
def test_words_of_asking_and_complaining_are_dropped(asked: str, kept: set[str]) -> None:
    assert set(words(asked)) == kept


@pytest.mark.parametrize(
    "asked", ["降低 噪音", "成本 预测", "电池 管理 系统", "公司 目标", "铝 泵 醇", "有没有", "太 很", "how can i"]
)
def test_keywords_and_such_words_alone_are_sought_as_they_are(asked: str) -> None:
    assert words(asked) == asked.split()


async def test_too_in_a_sentence_does_not_find_terahertz(put: Put, find: Find) -> None:
    await put(a="太赫兹成像", b="一种低噪声电机")
    assert await find("电机噪音太大怎么办") == ["b"]
    assert await find("太赫兹") == ["a"]


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("噪音", "低噪声齿轮"),
        ("省电", "一种节能空调"),
        ("拧螺丝", "螺钉紧固装置"),
        ("掉漆 生锈", "锈蚀检测方法"),
        ("抽油烟机", "吸油烟机"),
        ("手机", "移动电话壳"),
        ("电瓶", "铅酸蓄电池极板"),
    ],
)
async def test_everyday_words_find_technical_ones(put: Put, find: Find, asked: str, title: str) -> None:
    await put(wanted=title, other="水稻播种")
    assert await find(asked) == ["wanted"]


async def test_a_long_word_that_finds_nothing_is_sought_by_its_parts(put: Put, engine: SearchEngine) -> None:
    await put(a="电池的安全管理方法", b="电池外壳", c="水稻播种机")
    answer = await engine.search(Query(text="电池管理系统"))
    assert [hit.id for hit in answer.hits] == ["a"]
    assert {(part.word, part.text, part.total) for part in answer.understood.parts} == {
        ("电池管理系统", "电池", 2),
        ("电池管理系统", "管理", 1),
    }
    assert answer.hits[0].matched_on == ("title",)


async def test_several_words_that_find_nothing_are_not_one_strictest_word(put: Put, engine: SearchEngine) -> None:
    await put(a="锂离子电池", b="电池回收")
    understood = (await engine.search(Query(text="收割机 播种机"))).understood
    assert understood.strictest is None
    assert {part.text for part in understood.parts} == {"收割", "播种", "机"}
    understood = (await engine.search(Query(text='"锂离子电池回收"'))).understood
    assert understood.strictest
    assert (understood.strictest.what, understood.strictest.value) == ("phrase", "锂离子电池回收")
    assert {(part.text, part.total) for part in understood.parts} == {("锂离子电池", 1), ("回收", 1)}


async def test_a_group_scores_as_its_best_member(put: Put, find: Find) -> None:
    """Whoever says one thing in three ways comes not before whoever says both things."""
    await put(
        many="噪声、噪音 noise 控制",
        both="噪声 noise 控制 泵",
        **{f"filler{number}": "泵的壳体" for number in range(3)},
    )
    assert (await find("噪音 泵"))[0] == "both"


SIGNS = strategies.sampled_from([*'+-"“”「」°℃μα#.,，。 \n', "NOT ", "C++", " -", " +"])
CONTENT = strategies.sampled_from(
    ["锂电池", "太", "噪音", "的", "motor", "non", "5um", "IL", "6", "有没有", "泵", "H01M"]
)
TEXT = strategies.lists(SIGNS | CONTENT | strategies.text(max_size=4), max_size=30).map("".join)


def said_in(reading: Reading) -> set[str]:
    terms = [word.term for word in reading.words] + [*reading.phrases, *reading.excluded]
    found = {root for term in terms for root in term.roots}
    for text in reading.dropped:
        found.update(roots(fold(text)))
    return found


@hypothesis.settings(deadline=None, max_examples=400)
@hypothesis.given(TEXT)
@hypothesis.example('NOT "')
@hypothesis.example('NOT ""')
@hypothesis.example('NOT " !" 电机')
def test_understanding_never_fails_and_loses_nothing(text: str) -> None:
    reading = understand(text, PATENTS)
    if len(text) > MAX_CHARACTERS or len(roots(fold(text))) > MAX_WORDS or reading.numbers or reading.classes:
        return
    lost = set(roots(fold(text))) - {"not"} - said_in(reading)
    assert not lost, (lost, reading)
    assert reading.is_empty <= (not roots(fold(text)) or bool(reading.excluded))

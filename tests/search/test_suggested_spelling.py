"""What a query that finds little may have meant: by letters, by pinyin, by sound; and its parts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.suggestions.edit_distance import distance
from search.suggestions.pinyin import readings, spellings
from search.suggestions.spelling import parts, proposals
from search.suggestions.title_words import TitleWords
from search.vocabulary import learn

TITLES = (
    "一种锂电池正极材料", "锂电池 隔膜", "石墨烯散热膜", "高精度传感器", "一种铝合金", "电池管理方法", "水泵",
    "Lithium battery electrode", "Battery with heat exchanger", "Heat pump", "Convertor circuit",
)  # fmt: skip


@pytest.fixture(scope="module")
def words() -> TitleWords:
    learn()
    return words_of(dict(enumerate(TITLES)))


def words_of(titles: dict[int, str]) -> TitleWords:
    words = TitleWords()
    for number, title in titles.items():
        words.put(str(number), (title,))
    return words


@pytest.mark.parametrize(
    ("said", "kind", "meant"),
    [
        ("batery", "spelling", "battery"),
        ("heat exchangar", "spelling", "heat exchanger"),
        ("litium batery", "spelling", "lithium battery"),
        ("eletcrode", "spelling", "electrode"),
        ("礼电池", "spelling", "锂电池"),
        ("理电池 隔膜", "spelling", "锂电池 隔膜"),
        ("lidianchi", "pinyin", "锂电池"),
        ("LiDianChi", "pinyin", "锂电池"),
        ("li dian chi", "pinyin", "锂电池"),
        ("lidianchi gemo", "pinyin", "锂电池 隔膜"),
        ("chuanganqi", "pinyin", "传感器"),
        ("lvhejin", "pinyin", "铝合金"),
        ("lühejin", "pinyin", "铝合金"),
        ("shuibeng", "pinyin", "水泵"),
    ],
)
def test_what_was_meant_is_proposed_first(words: TitleWords, said: str, kind: str, meant: str) -> None:
    found = proposals(said, words, lambda word: words.frequency(word) > 0)
    assert (found[0].kind.value, found[0].text) == (kind, meant)


@pytest.mark.parametrize("said", ["battery", "heat pump", "锂电池", "zzqqxx", "鬱鬱", "", "?!", "x", "1234567", "的"])
def test_nothing_is_proposed_for_what_is_right_or_senseless(words: TitleWords, said: str) -> None:
    assert proposals(said, words, lambda word: words.frequency(word) > 0) == []


def test_a_long_word_falls_into_the_words_that_titles_have(words: TitleWords) -> None:
    assert parts(["石墨烯传感器"], words) == ["石墨烯传感器", "石墨烯", "传感器"]
    assert parts(["solid heat pump"], words) == ["solid heat pump", "solid", "heat", "pump"]
    assert parts(["锂电池", "隔膜"], words) == ["锂电池", "隔膜"]


@pytest.mark.parametrize(
    "hostile",
    [
        "abcdefgh " * 55,
        "x" * 500,
        "礼电池" * 160,
        "lidianchi" * 55,
        "qing" * 125,
        "ba te ry " * 55,
        "锂" * 500,
        "a我" * 250,
    ],
)
def test_no_text_costs_more_than_ten_milliseconds(words: TitleWords, hostile: str) -> None:
    def seconds() -> float:
        start = time.thread_time()
        proposals(hostile, words, lambda _: False)
        parts(hostile.split() or [hostile], words)
        return time.thread_time() - start

    assert min(seconds() for _ in range(3)) < 0.01


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["", *TITLES])), max_size=15))
def test_titles_put_and_removed_leave_nothing_behind(changes: list[tuple[int, str]]) -> None:
    words, last = TitleWords(), dict[int, str]()
    for number, title in changes:
        if title:
            words.put(str(number), (title,))
            last[number] = title
        else:
            words.remove(str(number))
            last.pop(number, None)
    fresh = words_of(last)
    assert words.frequencies() == fresh.frequencies()
    assert words.written("lidianchi") == fresh.written("lidianchi")
    assert words.like("batery", 1) == fresh.like("batery", 1)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_the_distance_of_words_is_that_of_the_textbook(one: str, other: str) -> None:
    assert min(distance(one, other, 3), 4) == min(by_recursion(one, other), 4)
    assert distance(one, other, 2) == distance(other, one, 2)


def by_recursion(one: str, other: str) -> int:
    if not one or not other:
        return len(one) + len(other)
    ways = [by_recursion(one[1:], other) + 1, by_recursion(one, other[1:]) + 1,
            by_recursion(one[1:], other[1:]) + (one[0] != other[0])]  # fmt: skip
    if one[:2] == other[:2][::-1] and len(one) > 1:
        ways.append(by_recursion(one[2:], other[2:]) + 1)
    return min(ways)


def test_characters_are_read_as_they_are_read_in_names() -> None:
    assert "chongqing" in spellings("重庆")
    assert "shanyuwei" in spellings("单宇伟")
    assert spellings("锂") == ("li",)
    assert spellings("〇") == spellings("battery") == spellings("") == ()
    assert all(syllable.isascii() and syllable.islower() for ways in readings().values() for syllable in ways)

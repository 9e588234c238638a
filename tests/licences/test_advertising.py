import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.open_licences.declarations.advertising_rules import advertising, advertising_errors, words


def test_the_place_and_the_word_are_named() -> None:
    text = "本专利全网最低价，欲购从速。"
    assert advertising(text) == [(3, 7, "全网最低"), (9, 13, "欲购从速")]
    assert [text[start:end] for start, end, _ in advertising(text)] == ["全网最低", "欲购从速"]


def test_an_error_says_where_counted_from_one() -> None:
    (error,) = advertising_errors("/fee_explanation", "稳赚的技术")
    assert (error.pointer, error.code) == ("/fee_explanation", "advertising_language")
    assert error.detail.say("en", error.facts).startswith("“稳赚”, characters 1 to 2,")
    assert "第 1 至 2 字" in error.detail.say("zh", error.facts)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("A Limited-Time Offer", "limited-time offer"),
        ("limited time\noffer", "limited-time offer"),
        ("ＢＵＹ　ＮＯＷ！", "buy now"),
        ("Don’t miss it", "don't miss"),
        ("史 上 最 低", "史上最低"),
        ("史\u200b上\u2060最\u200d低", "史上最低"),
        ("b\u200buy\u200b now", "buy now"),
    ],
)
def test_case_width_blanks_hyphens_and_what_nobody_sees_do_not_hide_a_word(text: str, word: str) -> None:
    assert [found for _, _, found in advertising(text)] == [word]


@pytest.mark.parametrize(
    "text",
    [
        "最佳实施方式中，最高温度为300℃，最低温度为20℃，首选聚乙烯。",
        "加热30秒杀菌，防止着火爆炸，该结构具有独特价值。",
        "加热销轴，扩大促进面积；粮仓清仓机；测量值超值报警。",
        "风暴利用装置；主机不可失电；独一无二的编号；全国第一批试点。",
        "普通许可不设独家条款，税收优惠另计。",
        "an unbiased risk-free rate of 2 % is assumed; number one winding; buying nowhere; get richer mixtures",
        "",
    ],
)
def test_technical_and_legal_words_are_no_advertising(text: str) -> None:
    assert advertising(text) == []


def test_of_two_words_at_one_place_the_longer_is_named() -> None:
    assert advertising("低价格", ["低价", "低价格", "价格"]) == [(0, 3, "低价格")]
    assert advertising("什么都可以", []) == []


def test_the_list_is_short_and_each_word_stands_once() -> None:
    assert 20 <= len(words()) <= 60
    assert len(set(words())) == len(words())
    assert all(advertising(word) == [(0, len(word), word)] for word in words())


@given(st.lists(st.text(max_size=8) | st.sampled_from(words()), max_size=6).map("。".join))
def test_places_lie_in_the_text_in_order_and_hold_the_word(text: str) -> None:
    end_before = 0
    for start, end, word in advertising(text):
        assert end_before <= start < end <= len(text)
        bare = [
            re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", part).casefold()) for part in (text[start:end], word)
        ]
        assert bare[0] == bare[1]
        end_before = end

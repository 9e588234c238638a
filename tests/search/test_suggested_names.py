"""Which names a query is or begins with, and how surely; whatever was put and removed before."""

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.suggestions.names import Borne, Kind, NameFound, Names

CHONGQING = "重庆大学"
PEOPLE = ("王伟", "汪伟", "张力", "欧阳建国", "Smith John")
COMPANIES = (
    "珠海格力电器股份有限公司",
    "腾讯科技（深圳）有限公司",
    "华为技术有限公司",
    "华为软件技术有限公司",
)
WORDS = frozenset(("张力", "重大", "石墨烯", "led"))


def holders(*names: str, english: str = "") -> list[Borne]:
    return [Borne(Kind.HOLDER, name, english) for name in names]


def inventors(*names: str) -> list[Borne]:
    return [Borne(Kind.INVENTOR, name) for name in names]


def names_of(documents: Mapping[str, Iterable[Borne]]) -> Names:
    names = Names(WORDS.__contains__)
    for document_id, borne in documents.items():
        names.put(document_id, borne)
    return names


REGISTER = names_of(
    {
        "a": [*holders(CHONGQING, english="Chongqing University"), *inventors("王伟", "张力")],
        "b": [*holders(CHONGQING), *inventors("汪伟", "Smith John")],
        "c": holders("合肥工业大学", "浙江大学"),
        "d": [*holders(*COMPANIES), *inventors("欧阳建国")],
        "e": [*holders("华为技术有限公司"), Borne(Kind.APPLICANT, "华为技术有限公司"), *inventors("王伟")],
        "f": [Borne(Kind.APPLICANT, "清华大学"), *holders("Light Emitting Devices Ltd.")],
    }
)


def found(query: str, names: Names = REGISTER) -> list[tuple[str, str, str, bool]]:
    return [(one.name, "".join(sorted(one.document_ids)), one.rest_of_query, one.is_certain)
            for one in names.found_in(query)]  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "重庆大学", "重慶大學", " 重庆 大学 ", "chongqing university", "Chongqing University", "ChongQing daxue",
        "zhongqingdaxue", "chongqingdaxue", "zhong qing da xue", "重大", "CQU", "ＣＱＵ",
    ],
)  # fmt: skip
def test_a_university_is_found_by_every_name_it_goes_by(query: str) -> None:
    assert found(query) == [(CHONGQING, "ab", "", True)]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("浙大", "浙江大学"), ("ZJU", "浙江大学"), ("zhejiang daxue", "浙江大学"), ("清华", "清华大学"),
        ("Tsinghua University", "清华大学"), ("HFUT", "合肥工业大学"), ("合工大", "合肥工业大学"),
        ("Hefei University of Technology", "合肥工业大学"), ("格力", "珠海格力电器股份有限公司"),
        ("珠海格力电器", "珠海格力电器股份有限公司"), ("腾讯科技(深圳)有限公司", "腾讯科技（深圳）有限公司"),
        ("腾讯", "腾讯科技（深圳）有限公司"), ("tengxun", "腾讯科技（深圳）有限公司"), ("欧阳建国", "欧阳建国"),
        ("ouyang jianguo", "欧阳建国"), ("Jianguo Ouyang", "欧阳建国"), ("john smith", "Smith John"),
    ],
)  # fmt: skip
def test_names_are_known_in_chinese_english_pinyin_and_for_short(query: str, name: str) -> None:
    assert [(one[0], one[3]) for one in found(query)] == [(name, True)]


def test_what_follows_a_name_is_told_apart() -> None:
    assert found("重庆大学锂电池") == [(CHONGQING, "ab", "锂电池", True)]
    assert found("chongqing university lithium battery") == [(CHONGQING, "ab", "lithium battery", True)]
    assert found("重庆大学的 电池") == [(CHONGQING, "ab", "电池", True)]
    assert found("王伟 电池") == [("王伟", "ae", "电池", True)]


def test_what_may_be_a_word_is_offered_and_not_placed_first() -> None:
    assert found("重大缺陷检测") == [(CHONGQING, "ab", "缺陷检测", False)]
    assert found("重大 缺陷") == [(CHONGQING, "ab", "缺陷", False)]
    assert found("张力") == [("张力", "a", "", False)], "an inventor whose name many seek as a word"
    assert found("张力传感器") == [], "a person's name ends with it"
    assert found("led") == [("Light Emitting Devices Ltd.", "f", "", False)]
    assert found("浙大锅炉") == [("浙江大学", "c", "锅炉", False)]
    assert found("浙大 锅炉") == [("浙江大学", "c", "锅炉", True)]


def test_a_name_of_several_is_certain_as_a_whole_query_alone() -> None:
    assert found("wang wei") == [("王伟", "ae", "", True), ("汪伟", "b", "", True)]
    assert {one[3] for one in found("wang wei 电池")} == {False}
    assert [(one[0], one[3]) for one in found("华为")] == [("华为技术有限公司", True), ("华为软件技术有限公司", True)]


def test_ordinary_queries_hold_no_name() -> None:
    for query in (
        "",
        "  ",
        "锂电池",
        "lithium battery",
        "大学",
        "university",
        "-20℃",
        "CN110007813A",
        "大",
        '""',
        "x" * 500,
    ):
        assert found(query) == [], query


def test_a_name_that_is_not_to_be_found_is_not_offered() -> None:
    assert found("-重庆大学 电池") == found(" -CQU battery") == found("NOT CQU") == []
    assert [(one[0], one[3]) for one in found("“重庆大学” 电池") + found("+CQU 电池")] == [(CHONGQING, True)] * 2


def test_holder_and_applicant_are_one_offer_where_they_bear_the_same() -> None:
    names = names_of({"a": [*holders(CHONGQING), Borne(Kind.APPLICANT, CHONGQING)],
                      "b": [Borne(Kind.APPLICANT, CHONGQING)]})  # fmt: skip
    kinds = {one.kind: one.total for one in names.found_in(CHONGQING)}
    assert kinds == {Kind.HOLDER: 1, Kind.APPLICANT: 2}
    names.remove("b")
    assert [one.kind for one in names.found_in(CHONGQING)] == [Kind.HOLDER]


BORNE = st.builds(
    Borne,
    st.sampled_from(list(Kind)),
    st.sampled_from([CHONGQING, "重庆 大学", "重慶大學", "浙江大学", *PEOPLE, *COMPANIES, "，", "A"]),
    st.sampled_from(["", "Chongqing University", "CQ Univ."]),
)
CHANGES = st.lists(st.tuples(st.sampled_from("abcd"), st.lists(BORNE, max_size=4)), max_size=12)
QUERIES = (CHONGQING, "CQU", "cq univ", "wangwei", "张力 x", "格力", "huawei", "a", "Smith John", "zhongqingdaxue")


@given(CHANGES)
def test_what_was_put_and_removed_leaves_nothing_behind(changes: list[tuple[str, list[Borne]]]) -> None:
    names, last = Names(WORDS.__contains__), {}
    for document_id, borne in changes:
        for query in QUERIES[:2]:
            names.found_in(query)
        if borne:
            names.put(document_id, borne)
            last[document_id] = borne
        else:
            names.remove(document_id)
            last.pop(document_id, None)
    fresh = names_of(last)
    for query in QUERIES:
        assert ids_by_name(names.found_in(query)) == ids_by_name(fresh.found_in(query))
    for document_id in last:
        names.remove(document_id)
    assert not any(names.found_in(query) for query in QUERIES)
    assert names.forms == 0


def ids_by_name(found: list[NameFound]) -> set[tuple[Kind, frozenset[str]]]:
    return {(one.kind, one.document_ids) for one in found}

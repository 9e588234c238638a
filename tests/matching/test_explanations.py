"""What is said of a score is so: parts are addends, words add what was computed, and what would raise it raises it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from backend.matching.scoring.fact_rules import fact_parts, fact_points, is_refused
from backend.matching.scoring.facts import Circumstances, Offered, Wanted
from backend.matching.scoring.parts import WHOLE, Improvement, Score
from backend.matching.scoring.text_parts import class_part, term_addends, text_part, text_points
from search.similarity.collection import Collection
from search.similarity.profile import Profile, Sought, profile_of
from search.similarity.vectors import Field, Vector, vector_of

TODAY: Final = date(2026, 3, 1)
WHEN: Final = Circumstances(today=TODAY, stale_after_days=180, answered_in_time={})
WAYS: Final = ("assignment", "ordinary_licence", "exclusive_licence", "open_licence")
WORDS: Final = ("冲床", "隔振", "噪声", "锂电池", "电解液", "press", "damping", "battery", "水稻", "旋耕机", "阻尼弹簧")
CLASSES: Final = ("F16F15/04", "F16F7/00", "H01M10/0567", "A01B49/02")
sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map("，".join)
classes = st.lists(st.sampled_from(CLASSES), max_size=2, unique=True)
ways = st.frozensets(st.sampled_from(WAYS))
regions = st.sampled_from([None, "500000", "500100", "500110", "500112", "110000"])
wanteds = st.builds(
    Wanted, deal_types=ways, stage_min=st.none() | st.integers(1, 9),
    budget_fen=st.none() | st.integers(0, 10_000_000), region=regions,
)  # fmt: skip
offereds = st.builds(
    Offered, listing_id=st.just("lst"), patent_id=st.just("pat"), organisation_id=st.just("org"), deal_types=ways,
    refused=ways, stage=st.none() | st.integers(1, 9), price_fen=st.none() | st.integers(0, 20_000_000), region=regions,
    expires_on=st.none() | st.dates(TODAY, TODAY + timedelta(days=8_000)),
    legal_status=st.sampled_from([None, "in_force", "in_grace", "lapsed"]),
    checked_on=st.none() | st.dates(TODAY - timedelta(days=900), TODAY),
)  # fmt: skip


def done(improvement: Improvement, wanted: Wanted, offered: Offered) -> Offered:
    """Return the listing once what is said to raise its score is done."""
    facts: dict[str, Any] = {
        "offer_wanted_deal_type": lambda said: {"deal_types": offered.deal_types | {said["deal_types"][0]}},
        "reach_stage": lambda said: {"stage": said["stage"]},
        "price_within_budget": lambda _said: {"price_fen": wanted.budget_fen},
        "check_status": lambda _said: {"checked_on": TODAY},
    }[improvement.code](improvement.facts)
    return replace(offered, **facts)


@given(wanteds, offereds)
def test_what_is_said_to_raise_a_fact_raises_it_by_as_much(wanted: Wanted, offered: Offered) -> None:
    offered = replace(offered, deal_types=offered.deal_types - offered.refused)
    if is_refused(wanted, offered):
        return
    before, parts = fact_points(wanted, offered, WHEN), fact_parts(wanted, offered, WHEN)
    assert before == sum(part.points for part in parts)
    for part in parts:
        assert 0 <= part.points <= part.most
        for improvement in part.raised_by:
            assert improvement.points > 0
            assert fact_points(wanted, done(improvement, wanted, offered), WHEN) >= before + improvement.points


def compared(text: str, documents: list[tuple[str, list[str]]]) -> tuple[Profile, list[Vector]]:
    """Return a text and documents as they are compared."""
    collection = Collection()
    vectors = [vector_of([Field(words, 1.0)], symbols) for words, symbols in documents]
    collection.put({str(number): vector for number, vector in enumerate(vectors)})
    collection.settle()
    return profile_of(Sought([Field(text, 1.0)]), collection), vectors


@given(sentences, st.lists(st.tuples(sentences, classes), min_size=1, max_size=6))
def test_each_word_adds_what_was_computed_of_it(text: str, documents: list[tuple[str, list[str]]]) -> None:
    profile, vectors = compared(text, documents)
    for vector in vectors:
        factor = profile.factor(vector.language) * WHOLE
        addends = term_addends(profile, vector)
        for addend in addends:
            assert addend.points == round(profile.terms[addend.term] * vector.terms[addend.term] * factor)
        score = Score((text_part(profile, vector), class_part(profile, vector)))
        words = score.parts[0].evidence
        shown = sum(word["points"] for word in words["words"]) + words["others"]["points"]
        assert shown == score.parts[0].points == sum(addend.points for addend in addends)
        assert score.points == text_points(profile, vector)
        assert all(part.points <= part.most for part in score.parts)


@given(sentences, st.lists(st.tuples(sentences, classes), min_size=1, max_size=6))
def test_equal_inputs_have_equal_scores(text: str, documents: list[tuple[str, list[str]]]) -> None:
    (one, first), (two, second) = compared(text, documents), compared(text, documents)
    assert [text_points(one, vector) for vector in first] == [text_points(two, vector) for vector in second]


def test_a_region_is_named_by_pairs_of_digits() -> None:
    def points(wanted: str, region: str) -> int:
        offered = Offered(listing_id="l", patent_id="p", organisation_id="o", region=region)
        return fact_points(Wanted(region=wanted), offered, WHEN)

    assert points("500110", "500110") == points("500100", "500112") == points("500000", "500112") == 2 * WHOLE
    assert points("500110", "500112") == WHOLE
    assert points("110000", "500112") == 0

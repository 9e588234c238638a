from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.core.errors import Problem
from backend.licences.codes import FeeBase, FeeForm, LumpSumPer, Reporting
from backend.licences.terms.errors import TermsContradict
from backend.licences.terms.models import EXAMPLES, FeeTerms, terms_data
from backend.licences.terms.quote_rules import Use, quote
from backend.licences.terms.rules import SAID, contradictions
from backend.open_licences.declarations.ceiling_rules import SAID as OVER
from backend.open_licences.declarations.ceiling_rules import check_ceilings, over_ceilings
from tests.licences.fees import ANY_TERMS, ENTRY, LUMP, SALES, UNITS, by_volume, by_year, terms

FREE = {"form": "free"}
TODAY = date(2025, 6, 1)
UNIT_STEP = by_volume((500, 60), price="unit_fee_fen")


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        (FREE | {"lump_sum_fen": 0}, "/lump_sum_fen", "free_with_amount"),
        (FREE | {"lump_sum_per": "year"}, "/lump_sum_per", "free_with_amount"),
        (FREE | {"entry_fee_fen": 1}, "/entry_fee_fen", "free_with_amount"),
        (FREE | {"rate_bp": 1}, "/rate_bp", "free_with_amount"),
        (FREE | {"unit_fee_fen": 1}, "/unit_fee_fen", "free_with_amount"),
        (FREE | {"minimum_per_year_fen": 1}, "/minimum_per_year_fen", "free_with_amount"),
        (FREE | {"base": "unit"}, "/base", "free_with_royalty"),
        (FREE | {"steps": by_volume((1, 1))}, "/steps", "free_with_royalty"),
        (FREE | {"reporting": "yearly"}, "/reporting", "free_with_royalty"),
        (FREE | {"payment_days": 30}, "/payment_days", "nothing_to_pay"),
        (FREE | {"pro_rata": True}, "/pro_rata", "pro_rata_of_nothing"),
        (LUMP | {"base": "profit"}, "/base", "lump_sum_with_royalty"),
        (LUMP | {"rate_bp": 0}, "/rate_bp", "lump_sum_with_royalty"),
        (LUMP | {"unit_fee_fen": 1}, "/unit_fee_fen", "lump_sum_with_royalty"),
        (LUMP | {"steps": by_year((2, 1))}, "/steps", "lump_sum_with_royalty"),
        (LUMP | {"reporting": "quarterly"}, "/reporting", "lump_sum_with_royalty"),
        (LUMP | {"minimum_per_year_fen": 1}, "/minimum_per_year_fen", "lump_sum_with_minimum"),
        (LUMP | {"entry_fee_fen": 1}, "/entry_fee_fen", "lump_sum_with_entry_fee"),
        (LUMP | {"lump_sum_fen": None}, "/lump_sum_fen", "lump_sum_missing"),
        (LUMP | {"lump_sum_fen": 0}, "/lump_sum_fen", "amount_zero"),
        (LUMP | {"payment_days": None}, "/payment_days", "payment_days_missing"),
        (LUMP | {"pro_rata": True}, "/pro_rata", "pro_rata_of_nothing"),
        (SALES | {"lump_sum_fen": 1}, "/lump_sum_fen", "royalty_with_lump_sum"),
        (SALES | {"lump_sum_per": "licence"}, "/lump_sum_per", "royalty_with_lump_sum"),
        (ENTRY | {"lump_sum_fen": 1}, "/lump_sum_fen", "royalty_with_lump_sum"),
        (SALES | {"entry_fee_fen": 1}, "/entry_fee_fen", "running_royalty_with_entry_fee"),
        (ENTRY | {"entry_fee_fen": None}, "/entry_fee_fen", "entry_fee_missing"),
        (ENTRY | {"entry_fee_fen": 0}, "/entry_fee_fen", "amount_zero"),
        (SALES | {"base": None}, "/base", "base_missing"),
        (ENTRY | {"reporting": None}, "/reporting", "reporting_missing"),
        (SALES | {"payment_days": None}, "/payment_days", "payment_days_missing"),
        (SALES | {"minimum_per_year_fen": 0}, "/minimum_per_year_fen", "amount_zero"),
        (SALES | {"pro_rata": True}, "/pro_rata", "pro_rata_of_nothing"),
        (SALES | {"rate_bp": None}, "/rate_bp", "rate_missing"),
        (SALES | {"rate_bp": 0}, "/rate_bp", "royalty_of_nothing"),
        (SALES | {"rate_bp": 0, "steps": by_volume((5, 0))}, "/rate_bp", "royalty_of_nothing"),
        (UNITS | {"unit_fee_fen": 0}, "/unit_fee_fen", "royalty_of_nothing"),
        (SALES | {"unit_fee_fen": 1}, "/unit_fee_fen", "unit_fee_for_share"),
        (UNITS | {"unit_fee_fen": None}, "/unit_fee_fen", "unit_fee_missing"),
        (UNITS | {"rate_bp": 100}, "/rate_bp", "rate_for_units"),
        (SALES | {"steps": [{"by": "volume", "above": 5}]}, "/steps/0/rate_bp", "rate_missing"),
        (SALES | {"steps": [UNIT_STEP[0] | {"rate_bp": 5}]}, "/steps/0/unit_fee_fen", "unit_fee_for_share"),
        (UNITS | {"steps": [*UNIT_STEP, {"by": "volume", "above": 900}]}, "/steps/1/unit_fee_fen", "unit_fee_missing"),
        (UNITS | {"steps": [UNIT_STEP[0] | {"rate_bp": 5}]}, "/steps/0/rate_bp", "rate_for_units"),
        (SALES | {"steps": [*by_volume((5, 1)), *by_year((2, 1))]}, "/steps/1/by", "steps_mixed"),
        (SALES | {"steps": [{"by": "volume", "rate_bp": 1}]}, "/steps/0/above", "step_bound_missing"),
        (SALES | {"steps": [{"by": "year", "rate_bp": 1}]}, "/steps/0/from_year", "step_bound_missing"),
        (SALES | {"steps": [by_year((2, 1))[0] | {"above": 5}]}, "/steps/0/above", "step_bound_foreign"),
        (SALES | {"steps": [by_volume((5, 1))[0] | {"from_year": 2}]}, "/steps/0/from_year", "step_bound_foreign"),
        (SALES | {"steps": by_volume((5, 1), (5, 2))}, "/steps/1/above", "step_repeated"),
        (SALES | {"steps": by_year((3, 1), (3, 2))}, "/steps/1/from_year", "step_repeated"),
        (SALES | {"steps": by_volume((5, 1), (9, 2), (7, 3))}, "/steps/2/above", "steps_not_rising"),
        (SALES | {"steps": by_year((5, 1), (3, 2))}, "/steps/1/from_year", "steps_not_rising"),
    ],
)
def test_each_contradiction_has_its_code_and_place(said: dict[str, Any], pointer: str, code: str) -> None:
    found = contradictions(FeeTerms.model_validate(said))
    assert [(error.pointer, error.code) for error in found] == [(pointer, code)]


def test_all_contradictions_are_named_at_once() -> None:
    found = contradictions(terms(LUMP, lump_sum_fen=0, rate_bp=5, entry_fee_fen=7, reporting="yearly"))
    assert {error.pointer for error in found} == {"/lump_sum_fen", "/rate_bp", "/entry_fee_fen", "/reporting"}


def test_every_code_says_itself_in_both_languages() -> None:
    assert all(said.zh and said.en and said.zh != said.en for said in (SAID | OVER).values())


@pytest.mark.parametrize("example", [*EXAMPLES, SALES, UNITS, LUMP, ENTRY])
def test_the_examples_hold(example: dict[str, Any]) -> None:
    assert contradictions(FeeTerms.model_validate(example)) == []


@pytest.mark.parametrize(
    "said",
    [
        SALES | {"rate_bp": -1},
        SALES | {"rate_bp": 10_001},
        SALES | {"rate_bp": 3.0},
        SALES | {"rate_bp": "300"},
        SALES | {"steps": by_volume((5, -1))},
        SALES | {"steps": by_volume((0, 1))},
        SALES | {"steps": by_year((1, 1))},
        SALES | {"steps": by_year((31, 1))},
        SALES | {"steps": by_volume(*((above, 1) for above in range(1, 22)))},
        SALES | {"payment_days": 0},
        UNITS | {"unit_fee_fen": -1},
        LUMP | {"lump_sum_fen": -1},
        LUMP | {"discount_bp": 5},
    ],
)
def test_what_is_no_rate_bound_or_amount_never_comes_in(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FeeTerms.model_validate(said)


AMOUNTS = st.none() | st.integers(0, 3)
WILD_STEPS = st.builds(
    lambda **said: said,
    by=st.sampled_from(["volume", "year"]),
    above=st.none() | st.integers(1, 3),
    from_year=st.none() | st.integers(2, 4),
    rate_bp=AMOUNTS,
    unit_fee_fen=AMOUNTS,
)
WILD = st.builds(
    FeeTerms,
    form=st.sampled_from(FeeForm),
    lump_sum_fen=AMOUNTS,
    lump_sum_per=st.none() | st.sampled_from(LumpSumPer),
    entry_fee_fen=AMOUNTS,
    base=st.none() | st.sampled_from(FeeBase),
    rate_bp=AMOUNTS,
    unit_fee_fen=AMOUNTS,
    steps=st.lists(WILD_STEPS, max_size=3),
    minimum_per_year_fen=AMOUNTS,
    pro_rata=st.booleans(),
    payment_days=st.none() | st.just(30),
    reporting=st.none() | st.sampled_from(Reporting),
)


@given(WILD)
def test_terms_either_contradict_themselves_or_can_be_quoted(wild: FeeTerms) -> None:
    def ask() -> int:
        return quote(wild, Use(1000, 1000, 1000), TODAY, date(2028, 6, 1)).total_fen

    if contradictions(wild):
        with pytest.raises(TermsContradict):
            ask()
    else:
        assert ask() >= 0


@given(ANY_TERMS)
def test_consistent_terms_contradict_nothing_and_survive_their_data(chosen: FeeTerms) -> None:
    priced = chosen.form is FeeForm.FREE or bool(chosen.lump_sum_fen or chosen.rate_bp or chosen.unit_fee_fen)
    assert priced
    assert contradictions(chosen) == []
    assert FeeTerms.model_validate(terms_data(chosen)) == chosen


@pytest.mark.parametrize(
    ("said", "refused", "needs_reason"),
    [
        (LUMP | {"lump_sum_fen": 2_000_000_000}, [], []),
        (LUMP | {"lump_sum_fen": 2_000_000_001}, ["/lump_sum_fen"], []),
        (ENTRY | {"entry_fee_fen": 2_000_000_000}, [], []),
        (ENTRY | {"entry_fee_fen": 2_000_000_001}, ["/entry_fee_fen"], []),
        (SALES | {"rate_bp": 2_000}, [], []),
        (SALES | {"rate_bp": 2_001}, [], ["/rate_bp"]),
        (SALES | {"base": "profit", "rate_bp": 4_000}, [], []),
        (SALES | {"base": "profit", "rate_bp": 4_001}, [], ["/rate_bp"]),
        (SALES | {"steps": by_volume((5, 2_000), (9, 2_001))}, [], ["/steps/1/rate_bp"]),
        (SALES | {"steps": by_year((2, 5_000))}, [], ["/steps/0/rate_bp"]),
        (UNITS | {"unit_fee_fen": 9_000_000_000}, [], []),
        (FREE, [], []),
    ],
)
def test_ceilings_of_the_guidelines(said: dict[str, Any], refused: list[str], needs_reason: list[str]) -> None:
    over = over_ceilings(FeeTerms.model_validate(said), on=TODAY)
    assert [error.pointer for error in over.refused] == refused
    assert [error.pointer for error in over.needs_reason] == needs_reason


def test_a_yearly_lump_sum_is_measured_over_the_years_it_can_be_taken_for() -> None:
    yearly = terms(LUMP, lump_sum_fen=500_000_000, lump_sum_per="year")
    assert over_ceilings(yearly, on=TODAY, years=4).refused == ()
    assert [error.pointer for error in over_ceilings(yearly, on=TODAY, years=5).refused] == ["/lump_sum_fen"]
    assert over_ceilings(terms(LUMP, lump_sum_fen=500_000_000), on=TODAY, years=5).refused == ()


def test_what_is_payable_without_any_use_is_a_fixed_fee() -> None:
    least = terms(SALES, minimum_per_year_fen=500_000_000)
    assert over_ceilings(least, on=TODAY, years=4).refused == ()
    assert [error.pointer for error in over_ceilings(least, on=TODAY, years=5).refused] == ["/minimum_per_year_fen"]
    both = terms(SALES, form="entry_and_royalty", entry_fee_fen=1_000_000, minimum_per_year_fen=500_000_000)
    assert [error.pointer for error in over_ceilings(both, on=TODAY, years=4).refused] == ["/minimum_per_year_fen"]


def test_ceilings_hold_from_their_day() -> None:
    assert over_ceilings(terms(SALES, rate_bp=5_000), on=date(2024, 1, 19)).needs_reason == ()
    assert len(over_ceilings(terms(SALES, rate_bp=5_000), on=date(2024, 1, 20)).needs_reason) == 1


def test_a_fixed_fee_over_the_ceiling_is_refused_whatever_the_reason_and_an_ordinary_licence_named() -> None:
    with pytest.raises(Problem) as refused:
        check_ceilings(terms(LUMP, lump_sum_fen=2_000_000_001), on=TODAY, override_reason="长期研发投入")
    page = refused.value.document("en", "", "/")
    assert (page["code"], page["status"]) == ("fixed_fee_over_ceiling", 422)
    assert "ordinary licence" in page["cure"]
    assert "2000000000" in page["errors"][0]["detail"]


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_rate_over_the_ceiling_needs_a_reason(reason: str | None) -> None:
    with pytest.raises(Problem) as refused:
        check_ceilings(terms(SALES, rate_bp=2_001), on=TODAY, override_reason=reason)
    assert refused.value.code == "royalty_over_ceiling"
    assert "ceiling_override_reason" in refused.value.document("zh", "", "/")["cure"]
    check_ceilings(terms(SALES, rate_bp=2_001), on=TODAY, override_reason="行业惯例高于此比例，附说明")

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.canonical import canonical
from backend.licences.codes import Due, LineCode
from backend.licences.terms.fee_rules import exact_text, licence_years, rounded
from backend.licences.terms.models import FeeTerms
from backend.licences.terms.quote_rules import Quote, Use, quote, quote_data
from backend.patents.legal_events.term_rules import add_months
from tests.licences.fees import ANY_TERMS, FIGURES, LENGTHS, STARTS, royalties, use_of


def over(starts_on: date, days: int) -> date:
    return starts_on + timedelta(days=days)


def whole(starts_on: date, years: int) -> date:
    return add_months(starts_on, 12 * years) - timedelta(days=1)


def exact(found: Quote) -> Fraction:
    lines = [line for line in found.lines if line.code is LineCode.ROYALTY_OF_YEAR]
    return sum((Fraction(line.exact) for line in lines), Fraction(0))


@given(royalties(), FIGURES, FIGURES, STARTS, LENGTHS)
def test_the_fee_never_falls_as_use_rises(chosen: FeeTerms, one: int, more: int, starts: date, days: int) -> None:
    ends = over(starts, days)
    less = quote(chosen, use_of(chosen, one), starts, ends)
    after = quote(chosen, use_of(chosen, one + more), starts, ends)
    assert after.total_fen >= less.total_fen
    assert all(b.amount_fen >= a.amount_fen for a, b in zip(less.years, after.years, strict=True))


@given(royalties(steps="none", minimum=False), FIGURES, STARTS, st.integers(1, 12), st.integers(1, 12))
def test_a_running_royalty_without_steps_or_minimum_is_additive_over_whole_years(
    chosen: FeeTerms, figure: int, starts: date, first: int, second: int
) -> None:
    use = use_of(chosen, figure)
    between = add_months(starts, 12 * first)
    pipeline = exact(quote(chosen, use, starts, whole(starts, first + second)))
    parts = quote(chosen, use, starts, whole(starts, first)), quote(chosen, use, between, whole(between, second))
    assert pipeline == exact(parts[0]) + exact(parts[1])


@given(ANY_TERMS, FIGURES, STARTS, st.integers(1, 12), st.integers(1, 12))
def test_a_longer_licence_costs_the_same_in_the_years_it_shares(
    chosen: FeeTerms, figure: int, starts: date, years: int, more: int
) -> None:
    short = quote(chosen, use_of(chosen, figure), starts, whole(starts, years))
    long = quote(chosen, use_of(chosen, figure), starts, whole(starts, years + more))
    assert long.lines[: len(short.lines)] == short.lines
    assert long.years[:years] == short.years


@given(ANY_TERMS, FIGURES, STARTS, LENGTHS)
def test_the_same_question_has_the_same_answer_to_the_byte(
    chosen: FeeTerms, figure: int, starts: date, days: int
) -> None:
    again = FeeTerms.model_validate_json(chosen.model_dump_json())
    first = quote_data(quote(chosen, use_of(chosen, figure), starts, over(starts, days)))
    second = quote_data(quote(again, use_of(again, figure), starts, over(starts, days)))
    assert canonical(first) == canonical(second)


@given(ANY_TERMS, FIGURES, FIGURES, STARTS, LENGTHS)
def test_figures_that_the_terms_do_not_ask_for_change_nothing(
    chosen: FeeTerms, figure: int, other: int, starts: date, days: int
) -> None:
    asked_for = use_of(chosen, figure)
    names = ("net_sales_fen", "profit_fen", "units")
    told = {name: getattr(asked_for, name) for name in names}
    full = Use(**{name: other if value is None else value for name, value in told.items()})
    assert quote(chosen, full, starts, over(starts, days)) == quote(chosen, asked_for, starts, over(starts, days))


@given(ANY_TERMS, FIGURES, STARTS, LENGTHS)
def test_the_total_is_the_sum_of_what_is_payable_and_nothing_is_negative(
    chosen: FeeTerms, figure: int, starts: date, days: int
) -> None:
    found = quote(chosen, use_of(chosen, figure), starts, over(starts, days))
    amounts = [owed.amount_fen for owed in found.payable]
    assert found.total_fen == sum(amounts) == sum(year.amount_fen for year in found.years)
    assert found.due_at_start_fen == sum(owed.amount_fen for owed in found.payable if owed.due is Due.AT_START)
    assert min([found.total_fen, *amounts, *(Fraction(line.exact) for line in found.lines)]) >= 0


@given(ANY_TERMS, FIGURES, STARTS, LENGTHS)
def test_every_amount_payable_is_its_exact_line_rounded_once(
    chosen: FeeTerms, figure: int, starts: date, days: int
) -> None:
    found = quote(chosen, use_of(chosen, figure), starts, over(starts, days))
    lines = [line for line in found.lines if line.code is LineCode.PAYABLE]
    assert [(line.payment, line.exact, line.amount_fen) for line in lines] == [
        (owed.payment, owed.exact, owed.amount_fen) for owed in found.payable
    ]
    for line in lines:
        assert line.amount_fen is not None
        assert Fraction(-1, 2) < line.amount_fen - Fraction(line.exact) <= Fraction(1, 2)


@given(royalties(), FIGURES, STARTS, LENGTHS)
def test_the_lines_of_a_year_add_up_to_its_royalty(chosen: FeeTerms, figure: int, starts: date, days: int) -> None:
    found = quote(chosen, use_of(chosen, figure), starts, over(starts, days))
    for year in found.years:
        mine = [line for line in found.lines if line.year == year.year]
        parts = [line for line in mine if line.code is LineCode.ROYALTY]
        use = next(Fraction(line.exact) for line in mine if line.code is LineCode.USE)
        assert sum(Fraction(line.applied_to or 0) for line in parts) == use
        for line in parts:
            price = Fraction(line.rate_bp or 0, 10_000) if line.unit_fee_fen is None else line.unit_fee_fen
            assert Fraction(line.applied_to or 0) * price == Fraction(line.exact)
        total = next(Fraction(line.exact) for line in mine if line.code is LineCode.ROYALTY_OF_YEAR)
        assert sum(Fraction(line.exact) for line in parts) == total


@given(STARTS, st.integers(0, 10_900))
def test_licence_years_cover_the_licence_without_gap_or_overlap(starts: date, days: int) -> None:
    found = licence_years(starts, over(starts, days))
    assert (found[0].starts_on, found[-1].ends_on) == (starts, over(starts, days))
    assert sum(year.days for year in found) == days + 1
    assert all(b.starts_on == over(a.ends_on, 1) for a, b in pairwise(found))
    assert all(year.part == 1 for year in found[:-1])
    assert all(year.of_days in (365, 366) and year.days <= year.of_days for year in found)


@settings(max_examples=300)
@given(st.fractions(min_value=0, max_value=10**15))
def test_the_exact_text_is_the_number(value: Fraction) -> None:
    assert Fraction(exact_text(value)) == value
    assert Fraction(-1, 2) < rounded(value) - value <= Fraction(1, 2)


def test_a_number_that_ends_is_written_as_a_decimal() -> None:
    said = [exact_text(Fraction(*pair)) for pair in ((5, 1), (1, 8), (3001, 100), (1000, 3), (0, 1), (-1, 4))]
    assert said == ["5", "0.125", "30.01", "1000/3", "0", "-0.25"]


def test_use_is_never_negative() -> None:
    with pytest.raises(ValueError, match="never negative"):
        Use(units=-1)

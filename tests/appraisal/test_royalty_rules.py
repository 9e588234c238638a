"""Relief from royalty against an independent computation with decimals."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.appraisal.methods.royalty_rules import RoyaltyCase, present_values, steps_between, total
from backend.licences.terms.fee_rules import licence_years

BEGIN = date(2026, 7, 1)


def in_decimals(case: RoyaltyCase, days: list[tuple[int, int]]) -> int:
    """Return the present value in fen, by the formula as a book has it."""
    worth = 0
    with localcontext() as context:
        context.prec = 400
        for number, (run, of) in enumerate(days, start=1):
            sales = Decimal(case.sales_fen) * (1 + Decimal(case.growth_bp) / 10_000) ** (number - 1)
            royalty = sales * case.royalty_bp / 10_000 * case.contribution_bp / 10_000
            royalty *= (1 - Decimal(case.tax_bp) / 10_000) * run
            value = royalty / (of * (1 + Decimal(case.discount_bp) / 10_000) ** number)
            worth += int(value.quantize(Decimal(1), ROUND_HALF_EVEN))
    return worth


CASES = st.builds(
    RoyaltyCase,
    sales_fen=st.integers(1, 10**13),
    royalty_bp=st.integers(0, 10_000),
    growth_bp=st.integers(-9_000, 10_000),
    discount_bp=st.integers(1, 10_000),
    contribution_bp=st.integers(0, 10_000),
    tax_bp=st.integers(0, 10_000),
)


@settings(max_examples=200, deadline=None)
@given(CASES, st.integers(0, 7_300))
def test_the_present_value_is_that_of_an_independent_computation(case: RoyaltyCase, more_days: int) -> None:
    years = licence_years(BEGIN, date.fromordinal(BEGIN.toordinal() + more_days))
    assert total(case, years) == in_decimals(case, [(year.days, year.of_days) for year in years])


def test_two_years_by_hand() -> None:
    """Of 1,000,000 yuan a year 60 % bear 3 %: 18,000 yuan; a year later 5 % more; each at 15 % from its end."""
    case = RoyaltyCase(
        sales_fen=100_000_000, royalty_bp=300, growth_bp=500, discount_bp=1_500, contribution_bp=6_000, tax_bp=0
    )
    years = present_values(case, licence_years(BEGIN, date(2028, 6, 30)))
    assert [year.royalty_fen for year in years] == [1_800_000, 1_890_000]
    assert [year.present_value_fen for year in years] == [1_565_217, 1_429_112]  # / 1.15, / 1.3225


@settings(max_examples=100, deadline=None)
@given(CASES, st.integers(0, 1_000))
def test_a_higher_royalty_is_worth_no_less_and_a_higher_discount_no_more(case: RoyaltyCase, more: int) -> None:
    years = licence_years(BEGIN, date(2035, 3, 1))
    values = {"royalty_bp": case.royalty_bp, "discount_bp": case.discount_bp}
    dearer = RoyaltyCase(**{**case_values(case), "royalty_bp": min(10_000, values["royalty_bp"] + more)})
    later = RoyaltyCase(**{**case_values(case), "discount_bp": values["discount_bp"] + more})
    assert total(dearer, years) >= total(case, years) >= total(later, years) >= 0


def case_values(case: RoyaltyCase) -> dict[str, int]:
    return {name: getattr(case, name) for name in RoyaltyCase.__slots__}


def test_a_table_stands_on_the_three_values_and_those_between() -> None:
    assert steps_between(200, 300, 500) == [200, 250, 300, 400, 500]
    assert steps_between(300, 300, 300) == [300]

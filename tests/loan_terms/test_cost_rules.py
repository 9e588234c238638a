"""The whole cost: hand-worked cases, monotony, and the yearly rate beside that of pyxirr."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
import pyxirr
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.loan_terms.arithmetic.cost_rules import Cost, Fee, Subsidy, cash_flows, share_of_lpr, whole_cost
from backend.loan_terms.arithmetic.schedule_rules import MOST_FEN, MOST_MONTHS, LoanTerms
from backend.loan_terms.arithmetic.yearly_rate_rules import yearly_rate
from backend.loan_terms.codes import (
    DayCount,
    FeeKind,
    FeePayer,
    FeeTime,
    LoanFeeBase,
    NoRate,
    RepaymentMethod,
    SubsidyPayment,
)
from tests.loan_terms.reference_model import any_loans, can_be_repaid, fees, terms

START = date(2024, 1, 15)
ONCE = terms(method=RepaymentMethod.AT_MATURITY, every=None)


def fee(**changed: object) -> Fee:
    usual: dict[str, object] = {"kind": FeeKind.GUARANTEE, "payer": FeePayer.BORROWER, "time": FeeTime.AT_DISBURSEMENT}
    return Fee(**(usual | changed))  # type: ignore[arg-type]


def subsidy(rate_bp: int, **changed: object) -> Subsidy:
    return Subsidy(rate_bp=Fraction(rate_bp), payment=SubsidyPayment.WITH_INTEREST, **changed)  # type: ignore[arg-type]


def totals(loans: list[LoanTerms], *more: Fee) -> list[int]:
    return [whole_cost(loan, more).total_fen for loan in loans]


@given(any_loans(), st.lists(fees(), max_size=3), st.one_of(st.integers(1, 3), st.integers(1, 10**9)))
def test_the_total_never_falls_as_the_amount_rises(loan: LoanTerms, more: list[Fee], by: int) -> None:
    assume(loan.amount_fen + by <= MOST_FEN)
    less, after = totals([loan, replace(loan, amount_fen=loan.amount_fen + by)], *more)
    assert less <= after


@given(any_loans(), st.lists(fees(), max_size=3), st.integers(1, 50))
def test_the_total_never_falls_as_the_rate_rises(loan: LoanTerms, more: list[Fee], by: int) -> None:
    dearer = replace(loan, rate_bp=loan.rate_bp + by)
    assume(can_be_repaid(dearer))
    less, after = totals([loan, dearer], *more)
    assert less <= after


@given(any_loans(), st.lists(fees(), max_size=3), st.integers(1, 13))
def test_the_total_never_falls_as_the_term_rises(loan: LoanTerms, more: list[Fee], by: int) -> None:
    longer = replace(loan, term_months=min(MOST_MONTHS, loan.term_months + by))
    assume(can_be_repaid(longer))
    less, after = totals([loan, longer], *more)
    assert less <= after


@given(any_loans(), st.lists(fees(), max_size=4), st.integers(0, 800), st.one_of(st.none(), st.integers(0, 10**7)))
def test_a_cost_is_the_sum_of_its_parts(loan: LoanTerms, more: list[Fee], rate: int, cap: int | None) -> None:
    found = whole_cost(loan, more, subsidy(rate, cap_fen=cap))
    assert found.interest_fen == sum(one.interest_fen for one in found.instalments)
    assert sum(found.fees_by_kind().values()) == sum(one.amount_fen for one in found.fees)
    own = sum(fen for (_, payer), fen in found.fees_by_kind().items() if payer is FeePayer.BORROWER)
    assert found.total_fen == found.interest_fen + own
    assert found.net_fen == found.total_fen - found.subsidy_fen
    assert 0 <= found.subsidy_fen <= found.interest_fen
    assert cap is None or found.subsidy_fen <= cap
    assert all(one.amount_fen > 0 for one in (*found.fees, *found.subsidies))
    flows = cash_flows(loan, found.instalments, found.fees)
    assert sum(flows.values()) == -found.total_fen


def assert_is_that_of_pyxirr(flows: dict[date, int], bp: int) -> None:
    """Compare with what pyxirr finds; where its search finds nothing, its present values must turn at ours."""
    days, amounts = list(flows), [float(amount) for amount in flows.values()]
    theirs = pyxirr.xirr(days, amounts)
    if theirs is not None:
        assert abs(bp - theirs * 10_000) <= 0.5 + 1e-5 * max(1.0, abs(theirs) * 10)
        return
    below, above = (pyxirr.xnpv((bp + side) / 10_000, days, amounts) for side in (-0.51, 0.51))
    assert below is not None
    assert above is not None
    assert below * above <= 0


@given(any_loans(), st.lists(fees(), max_size=3))
def test_the_yearly_rate_is_that_of_pyxirr(loan: LoanTerms, more: list[Fee]) -> None:
    assume(loan.amount_fen >= 10_000)  # below a hundred yuan a fen of rounding is a rate of its own
    found = whole_cost(loan, more)
    flows = cash_flows(loan, found.instalments, found.fees)
    ours = found.yearly_rate.bp
    assume(ours is not None and abs(ours) < 1_000_000)
    assert ours is not None
    assert_is_that_of_pyxirr(flows, ours)


@given(any_loans(), st.integers(0, 500))
def test_with_a_subsidy_the_yearly_rate_is_that_of_pyxirr_too_and_not_higher(loan: LoanTerms, rate: int) -> None:
    assume(loan.amount_fen >= 10_000)
    found = whole_cost(loan, (), subsidy(rate))
    flows = cash_flows(loan, found.instalments, ())
    for one in found.subsidies:
        flows[one.due_on] = flows.get(one.due_on, 0) + one.amount_fen
    ours = found.yearly_rate_with_subsidy.bp
    assert ours is not None
    assert_is_that_of_pyxirr(flows, ours)
    assert found.yearly_rate.bp is not None
    assert ours <= found.yearly_rate.bp


def test_a_year_at_simple_interest_costs_its_rate() -> None:
    year = replace(ONCE, disbursed_on=date(2025, 1, 15), day_count=DayCount.ACTUAL_365)
    assert whole_cost(year).yearly_rate.bp == year.rate_bp


def test_the_cost_of_a_guaranteed_and_subsidised_loan_by_hand() -> None:
    """Three million yuan, a year, 3.6 %, guarantee 1 % at the start, subsidy half an LPR of 3.1 % at the end."""
    half = Subsidy(rate_bp=share_of_lpr(5_000, 310), payment=SubsidyPayment.AT_MATURITY)
    appraisal = fee(kind=FeeKind.APPRAISAL, payer=FeePayer.BANK, amount_fen=500_000)
    loan = replace(ONCE, disbursed_on=date(2025, 1, 15))
    found = whole_cost(loan, [fee(rate_bp=100, time=FeeTime.YEARLY), appraisal], half)
    assert (found.interest_fen, found.borrower_fees_fen, found.total_fen) == (10_800_000, 3_000_000, 13_800_000)
    assert (found.subsidy_fen, found.net_fen) == (4_650_000, 9_150_000)
    assert found.fees_by_kind()[FeeKind.APPRAISAL, FeePayer.BANK] == 500_000
    assert found.yearly_rate.bp == 465  # 310.8 / 297 - 1
    assert found.yearly_rate_with_subsidy.bp == 308  # 306.15 / 297 - 1


def test_a_yearly_fee_on_the_balance_follows_it_and_a_part_year_counts_by_months() -> None:
    loan = terms(term_months=18, method=RepaymentMethod.EQUAL_PRINCIPAL, every=6)
    found = whole_cost(loan, [fee(rate_bp=100, time=FeeTime.YEARLY, base=LoanFeeBase.BALANCE)])
    assert [(one.due_on, one.amount_fen) for one in found.fees] == [
        (START, 3_000_000), (date(2025, 1, 15), 500_000)
    ]  # fmt: skip


def test_a_subsidy_ends_with_its_months_and_at_its_cap_and_is_never_more_than_the_interest() -> None:
    loan = terms(method=RepaymentMethod.INTEREST_FIRST, every=3)
    assert whole_cost(loan, (), subsidy(100, months=6)).subsidy_fen == 1_500_000
    assert [one.amount_fen for one in whole_cost(loan, (), subsidy(100, cap_fen=1_000_000)).subsidies] == [
        750_000, 250_000
    ]  # fmt: skip
    assert whole_cost(loan, (), subsidy(9_999)).net_fen == 0


def test_a_fee_lies_in_the_loan() -> None:
    inside = whole_cost(ONCE, [fee(amount_fen=1, time=FeeTime.ON_DAY, on=date(2025, 1, 15))])
    assert inside.total_fen == inside.interest_fen + 1
    with pytest.raises(ValueError, match="while the loan runs"):
        whole_cost(ONCE, [fee(amount_fen=1, time=FeeTime.ON_DAY, on=date(2025, 1, 16))])


YEAR_ON = START + timedelta(days=365)


@pytest.mark.parametrize(
    ("flows", "bp", "reason"),
    [
        ({START: 10_000, YEAR_ON: -11_000}, 1_000, None),
        ({START: 20_000, YEAR_ON: -20_001}, 0, None),  # half a point: to the even one
        ({START: 20_000, YEAR_ON: -20_003}, 2, None),  # one and a half
        ({START: 20_000, YEAR_ON: -19_999}, 0, None),
        ({START: 10_000, YEAR_ON: -10_000}, 0, None),
        ({START: 10_000, YEAR_ON: -1}, None, NoRate.OUT_OF_RANGE),
        ({START: 1, START + timedelta(days=1): -(10**12)}, None, NoRate.OUT_OF_RANGE),
        ({START: 10_000}, None, NoRate.NO_RETURN),
        ({START: -5, YEAR_ON: -10_000}, None, NoRate.NO_RETURN),
        ({START: 0, YEAR_ON: 0}, None, NoRate.NO_RETURN),
        (
            {START: -10_000, YEAR_ON: 23_000, YEAR_ON + timedelta(days=365): -13_200},  # 10 % and 20 % both
            None,
            NoRate.SEVERAL_RATES,
        ),
    ],
)
def test_a_yearly_rate_is_rounded_half_to_even_or_says_why_there_is_none(
    flows: dict[date, int], bp: int | None, reason: NoRate | None
) -> None:
    found = yearly_rate(flows)
    assert (found.bp, found.reason) == (bp, reason)


def test_a_loan_whose_fees_take_all_of_it_has_no_rate() -> None:
    found: Cost = whole_cost(ONCE, [fee(rate_bp=10_000)])
    assert found.yearly_rate.reason is NoRate.NO_RETURN

"""The account of a loan: what is owed on any day, and what money counts for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.loan_terms.arithmetic.repayment_rules import Debt
from backend.loan_terms.arithmetic.schedule_rules import LoanTerms
from backend.loan_terms.codes import DayCount, RepaymentMethod
from backend.loans.accounting.account_rules import Account, Entry, account_on, quote
from backend.loans.codes import EntryKind
from tests.loans.daily_model import DayByDay

START = date(2026, 1, 10)
MILLION = 100_000_000
QUARTERLY = LoanTerms(
    amount_fen=MILLION,
    rate_bp=360,
    disbursed_on=START,
    term_months=12,
    method=RepaymentMethod.INTEREST_FIRST,
    day_count=DayCount.ACTUAL_360,
    every=3,
)
PENALTY = 180


def of_due(on: date, amount: int) -> Entry:
    return Entry(on=on, kind=EntryKind.PAYMENT_OF_DUE, amount_fen=amount)


def of_all(on: date, amount: int) -> Entry:
    return Entry(on=on, kind=EntryKind.PAYMENT_OF_ALL, amount_fen=amount)


def costs(on: date, amount: int) -> Entry:
    return Entry(on=on, kind=EntryKind.COSTS, amount_fen=amount)


def after(terms: LoanTerms, *entries: Entry, on: date) -> Account:
    return account_on(terms, PENALTY, entries, on)[0]


def test_a_loan_that_is_paid_on_its_days_costs_what_its_schedule_says() -> None:
    """A million yuan at 3.6 % over 360 days costs 100 yuan a day: 90 + 91 + 92 + 92 days."""
    days = [date(2026, 4, 10), date(2026, 7, 10), date(2026, 10, 10)]
    paid = [of_due(day, amount) for day, amount in zip(days, [900_000, 910_000, 920_000], strict=True)]
    end = date(2027, 1, 10)
    account = after(QUARTERLY, *paid, of_due(end, 920_000 + MILLION), on=end)
    assert account.is_settled
    assert account.paid == Debt(interest_fen=3_650_000, principal_fen=MILLION)
    assert after(QUARTERLY, *paid, on=date(2026, 10, 20)).accrued_fen == 100_000


def test_what_is_late_bears_the_rate_and_the_penalty_until_it_is_paid() -> None:
    """9,000 yuan of interest, ten days late at 5.4 % over 360: 13.50 yuan; half of it for ten days more: 6.75."""
    due = date(2026, 4, 10)
    assert after(QUARTERLY, on=due).overdue_since is None
    assert after(QUARTERLY, on=due).penalty_fen == 0
    late = after(QUARTERLY, on=due + timedelta(days=10))
    assert (late.overdue_since, late.penalty_fen) == (due, 1_350)
    half = of_due(due + timedelta(days=10), 450_000)
    later = after(QUARTERLY, half, on=due + timedelta(days=20))
    assert (later.due.interest_fen, later.penalty_fen) == (450_000 + 2_025, 2_025)
    whole = of_due(due + timedelta(days=20), 452_025)
    assert after(QUARTERLY, half, whole, on=due + timedelta(days=30)).overdue_since is None


def test_costs_are_paid_before_interest_and_interest_before_principal() -> None:
    end = date(2027, 1, 10)
    account = after(QUARTERLY, costs(end, 500), on=end)
    owed = account.due
    counted = account.enter(of_due(end, 500 + owed.interest_fen + 7))
    assert (counted.costs_fen, counted.interest_fen, counted.principal_fen) == (500, owed.interest_fen, 7)


def test_what_is_paid_in_advance_waits_and_counts_on_its_day() -> None:
    before = of_due(date(2026, 4, 1), 900_000)
    account, (counted,) = account_on(QUARTERLY, PENALTY, [before], date(2026, 4, 9))
    assert (counted.on_account_fen, account.on_account_fen, account.most_of_due_fen) == (900_000, 900_000, 0)
    account.move_to(date(2026, 4, 11))
    assert (account.on_account_fen, account.overdue_since, account.paid.interest_fen) == (0, None, 900_000)


def test_an_early_repayment_takes_interest_by_actual_days_and_what_is_left_keeps_its_days() -> None:
    on = date(2026, 5, 10)  # thirty days after the first payment
    paid = of_due(date(2026, 4, 10), 900_000)
    account = after(QUARTERLY, paid, on=on)
    found = quote(account, 40_000_000)
    assert (found.accrued_fen, found.amount_fen) == (300_000, 40_300_000)
    assert [one.falls_on for one in found.ahead] == [date(2026, 7, 10), date(2026, 10, 10), date(2027, 1, 10)]
    assert found.ahead[0].interest_fen == 61 * 6_000
    assert account.balance_fen == 60_000_000


def test_money_on_the_account_helps_an_early_repayment() -> None:
    on = date(2026, 4, 1)
    account = after(QUARTERLY, of_due(on, 500_000), on=on)
    found = quote(account, MILLION)
    assert found.amount_fen == MILLION + 81 * 10_000 - 500_000
    assert account.is_settled
    assert account.on_account_fen == 0


def test_interest_that_money_does_not_reach_falls_due_with_the_next_instalment() -> None:
    on = date(2026, 2, 9)  # thirty days: 3,000 yuan of interest, of which 1,000 are paid
    account = after(QUARTERLY, of_all(on, 100_000), on=on)
    assert account.accrued_fen == 200_000
    assert account.ahead[0].interest_fen == 200_000 + 60 * 10_000
    assert after(QUARTERLY, of_all(on, 100_000), on=date(2026, 4, 10)).due.interest_fen == 800_000


def test_an_extension_keeps_interest_by_days_and_has_a_rate_from_its_day_on() -> None:
    on = date(2026, 12, 10)
    days = [date(2026, 4, 10), date(2026, 7, 10), date(2026, 10, 10)]
    paid = [of_due(day, amount) for day, amount in zip(days, [900_000, 910_000, 920_000], strict=True)]
    longer = Entry(on=on, kind=EntryKind.EXTENSION, term_months=18, rate_bp=720)
    account = after(QUARTERLY, *paid, longer, on=on)
    assert [one.falls_on for one in account.ahead] == [date(2027, 1, 10), date(2027, 4, 10), date(2027, 7, 10)]
    assert account.ahead[0].interest_fen == 61 * 10_000 + 31 * 20_000
    assert account.balance_fen == MILLION


def test_more_than_all_is_a_surplus() -> None:
    on = date(2026, 2, 9)
    account, (counted,) = account_on(QUARTERLY, PENALTY, [of_all(on, MILLION + 300_000 + 5)], on)
    assert (counted.interest_fen, counted.principal_fen, counted.surplus_fen) == (300_000, MILLION, 5)
    assert account.is_settled
    assert account.ahead == []


@st.composite
def any_terms(draw: st.DrawFn, *methods: RepaymentMethod) -> LoanTerms:
    method = draw(st.sampled_from(methods or tuple(RepaymentMethod)))
    return LoanTerms(
        amount_fen=draw(st.integers(1, 10**10)),
        rate_bp=draw(st.integers(0, 2_400)),
        disbursed_on=draw(st.dates(date(2024, 1, 1), date(2026, 12, 31))),
        term_months=draw(st.integers(1, 24)),
        method=method,
        day_count=draw(st.sampled_from(DayCount)),
        every=None if method is RepaymentMethod.AT_MATURITY else draw(st.integers(1, 6)),
    )


@st.composite
def any_entries(draw: st.DrawFn, terms: LoanTerms) -> list[Entry]:
    kinds = (EntryKind.PAYMENT_OF_DUE, EntryKind.PAYMENT_OF_ALL, EntryKind.COSTS)
    offsets = sorted(draw(st.lists(st.integers(0, 900), max_size=8)))
    return [
        Entry(
            on=terms.disbursed_on + timedelta(days=offset),
            kind=draw(st.sampled_from(kinds)),
            amount_fen=draw(st.integers(1, max(1, terms.amount_fen // draw(st.sampled_from([1, 3, 40]))))),
        )
        for offset in offsets
    ]


ANY_DAY = st.integers(0, 1_000)


@settings(deadline=None)
@given(st.data(), any_terms(), ANY_DAY, st.integers(0, 1_200))
def test_what_came_in_is_what_was_counted_to_the_fen(
    data: st.DataObject, terms: LoanTerms, days: int, penalty_bp: int
) -> None:
    entries = data.draw(any_entries(terms))
    on = terms.disbursed_on + timedelta(days=days)
    account, counted = account_on(terms, penalty_bp, entries, on)
    known = [entry for entry in entries if entry.on <= on]
    came_in = sum(entry.amount_fen for entry in known if entry.kind is not EntryKind.COSTS)
    assert came_in == account.paid.total_fen + account.on_account_fen + account.surplus_fen
    assert account.paid.principal_fen + account.owed.principal_fen == terms.amount_fen
    assert min(account.balance_fen, account.penalty_fen, account.accrued_fen, account.on_account_fen) >= 0
    for entry, one in zip(known, counted, strict=True):
        parts = one.costs_fen + one.interest_fen + one.principal_fen + one.on_account_fen + one.surplus_fen
        assert parts == (0 if entry.kind is EntryKind.COSTS else entry.amount_fen + one.from_account_fen)


@settings(deadline=None)
@given(st.data(), any_terms(), ANY_DAY, ANY_DAY)
def test_a_day_looks_the_same_however_often_the_account_was_looked_at_before(
    data: st.DataObject, terms: LoanTerms, days: int, earlier: int
) -> None:
    entries = data.draw(any_entries(terms))
    on = terms.disbursed_on + timedelta(days=days)
    at_once = account_on(terms, PENALTY, entries, on)[0]
    stepwise = Account(terms, PENALTY)
    for entry in [one for one in entries if one.on <= on]:
        stepwise.move_to(terms.disbursed_on + min(timedelta(days=earlier), entry.on - terms.disbursed_on))
        stepwise.enter(entry)
    stepwise.move_to(on)
    assert (stepwise.owed, stepwise.penalty_fen, stepwise.ahead) == (at_once.owed, at_once.penalty_fen, at_once.ahead)


@settings(deadline=None)
@given(
    st.data(),
    any_terms(RepaymentMethod.EQUAL_PRINCIPAL, RepaymentMethod.INTEREST_FIRST, RepaymentMethod.AT_MATURITY),
    ANY_DAY,
    st.integers(0, 1_200),
)
def test_a_walk_through_its_days_comes_to_the_same(
    data: st.DataObject, terms: LoanTerms, days: int, penalty_bp: int
) -> None:
    terms = replace(terms, day_count=DayCount.ACTUAL_365)
    entries = data.draw(any_entries(terms))
    on = terms.disbursed_on + timedelta(days=days)
    account = account_on(terms, penalty_bp, entries, on)[0]
    walked = DayByDay(
        terms.amount_fen,
        terms.rate_bp,
        penalty_bp,
        terms.disbursed_on,
        [one.falls_on for one in terms.due_days],
        terms.method is RepaymentMethod.EQUAL_PRINCIPAL,
    ).walk(entries, on)
    due = account.due
    assert walked == {
        "costs": due.costs_fen,
        "interest": due.interest_fen - account.penalty_fen,
        "penalty": account.penalty_fen,
        "principal": due.principal_fen,
        "accrued": account.accrued_fen,
        "ahead": account.balance_fen,
        "on_account": account.on_account_fen,
        "surplus": account.surplus_fen,
    }


@settings(deadline=None)
@given(any_terms(), ANY_DAY, st.integers(1, 10**10))
def test_what_a_quote_says_is_what_the_payment_takes(terms: LoanTerms, days: int, wanted: int) -> None:
    on = terms.disbursed_on + timedelta(days=days)
    before = after(terms, on=on)
    if not before.balance_fen:
        return
    principal = min(wanted, before.balance_fen)
    found = quote(after(terms, on=on), principal)
    paid, (counted,) = account_on(terms, PENALTY, [of_all(on, found.amount_fen)], on)
    assert counted.surplus_fen == 0
    assert paid.balance_fen == before.balance_fen - principal
    assert tuple(paid.ahead) == found.ahead
    assert not paid.due.total_fen


@pytest.mark.parametrize("method", list(RepaymentMethod))
def test_a_loan_paid_as_it_falls_due_ends_with_nothing_owed(method: RepaymentMethod) -> None:
    every = None if method is RepaymentMethod.AT_MATURITY else 1
    account = Account(replace(QUARTERLY, method=method, every=every), PENALTY)
    for instalment in list(account.ahead):
        account.enter(of_due(instalment.falls_on, instalment.amount_fen))
    assert account.is_settled
    assert account.penalty_fen == 0

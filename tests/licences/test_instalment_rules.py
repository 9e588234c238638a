"""A yearly lump sum: what each licence year owes, when, and which payments count for it."""

from datetime import date

import pytest

from backend.licences.receivables.instalment_rules import InstalmentState, instalments
from tests.licences.fees import LUMP, asked, terms

YEARLY = terms(LUMP, lump_sum_per="year")  # 200,000 yuan a year, 30 days to pay
START, LAST, FIRST = date(2026, 4, 1), date(2028, 9, 30), date(2026, 4, 20)


def test_each_licence_year_is_due_so_many_days_after_it_begins_and_adds_up_to_the_frozen_quote() -> None:
    found, beyond = instalments(YEARLY, START, LAST, FIRST, 0)
    assert [(one.year, one.due_on) for one in found] == [
        (1, FIRST), (2, date(2027, 5, 1)), (3, date(2028, 5, 1))
    ]  # fmt: skip
    assert beyond == 0
    for chosen in (YEARLY, terms(LUMP, lump_sum_per="year", pro_rata=True)):
        quoted = asked(chosen, "2026-04-01", "2028-09-30").payable
        assert [one.amount_fen for one in instalments(chosen, START, LAST, FIRST, 0)[0]] == [
            owed.amount_fen for owed in quoted
        ]


def test_payments_count_for_the_years_in_their_order_and_what_is_beyond_is_told() -> None:
    found, beyond = instalments(YEARLY, START, LAST, FIRST, 50_000_000)
    assert [(one.paid_fen, one.open_fen) for one in found] == [
        (20_000_000, 0),
        (20_000_000, 0),
        (10_000_000, 10_000_000),
    ]
    assert beyond == 0
    assert instalments(YEARLY, START, LAST, FIRST, 60_000_007)[1] == 7


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2027, 3, 31), InstalmentState.TO_COME),
        (date(2027, 4, 1), InstalmentState.DUE),
        (date(2027, 5, 1), InstalmentState.DUE),
        (date(2027, 5, 2), InstalmentState.OVERDUE),
    ],
)
def test_an_instalment_is_due_in_its_year_and_overdue_after_its_day(today: date, state: InstalmentState) -> None:
    first, second, _ = instalments(YEARLY, START, LAST, FIRST, 20_000_000)[0]
    assert (first.state(today), second.state(today)) == (InstalmentState.PAID, state)


def test_a_licence_that_ended_early_owes_no_later_year_and_a_part_year_by_days_where_the_terms_say_so() -> None:
    ended = date(2027, 4, 30)  # 30 of the second licence year's 366 days
    assert [one.amount_fen for one in instalments(YEARLY, START, ended, FIRST, 0)[0]] == [20_000_000, 20_000_000]
    by_days = terms(LUMP, lump_sum_per="year", lump_sum_fen=36_600, pro_rata=True)
    assert [one.amount_fen for one in instalments(by_days, START, ended, FIRST, 0)[0]] == [36_600, 3_000]
    never_begun = instalments(YEARLY, START, date(2026, 3, 1), FIRST, 20_000_000)
    assert ([one.year for one in never_begun[0]], never_begun[1]) == ([1], 0)


def test_other_terms_have_no_instalments() -> None:
    assert instalments(terms(LUMP), START, LAST, FIRST, 5) == ((), 5)

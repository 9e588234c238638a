from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.patents.codes import LegalStatus, PatentKind
from backend.patents.legal_events.term_rules import annuity, derive, due_days, expiry_of, paid_through

K = PatentKind


@pytest.mark.parametrize(
    ("kind", "filed", "ends"),
    [
        (K.INVENTION, date(2012, 11, 16), date(2032, 11, 16)),
        (K.INVENTION, date(2024, 2, 29), date(2044, 2, 29)),
        (K.UTILITY_MODEL, date(2020, 2, 29), date(2030, 2, 28)),
        (K.DESIGN, date(2021, 5, 31), date(2031, 5, 31)),
        (K.DESIGN, date(2021, 6, 1), date(2036, 6, 1)),
    ],
)
def test_a_term_counts_from_the_filing_date(kind: PatentKind, filed: date, ends: date) -> None:
    assert expiry_of("CN", kind, filed) == ends
    assert expiry_of("US", kind, filed) is None
    assert expiry_of("CN", None, filed) is None


def test_annuities_fall_due_on_the_filing_day_of_each_year_after_the_grant() -> None:
    due = list(due_days(date(1997, 6, 3), date(2001, 8, 1), date(2017, 6, 3)))
    assert (due[0], due[-1], len(due)) == ((6, date(2002, 6, 3)), (20, date(2016, 6, 3)), 15)
    assert annuity(date(1997, 6, 3), 6).grace_until == date(2002, 12, 3)


def test_an_annuity_is_due_then_late_then_beyond_its_grace() -> None:
    sixth = annuity(date(2018, 8, 31), 6)
    assert (sixth.due_on, sixth.grace_until) == (date(2023, 8, 31), date(2024, 2, 29))
    states = [sixth.state(day) for day in (date(2023, 8, 31), date(2023, 9, 1), date(2024, 2, 29), date(2024, 3, 1))]
    assert states == ["due", "late", "late", "grace_over"]


def test_a_payment_moves_the_calendar_and_a_missed_one_stops_it() -> None:
    filed = date(2018, 3, 1)
    assert paid_through(filed, [5, 7, 6], []) == date(2025, 3, 1)
    assert paid_through(filed, [], [8]) == date(2025, 3, 1)
    assert paid_through(filed, [], []) is None


@given(st.dates(date(1985, 4, 1), date(2026, 1, 1)), st.integers(0, 4000), st.dates(date(2000, 1, 1), date(2050, 1, 1)))
def test_time_always_moves_on(filed: date, age: int, today: date) -> None:
    values: dict[str, Any] = {
        "office": "CN",
        "kind": K.INVENTION,
        "filing_date": filed,
        "grant_date": date.fromordinal(filed.toordinal() + age),
        "expiry_override": None,
        "annuity_paid_through": None,
        "today": today,
    }
    derived = derive(legal_status=LegalStatus.IN_FORCE, **values)
    assert derived.next_check is None or derived.next_check > today
    assert derived.annuity_due_on is None or derived.annuity_due_on >= today
    assert derive(legal_status=LegalStatus.LAPSED, **values).next_check is None

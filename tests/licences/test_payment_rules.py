"""When a payment was told late, and from which day on enough was there: rules without a database."""

from datetime import date

import pytest

from backend.licences.payments.rules import is_reported_late, paid_on


def test_days_are_counted_from_the_value_date_or_from_the_notice_where_that_came_later() -> None:
    given, today = date(2026, 4, 1), date(2026, 4, 16)
    late = [is_reported_late(date(2026, month, 1), given, today, 15) for month in (1, 4)]
    assert late == [False, False]
    assert is_reported_late(date(2026, 1, 1), given, date(2026, 4, 17), 15)
    assert not is_reported_late(date(2026, 4, 2), given, date(2026, 4, 17), 15)
    assert is_reported_late(date(2026, 4, 2), given, date(2026, 4, 3), 0)
    assert not is_reported_late(date(2026, 4, 3), date(2099, 1, 1), date(2026, 4, 3), 0)  # a clock that was put back


def test_enough_is_there_with_the_last_part_of_what_is_due() -> None:
    parts = [(date(2026, 4, 9), 2), (date(2026, 4, 1), 3), (date(2026, 4, 5), 1)]
    assert [paid_on(parts, due) for due in (3, 4, 6)] == [date(2026, 4, 1), date(2026, 4, 5), date(2026, 4, 9)]
    with pytest.raises(LookupError):
        paid_on(parts, 7)

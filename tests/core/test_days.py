"""What day it is, and which days count."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.core.clock import Clock, china_day
from backend.core.workdays import after_working_days, is_working_day


def test_the_day_is_that_of_the_china_calendar():
    assert china_day(datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert china_day(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)) == date(2026, 3, 2)
    assert Clock(lambda: datetime(2026, 12, 31, 16, tzinfo=UTC)).today() == date(2027, 1, 1)


def test_the_demonstration_moves_now_and_not_the_time_of_tokens():
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    clock = Clock(lambda: moment)
    clock.offset = timedelta(days=40)
    assert (clock.now(), clock.real()) == (moment + timedelta(days=40), moment)


def test_holidays_rest_and_the_weekends_given_for_them_work():
    # the State Council's notice on the holidays of 2024: 10–17 February off, 4 and 18 February (Sundays) worked
    for day, works in ((9, True), (10, False), (12, False), (16, False), (18, True), (19, True)):
        assert (is_working_day(date(2024, 2, day)) is not None) == works
    found = after_working_days(date(2024, 2, 8), 3)
    assert (found.day, found.provisional) == (date(2024, 2, 19), False)


def test_where_the_calendar_is_not_known_weekdays_count_and_the_result_is_provisional():
    found = after_working_days(date(2090, 1, 6), 1)  # a Friday
    assert (found.day, found.provisional) == (date(2090, 1, 9), True)
    assert is_working_day(date(2090, 1, 7)) is None


def test_no_days_after_a_day_is_that_day():
    assert after_working_days(date(2024, 2, 10), 0) == (date(2024, 2, 10), False)


@given(start=st.dates(date(2010, 1, 1), date(2040, 1, 1)), count=st.integers(1, 60))
def test_counting_on_from_where_one_stopped_is_counting_through(start, count):
    half = count // 2
    whole = after_working_days(start, count)
    assert after_working_days(after_working_days(start, half).day, count - half).day == whole.day
    assert is_working_day(whole.day) is not None
    assert (
        sum(is_working_day(start + timedelta(n)) is not None for n in range(1, (whole.day - start).days + 1)) == count
    )

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.workdays import is_working_day
from backend.licences.codes import LicenceSource
from backend.licences.recordal.rules import FILES, files_to_file, recordal_due, reminder_days
from backend.patents.legal_events.term_rules import add_months

OPEN = LicenceSource.OPEN_LICENCE


@pytest.mark.parametrize(
    ("effective_on", "due"),
    [
        (date(2024, 3, 5), date(2024, 6, 5)),  # a Wednesday
        (date(2024, 3, 1), date(2024, 6, 3)),  # 1 June is a Saturday
        (date(2024, 7, 1), date(2024, 10, 8)),  # 1 to 7 October are holidays
        (date(2023, 11, 10), date(2024, 2, 18)),  # 10 to 17 February: Spring Festival; Sunday the 18th is worked
        (date(2023, 11, 30), date(2024, 2, 29)),  # February has no 30th
        (date(2024, 1, 28), date(2024, 4, 28)),  # a Sunday that is worked
    ],
)
def test_recordal_is_due_three_months_after_effect_on_a_working_day(effective_on: date, due: date) -> None:
    assert recordal_due(effective_on) == (due, False)


def test_beyond_the_published_calendar_the_day_is_provisional() -> None:
    # 2098-04-05 is a Saturday; the calendar of that year is not out
    found = recordal_due(date(2098, 1, 5))
    assert (found.day, found.provisional) == (date(2098, 4, 7), True)


@given(st.dates(date(2005, 1, 1), date(2060, 1, 1)))
def test_recordal_never_falls_due_early_nor_on_a_day_off(effective_on: date) -> None:
    found = recordal_due(effective_on)
    three_months = add_months(effective_on, 3)
    assert three_months <= found.day <= three_months + timedelta(days=12)
    assert is_working_day(found.day)


def test_reminders_come_so_many_days_before_and_never_before_the_effect() -> None:
    due = date(2024, 6, 5)
    assert reminder_days(due, date(2024, 3, 5), (30, 14, 3)) == (date(2024, 5, 6), date(2024, 5, 22), date(2024, 6, 2))
    assert reminder_days(due, date(2024, 3, 5), (3, 3, 100)) == (date(2024, 6, 2),)


def test_the_files_of_a_recordal_are_those_of_the_guidelines() -> None:
    assert [file.code for file in FILES[OPEN]] == [
        "form", "notice", "payment", "applicant_identity", "power_of_attorney", "handler_identity", "other",
    ]  # fmt: skip
    assert all(file.label.zh and file.label.en for files in FILES.values() for file in files)


def test_no_voucher_where_nothing_was_paid_and_no_power_of_attorney_where_nobody_is_represented() -> None:
    assert len(files_to_file(OPEN, paid=True, represented=True)) == len(FILES[OPEN])
    left = {file.code for file in FILES[OPEN]} - {
        file.code for file in files_to_file(OPEN, paid=False, represented=False)
    }
    assert left == {"payment", "power_of_attorney"}

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from backend.patents.codes import EventKind, Finding, LegalStatus, PatentKind, SuspensionBasis
from backend.patents.legal_events.status_rules import Fact
from backend.rights.ledger import Annuity, Register
from backend.rights.register_rules import register_at

E, S = EventKind, LegalStatus
ALWAYS = "2199-01-01"


@dataclass
class Row:
    """What the register has of a patent filed on 1 March 2018 and granted in its fourth year."""

    office: str = "CN"
    kind: PatentKind | None = PatentKind.INVENTION
    filing_date: date | None = date(2018, 3, 1)
    grant_date: date | None = date(2021, 6, 1)
    expiry_override: date | None = None


def moment(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)


def fact(kind: EventKind, on: str, known: str | None = None, *, by_authority: bool = True, **said: Any) -> Fact:
    return Fact(kind, date.fromisoformat(on), moment(known or on), by_authority, id=f"{kind}{on}", **said)


def at(day: str, *facts: Fact, known: str = ALWAYS, **row: Any) -> Register:
    told = [fact(E.GRANTED, "2021-06-01"), *facts]
    return register_at(Row(**row), told, valid_on=date.fromisoformat(day), known_at=moment(known))


def paid(year: int, on: str, known: str | None = None) -> Fact:
    return fact(E.ANNUITY_PAID, on, known, year=year)


def missed(year: int, on: str, known: str | None = None) -> Fact:
    return fact(E.ANNUITY_MISSED, on, known, year=year)


def annuity(day: str, *facts: Fact, known: str = ALWAYS, **row: Any) -> tuple[Annuity, str | None]:
    register = at(day, *facts, known=known, **row)
    return register.annuity, register.unpaid_since.isoformat() if register.unpaid_since else None


UNKNOWN, PAID = (Annuity.UNKNOWN, None), (Annuity.PAID, None)
SEVENTH = paid(7, "2024-02-20")  # keeps the right through the year that ends before 1 March 2025, a Saturday
SIXTH = paid(6, "2023-02-20")  # … before 1 March 2024, a Friday


def test_where_no_annuity_is_recorded_nothing_is_known_of_them() -> None:
    assert annuity("2024-06-01") == UNKNOWN
    assert annuity("2024-06-01", SEVENTH, filing_date=None) == UNKNOWN
    assert annuity("2024-06-01", fact(E.ANNUITY_PAID, "2024-02-20")) == UNKNOWN  # nobody said for which year


def test_an_annuity_can_be_paid_through_its_due_day_and_silence_the_day_after_is_no_default() -> None:
    assert annuity("2024-02-29", SIXTH) == PAID
    assert annuity("2024-03-01", SIXTH) == PAID
    assert annuity("2024-03-02", SIXTH) == (Annuity.UNRECORDED, "2024-03-01")


def test_an_annuity_due_on_a_holiday_can_be_paid_on_the_next_working_day() -> None:
    assert annuity("2025-03-01", SEVENTH) == PAID  # a Saturday
    assert annuity("2025-03-03", SEVENTH) == PAID  # the Monday
    assert annuity("2025-03-04", SEVENTH) == (Annuity.UNRECORDED, "2025-03-01")
    in_the_festival = {"filing_date": date(2018, 1, 28), "grant_date": date(2021, 6, 1)}
    assert annuity("2025-02-05", SEVENTH, **in_the_festival) == PAID
    assert annuity("2025-02-06", SEVENTH, **in_the_festival) == (Annuity.UNRECORDED, "2025-01-28")


def test_a_missed_annuity_is_unpaid_until_it_is_paid() -> None:
    told = [SEVENTH, missed(8, "2025-03-04")]
    assert annuity("2025-03-03", *told) == PAID
    assert annuity("2025-03-04", *told) == (Annuity.UNPAID, "2025-03-04")
    assert at("2025-08-01", *told).legal_status is S.IN_GRACE
    then = [*told, paid(8, "2025-08-15")]
    assert annuity("2025-08-14", *then) == (Annuity.UNPAID, "2025-03-04")
    assert annuity("2025-08-15", *then) == PAID
    assert annuity("2026-03-03", *then) == (Annuity.UNRECORDED, "2026-03-01")


def test_the_grace_of_today_is_not_told_by_what_was_missed_years_ago() -> None:
    told = [missed(7, "2024-03-04"), SEVENTH, paid(7, "2024-05-05")]
    reported = fact(E.STATUS_REPORTED, "2026-03-10", status=S.IN_GRACE)
    assert annuity("2026-04-01", *told, reported) == (Annuity.UNPAID, "2026-03-10")


def test_the_last_annuity_keeps_the_right_to_its_end() -> None:
    last = paid(20, "2037-02-20")
    assert annuity("2038-02-28", last) == PAID
    assert at("2038-02-28", last).legal_status is S.IN_FORCE
    assert at("2038-03-01", last).legal_status is S.EXPIRED


def test_what_was_learnt_later_was_not_known_before() -> None:
    late = paid(7, "2024-02-20", known="2024-05-01")
    assert annuity("2024-04-01", SIXTH, late, known="2024-04-01") == (Annuity.UNRECORDED, "2024-03-01")
    assert annuity("2024-04-01", SIXTH, late, known="2024-05-01") == PAID
    told = missed(7, "2024-03-02", known="2024-09-01")
    assert at("2024-05-01", SIXTH, told, known="2024-05-01").legal_status is S.IN_FORCE
    assert at("2024-05-01", SIXTH, told).legal_status is S.IN_GRACE


BEGUN = fact(E.SUSPENDED, "2025-01-10")
LIFTED = fact(E.SUSPENSION_LIFTED, "2025-06-10")


@pytest.mark.parametrize(
    ("day", "facts", "since"),
    [
        ("2025-01-09", [BEGUN], None),
        ("2025-01-10", [BEGUN], "2025-01-10"),
        ("2025-06-09", [BEGUN, LIFTED], "2025-01-10"),
        ("2025-06-10", [BEGUN, LIFTED], None),
        ("2025-03-01", [BEGUN, fact(E.SUSPENDED, "2025-02-01")], "2025-01-10"),
        ("2025-09-01", [BEGUN, LIFTED, fact(E.SUSPENDED, "2025-08-01")], "2025-08-01"),
        ("2025-09-01", [LIFTED], None),
    ],
)
def test_proceedings_are_suspended_from_the_office_s_word_to_its_lifting(
    day: str, facts: list[Fact], since: str | None
) -> None:
    found = at(day, *reversed(facts)).suspended_since
    assert (found.isoformat() if found else None) == since


DISPUTE, COURT = SuspensionBasis.OWNERSHIP_DISPUTE, SuspensionBasis.PRESERVATION
FOR_A_DISPUTE = fact(E.SUSPENDED, "2025-01-10", basis=DISPUTE)
FOR_A_COURT = fact(E.SUSPENDED, "2025-02-10", basis=COURT)


@pytest.mark.parametrize(
    ("lifted", "since"),
    [(DISPUTE, date(2025, 2, 10)), (COURT, date(2025, 1, 10)), (None, None)],
)
def test_a_lift_that_names_a_basis_leaves_the_other_suspension_standing(
    lifted: SuspensionBasis | None, since: date | None
) -> None:
    told = [FOR_A_DISPUTE, FOR_A_COURT, fact(E.SUSPENSION_LIFTED, "2025-06-10", basis=lifted)]
    assert at("2025-06-10", *told).suspended_since == since


def test_what_an_office_suspended_no_holder_lifts() -> None:
    own_word = fact(E.SUSPENSION_LIFTED, "2025-06-10", by_authority=False)
    assert at("2025-07-01", BEGUN, own_word).suspended_since == date(2025, 1, 10)
    assert at("2025-07-01", BEGUN, own_word, fact(E.SUSPENSION_LIFTED, "2025-06-11")).suspended_since is None
    told_by_itself = fact(E.SUSPENDED, "2025-02-10", by_authority=False)
    assert at("2025-07-01", told_by_itself, own_word).suspended_since is None
    assert at("2025-07-01", BEGUN, told_by_itself, own_word).suspended_since == date(2025, 1, 10)


def test_a_suspension_dated_back_holds_from_its_day_once_it_is_known() -> None:
    told = fact(E.SUSPENDED, "2025-01-10", known="2025-04-01")
    assert at("2025-02-01", told, known="2025-03-01").suspended_since is None
    assert at("2025-02-01", told, known="2025-04-01").suspended_since == date(2025, 1, 10)


ASKED = fact(E.INVALIDATION_REQUESTED, "2025-01-10")


@pytest.mark.parametrize(
    ("decided", "status"),
    [
        (None, S.IN_FORCE),
        (E.INVALIDATION_REJECTED, S.IN_FORCE),
        (E.INVALIDATED_IN_PART, S.IN_FORCE),
        (E.INVALIDATED, S.INVALIDATED),
    ],
)
def test_an_invalidation_pends_until_it_is_decided_and_only_one_in_whole_ends_the_right(
    decided: EventKind | None, status: LegalStatus
) -> None:
    told = [ASKED, *([fact(decided, "2025-06-10")] if decided else [])]
    assert at("2025-02-01", *told, known="2025-02-01").invalidation_since == date(2025, 1, 10)
    then = at("2025-07-01", *told)
    assert then.invalidation_since == (date(2025, 1, 10) if decided is None else None)
    assert then.legal_status is status


def test_a_request_that_an_office_told_of_pends_until_an_office_tells_its_end() -> None:
    own_word = fact(E.INVALIDATION_REJECTED, "2025-06-10", by_authority=False)
    assert at("2025-07-01", ASKED, own_word).invalidation_since == date(2025, 1, 10)


def test_a_report_against_the_right_that_an_office_recorded_no_holder_corrects() -> None:
    against = fact(E.EVALUATION_REPORT, "2024-02-01", finding=Finding.NOT_GRANTABLE)
    mine = fact(E.EVALUATION_REPORT, "2024-03-01", by_authority=False, finding=Finding.GRANTABLE)
    theirs = fact(E.EVALUATION_REPORT, "2024-04-01", finding=Finding.GRANTABLE)
    assert at("2024-03-15", against, mine).report is Finding.NOT_GRANTABLE
    assert at("2024-04-15", against, mine, theirs).report is Finding.GRANTABLE
    worse = fact(E.EVALUATION_REPORT, "2024-05-01", by_authority=False, finding=Finding.NOT_GRANTABLE)
    assert at("2024-05-15", theirs, worse).report is Finding.NOT_GRANTABLE


def test_a_report_is_there_whatever_it_found_and_the_last_one_counts() -> None:
    silent = fact(E.EVALUATION_REPORT, "2024-01-01")
    bad = fact(E.EVALUATION_REPORT, "2024-02-01", finding=Finding.NOT_GRANTABLE)
    good = fact(E.EVALUATION_REPORT, "2024-03-01", finding=Finding.GRANTABLE)
    assert (at("2023-12-31", silent).report, at("2023-12-31", silent).report_on) == (None, None)
    assert (at("2024-01-01", silent).report, at("2024-01-01", silent).report_on) == (None, date(2024, 1, 1))
    assert at("2024-02-01", silent, bad).report is Finding.NOT_GRANTABLE
    assert at("2024-03-01", good, bad, silent).report is Finding.GRANTABLE
    assert at("2024-02-15", good, bad, silent).report_on == date(2024, 2, 1)


def test_a_right_is_granted_from_its_announcement_on() -> None:
    assert not at("2021-05-31").is_granted
    assert at("2021-06-01").is_granted
    assert at("2021-06-01", grant_date=None).is_granted  # the event tells it
    assert not register_at(Row(grant_date=None), [], valid_on=date(2022, 1, 1), known_at=moment(ALWAYS)).is_granted


@pytest.mark.parametrize(
    ("row", "expiry"),
    [
        ({}, date(2038, 3, 1)),
        ({"kind": PatentKind.UTILITY_MODEL}, date(2028, 3, 1)),
        ({"kind": None}, None),
        ({"office": "US"}, None),
        ({"filing_date": None}, None),
        ({"expiry_override": date(2041, 3, 1)}, date(2041, 3, 1)),
    ],
)
def test_the_right_expires_when_its_term_is_over(row: dict[str, Any], expiry: date | None) -> None:
    assert at("2025-06-01", **row).expiry == expiry


def test_a_term_that_is_over_ends_the_right_by_itself() -> None:
    assert at("2028-02-29", kind=PatentKind.UTILITY_MODEL).legal_status is S.IN_FORCE
    over = at("2028-03-01", kind=PatentKind.UTILITY_MODEL)
    assert (over.legal_status, over.status_since) == (S.EXPIRED, date(2028, 3, 1))


def test_a_lapse_dated_back_holds_from_the_due_day() -> None:
    lapsed = fact(E.LAPSED, "2025-03-01", known="2025-11-01")
    assert at("2025-06-01", SEVENTH, lapsed, known="2025-06-01").legal_status is S.IN_FORCE
    assert at("2025-06-01", SEVENTH, lapsed).legal_status is S.LAPSED

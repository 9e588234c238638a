"""What a report has to be, how it is confirmed, and for how long its records are kept."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from backend.appraisal.codes import ReportKind, ReportStatus, ReportStep, ValuationMethod
from backend.appraisal.errors import ReportNotInState, ReportRetained
from backend.core.errors import FieldError, Text
from backend.patents.legal_events.term_rules import add_months

KEPT_YEARS: Final = {ReportKind.VOLUNTARY: 15, ReportKind.STATUTORY: 30}  # Asset Appraisal Law, art. 29
LEAST_METHODS: Final = 2
S, T = ReportStatus, ReportStep
TRANSITIONS: Final[dict[tuple[ReportStatus, ReportStep], ReportStatus]] = {
    (S.ASSERTED, T.CONFIRM): S.CONFIRMED,
    (S.ASSERTED, T.DENY): S.DENIED,
}
ONE_METHOD: Final = Text(
    "评估应选择两种以上方法；仅能选用一种的，请在 one_method_reason 说明（资产评估法第二十六条）。",
    "A report uses two methods or more; where only one fits, say why in `one_method_reason` (Asset Appraisal Law, 26).",
)
DATES: Final = Text(
    "评估基准日不晚于出具日，出具日不晚于今天，也不晚于有效期末。",
    "The valuation date, the day of issue and the last day of validity stand in this order, the second not ahead.",
)


def next_status(status: ReportStatus, step: ReportStep) -> ReportStatus:
    """Return the report's status after the step; raise ReportNotInState where the table knows none."""
    try:
        return TRANSITIONS[status, step]
    except KeyError:
        raise ReportNotInState(status=status.value, action=step.value) from None


def wrong_methods(methods: Sequence[ValuationMethod], reason: str | None) -> list[FieldError]:
    """Return what is wrong with the methods of a report."""
    if len(set(methods)) >= LEAST_METHODS or reason is not None:
        return []
    return [FieldError("/methods", "one_method_without_reason", ONE_METHOD)]


def wrong_dates(valuation_date: date, issued_on: date, valid_until: date, today: date) -> list[FieldError]:
    """Return what is wrong with the days of a report."""
    if valuation_date <= issued_on <= min(today, valid_until):
        return []
    return [FieldError("/issued_on", "report_dates_crossed", DATES)]


def kept_until(kind: ReportKind, issued_on: date) -> date:
    """Return the last day on which the records of an appraisal are kept at least (Asset Appraisal Law, art. 29)."""
    return add_months(issued_on, 12 * KEPT_YEARS[kind])


def check_deletable(keep_until: date, today: date) -> None:
    """Raise ReportRetained until the time is over for which a report is kept."""
    if today <= keep_until:
        raise ReportRetained(keep_until=keep_until.isoformat())

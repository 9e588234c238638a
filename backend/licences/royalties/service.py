"""Royalty reports: submitted, corrected, and what they make payable by the terms."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.files.service import attach
from backend.licences import queries
from backend.licences.date_checks import last_day
from backend.licences.errors import LicenceNotInState, NoSuchReport, NothingDue, PeriodNotOver, ReportThere
from backend.licences.events import RoyaltyCorrected, RoyaltyReported, append_event
from backend.licences.lifecycle.activation import report_of
from backend.licences.models import Licence, RoyaltyReport
from backend.licences.policy import LicencePolicy
from backend.licences.receivables.allocation import settle
from backend.licences.royalties.schemas import ReportCorrection, ReportIn, ReportOut
from backend.licences.states import LicenceStatus
from backend.licences.terms.errors import QuoteTooLarge
from backend.licences.terms.models import MOST, FeeTerms
from backend.licences.terms.royalty_rules import Period, Schedule, amounts_due, pay_by, schedule

EVIDENCE: Final = "royalty_report"
UNTIL: Final = "until"  # in a correction: the last day of the part of its period that was reported
LENGTHENED: Final = "专利权恢复，报告期恢复至原截止日。 The right was restored: the period runs to its own end."


def _plan(licence: Licence, terms: FeeTerms, policy: LicencePolicy) -> Schedule:
    """Return the periods that the licence has run, or will: none of one that ended before it began, or never was."""
    if terms.reporting is None:
        raise NothingDue
    last = last_day(licence.ends_on, licence.ended_on)
    if last < licence.starts_on:
        return Schedule((), ())
    return schedule(terms.reporting, licence.starts_on, last, policy.royalty_report_days)


async def submit(
    session: AsyncSession, licence: Licence, given: ReportIn, caller: Caller, policy: LicencePolicy, now: datetime
) -> RoyaltyReport:
    """Return the report; raise NothingDue, NoSuchReport, ReportThere, PeriodNotOver or EarlierReportMissing."""
    terms = FeeTerms(**licence.fee)
    plan = _plan(licence, terms, policy)
    reports = await queries.reports_of(session, licence.id)
    report = next((one for one in reports if one.number == given.period), None)
    if report is None:
        raise NoSuchReport
    if report.use is not None:
        raise ReportThere
    if china_day(now) <= report.ends_on:
        raise PeriodNotOver
    report.use, report.submitted_at, report.submitted_on = given.use, now, china_day(now)
    _reckon(terms, plan, reports)
    await settle(session, licence)
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=report.id, pointer="/evidence_files", now=now)
    await append_event(session, licence, RoyaltyReported, now, caller.user_id)
    return report


async def correct(
    session: AsyncSession, licence: Licence, report: RoyaltyReport, given: ReportCorrection, caller: Caller,
    policy: LicencePolicy, now: datetime,
) -> RoyaltyReport:  # fmt: skip
    """Return the corrected report; what was said before stays with it, and later amounts of its year follow.

    Raises NoSuchReport, or LicenceNotInState where the licence had ended before the period, or is void.
    """
    if report.use is None:
        raise NoSuchReport
    terms = FeeTerms(**licence.fee)
    plan = _plan(licence, terms, policy)
    if all(period.number != report.number for period in plan.periods):
        raise LicenceNotInState(status=licence.status.value, step="correct_report")
    before = {"use": report.use, "amount_fen": report.amount_fen, "reason": given.reason, "at": now.isoformat()}
    report.corrections = [*report.corrections, before]
    report.use = given.use
    _reckon(terms, plan, await queries.reports_of(session, licence.id))
    await settle(session, licence)
    await append_event(session, licence, RoyaltyCorrected, now, caller.user_id)
    return report


async def close(session: AsyncSession, licence: Licence, policy: LicencePolicy, now: datetime) -> None:
    """Have use reported up to the licence's end: what has not run falls away, and its last year is settled there.

    For a period that lies behind the end, or of a licence that is void, nothing is owed.
    """
    terms = FeeTerms(**licence.fee)
    if terms.reporting is None:
        return
    plan = _plan(licence, terms, policy)
    periods = {period.number: period for period in plan.periods}
    reported = []
    await session.flush()  # one that is recorded late has just begun
    for report in await queries.reports_of(session, licence.id):
        period = periods.get(report.number)
        if report.use is None and period is None and report.corrections:
            _say_again(report, now)  # what was reported before its period was lengthened stays with it
        if report.use is not None:
            reported.append(report)
        elif period is None:
            await session.delete(report)
        elif period.ends_on != report.ends_on:
            report.ends_on, report.report_due_on = period.ends_on, period.report_due_on
            report.version += 1
    for report in reported:
        if report.number not in periods:  # it was reported before the end dated back was known, or all of a void one
            report.amount_fen, report.working = 0, None
            report.version += 1
    _reckon(terms, plan, [one for one in reported if one.number in periods], settled_on=china_day(now))
    await settle(session, licence)


async def reopen(session: AsyncSession, licence: Licence, since: date, policy: LicencePolicy, now: datetime) -> None:
    """Have all periods run again of a licence that had ended on a day and goes on.

    A report of a period that the end had cut short falls to be made anew; what it said stays with it. What had fallen
    away is owed again, and paid from today; what was due after the end is due anew.
    """
    terms = FeeTerms(**licence.fee)
    if terms.reporting is None:
        return
    plan, reported = _plan(licence, terms, policy), []
    earliest = china_day(now) + timedelta(days=policy.royalty_report_days)
    known = {report.number: report for report in await queries.reports_of(session, licence.id)}
    for period in plan.periods:
        report = known.get(period.number)
        if report is None:
            report = report_of(licence, period)
            session.add(report)
        elif report.ends_on != period.ends_on:
            _lengthen(report, period, now)
        if report.use is None and since <= report.report_due_on < earliest:
            report.report_due_on, report.overdue_told = earliest, False
        if report.use is not None:
            reported.append(report)
    _reckon(terms, plan, reported, settled_on=china_day(now))
    await settle(session, licence)


def _lengthen(report: RoyaltyReport, period: Period, now: datetime) -> None:
    """Have the period run to its own end, and what was reported of a part of it be reported anew."""
    before = {"use": report.use, "amount_fen": report.amount_fen, "reason": LENGTHENED, "at": now.isoformat()}
    before |= {UNTIL: report.ends_on.isoformat()}
    report.ends_on, report.report_due_on, report.overdue_told = period.ends_on, period.report_due_on, False
    report.version += 1
    if report.use is None:
        return
    report.corrections = [*report.corrections, before]
    report.use = report.submitted_at = report.submitted_on = None
    report.amount_fen = report.pay_by = report.working = None


def _say_again(report: RoyaltyReport, now: datetime) -> None:
    said = report.corrections[-1]
    report.use, report.submitted_at, report.submitted_on = said["use"], now, china_day(now)
    report.ends_on = date.fromisoformat(said[UNTIL])


def _reckon(terms: FeeTerms, plan: Schedule, reports: Any, settled_on: date | None = None) -> None:
    """Bring the amounts of all reports in line with what is reported; a report that changes is a version on.

    What the licence's end adds to a report made before is paid from the day on which the end is settled.
    """
    used = {one.number: one.use for one in reports if one.use is not None}
    due = {one.number: one for one in amounts_due(terms, plan, used)}
    if any(one.due_to_date_fen > MOST for one in due.values()):
        raise QuoteTooLarge
    for report in reports:
        found = due.get(report.number)
        if found is None or report.submitted_on is None:
            continue
        working = asdict(found)
        if working == report.working:
            continue
        days = terms.payment_days or 0
        by = [report.pay_by, pay_by(report.report_due_on, report.submitted_on, days)]
        if settled_on is not None and found.amount_fen > (report.amount_fen or 0):
            by.append(settled_on + timedelta(days=days))
        report.working, report.amount_fen = working, found.amount_fen
        report.pay_by = max(day for day in by if day is not None)
        report.version += 1


def report_out(report: RoyaltyReport, licence: LicenceStatus, today: date) -> ReportOut:
    """Return the period as both sides see it."""
    return ReportOut(
        id=report.id,
        licence_id=report.licence_id,
        period=report.number,
        year=report.year,
        starts_on=report.starts_on,
        ends_on=report.ends_on,
        report_due_on=report.report_due_on,
        state="void" if licence is LicenceStatus.VOID else _state(report, today),
        use=report.use,
        submitted_at=report.submitted_at,
        amount_fen=report.amount_fen,
        paid_fen=report.paid_fen,
        open_fen=max(0, (report.amount_fen or 0) - report.paid_fen),
        pay_by=report.pay_by,
        working=report.working,
        corrections=report.corrections,
        version=report.version,
    )


def _state(report: RoyaltyReport, today: date) -> Any:
    if report.use is None:
        if report.report_due_on < today:
            return "overdue"
        return "due" if report.ends_on < today else "to_come"
    if report.paid_fen >= (report.amount_fen or 0):
        return "paid"
    return "payment_overdue" if report.pay_by and report.pay_by < today else "submitted"


def overdue(today: date) -> sa.ColumnElement[bool]:
    """Which periods' report or payment is overdue."""
    unreported = sa.and_(col(RoyaltyReport.use).is_(None), col(RoyaltyReport.report_due_on) < today)
    return sa.or_(unreported, unpaid(today))


def unpaid(today: date) -> sa.ColumnElement[bool]:
    """Which periods' payment is overdue."""
    return sa.and_(col(RoyaltyReport.pay_by) < today, col(RoyaltyReport.amount_fen) > col(RoyaltyReport.paid_fen))

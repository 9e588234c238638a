"""How clocks are started and stopped, reminded of and found overdue; nothing else writes their tables."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.database.dialects import insert_into
from backend.core.events.log import append
from backend.response_clocks import queries, rules
from backend.response_clocks.codes import StopReason
from backend.response_clocks.events import ResponseDue, ResponseOverdue, answer_days_changed, response_event
from backend.response_clocks.models import AnswerDays, ResponseClock
from backend.response_clocks.policy import ClockPolicy
from backend.response_clocks.rules import Timetable


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks an organisation: its kind, its id, and the id of what it is about.

    `is_anonymous` where the asker does not know whom it asks: what is published of that organisation must not tell.
    `answer_days` where that organisation promised a time of its own for what it is asked about.
    """

    kind: str
    subject: str
    about: str
    asker_organisation_id: str
    organisation_id: str
    is_anonymous: bool = False
    answer_days: int | None = None


async def start(session: AsyncSession, question: Question, policy: ClockPolicy, now: datetime) -> ResponseClock:
    """Return the clock of a question, which runs from now on for as long as its organisation takes by its own word.

    Of an anonymous question it runs for the usual days and counts in no figure, as both are public.
    """
    own = None if question.is_anonymous else await queries.answer_days(session, question.organisation_id)
    usual = own.days if own is not None and own.days is not None else policy.answer_days
    days = question.answer_days or usual
    today = china_day(now)
    times = rules.timetable(today, days, policy.reminder_days)
    sides = (question.asker_organisation_id, question.organisation_id)
    clock = ResponseClock(
        subject=question.subject,
        kind=question.kind,
        about=question.about,
        asker_organisation_id=question.asker_organisation_id,
        organisation_id=question.organisation_id,
        asked_at=now,
        asked_on=today,
        answer_days=days,
        due_on=times.due_on,
        provisional=times.provisional,
        counts=not question.is_anonymous and await queries.are_verified(session, sides),
        next_check=rules.next_check(times, today, is_overdue=False),
    )
    session.add(clock)
    if not question.is_anonymous:
        await _begin_figures(session, question.organisation_id, today)
    await session.flush()
    return clock


async def _begin_figures(session: AsyncSession, organisation_id: str, today: date) -> None:
    nothing_yet = {"organisation_id": organisation_id, "as_of": today, "questions": 0, "in_time": 0}
    put = insert_into(session, queries.FIGURES).values(nothing_yet)
    await session.execute(put.on_conflict_do_nothing(index_elements=["organisation_id"]))


async def stop(session: AsyncSession, clock: ResponseClock, because: StopReason, now: datetime) -> None:
    """Stop a running clock that the caller holds; one that has stopped stays as it is."""
    if clock.stopped_at is not None:
        return
    _end_pause(clock, china_day(now))
    clock.stopped_at, clock.stopped_because, clock.next_check = now, because, None
    if because is StopReason.ANSWERED:
        clock.answered_on = china_day(now)
        taken = rules.working_days_taken(clock.asked_on, clock.answered_on)
        clock.working_days = max(taken - clock.paused_days, 0)
    await session.flush()


async def pause(session: AsyncSession, clock: ResponseClock, now: datetime) -> None:
    """Let a running clock that the caller holds stand, since its asker owes something first.

    One that stands already, or has stopped, stays as it is. What was overdue before stays overdue.
    """
    if clock.stopped_at is None and clock.paused_on is None:
        clock.paused_on, clock.next_check = china_day(now), None
        await session.flush()


async def resume(session: AsyncSession, clock: ResponseClock, policy: ClockPolicy, now: datetime) -> None:
    """Let a clock that the caller holds, and that stands, run on with the working days that were left."""
    if clock.stopped_at is not None or clock.paused_on is None:
        return
    today = china_day(now)
    _end_pause(clock, today)
    times = _times(clock, policy)
    clock.due_on, clock.provisional = times.due_on, times.provisional
    clock.next_check = rules.next_check(times, today, is_overdue=clock.overdue_at is not None)
    await session.flush()


def _end_pause(clock: ResponseClock, today: date) -> None:
    if clock.paused_on is not None:
        stood = rules.working_days_taken(clock.paused_on, today)
        clock.paused_days += stood
        clock.paused_on = None
        clock.due_on = rules.timetable(clock.asked_on, clock.answer_days, (), clock.paused_days).due_on


def _times(clock: ResponseClock, policy: ClockPolicy) -> Timetable:
    return rules.timetable(clock.asked_on, clock.answer_days, policy.reminder_days, clock.paused_days)


async def check(session: AsyncSession, clock: ResponseClock, policy: ClockPolicy, now: datetime) -> None:
    """Do what is due of a running clock that the caller holds: once a reminder for its day, once that it is overdue.

    The calendar may have become known since the clock was started, so its days are counted again first.
    """
    today = china_day(now)
    times = _times(clock, policy)
    clock.due_on, clock.provisional = times.due_on, times.provisional
    if today > clock.due_on:
        clock.overdue_at = now
        await _report_overdue(session, clock, now)
    elif _is_reminder_due(clock, times, today):
        clock.reminded_on = today
        await append(session, response_event(ResponseDue, clock, [clock.organisation_id]), now)
    clock.next_check = rules.next_check(times, today, is_overdue=clock.overdue_at is not None)


def _is_reminder_due(clock: ResponseClock, times: Timetable, today: date) -> bool:
    return any(day <= today and (clock.reminded_on is None or clock.reminded_on < day) for day in times.reminders)


async def _report_overdue(session: AsyncSession, clock: ResponseClock, now: datetime) -> None:
    sides = [clock.asker_organisation_id, clock.organisation_id]
    audience = [*sides, *await queries.platform(session)]
    await append(session, response_event(ResponseOverdue, clock, audience), now)


async def set_answer_days(session: AsyncSession, caller: Caller, days: int | None, now: datetime) -> AnswerDays:
    """Return within how many working days the caller's organisation answers what is asked from now on."""
    row = await queries.answer_days(session, caller.organisation_id, lock=True)
    if row is None:
        row = AnswerDays(organisation_id=caller.organisation_id, days=None, version=0)
        session.add(row)
    if row.days == days and row.version:
        return row
    row.days, row.version = days, row.version + 1
    await append(session, answer_days_changed(caller.organisation_id, days, caller.user_id), now)
    return row

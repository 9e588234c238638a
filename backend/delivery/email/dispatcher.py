"""Sends e-mails that are due: each attempt is kept before it is made, so that none is made twice without a reason."""

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.core.domain import Registry
from backend.core.observability import Metrics
from backend.delivery.email import rules
from backend.delivery.email.bounces import reports
from backend.delivery.email.codes import EmailAction, EmailFailure, EmailStatus
from backend.delivery.email.messages.composition import Composer, Dropped
from backend.delivery.email.messages.rendering import Outgoing
from backend.delivery.email.models import Email
from backend.delivery.email.smtp import Outcome, Result, SmtpSender

AT_ONCE: Final = 8  # messages at one moment of a process
MARGIN: Final = timedelta(seconds=20)  # beyond what an attempt takes: then whoever began it is gone
PAUSE: Final = 15.0  # seconds without another attempt after the server could not be reached
GRACE: Final = 5.0  # seconds for messages under way when the process stops
EMAIL: Final = table_of(Email)
FAILURES: Final = {
    Result.REFUSED: EmailFailure.REFUSED,
    Result.PUT_OFF: EmailFailure.PUT_OFF,
    Result.UNREACHABLE: EmailFailure.UNREACHABLE,
    Result.UNKNOWN: EmailFailure.INTERRUPTED,
}

log = structlog.get_logger()


class EmailDispatcher:
    """Keeps sending for a process that works; any number of processes may."""

    def __init__(self, database: Database, registry: Registry, sender: SmtpSender, metrics: Metrics) -> None:
        self._database, self._sender, self._metrics = database, sender, metrics
        self._composer = Composer(registry, database.settings)
        self._claimed = timedelta(seconds=sender.longest) + MARGIN
        self._paused_until = 0.0
        self._under_way: set[asyncio.Task[None]] = set()

    async def send_due(self) -> int:
        """Send what is due, a few at once; return how many those were."""
        real = self._database.clock.real()
        if time.monotonic() < self._paused_until:
            return 0
        async with self._database.read() as session:
            lost = (await session.execute(self._lost(real).limit(1))).first()
            due = (await session.execute(_due(real).limit(1))).first()
        if lost is not None:
            await self.take_up_lost(real)
        claimed = await self._claim(real) if due is not None else []
        tasks = {asyncio.create_task(self._send(email)) for email in claimed}
        self._under_way |= tasks
        for task in tasks:
            task.add_done_callback(self._under_way.discard)
        if tasks:
            await asyncio.wait(tasks)
        return len(tasks)

    def _lost(self, real: datetime) -> sa.Select[Any]:
        """Return the attempts that nobody makes any more, and of which nobody knows how they ended."""
        return sa.select(Email).where(
            col(Email.status) == EmailStatus.SENDING, col(Email.tried_at) < real - self._claimed
        )

    async def take_up_lost(self, real: datetime) -> None:
        """Decide what becomes of e-mails whose process ended between an attempt and its result."""
        async with self._database.write() as session:
            for email in (await session.scalars(self._lost(real).with_for_update(skip_locked=True))).all():
                self._lose(email, real)

    def _lose(self, email: Email, real: datetime) -> None:
        self._move(email, rules.after_lost_attempt(email.kind), real, EmailFailure.INTERRUPTED)
        email.next_at = real

    def _move(self, email: Email, action: EmailAction, real: datetime, failure: EmailFailure | None) -> None:
        """Have the action happen to the e-mail, as the table of transitions says."""
        email.status, email.failure = rules.TRANSITIONS[email.status, action], failure
        if email.status not in rules.OPEN:
            email.ended_at = real
            self._metrics.emails.labels(email.status.value).inc()

    async def _claim(self, real: datetime) -> Sequence[Email]:
        """Put off those that nobody else claims, so that they come again if this process ends."""
        async with self._database.write() as session:
            free = (await session.scalars(_due(real).limit(AT_ONCE).with_for_update(skip_locked=True))).all()
            for email in free:
                if rules.is_expired(email.kind, email.due_at, real):
                    self._move(email, EmailAction.FAIL, real, EmailFailure.EXPIRED)
                else:
                    email.next_at = real + self._claimed
        return [email for email in free if email.status is EmailStatus.WAITING]

    async def _send(self, email: Email) -> None:
        try:
            outgoing = await self._compose(email)
            if outgoing is not None and await self._begin_attempt(email, outgoing[1]):
                await self._note(email, await self._sender.send(outgoing[0]))
        except Exception as error:  # noqa: BLE001 - it comes again when its claim is over; its text may hold an address
            log.error("email_failed", number=email.number, error=type(error).__name__)  # noqa: TRY400 - for that too

    async def _compose(self, email: Email) -> tuple[Outgoing, str] | None:
        """Return the message and its address's hash, or None where it is not to go any more."""
        real = self._database.clock.real()
        try:
            async with self._database.read() as session:
                return await self._composer.compose(session, email, real)
        except Dropped as dropped:
            async with self._database.write() as session:
                if (same := await self._same(session, email)) is not None:
                    self._move(same, EmailAction.SUPPRESS, real, dropped.reason)
            return None

    async def _same(self, session: AsyncSession, email: Email) -> Email | None:
        """Return the e-mail to be changed, or None where another process has taken it up since."""
        same = sa.select(Email).where(
            col(Email.id) == email.id, col(Email.status) == email.status, col(Email.next_at) == email.next_at
        )
        return (await session.scalars(same.with_for_update())).first()

    async def _begin_attempt(self, email: Email, place: str) -> bool:
        """Keep that an attempt is made, before it is made; return whether it is this process's to make."""
        async with self._database.write() as session:
            same = await self._same(session, email)
            if same is None:
                return False
            real = self._database.clock.real()
            self._move(same, EmailAction.BEGIN_ATTEMPT, real, None)
            same.attempts, same.tried_at, same.address_hash = same.attempts + 1, real, place
        email.status, email.address_hash = same.status, place
        return True

    async def _note(self, email: Email, outcome: Outcome) -> None:
        """Keep what came of an attempt; what will never be taken may say something of its address."""
        real = self._database.clock.real()
        if outcome.result is Result.UNREACHABLE:
            self._paused_until = time.monotonic() + PAUSE
        async with self._database.write() as session:
            same = await self._same(session, email)
            if same is None:
                return
            same.reply = outcome.reply
            failure = FAILURES.get(outcome.result)
            if outcome.result is Result.SENT:
                self._move(same, EmailAction.DELIVER, real, None)
            elif outcome.result is Result.REFUSED:
                self._move(same, EmailAction.FAIL, real, failure)
                if outcome.bounce is not None:
                    await reports.stop_address(session, self._database, same, outcome.bounce)
            elif outcome.result is Result.UNKNOWN:
                self._move(same, rules.after_lost_attempt(same.kind), real, failure)
                same.next_at = rules.next_try(same.attempts, real, random.random())
            else:
                self._move(same, EmailAction.RETRY, real, failure)
                same.next_at = rules.next_try(same.attempts, real, random.random())

    async def close(self) -> None:
        """Wait for what is under way; what does not end is taken up later as lost."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=GRACE)
        for task in self._under_way:
            task.cancel()
        await self._sender.close()


def _due(real: datetime) -> sa.Select[Any]:
    return (
        sa.select(Email)
        .where(col(Email.status) == EmailStatus.WAITING, col(Email.next_at) <= real)
        .order_by(col(Email.priority), col(Email.next_at))
    )

"""What time it is: the only place that asks. The demonstration clock moves "now" for everybody."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Annotated, Final

from fastapi import Depends, Request

CHINA: Final = timezone(timedelta(hours=8), "UTC+8")


class Clock:
    """Gives the present moment, moved by the demonstration's offset where there is one."""

    def __init__(self, source: Callable[[], datetime] | None = None) -> None:
        self._source = source or (lambda: datetime.now(UTC))
        self.offset = timedelta()
        self.moves = 0  # how often it was moved here, by which what was read before a move is known to be old

    def move(self, offset: timedelta) -> None:
        """Show the time moved by the offset from here on."""
        self.offset = offset
        self.moves += 1

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return self._source() + self.offset

    def real(self) -> datetime:
        """Return the moment without the demonstration's offset, for tokens and limits."""
        return self._source()

    def today(self) -> date:
        """Return the present day of the China calendar."""
        return china_day(self.now())


def china_day(moment: datetime) -> date:
    """Return the day of the China calendar (UTC+8) that holds the moment."""
    return moment.astimezone(CHINA).date()


def begin_of_day(day: date) -> datetime:
    """Return the moment at which a day of the China calendar begins."""
    return datetime.combine(day, time(), CHINA).astimezone(UTC)


async def _now(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock.now()


async def _today(request: Request) -> date:
    clock: Clock = request.app.state.clock
    return clock.today()


async def _real(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock.real()


Now = Annotated[datetime, Depends(_now)]
Today = Annotated[date, Depends(_today)]
Real = Annotated[datetime, Depends(_real)]

"""Slows the guessing of passwords, in the database and so across processes.

Every comparison of a password is a try, whatever it is made for. Each counts before the password is looked at, so many
at once gain nothing; a right one takes back only its own.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.accounts.errors import TooManyGuesses
from backend.accounts.models import Guessing
from backend.accounts.rules import ACCOUNT, PAIR, PLACE, Slowing
from backend.core.database.columns import UtcDateTime, table_of
from backend.core.database.sessions import Database

GUESSING: Final = table_of(Guessing)
MEET: Final = sa.text(
    "INSERT INTO guessing (subject, failures, last_at) VALUES (:s, 0, :at) ON CONFLICT (subject) DO NOTHING"
).bindparams(sa.bindparam("at", type_=UtcDateTime))
LOOK: Final = sa.select(GUESSING).where(GUESSING.c.subject == sa.bindparam("s")).with_for_update()
COUNT: Final = (
    sa.update(GUESSING)
    .where(GUESSING.c.subject == sa.bindparam("s"))
    .values(failures=sa.bindparam("n"), last_at=sa.bindparam("at"), blocked_until=sa.bindparam("until"))
)
OWN_WAIT: Final = GUESSING.c.blocked_until == sa.bindparam("until", type_=UtcDateTime)
TAKE_BACK: Final = (
    sa.update(GUESSING)
    .where(GUESSING.c.subject == sa.bindparam("s"), GUESSING.c.failures > 0)
    .values(
        failures=GUESSING.c.failures - 1,
        blocked_until=sa.case((OWN_WAIT, sa.null()), else_=GUESSING.c.blocked_until),
    )
)
Subjects = Mapping[bytes, Slowing]


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was counted, and until when each subject waits because of it."""

    subjects: Subjects
    waits: Mapping[bytes, datetime | None]
    kept_out: int | None  # for so many seconds guesses made elsewhere keep out whoever was never here

    def refusal(self) -> TooManyGuesses:
        """Return what is answered to whoever they keep out."""
        return TooManyGuesses(headers={"Retry-After": str(self.kept_out)})


def subjects(email: str, network: str, key: bytes) -> Subjects:
    """Return what is guessed at, as keyed hashes: the address from here, the address, anything from here."""
    named = {f"pair\0{email}\0{network}": PAIR, f"account\0{email}": ACCOUNT, f"place\0{network}": PLACE}
    return {blake2b(n.encode("utf-8", "surrogatepass"), key=key, digest_size=16).digest(): s for n, s in named.items()}


async def lock_guesses(connection: AsyncConnection, subject: bytes, at: datetime) -> sa.Row[Any]:
    """Return what was counted of guesses at the subject, locked until the transaction's end."""
    await connection.execute(MEET, {"s": subject, "at": at})
    return (await connection.execute(LOOK, {"s": subject})).one()


def seconds_left(guesses: sa.Row[Any], at: datetime) -> int | None:
    """Return for how many seconds nobody may try, or None where one may."""
    until = guesses.blocked_until
    return math.ceil((until - at).total_seconds()) if until is not None and until > at else None


async def count_guess(
    connection: AsyncConnection, guesses: sa.Row[Any], slowing: Slowing, at: datetime
) -> datetime | None:
    """Count one more guess at a subject that is locked; return until when nobody may try again."""
    failures = slowing.count(guesses.failures, at - guesses.last_at)
    wait = slowing.wait(failures)
    until = at + wait if wait else None
    await connection.execute(COUNT, {"s": guesses.subject, "n": failures, "at": at, "until": until})
    return until


async def count_try(database: Database, tried: Subjects, at: datetime) -> Try:
    """Count one try and commit it; raise TooManyGuesses, and count nothing, while there were too many from here.

    Those made elsewhere are told, not raised: they keep out nobody at a place where the account signs in.
    """
    waits: dict[bytes, datetime | None] = {}
    kept_out = None
    async with database.write() as session:
        connection = await session.connection()
        for subject in sorted(tried):
            guesses = await lock_guesses(connection, subject, at)
            seconds = seconds_left(guesses, at)
            if seconds is None:
                waits[subject] = await count_guess(connection, guesses, tried[subject], at)
            elif tried[subject] is ACCOUNT:
                kept_out = seconds
            else:
                raise TooManyGuesses(headers={"Retry-After": str(seconds)})
    return Try(tried, waits, kept_out)


async def take_back(session: AsyncSession, tried: Try, *, of_address: bool = True) -> None:
    """Take back the try that was right; those before it stay, or who has one account could guess another's freely.

    Not `of_address`: only the place is given its try back, as the password was a guess at other accounts besides.
    """
    connection = await session.connection()
    for subject in sorted(tried.waits):
        if of_address or tried.subjects[subject] is PLACE:
            await connection.execute(TAKE_BACK, {"s": subject, "until": tried.waits[subject]})

"""Slows the guessing of passwords, in the database and so across processes.

Each try counts before the password is looked at, so many at once gain nothing; a right one takes back only its own.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from ipaddress import ip_address
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.errors import TooManyGuesses
from backend.accounts.models import Guessing
from backend.accounts.rules import ACCOUNT, PAIR, PLACE, Slowing
from backend.core.columns import UtcDateTime, table_of
from backend.core.db import Database

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
TAKE_BACK: Final = (
    sa.update(GUESSING)
    .where(GUESSING.c.subject == sa.bindparam("s"), GUESSING.c.failures > 0)
    .values(failures=GUESSING.c.failures - 1, blocked_until=None)
)
IPV6: Final = 6
Subjects = Mapping[bytes, Slowing]


def place_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or an IPv6 line's /64."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return known.exploded[:19] if known.version == IPV6 else address  # a line gets a /64


def subjects(email: str, address: str, key: bytes) -> Subjects:
    """Give what is guessed at, as keyed hashes: the account from here, the account, anything from here."""
    place = place_of(address)
    named = {f"pair\0{email}\0{place}": PAIR, f"account\0{email}": ACCOUNT, f"place\0{place}": PLACE}
    return {blake2b(n.encode("utf-8", "surrogatepass"), key=key, digest_size=16).digest(): s for n, s in named.items()}


async def count_try(database: Database, tried: Subjects, at: datetime) -> None:
    """Count one try and commit it; raise TooManyGuesses, and count nothing, while one of the subjects is blocked."""
    async with database.write() as session:
        connection = await session.connection()
        for subject in sorted(tried):
            await connection.execute(MEET, {"s": subject, "at": at})
            row = (await connection.execute(LOOK, {"s": subject})).one()
            if row.blocked_until is not None and row.blocked_until > at:
                seconds = math.ceil((row.blocked_until - at).total_seconds())
                raise TooManyGuesses(headers={"Retry-After": str(seconds)})
            slowing = tried[subject]
            failures = slowing.count(row.failures, at - row.last_at)
            wait = slowing.wait(failures)
            until = at + wait if wait else None
            await connection.execute(COUNT, {"s": subject, "n": failures, "at": at, "until": until})


async def take_back(session: AsyncSession, tried: Subjects) -> None:
    """Take back the try that was right; those before it stay, or who has one account could guess another's freely."""
    connection = await session.connection()
    for subject in sorted(tried):
        await connection.execute(TAKE_BACK, {"s": subject})

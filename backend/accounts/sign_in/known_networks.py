"""The network places where accounts sign in: kept as keyed hashes, for 90 days, and shown to nobody.

The hash is of address and place together, so that the rows of two addresses do not tell that they share a place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import SignInPlace, User
from backend.accounts.rules import MOST_PLACES, PLACE_KNOWN_FOR
from backend.core.database.columns import UtcDateTime, table_of

USER: Final = table_of(User)
PLACE: Final = table_of(SignInPlace)
HERE: Final = (
    sa.select(USER.c.id, USER.c.password_hash, USER.c.password_changed_at, PLACE.c.last_at)
    .select_from(
        USER.outerjoin(
            PLACE,
            sa.and_(
                PLACE.c.user_id == USER.c.id,
                PLACE.c.place == sa.bindparam("place"),
                PLACE.c.last_at > sa.bindparam("since"),
            ),
        )
    )
    .where(USER.c.email == sa.bindparam("email"))
    .order_by(USER.c.created_at, USER.c.id)
)
OLDEST: Final = (
    sa.select(USER.c.password_hash)
    .where(USER.c.email == sa.bindparam("email"))
    .order_by(USER.c.created_at, USER.c.id)
    .limit(1)
)
NOTE: Final = sa.text(
    "INSERT INTO sign_in_place (user_id, place, last_at) VALUES (:user_id, :place, :at)"
    " ON CONFLICT (user_id, place) DO UPDATE SET last_at = excluded.last_at"
).bindparams(sa.bindparam("at", type_=UtcDateTime))
OF_ACCOUNT: Final = PLACE.c.user_id == sa.bindparam("of")
TOO_OLD: Final = sa.delete(PLACE).where(
    OF_ACCOUNT,
    PLACE.c.last_at
    < sa.select(PLACE.c.last_at)
    .where(OF_ACCOUNT)
    .order_by(PLACE.c.last_at.desc())
    .offset(MOST_PLACES - 1)
    .limit(1)
    .scalar_subquery(),
)
FORGET: Final = sa.delete(PLACE).where(OF_ACCOUNT)


@dataclass(frozen=True, slots=True)
class Account:
    """An account of an address, as far as signing in needs it."""

    id: str
    password_hash: str
    password_changed_at: datetime
    here_at: datetime | None  # when it last signed in, or was made, at the place that asks


def place_of(email: str, network: str, key: bytes) -> bytes:
    """Return what is kept of a network place at which an account of the address signs in."""
    named = f"known place\0{email}\0{network}".encode("utf-8", "surrogatepass")
    return blake2b(named, key=key, digest_size=16).digest()


async def accounts_here(session: AsyncSession, email: str, place: bytes, at: datetime) -> list[Account]:
    """Return the accounts that bear the address, oldest first, each with when it last signed in at the place."""
    parameters = {"email": email, "place": place, "since": at - PLACE_KNOWN_FOR}
    return [Account(*row) for row in await session.execute(HERE, parameters)]


async def oldest_hash(session: AsyncSession, email: str) -> list[str]:
    """Return the hash whose salt a new account of the address shares; none where the address bears no account."""
    return list(await session.scalars(OLDEST, {"email": email}))


def by_preference(accounts: Sequence[Account]) -> tuple[Account, ...]:
    """Return the accounts that one password opens, the one that is meant first.

    Known here goes before unknown, and then the latest password: so whoever registers an address anew with a guess,
    and signs in with it, gets its own account whatever the passwords of the others are, and learns nothing of them.
    """
    return tuple(sorted(accounts, key=lambda a: (a.here_at is not None, a.password_changed_at, a.id), reverse=True))


def is_last_here(account: Account, accounts: Sequence[Account]) -> bool:
    """Whether of all accounts of the address this one signed in last at this place, or was made there.

    Then its password is no new guess at another: those that are not known here are not meant before it, and those that
    are had their present passwords when it came last, since a new one forgets the places. It depends on what happens at
    this place alone, so that nobody learns from it whether the address is known elsewhere.
    """
    here = [other.here_at for other in accounts if other.here_at is not None]
    return account.here_at is not None and account.here_at == max(here)


async def note_place(session: AsyncSession, user_id: str, place: bytes, at: datetime) -> None:
    """Keep that the account's password was proved or set at the place; of many places the latest are kept."""
    await session.execute(NOTE, {"user_id": user_id, "place": place, "at": at})
    await session.execute(TOO_OLD, {"of": user_id})


async def forget_places(session: AsyncSession, user_id: str) -> None:
    """Forget the account's places: who knew its old password has no place of its own any more."""
    await session.execute(FORGET, {"of": user_id})

"""Passwords compared, each comparison counted as a try; and new ones, which are compared with nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from backend.accounts.access import client_address
from backend.accounts.sign_in import passwords
from backend.accounts.sign_in.known_networks import (
    Account,
    accounts_here,
    by_preference,
    oldest_hash,
    place_of,
)
from backend.accounts.sign_in.throttling import Try, count_try, subjects
from backend.core.database.sessions import Database
from backend.core.network.client_address import network_of
from backend.core.settings import Settings


@dataclass(frozen=True, slots=True)
class KeptPassword:
    """What an account keeps of a new password, and of the place where it was set."""

    password_hash: str
    place: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of a password: the accounts it opens, the one that is meant first; and what a new one would keep."""

    fits: tuple[Account, ...]
    fresh: KeptPassword
    tried: Try
    known: Sequence[Account]  # all accounts of the address

    @property
    def account(self) -> Account | None:
        """The account that is meant where nothing more is said."""
        return self.fits[0] if self.fits else None


def place_here(request: Request, email: str) -> bytes:
    """Return what is kept of the place that the request came from, for an account of the address."""
    settings: Settings = request.app.state.settings
    return place_of(email, network_of(client_address(request)), settings.key("guessing"))


async def kept_password(request: Request, email: str, password: str) -> KeptPassword:
    """Return what a new account of the address would keep; it is compared with no other, and so is no guess.

    Known and unknown addresses take the same time. Raises HashersBusy.
    """
    database: Database = request.app.state.database
    async with database.read() as session:
        kept = await oldest_hash(session, email)
    return KeptPassword((await passwords.hashes_for(password, kept))[0], place_here(request, email))


async def prove(request: Request, email: str, password: str, *, only: str | None = None) -> Proof:
    """Compare the password with the accounts of the address, or `only` one; outside any transaction, for its 20 ms.

    Every comparison counts as a try. Known and unknown addresses take the same time, also while guesses made elsewhere
    keep out whoever never signed in here, and then only a right password tells that somebody did. Raises
    TooManyGuesses and HashersBusy.
    """
    database: Database = request.app.state.database
    settings: Settings = request.app.state.settings
    real = request.app.state.clock.real()
    guessed_at = subjects(email, network_of(client_address(request)), settings.key("guessing"))
    tried = await count_try(database, guessed_at, real)
    place = place_here(request, email)
    async with database.read() as session:
        known = await accounts_here(session, email, place, real)
    hashes = await passwords.hashes_for(password, [a.password_hash for a in known])
    fits = [a for a in known if passwords.is_one_of(a.password_hash, hashes) and only in (None, a.id)]
    if tried.kept_out is not None:
        fits = [a for a in fits if a.here_at is not None]
        if not fits:
            raise tried.refusal()
    return Proof(by_preference(fits), KeptPassword(hashes[0], place), tried, known)

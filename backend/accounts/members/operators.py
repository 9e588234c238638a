"""What an operator does from the command line: the platform's first member, and a way back in for anybody."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import OrganisationKind, OrganisationStatus
from backend.accounts.errors import OperatorExists, SeveralAccounts
from backend.accounts.events import OrganisationRegistered, organisation_waits
from backend.accounts.models import Organisation, User
from backend.accounts.organisations.service import Founder, add_founder, found_organisation
from backend.accounts.queries import accounts_of
from backend.accounts.schemas import FirstMember, Registration
from backend.accounts.second_factor import service as second_factors
from backend.accounts.sign_in import passwords
from backend.accounts.sign_in.password_changes import make_reset
from backend.core.database.sessions import Database
from backend.core.errors import NotFound
from backend.core.events.log import append

PLATFORM_NAME: Final = "平台"


async def create_operator(database: Database, email: str, name: str, password: str, now: datetime) -> str:
    """Make the platform's organisation with its first owner, and give the organisation's id.

    Raises OperatorExists where there is one (its owners invite the others), Malformed for a bad address or password.
    """
    person = FirstMember(email=email, name=name, password=password)
    passwords.check_password(password, "/password", person.email, person.name)
    async with database.read() as session:
        known = await accounts_of(session, person.email)
    hashes = passwords.hashes_now(password, [u.password_hash for u in known])
    found = next((u.id for u in known if passwords.is_one_of(u.password_hash, hashes)), None)
    async with database.write() as session:
        statement = sa.select(col(Organisation.id)).where(col(Organisation.kind) == OrganisationKind.PLATFORM)
        if (await session.scalars(statement)).first() is not None:
            raise OperatorExists
        body = Registration(kind=OrganisationKind.PLATFORM, name=PLATFORM_NAME, name_en="Platform")
        platform = found_organisation(session, body, now)
        platform.status, platform.verified_at, platform.first_verified_at = OrganisationStatus.VERIFIED, now, now
        await session.flush()
        founder, real = Founder(found, person.email, person.name, hashes[0]), database.clock.real()
        await add_founder(session, platform.id, founder, now=now, real=real)
        registered = organisation_waits(platform, OrganisationRegistered, platform.name, [platform.id], None)
        await append(session, registered, now)
        return platform.id


async def reset_password(database: Database, account: str, now: datetime) -> str:
    """Return a token for POST /v1/password-resets/{token}; `account` is an address, or the id of one account of it.

    Raises NotFound, or SeveralAccounts with their ids where the address has several.
    """
    del now  # secrets expire by the real time, whatever the demonstration's clock says
    async with database.write() as session:
        return await make_reset(session, await _one_account(session, account), database.clock.real())


async def reset_second_factor(database: Database, account: str, reason: str, now: datetime) -> str:
    """Remove the second factor of an account, named as for `reset_password`, and return the account's id.

    Raises NotFound, where it has none too, or SeveralAccounts.
    """
    async with database.write() as session:
        user = await _one_account(session, account)
        await second_factors.reset(session, user.id, reason, now=now, real=database.clock.real(), actor=None)
        return user.id


async def _one_account(session: AsyncSession, account: str) -> User:
    found = await accounts_of(session, account.strip().lower())
    if not found:
        one = await session.get(User, account)
        found = [one] if one and one.erased_at is None else []
    if not found:
        raise NotFound
    if len(found) > 1:
        raise SeveralAccounts(accounts=", ".join(u.id for u in found))
    return found[0]

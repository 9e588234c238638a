"""How people, organisations and parties are found; what a caller may see is built in."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role
from backend.accounts.members.schemas import Membership
from backend.accounts.models import ApiKey, Invitation, Member, Organisation, Party, PartyName, SignInSession, User
from backend.accounts.rules import name_key
from backend.accounts.schemas import OrganisationsQuery, PartiesQuery
from backend.core.database.columns import table_of
from backend.core.fast_path.compiled_statements import Prepared
from backend.core.fast_path.connections import connection_of

LIVING: Final = col(Member.ended_at).is_(None)


def _sees_all(caller: Caller | None) -> bool:
    return caller is not None and (caller.is_platform or caller.is_authority)


def _has_words(words: str, key: Any, name_en: Any) -> sa.ColumnElement[bool]:
    return sa.or_(key.contains(name_key(words), autoescape=True), name_en.icontains(words, autoescape=True))


def visible_organisations(caller: Caller | None) -> sa.ColumnElement[bool]:
    """Which organisations the caller may see: everyone the verified ones, a member its own, the offices all."""
    if _sees_all(caller):
        return sa.true()
    verified = col(Organisation.status) == OrganisationStatus.VERIFIED
    return verified if caller is None else sa.or_(verified, col(Organisation.id) == caller.organisation_id)


def organisations(caller: Caller | None, query: OrganisationsQuery) -> sa.Select[Any]:
    """The organisations that the caller may see and asks for."""
    found = sa.select(Organisation).where(visible_organisations(caller))
    if query.kind is not None:
        found = found.where(col(Organisation.kind) == query.kind)
    if query.status is not None:
        found = found.where(col(Organisation.status) == query.status)
    if query.q is not None:
        found = found.join(Party, col(Party.id) == col(Organisation.party_id))
        found = found.where(_has_words(query.q, col(Party.name_key), col(Organisation.name_en)))
    return found


async def visible_organisation(
    session: AsyncSession, caller: Caller | None, organisation_id: str, *, lock: bool = False
) -> Organisation | None:
    """The organisation, or None where the caller may not see it."""
    statement = sa.select(Organisation).where(col(Organisation.id) == organisation_id, visible_organisations(caller))
    return (await session.scalars(statement.with_for_update() if lock else statement)).first()


async def lock_organisation(session: AsyncSession, organisation_id: str) -> Organisation | None:
    """The organisation's row, locked: whoever changes its members does so one after the other."""
    return await session.get(Organisation, organisation_id, with_for_update=True)


OFFICES: Final = sa.select(col(Organisation.id)).where(
    sa.or_(
        col(Organisation.kind) == OrganisationKind.PLATFORM,
        sa.and_(
            col(Organisation.kind) == OrganisationKind.AUTHORITY,
            col(Organisation.status) == OrganisationStatus.VERIFIED,
        ),
    )
)


async def offices(session: AsyncSession) -> list[str]:
    """Whose desk it is to verify: the platform's organisation and the verified authorities."""
    return sorted(await session.scalars(OFFICES))


async def is_verified(session: AsyncSession, organisation_id: str) -> bool:
    """Whether the organisation is verified."""
    statement = sa.select(col(Organisation.id)).where(
        col(Organisation.id) == organisation_id, col(Organisation.status) == OrganisationStatus.VERIFIED
    )
    return (await session.execute(statement)).first() is not None


async def owners_of(session: AsyncSession, organisation_ids: Sequence[str]) -> dict[str, int]:
    """How many owners each of the organisations has."""
    statement = (
        sa.select(col(Member.organisation_id), sa.func.count())
        .where(col(Member.organisation_id).in_(organisation_ids), col(Member.role) == Role.OWNER, LIVING)
        .group_by(col(Member.organisation_id))
    )
    return {row[0]: row[1] for row in await session.execute(statement)}


async def other_verified_with(session: AsyncSession, credit_code: str, organisation_id: str) -> bool:
    """Whether another verified organisation has this credit code."""
    statement = sa.select(col(Organisation.id)).where(
        col(Organisation.credit_code) == credit_code,
        col(Organisation.status) == OrganisationStatus.VERIFIED,
        col(Organisation.id) != organisation_id,
    )
    return (await session.scalars(statement)).first() is not None


def visible_parties(caller: Caller) -> sa.ColumnElement[bool]:
    """Which parties the caller may see: verified organisations, itself, those its organisation entered; offices all."""
    return sa.true() if _sees_all(caller) else _parties_seen(caller.organisation_id)


def _parties_seen(me: Any) -> sa.ColumnElement[bool]:
    condition = sa.or_(col(Organisation.status) == OrganisationStatus.VERIFIED, col(Organisation.id) == me)
    return sa.or_(
        sa.select(col(Organisation.id)).where(col(Organisation.id) == col(Party.organisation_id), condition).exists(),
        sa.and_(col(Party.organisation_id).is_(None), col(Party.created_by) == me),
    )


def parties(caller: Caller, query: PartiesQuery) -> sa.Select[Any]:
    """The parties that the caller may see and asks for."""
    found = sa.select(Party).where(visible_parties(caller))
    return found if query.q is None else found.where(_has_words(query.q, col(Party.name_key), col(Party.name_en)))


@cache
def _party_statement(*, sees_all: bool, lock: bool) -> sa.Select[Any]:
    seen = sa.true() if sees_all else _parties_seen(sa.bindparam("me", type_=sa.String))
    statement = sa.select(Party).where(col(Party.id) == sa.bindparam("id"), seen)
    return statement.with_for_update() if lock else statement


async def visible_party(session: AsyncSession, caller: Caller, party_id: str, *, lock: bool = False) -> Party | None:
    """The party, or None where the caller may not see it."""
    asked = _party_statement(sees_all=_sees_all(caller), lock=lock)
    return (await session.scalars(asked, {"id": party_id, "me": caller.organisation_id})).first()


NAME: Final = table_of(PartyName)
NAME_SHOWN: Final = (NAME.c.name, NAME.c.name_en, NAME.c.valid_from, NAME.c.valid_to)
NAMES_OF: Final = (
    sa.select(NAME.c.party_id, *NAME_SHOWN)
    .where(NAME.c.party_id.in_(sa.bindparam("parties", expanding=True)))
    .order_by(NAME.c.id)
)
NAMES_OF_ONE: Final = Prepared(
    sa.select(*NAME_SHOWN).where(NAME.c.party_id == sa.bindparam("party")).order_by(NAME.c.id), *NAME_SHOWN
)
DatedName = tuple[Any, ...]  # name, name_en, valid_from, valid_to


async def former_names(session: AsyncSession, party_ids: Sequence[str]) -> dict[str, list[DatedName]]:
    """The names that the parties bore before, oldest first."""
    found: dict[str, list[DatedName]] = {}
    for party_id, *name in await session.execute(NAMES_OF, {"parties": party_ids}):
        found.setdefault(party_id, []).append(tuple(name))
    return found


async def former_names_of(session: AsyncSession, party_id: str) -> list[DatedName]:
    """The names that the party bore before, oldest first."""
    return await NAMES_OF_ONE.run(await connection_of(session), {"party": party_id})


async def accounts_of(session: AsyncSession, email: str) -> Sequence[User]:
    """The accounts that bear the address, oldest first."""
    statement = sa.select(User).where(col(User.email) == email).order_by(col(User.created_at), col(User.id))
    return (await session.scalars(statement)).all()


async def memberships_of(session: AsyncSession, user_id: str) -> list[Membership]:
    """The organisations in which the person may act, the first joined first."""
    statement = (
        sa.select(Organisation, col(Member.role))
        .join(Member, col(Member.organisation_id) == col(Organisation.id))
        .where(col(Member.user_id) == user_id, LIVING)
        .order_by(col(Member.joined_at), col(Member.id))
    )
    return [
        Membership(organisation_id=o.id, name=o.name, kind=o.kind, status=o.status, role=role)
        for o, role in await session.execute(statement)
    ]


async def seats_of(session: AsyncSession, user_ids: Sequence[str], organisation_id: str | None) -> dict[str, str]:
    """For each of the people the organisation in which it may act: this one, or where none is said its first."""
    statement = sa.select(col(Member.user_id), col(Member.organisation_id)).where(
        col(Member.user_id).in_(user_ids), LIVING
    )
    if organisation_id is not None:
        statement = statement.where(col(Member.organisation_id) == organisation_id)
    latest_first = statement.order_by(col(Member.joined_at).desc(), col(Member.id).desc())
    return {row.user_id: row.organisation_id for row in await session.execute(latest_first)}  # the first is put last


def members(organisation_id: str) -> sa.Select[Member, User]:
    """The living members of the organisation with their accounts."""
    found = sa.select(Member, User).join(User, col(User.id) == col(Member.user_id))
    return found.where(col(Member.organisation_id) == organisation_id, LIVING)


def invitations(organisation_id: str) -> sa.Select[Any]:
    """The invitations of the organisation."""
    return sa.select(Invitation).where(col(Invitation.organisation_id) == organisation_id)


def sessions(user_id: str, at: datetime) -> sa.Select[Any]:
    """The person's sign-ins that still stand."""
    return sa.select(SignInSession).where(
        col(SignInSession.user_id) == user_id,
        col(SignInSession.ended_at).is_(None),
        col(SignInSession.expires_at) > at,
    )


def keys(caller: Caller) -> sa.Select[Any]:
    """The API keys that the caller may see: an owner its organisation's, anybody else those it made there."""
    found = sa.select(ApiKey).where(col(ApiKey.organisation_id) == caller.organisation_id)
    return found if caller.role is Role.OWNER else found.where(col(ApiKey.created_by) == caller.user_id)

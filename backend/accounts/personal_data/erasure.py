"""Accounts that end for good: what they could do ends, what nobody needs is deleted, and their ids name nobody."""

import base64
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role
from backend.accounts.events import (
    OrganisationRefused,
    account_erased,
    member_left,
    organisation_decided,
    organisation_updated,
)
from backend.accounts.models import Member, NameChange, Organisation, Party, PartyName, User
from backend.accounts.queries import LIVING
from backend.accounts.revocation import end_made_by, end_with_refusal
from backend.accounts.rules import ERASED_NAME, name_key
from backend.core.database.columns import table_of
from backend.core.events.domain_event import DomainEvent, EventPayload
from backend.core.events.log import append_many
from backend.core.personal_data import PersonalData, delete_at_once

OWNERLESS: Final = "其唯一所有者的账户已注销。The account of its only owner was erased."


async def only_owned_by(session: AsyncSession, user_ids: Collection[str]) -> list[tuple[str, Organisation]]:
    """Return the organisations whose owners are all among the people, each with every one of these."""
    other = table_of(Member).alias()
    elsewhere = sa.exists().where(
        other.c.organisation_id == col(Member.organisation_id),
        other.c.ended_at.is_(None),
        other.c.role == Role.OWNER,
        other.c.user_id.not_in(user_ids),
    )
    statement = (
        sa.select(col(Member.user_id), Organisation)
        .join(Organisation, col(Organisation.id) == col(Member.organisation_id))
        .where(col(Member.user_id).in_(user_ids), LIVING, col(Member.role) == Role.OWNER, ~elsewhere)
        .order_by(col(Organisation.id), col(Member.user_id))
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def lock_organisations_of(session: AsyncSession, user_ids: Collection[str]) -> None:
    """Lock the organisations in which the people are members, in the order of their ids."""
    theirs = sa.select(col(Member.organisation_id)).where(col(Member.user_id).in_(user_ids), LIVING)
    statement = (
        sa.select(col(Organisation.id))
        .where(col(Organisation.id).in_(theirs))
        .order_by(col(Organisation.id))
        .with_for_update()
    )
    await session.execute(statement)


async def end_accounts(
    session: AsyncSession,
    user_ids: Collection[str],
    sources: Sequence[PersonalData],
    *,
    superseded: bool,
    actor: str,
    now: datetime,
    real: datetime,
) -> None:
    """Erase the accounts; their organisations are locked. One that nobody owns any more is refused.

    Address, name and password are overwritten; the id stays in what is kept of deals, and names nobody.
    """
    ownerless = {one.id: one for _, one in await only_owned_by(session, user_ids)}
    await end_made_by(session, user_ids, now=now, real=real, actor=actor)
    leaving = (
        sa.update(Member)
        .where(col(Member.user_id).in_(user_ids), LIVING)
        .values(ended_at=now, version=col(Member.version) + 1)
        .returning(col(Member.id), col(Member.organisation_id), col(Member.role))
        .execution_options(synchronize_session=False)
    )
    left = [member_left(*row, actor) for row in sorted(await session.execute(leaving))]
    await append_many(session, left, now)
    for organisation in ownerless.values():
        await _close(session, organisation, now=now, real=real, actor=actor)
    await delete_at_once(session, sources, user_ids)
    await session.execute(_overwritten(user_ids, real))
    await append_many(session, [account_erased(one, superseded=superseded) for one in sorted(user_ids)], now)


def _overwritten(user_ids: Collection[str], real: datetime) -> sa.Update:
    values = {
        "email": col(User.id) + "@erased.invalid",
        "email_confirmed_at": None,
        "name": ERASED_NAME,
        "password_hash": hash_of_nothing(),
        "erased_at": real,
        "version": col(User.version) + 1,
    }
    return sa.update(User).where(col(User.id).in_(user_ids)).values(values).execution_options(synchronize_session=False)


def hash_of_nothing() -> str:
    """Return what is compared as a hash and is the hash of no password that anybody knows."""
    salt, digest = (base64.b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (16, 32))
    return f"$argon2id$v=19$m=19456,t=2,p=1${salt}${digest}"


async def _close(
    session: AsyncSession, organisation: Organisation, *, now: datetime, real: datetime, actor: str
) -> None:
    """Have an organisation that nobody owns be refused; that of a natural person loses its name too."""
    events: list[DomainEvent[EventPayload]] = []
    was = organisation.status
    organisation.status, organisation.status_reason = OrganisationStatus.REFUSED, OWNERLESS
    organisation.verified_at = None
    organisation.version += 1
    if organisation.kind is OrganisationKind.INDIVIDUAL:
        await _erase_names(session, organisation)
        events.append(organisation_updated(organisation, ["name", "name_en"], actor, renamed=True))
    await end_with_refusal(session, organisation.id, now=now, real=real, actor=actor)
    if was is not OrganisationStatus.REFUSED:
        is_public = was is OrganisationStatus.VERIFIED
        events.append(organisation_decided(organisation, OrganisationRefused, None, is_public=is_public))
    await append_many(session, events, now)


async def _erase_names(session: AsyncSession, organisation: Organisation) -> None:
    organisation.name, organisation.name_en = ERASED_NAME, None
    organisation.website = organisation.introduction = None
    asked = sa.update(NameChange).where(col(NameChange.organisation_id) == organisation.id)
    await session.execute(asked.values(name=ERASED_NAME, name_en=None))
    await session.execute(sa.delete(PartyName).where(col(PartyName.party_id) == organisation.party_id))
    changing = sa.update(Party).where(col(Party.id) == organisation.party_id)
    values = {
        "name": ERASED_NAME,
        "name_en": None,
        "name_key": name_key(ERASED_NAME),
        "identifier_kind": None,
        "identifier": None,
        "version": col(Party.version) + 1,
    }
    await session.execute(changing.values(values))

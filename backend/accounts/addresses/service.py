"""Addresses asked to be confirmed, confirmed, and changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.addresses.errors import (
    AddressConfirmed,
    AddressOfAnother,
    ConfirmationGone,
    ConfirmationOfAnother,
)
from backend.accounts.addresses.superseded_accounts import supersede
from backend.accounts.addresses.tokens import CONFIRMATION, read_link_token
from backend.accounts.events import EmailChangeAsked, EmailConfirmed, email_confirmation_asked
from backend.accounts.models import EmailConfirmation, User
from backend.accounts.queries import memberships_of
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import may_send_to, use_quota_of_person
from backend.accounts.rules import CONFIRMATION_GOOD_FOR
from backend.accounts.sign_in.known_networks import forget_places
from backend.core.events.domain_event import DomainEvent, member_audience
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.core.personal_data import PersonalData
from backend.core.settings import Settings

MOST_ENDED: Final = 200  # at once: more are no accident, and none of them can confirm the address any more


async def ask_of_new_account(
    session: AsyncSession, user_id: str, email: str, language: str, quotas: QuotaPolicy, now: datetime
) -> None:
    """Have an e-mail sent to the address of a new account, as long as not too many went there today."""
    if await may_send_to(session, email, Quota.EMAIL_CONFIRMATIONS_SENT, quotas):
        await _ask(session, user_id, email, language, quotas.real, now)


async def ask_again(
    session: AsyncSession, user: User, language: str, quotas: QuotaPolicy, now: datetime
) -> EmailConfirmation:
    """Return the confirmation of the account's address, or of the one that it waits to have.

    Raises AddressConfirmed where there is nothing to confirm, QuotaUsedUp.
    """
    waiting = await waiting_change(session, user, quotas.real)
    if waiting is None and user.email_confirmed_at is not None:
        raise AddressConfirmed
    return await _ask_within_quota(session, user.id, waiting or user.email, language, quotas, now)


async def ask_change(
    session: AsyncSession, user: User, email: str, language: str, quotas: QuotaPolicy, now: datetime
) -> EmailConfirmation:
    """Return the confirmation of another address, which the account bears once it is confirmed. Raises QuotaUsedUp.

    What waited to be confirmed before does so no more. The present address is told, where it was confirmed.
    """
    if email == user.email and user.email_confirmed_at is not None:
        raise AddressConfirmed
    await _end_open(session, user.id, quotas.real)
    asked = await _ask_within_quota(session, user.id, email, language, quotas, now)
    told = [member_audience(one.organisation_id, user.id) for one in await memberships_of(session, user.id)]
    await append(session, DomainEvent(EmailChangeAsked(language=language), user.id, told), now)
    return asked


async def waiting_change(session: AsyncSession, user: User, real: datetime) -> str | None:
    """Return the address that the account asked to have and has not confirmed yet."""
    statement = (
        sa.select(col(EmailConfirmation.email))
        .where(
            col(EmailConfirmation.user_id) == user.id,
            col(EmailConfirmation.email) != user.email,
            _is_open(real),
        )
        .order_by(col(EmailConfirmation.created_at).desc())
        .limit(1)
    )
    return (await session.scalars(statement)).first()


def _is_open(real: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(col(EmailConfirmation.used_at).is_(None), col(EmailConfirmation.expires_at) > real)


async def _end_open(session: AsyncSession, user_id: str, real: datetime) -> None:
    its = sa.and_(col(EmailConfirmation.user_id) == user_id, col(EmailConfirmation.used_at).is_(None))
    await session.execute(sa.update(EmailConfirmation).where(its).values(used_at=real))


async def _ask_within_quota(
    session: AsyncSession, user_id: str, email: str, language: str, quotas: QuotaPolicy, now: datetime
) -> EmailConfirmation:
    await use_quota_of_person(session, user_id, Quota.EMAIL_CONFIRMATIONS, quotas)
    if not await may_send_to(session, email, Quota.EMAIL_CONFIRMATIONS_SENT, quotas):
        return _confirmation(user_id, email, quotas.real)  # answered alike: a mailbox is not told to be flooded
    return await _ask(session, user_id, email, language, quotas.real, now)


def _confirmation(user_id: str, email: str, real: datetime) -> EmailConfirmation:
    return EmailConfirmation(
        id=new_id("emc"), user_id=user_id, email=email, created_at=real, expires_at=real + CONFIRMATION_GOOD_FOR
    )


async def _ask(
    session: AsyncSession, user_id: str, email: str, language: str, real: datetime, now: datetime
) -> EmailConfirmation:
    asked = _confirmation(user_id, email, real)
    session.add(asked)
    await append(session, email_confirmation_asked(asked.id, user_id, language), now)
    return asked


async def open_confirmation(
    session: AsyncSession, settings: Settings, token: str, real: datetime
) -> tuple[EmailConfirmation, User]:
    """Return what the token of a link confirms, and for which account; raise ConfirmationGone."""
    confirmation_id = read_link_token(settings, CONFIRMATION, token)
    statement = (
        sa.select(EmailConfirmation, User)
        .join(User, col(User.id) == col(EmailConfirmation.user_id))
        .where(col(EmailConfirmation.id) == confirmation_id, _is_open(real), col(User.erased_at).is_(None))
    )
    found = (await session.execute(statement)).first()
    if found is None:
        raise ConfirmationGone
    return found[0], found[1]


async def confirm(
    session: AsyncSession,
    settings: Settings,
    token: str,
    user_id: str,
    sources: Sequence[PersonalData],
    *,
    now: datetime,
    real: datetime,
) -> User:
    """Return the account, which has confirmed the address from now on, and bears it where it bore another.

    Raises ConfirmationGone, ConfirmationOfAnother where another account is signed in, AddressOfAnother.
    """
    asked, user = await open_confirmation(session, settings, token, real)
    if user.id != user_id:
        raise ConfirmationOfAnother
    accounts = await lock_accounts(session, asked.email, user_id)
    return await confirm_address(session, accounts, user_id, asked.email, sources, now=now, real=real)


async def lock_accounts(session: AsyncSession, email: str, user_id: str | None = None) -> list[User]:
    """Return the accounts that bear the address, and the one with the id, locked in the order of their ids.

    Whoever locks organisations as well does so afterwards.
    """
    statement = (
        sa.select(User)
        .where(sa.or_(col(User.email) == email, col(User.id) == user_id))
        .order_by(col(User.id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list((await session.scalars(statement)).all())


async def confirm_address(
    session: AsyncSession,
    accounts: Sequence[User],
    user_id: str,
    email: str,
    sources: Sequence[PersonalData],
    *,
    now: datetime,
    real: datetime,
) -> User:
    """Have the account confirm the address that it has proved; other accounts that never confirmed it end.

    `accounts` are those of the address, locked. Raises AddressOfAnother where one of them has confirmed it.
    """
    user = next((one for one in accounts if one.id == user_id and one.erased_at is None), None)
    if user is None:
        raise ConfirmationGone
    others = [one for one in accounts if one.id != user_id and one.email == email and one.erased_at is None]
    if any(one.email_confirmed_at is not None for one in others):
        raise AddressOfAnother
    changed = user.email != email
    if changed:
        await forget_places(session, user.id)  # they are kept as hashes with the former address
    user.email, user.email_confirmed_at = email, real
    user.version += 1
    await _end_open(session, user.id, real)
    await append(session, DomainEvent(EmailConfirmed(changed=changed), user.id, [], user.id), now)
    oldest = sorted(others, key=lambda one: (one.created_at, one.id))[:MOST_ENDED]
    await supersede(session, [one.id for one in oldest], user.id, sources, now=now, real=real)
    return user

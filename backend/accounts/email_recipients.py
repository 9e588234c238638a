"""Whom the e-mails of accounts go to, with the facts and the link of each.

Nothing that a stranger wrote goes into them but the name of a verified organisation: whoever registers, invites or
signs in could else have the platform send his words to anybody.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.addresses.tokens import CONFIRMATION, INVITATION, RESET, link_token
from backend.accounts.codes import OrganisationStatus, Role
from backend.accounts.models import (
    EmailConfirmation,
    Invitation,
    Member,
    Organisation,
    PasswordResetRequest,
    SignInSession,
    User,
)
from backend.accounts.queries import LIVING, memberships_of
from backend.accounts.revocation import MAKER_OWNS
from backend.accounts.rules import program_name
from backend.core.clock import CHINA
from backend.core.database.sessions import clock_of
from backend.core.events.email_template import EmailRecipient
from backend.core.settings import Settings

UNKNOWN: Final = "—"
CONFIRMED: Final = sa.and_(col(User.email_confirmed_at).is_not(None), col(User.erased_at).is_(None))
DEFAULT_LANGUAGE: Final = "zh"
Event = sa.Row[Any]


def _language(event: Event) -> str:
    """Return the language in which the e-mail was asked for."""
    return str(event.data.get("language") or DEFAULT_LANGUAGE)


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M} (UTC+8)"


async def of_confirmation(session: AsyncSession, settings: Settings, event: Event) -> Sequence[EmailRecipient]:
    """Return the address that is to be confirmed, as long as it is."""
    statement = (
        sa.select(EmailConfirmation)
        .join(User, col(User.id) == col(EmailConfirmation.user_id))
        .where(
            col(EmailConfirmation.id) == event.data["confirmation_id"],
            col(EmailConfirmation.used_at).is_(None),
            col(EmailConfirmation.expires_at) > clock_of(session).real(),
            col(User.erased_at).is_(None),
        )
    )
    found = (await session.scalars(statement)).first()
    if found is None:
        return ()
    link = f"/v1/email-confirmations/{link_token(settings, CONFIRMATION, found.id)}"
    facts = {"account": found.user_id, "until": _when(found.expires_at)}
    return [
        EmailRecipient(address=found.email, link=link, facts=facts, user_id=found.user_id, language=_language(event))
    ]


async def of_present_address(session: AsyncSession, _: Settings, event: Event) -> Sequence[EmailRecipient]:
    """Return the address that an account bears while another one waits, where it was confirmed."""
    statement = sa.select(User).where(col(User.id) == event.subject, CONFIRMED)
    found = (await session.scalars(statement)).first()
    if found is None:
        return ()
    facts = {"account": found.id, "when": _when(event.at)}
    return [
        EmailRecipient(
            address=found.email, link="/v1/me/sessions", facts=facts, user_id=found.id, language=_language(event)
        )
    ]


async def of_reset(session: AsyncSession, settings: Settings, event: Event) -> Sequence[EmailRecipient]:
    """Return the address that a new password was asked for, where an account has confirmed it.

    Of an address that nobody confirmed it is not known whose it is: by a link, whoever reads the mail of a mistyped
    address would get the account of somebody else, with all that its organisation keeps.
    """
    asked = await session.get(PasswordResetRequest, event.subject)
    if asked is None or asked.expires_at <= clock_of(session).real():
        return ()
    statement = sa.select(User).where(col(User.email) == asked.email, CONFIRMED)
    found = (await session.scalars(statement)).first()
    if found is None or found.password_changed_at >= asked.created_at:
        return ()
    names = [one.name for one in await memberships_of(session, found.id)]
    facts = {"account": found.id, "organisations": "、".join(names) or UNKNOWN, "until": _when(asked.expires_at)}
    link = f"/v1/password-resets/{link_token(settings, RESET, asked.id)}"
    return [EmailRecipient(address=found.email, link=link, facts=facts, user_id=found.id, language=_language(event))]


async def of_invitation(session: AsyncSession, settings: Settings, event: Event) -> Sequence[EmailRecipient]:
    """Return the address that is invited, as long as the invitation is open."""
    statement = (
        sa.select(Invitation, Organisation)
        .join(Organisation, col(Organisation.id) == col(Invitation.organisation_id))
        .where(
            col(Invitation.id) == event.subject,
            col(Invitation.accepted_at).is_(None),
            col(Invitation.expires_at) > clock_of(session).real(),
            MAKER_OWNS,
        )
    )
    found = (await session.execute(statement)).first()
    if found is None:
        return ()
    invitation, organisation = found
    is_verified = organisation.status is OrganisationStatus.VERIFIED
    facts = {
        "organisation": organisation.name if is_verified else organisation.id,
        "role": invitation.role.value,
        "until": _when(invitation.expires_at),
    }
    link = f"/v1/invitations/{link_token(settings, INVITATION, invitation.id)}"
    return [EmailRecipient(address=invitation.email, link=link, facts=facts, language=_language(event))]


async def of_verified(session: AsyncSession, _: Settings, event: Event) -> Sequence[EmailRecipient]:
    """Return the owners of an organisation that is verified."""
    return await _owners(session, event.subject, OrganisationStatus.VERIFIED)


async def of_refused(session: AsyncSession, _: Settings, event: Event) -> Sequence[EmailRecipient]:
    """Return the owners of an organisation that is refused, with the reason."""
    return await _owners(session, event.subject, OrganisationStatus.REFUSED)


async def _owners(session: AsyncSession, organisation_id: str, status: OrganisationStatus) -> Sequence[EmailRecipient]:
    """Return the owners' confirmed addresses, unless the organisation stands otherwise by now."""
    statement = (
        sa.select(User, Organisation)
        .join(Member, col(Member.user_id) == col(User.id))
        .join(Organisation, col(Organisation.id) == col(Member.organisation_id))
        .where(
            col(Organisation.id) == organisation_id,
            col(Organisation.status) == status,
            col(Member.role) == Role.OWNER,
            LIVING,
            CONFIRMED,
        )
        .order_by(col(User.id))
    )
    return [
        EmailRecipient(
            address=user.email,
            link=f"/v1/organisations/{one.id}",
            facts={"organisation": one.name, "reason": one.status_reason or UNKNOWN},
            user_id=user.id,
        )
        for user, one in await session.execute(statement)
    ]


async def of_sign_in(session: AsyncSession, _: Settings, event: Event) -> Sequence[EmailRecipient]:
    """Return the address of the account that was signed in to from a new place."""
    statement = (
        sa.select(SignInSession, User)
        .join(User, col(User.id) == col(SignInSession.user_id))
        .where(col(SignInSession.id) == event.data["session_id"], CONFIRMED)
    )
    found = (await session.execute(statement)).first()
    if found is None:
        return ()
    opened, user = found
    facts = {
        "account": user.id,
        "when": _when(opened.created_at),
        "where": opened.network or UNKNOWN,
        "program": program_name(opened.agent),
    }
    return [
        EmailRecipient(
            address=user.email, link="/v1/me/sessions", facts=facts, user_id=user.id, language=_language(event)
        )
    ]


async def of_second_factor(session: AsyncSession, _: Settings, event: Event) -> Sequence[EmailRecipient]:
    """Return the confirmed address of the account to whose second factor something happened."""
    statement = sa.select(User).where(col(User.id) == event.subject, CONFIRMED)
    found = (await session.scalars(statement)).first()
    if found is None:
        return ()
    facts = {"account": found.id, "when": _when(event.at), "left": str(event.data.get("left", UNKNOWN))}
    link, language = "/v1/me/second-factor", _language(event)
    return [EmailRecipient(address=found.email, link=link, facts=facts, user_id=found.id, language=language)]

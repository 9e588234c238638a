"""What accounts keep about people."""

from collections.abc import Collection, Sequence
from typing import Final

import sqlalchemy as sa

from backend.accounts.codes import OrganisationKind, Role
from backend.accounts.models import (
    ApiKey,
    EmailConfirmation,
    Invitation,
    Member,
    NameChange,
    Organisation,
    Party,
    PasswordReset,
    PasswordResetRequest,
    RecoveryCode,
    RefreshToken,
    SecondFactor,
    SignInPlace,
    SignInSession,
    User,
)
from backend.core.database.columns import table_of
from backend.core.errors import Text
from backend.core.personal_data import Erasure, PersonalData

USER: Final = table_of(User)
INVITATION: Final = table_of(Invitation)
ORGANISATION: Final = table_of(Organisation)
PARTY: Final = table_of(Party)
MEMBER: Final = table_of(Member)
SESSION: Final = table_of(SignInSession)
REFRESH: Final = table_of(RefreshToken)
REQUEST: Final = table_of(PasswordResetRequest)
SIGN_IN: Final = Text("登录与安全", "signing in, and its safety")
MEMBERSHIP: Final = Text("谁在何时代表单位行事", "who acted for an organisation, and when")

TRACED: Final = Text(
    "单位须能说明谁曾代表其行事。", "an organisation must be able to say who acted for it, in a dispute too"
)


def _tokens(user_ids: Collection[str]) -> sa.ColumnElement[bool]:
    return REFRESH.c.session_id.in_(sa.select(SESSION.c.id).where(SESSION.c.user_id.in_(user_ids)))


def _proved(user_ids: Collection[str]) -> sa.Select[str]:
    """Select the addresses that the accounts have proved to be theirs: what went to others is not about them."""
    return sa.select(USER.c.email).where(USER.c.id.in_(user_ids), USER.c.email_confirmed_at.is_not(None))


def _invited(user_ids: Collection[str]) -> sa.ColumnElement[bool]:
    took = sa.exists().where(
        MEMBER.c.organisation_id == INVITATION.c.organisation_id,
        MEMBER.c.user_id.in_(user_ids),
        USER.c.id == MEMBER.c.user_id,
        USER.c.email == INVITATION.c.email,
        INVITATION.c.accepted_at.is_not(None),
    )
    return sa.or_(INVITATION.c.email.in_(_proved(user_ids)), took)


def individuals_of(user_ids: Collection[str]) -> sa.Select[str]:
    """Select the organisations that are natural persons, of whom the accounts are the owners."""
    return sa.select(MEMBER.c.organisation_id).where(
        MEMBER.c.user_id.in_(user_ids),
        MEMBER.c.role == Role.OWNER,
        MEMBER.c.ended_at.is_(None),
        ORGANISATION.c.id == MEMBER.c.organisation_id,
        ORGANISATION.c.kind == OrganisationKind.INDIVIDUAL,
    )


def _own_persons(user_ids: Collection[str]) -> sa.ColumnElement[bool]:
    return ORGANISATION.c.id.in_(individuals_of(user_ids).correlate(None))


PERSONAL_DATA: Final[Sequence[PersonalData]] = (
    PersonalData(
        column=USER.c.id,
        purpose=Text("账户", "the account"),
        erasure=Erasure.OVERWRITTEN,
        secrets=("password_hash",),
    ),
    PersonalData(
        column=REFRESH.c.session_id,
        purpose=SIGN_IN,
        erasure=Erasure.DELETED,
        rows=_tokens,
        secrets=("token_hash",),
    ),
    PersonalData(
        column=ORGANISATION.c.id,
        purpose=Text("以个人名义注册的主体", "the person as a participant of its own"),
        erasure=Erasure.OVERWRITTEN,
        rows=_own_persons,
    ),
    PersonalData(
        column=PARTY.c.organisation_id,
        purpose=Text("以个人名义持有权利", "the person as a holder of rights"),
        erasure=Erasure.OVERWRITTEN,
        rows=lambda user_ids: PARTY.c.organisation_id.in_(individuals_of(user_ids)),
        secrets=("name_key",),
    ),
    PersonalData(column=SESSION.c.user_id, purpose=SIGN_IN, erasure=Erasure.DELETED),
    PersonalData(
        column=table_of(SecondFactor).c.user_id, purpose=SIGN_IN, erasure=Erasure.DELETED, secrets=("secret",)
    ),
    PersonalData(
        column=table_of(RecoveryCode).c.user_id, purpose=SIGN_IN, erasure=Erasure.DELETED, secrets=("code_hash",)
    ),
    PersonalData(column=table_of(SignInPlace).c.user_id, purpose=SIGN_IN, erasure=Erasure.DELETED, secrets=("place",)),
    PersonalData(
        column=table_of(PasswordReset).c.user_id, purpose=SIGN_IN, erasure=Erasure.DELETED, secrets=("token_hash",)
    ),
    PersonalData(
        column=REQUEST.c.email,
        purpose=SIGN_IN,
        erasure=Erasure.DELETED,
        rows=lambda user_ids: REQUEST.c.email.in_(_proved(user_ids)),
        secrets=("id",),
    ),
    PersonalData(
        column=table_of(EmailConfirmation).c.user_id,
        purpose=Text("确认邮箱", "confirming the address"),
        erasure=Erasure.DELETED,
        secrets=("id",),
    ),
    PersonalData(
        column=INVITATION.c.email,
        purpose=Text("受邀加入的单位", "organisations that invited the person"),
        erasure=Erasure.DELETED,
        rows=_invited,
        shows=("organisation_id", "email", "role", "created_at", "expires_at", "accepted_at"),
    ),
    PersonalData(
        column=INVITATION.c.invited_by,
        purpose=MEMBERSHIP,
        erasure=Erasure.PSEUDONYMISED,
        kept_because=TRACED,
        shows=("id", "organisation_id", "role", "created_at"),
    ),
    PersonalData(column=MEMBER.c.user_id, purpose=MEMBERSHIP, erasure=Erasure.PSEUDONYMISED, kept_because=TRACED),
    PersonalData(
        column=table_of(ApiKey).c.created_by,
        purpose=MEMBERSHIP,
        erasure=Erasure.PSEUDONYMISED,
        kept_because=TRACED,
        secrets=("secret_hash",),
    ),
    PersonalData(
        column=table_of(NameChange).c.asked_by,
        purpose=MEMBERSHIP,
        erasure=Erasure.PSEUDONYMISED,
        kept_because=TRACED,
        shows=("organisation_id", "asked_at"),
    ),
)

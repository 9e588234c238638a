"""Tables of people, organisations and parties."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role
from backend.core.database.columns import coded, json_column, moment

__all__ = ["OrganisationKind", "OrganisationStatus", "Role"]  # read from here too


class User(SQLModel, table=True):
    """A person who signs in; may be a member of several organisations.

    Until an address is confirmed by e-mail it proves nothing, so several accounts may bear one: address and password
    together are the account. Registering with a known address therefore tells nobody that it is known. Of the accounts
    of an address one at most has confirmed it.
    """

    __tablename__ = "account_user"
    __table_args__ = (
        sa.Index("uq_account_user_confirmed", "email", unique=True,
                 postgresql_where=sa.text("email_confirmed_at IS NOT NULL"),
                 sqlite_where=sa.text("email_confirmed_at IS NOT NULL")),
        sa.Index("ix_account_user_erased", "erased_at", postgresql_where=sa.text("erased_at IS NOT NULL"),
                 sqlite_where=sa.text("erased_at IS NOT NULL")),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    email: str = Field(index=True, description="Lower case; unique only among those that confirmed it.")
    email_confirmed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    name: str
    password_hash: str
    password_changed_at: datetime = Field(sa_column=moment())
    created_at: datetime = Field(sa_column=moment())
    erased_at: datetime | None = Field(
        default=None, sa_column=moment(nullable=True), description="Since when its id names nobody."
    )
    version: int = 1


class EmailConfirmation(SQLModel, table=True):
    """That an account was asked to confirm an address; the token is derived from the id and kept nowhere."""

    __tablename__ = "email_confirmation"
    id: str = Field(primary_key=True)
    user_id: str = Field(sa_column=sa.Column(sa.ForeignKey("account_user.id"), nullable=False, index=True))
    email: str = Field(description="The account's address, or the one that it is to have.")
    created_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment(index=True))
    used_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class PasswordResetRequest(SQLModel, table=True):
    """That somebody asked for a new password for an address, known or not; the token is derived from the id."""

    __tablename__ = "password_reset_request"
    id: str = Field(primary_key=True)
    email: str = Field(index=True)
    created_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment(index=True))


class Organisation(SQLModel, table=True):
    """An organisation that works on the platform."""

    __tablename__ = "organisation"
    __table_args__ = (
        sa.Index("uq_organisation_credit_code", "credit_code", unique=True,
                 postgresql_where=sa.text("status = 'verified'"), sqlite_where=sa.text("status = 'verified'")),
        sa.Index("uq_organisation_one_platform", "kind", unique=True, postgresql_where=sa.text("kind = 'platform'"),
                 sqlite_where=sa.text("kind = 'platform'")),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    kind: OrganisationKind = Field(sa_column=coded(OrganisationKind, index=True))
    status: OrganisationStatus = Field(sa_column=coded(OrganisationStatus))
    status_reason: str | None = None
    name: str = Field(index=True)
    name_en: str | None = None
    country: str = Field(default="CN", description="ISO 3166-1 alpha-2.")
    region: str | None = Field(default=None, description="GB/T 2260 code.")
    credit_code: str | None = Field(default=None, description="Unified social credit code, GB 32100.")
    credit_code_override: str | None = Field(default=None, description="Why a code that fails its check digit stands.")
    website: str | None = None
    introduction: str | None = None
    party_id: str = Field(description="The party that it is.")
    created_at: datetime = Field(sa_column=moment())
    verified_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    first_verified_at: datetime | None = Field(
        default=None, sa_column=moment(nullable=True), description="Stays when it is refused later."
    )
    version: int = 1


class NameChange(SQLModel, table=True):
    """Another name that an organisation asks for, and what an office found; while nothing was found, it waits."""

    __tablename__ = "name_change"
    __table_args__ = (
        sa.Index("uq_name_change_waiting", "organisation_id", unique=True,
                 postgresql_where=sa.text("outcome IS NULL"), sqlite_where=sa.text("outcome IS NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    name: str
    name_en: str | None = None
    renamed_on: date | None = Field(default=None, description="The day from which it holds; none: of the confirmation.")
    asked_by: str
    asked_at: datetime = Field(sa_column=moment())
    outcome: str | None = Field(default=None, description="confirmed | refused | withdrawn | replaced | overtaken")
    reason: str | None = None
    decided_by: str | None = Field(default=None, description="The office's organisation.")
    decided_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class Party(SQLModel, table=True):
    """Whoever can hold a patent or a licence, on the platform or not."""

    __tablename__ = "party"
    __table_args__ = (
        sa.Index("uq_party_identifier", "created_by", "country", "identifier_kind", "identifier", unique=True,
                 postgresql_where=sa.text("identifier IS NOT NULL"), sqlite_where=sa.text("identifier IS NOT NULL")),
        sa.Index("ix_party_name_key", "name_key"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    person: str = Field(description="legal | natural")
    name: str
    name_en: str | None = None
    name_key: str = Field(description="The name folded for comparison: NFKC, lower case, no blanks.")
    country: str = "CN"
    identifier_kind: str | None = Field(
        default=None, description="credit_code | passport | id_card | foreign_register | other"
    )
    identifier: str | None = None
    identifier_override: str | None = Field(
        default=None, description="Why a credit code that fails its check digit stands."
    )
    organisation_id: str | None = Field(default=None, unique=True)
    created_by: str | None = Field(default=None, description="Organisation that entered it.")
    created_at: datetime = Field(sa_column=moment())
    version: int = 1


class PartyName(SQLModel, table=True):
    """A name that a party bore before its present one, with its days."""

    __tablename__ = "party_name"
    id: int | None = Field(default=None, primary_key=True)
    party_id: str = Field(sa_column=sa.Column(sa.ForeignKey("party.id"), nullable=False, index=True))
    name: str
    name_key: str = Field(index=True, description="Folded as a party's.")
    name_en: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: datetime = Field(sa_column=moment())


class Member(SQLModel, table=True):
    """A person's place in an organisation."""

    __tablename__ = "member"
    __table_args__ = (
        sa.Index("uq_member_living", "organisation_id", "user_id", unique=True,
                 postgresql_where=sa.text("ended_at IS NULL"), sqlite_where=sa.text("ended_at IS NULL")),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    user_id: str = Field(sa_column=sa.Column(sa.ForeignKey("account_user.id"), nullable=False, index=True))
    role: Role = Field(sa_column=coded(Role))
    joined_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1


class Invitation(SQLModel, table=True):
    """An open seat in an organisation, sent to an address; only the token's hash is kept."""

    __tablename__ = "invitation"
    id: str = Field(primary_key=True)
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False, index=True))
    email: str
    role: Role = Field(sa_column=coded(Role))
    token_hash: bytes = Field(unique=True)
    invited_by: str
    created_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    accepted_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class SignInSession(SQLModel, table=True):
    """One sign-in: the family of its refresh tokens."""

    __tablename__ = "sign_in_session"
    id: str = Field(primary_key=True)
    user_id: str = Field(sa_column=sa.Column(sa.ForeignKey("account_user.id"), nullable=False, index=True))
    organisation_id: str | None = None
    created_at: datetime = Field(sa_column=moment())
    last_used_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    ended_because: str | None = None
    agent: str | None = None
    network: str | None = Field(
        default=None, description="Roughly where a sign-in from a new place came from; removed after a day."
    )


class RefreshToken(SQLModel, table=True):
    """A refresh token, by its hash; it works once."""

    __tablename__ = "refresh_token"
    token_hash: bytes = Field(primary_key=True)
    session_id: str = Field(sa_column=sa.Column(sa.ForeignKey("sign_in_session.id"), nullable=False, index=True))
    created_at: datetime = Field(sa_column=moment())
    used_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class ApiKey(SQLModel, table=True):
    """A key for programs: scoped, shown once, stored hashed."""

    __tablename__ = "api_key"
    id: str = Field(primary_key=True)
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False, index=True))
    created_by: str = Field(description="The user's id.")
    name: str
    scopes: list[str] = Field(sa_column=json_column())
    role: Role = Field(sa_column=coded(Role))
    secret_hash: bytes = Field(unique=True)
    hint: str = Field(description="The last four characters.")
    created_at: datetime = Field(sa_column=moment())
    expires_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class PasswordReset(SQLModel, table=True):
    """A one-time way to a new password; only the token's hash is kept."""

    __tablename__ = "password_reset"
    token_hash: bytes = Field(primary_key=True)
    user_id: str = Field(sa_column=sa.Column(sa.ForeignKey("account_user.id"), nullable=False, index=True))
    created_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    used_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class Guessing(SQLModel, table=True):
    """How often a secret was guessed wrong for one address or from one place; slows guessing across processes."""

    __tablename__ = "guessing"
    subject: bytes = Field(primary_key=True, description="Hash of what is guessed at.")
    failures: int
    last_at: datetime = Field(sa_column=moment())
    blocked_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class SignInPlace(SQLModel, table=True):
    """A network place where an account signs in; guesses made elsewhere do not lock it out there."""

    __tablename__ = "sign_in_place"
    user_id: str = Field(sa_column=sa.Column(sa.ForeignKey("account_user.id"), primary_key=True))
    place: bytes = Field(primary_key=True, description="Keyed hash of the address and the network place.")
    last_at: datetime = Field(sa_column=moment(index=True))


class SecondFactor(SQLModel, table=True):
    """An authenticator of an account (RFC 6238); until it is confirmed by a code it asks nobody for one."""

    __tablename__ = "second_factor"
    user_id: str = Field(sa_column=sa.Column(sa.ForeignKey("account_user.id"), primary_key=True))
    secret: str = Field(description="Encrypted with a key of the platform's secret, for this account alone.")
    begun_at: datetime = Field(sa_column=moment())
    confirmed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    last_step: int = Field(
        default=0, sa_column=sa.Column(sa.BigInteger, nullable=False), description="The last step whose code was used."
    )
    version: int = 1


class RecoveryCode(SQLModel, table=True):
    """A code that serves once in place of the authenticator, by its keyed hash."""

    __tablename__ = "recovery_code"
    code_hash: bytes = Field(primary_key=True)
    user_id: str = Field(sa_column=sa.Column(sa.ForeignKey("account_user.id"), nullable=False, index=True))
    created_at: datetime = Field(sa_column=moment())
    used_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))

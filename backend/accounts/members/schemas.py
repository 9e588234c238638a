"""What accounts take and give about members, their own account and API keys."""

from typing import Annotated, Final

from pydantic import ConfigDict, Field

from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role
from backend.accounts.schemas import Address, Password
from backend.core.http.schemas import Body, Instant, Line, Moment, Out, Version


class NewInvitation(Body):
    """Who is invited, to what role."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "li@example.com", "role": "editor"}]})

    email: Address
    role: Role


class InvitationOut(Out):
    """An open seat; the token shows once, to whoever made it, to be handed to the invited person."""

    id: str
    organisation_id: str
    email: str
    role: Role
    created_at: Moment
    expires_at: Moment
    accepted_at: Moment | None
    token: str | None = None


class InvitationsOut(Out):
    """One page of invitations."""

    items: list[InvitationOut]
    next_cursor: str | None


class Acceptance(Body):
    """Who takes the seat; nothing of it is needed from a caller who is signed in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "李示例", "password": "another long sentence"}]})

    name: Line | None = None
    password: Password | None = None


class MemberOut(Version):
    """A person's place in an organisation."""

    id: str
    organisation_id: str
    user_id: str
    name: str
    email: str
    role: Role
    joined_at: Moment


class MembersOut(Out):
    """One page of members."""

    items: list[MemberOut]
    next_cursor: str | None


class RoleChange(Body):
    """The role that a member gets."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "viewer"}]})

    role: Role


class Membership(Out):
    """One organisation of the caller."""

    organisation_id: str
    name: str
    kind: OrganisationKind
    status: OrganisationStatus
    role: Role


class MeOut(Version):
    """The caller: its account, the organisation it acts in, and the others it could act in."""

    user_id: str
    email: str
    email_confirmed_at: Moment | None
    email_change: str | None = Field(description="Another address, which waits to be confirmed.")
    name: str
    organisation_id: str
    kind: OrganisationKind
    role: Role
    scopes: list[str] | None = Field(description="Of an API key; null for a person.")
    memberships: list[Membership]


class NewPassword(Body):
    """The new password."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"password": "a long sentence of mine"}]})

    password: Password


class PasswordChange(Body):
    """The present password and the new one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"current_password": "a long sentence of mine", "password": "an even longer sentence"}]
        }
    )

    current_password: Password
    password: Password


class ResetRequest(Body):
    """For which address."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "wang@example.com"}]})

    email: Address


class ResetAsked(Out):
    """What happens next, the same for every address."""

    next: str


class ResetOut(Out):
    """The account whose password a link sets, and the organisations in which it is a member."""

    user_id: str
    organisations: list[str]


class InvitationOffer(Out):
    """What an invitation offers to whoever has its token."""

    organisation_id: str
    organisation: str | None = Field(description="The name; of a verified organisation alone.")
    role: Role
    expires_at: Moment


class SessionOut(Out):
    """One sign-in of the caller."""

    id: str
    organisation_id: str | None
    created_at: Moment
    last_used_at: Moment
    expires_at: Moment
    agent: str | None
    network: str | None = Field(
        description="Roughly where a sign-in from a new network or program came from; for a day."
    )
    current: bool


class SessionsOut(Out):
    """One page of sign-ins."""

    items: list[SessionOut]
    next_cursor: str | None


MOST_SCOPES: Final = 100  # of one key, before it is looked up which there are


class NewKey(Body):
    """What a key may do, and how long."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "nightly upload", "scopes": ["imports:write", "catalogue:read"], "role": "editor"}]
        }
    )

    name: Line
    scopes: Annotated[list[Line], Field(min_length=1, max_length=MOST_SCOPES)]
    role: Role
    expires_at: Instant | None = None


class KeyOut(Out):
    """An API key; the secret shows once, in the answer that made it."""

    id: str
    name: str
    scopes: list[str]
    role: Role
    created_by: str
    hint: str = Field(description="The secret's last four characters.")
    created_at: Moment
    expires_at: Moment | None
    revoked_at: Moment | None
    secret: str | None = None


class KeysOut(Out):
    """One page of API keys."""

    items: list[KeyOut]
    next_cursor: str | None

"""What happens to organisations, their members, keys and parties, as events."""

from collections.abc import Sequence
from typing import Annotated, Final

from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role
from backend.accounts.models import Organisation
from backend.core.events.domain_event import INTERNAL, PUBLIC, DomainEvent, EventPayload

OWN: Final = "the organisation's members"
EVERYBODY_ONCE_VERIFIED: Final = "everybody, of an organisation that is or was verified; else its members"
OFFICES: Final = "the organisation's members and the offices that verify"
NOBODY: Final = "nobody: it is kept as a trace"
OWN_DOING: Final = "members see it where they did it"
KEPT: Final = "it is a trace of what the person did"
PERSON: Final = "the person alone"
BY_EMAIL: Final = "the person is told by e-mail"


class OrganisationWaits(EventPayload, audience=OFFICES):
    """An organisation waits for an office; a person's name stands in no event, since events are kept for good."""

    organisation_id: str
    kind: OrganisationKind
    name: str | None = None


class OrganisationRegistered(OrganisationWaits, name="organisation.registered"):
    """An organisation has registered and waits to be verified."""


class OrganisationCorrected(OrganisationWaits, name="organisation.corrected"):
    """An organisation has corrected what it was refused for and waits to be verified."""


class NameChangeAsked(OrganisationWaits, name="organisation.name_change_asked"):
    """A verified organisation asks to bear another name."""


class NameChangeWithdrawn(
    OrganisationWaits, name="organisation.name_change_withdrawn", unnotified="nothing waits for anybody any more"
):
    """An organisation no longer asks for another name."""


class NameChangeDecided(OrganisationWaits, audience=OWN):
    """An office has decided about another name."""

    reason: str | None = None


class NameChangeConfirmed(NameChangeDecided, name="organisation.name_change_confirmed"):
    """An office has confirmed another name."""


class NameChangeRefused(NameChangeDecided, name="organisation.name_change_refused"):
    """An office has refused another name."""


class OrganisationDecided(EventPayload, audience=EVERYBODY_ONCE_VERIFIED):
    """An office has decided about an organisation."""

    party_id: str
    kind: OrganisationKind


class OrganisationVerified(OrganisationDecided, name="organisation.verified"):
    """An organisation was verified."""


class OrganisationRefused(OrganisationDecided, name="organisation.refused", removes=True):
    """An organisation was refused, or is verified no more."""


class OrganisationUpdated(
    EventPayload, name="organisation.updated", audience=EVERYBODY_ONCE_VERIFIED, unnotified=OWN_DOING
):
    """An organisation's own details have changed."""

    party_id: str
    changed: Annotated[tuple[str, ...], INTERNAL]
    renamed: Annotated[bool, INTERNAL]


class PartyEntered(EventPayload, name="party.entered", audience=OWN, unnotified=OWN_DOING):
    """A party was entered."""


class PartyUpdated(EventPayload, name="party.updated", audience=OWN, unnotified=OWN_DOING):
    """A party's details have changed, by hand or by a file."""

    party_id: str
    renamed: bool


class InvitationMade(EventPayload, name="invitation.made", audience=OWN, unnotified=OWN_DOING):
    """Somebody was invited to an organisation."""

    role: Role
    language: Annotated[str | None, INTERNAL] = None


class InvitationWithdrawn(EventPayload, name="invitation.withdrawn", audience=OWN, unnotified=OWN_DOING, removes=True):
    """An invitation is good no more."""


class MemberJoined(EventPayload, name="member.joined", audience=OWN):
    """Somebody has taken an invitation and is a member."""


class MemberRoleChanged(EventPayload, name="member.role_changed", audience=OWN):
    """A member has another role."""

    role: Role
    role_before: Annotated[Role, INTERNAL]


class MemberLeft(EventPayload, name="member.left", audience=OWN, removes=True):
    """A member has left, or was sent away."""

    role_before: Annotated[Role, INTERNAL]


class ApiKeyMade(EventPayload, name="api_key.made", audience=OWN):
    """An API key was made."""


class ApiKeyRevoked(EventPayload, name="api_key.revoked", audience=OWN, unnotified=OWN_DOING, removes=True):
    """An API key works no more."""


class SessionsEnded(EventPayload, name="account.sessions_ended", audience=NOBODY, unnotified=KEPT):
    """A person has ended sign-ins of the account."""


class PasswordChanged(EventPayload, name="account.password_changed", audience=NOBODY, unnotified=KEPT):
    """A person has a new password."""


class EmailConfirmationAsked(
    EventPayload, name="account.email_confirmation_asked", audience=NOBODY, unnotified=BY_EMAIL
):
    """An account is to confirm an address."""

    confirmation_id: Annotated[str, INTERNAL]
    language: Annotated[str, INTERNAL]


class EmailChangeAsked(EventPayload, name="account.email_change_asked", audience=PERSON):
    """A person asks for another address, which waits to be confirmed."""

    language: Annotated[str, INTERNAL]


class EmailConfirmed(EventPayload, name="account.email_confirmed", audience=NOBODY, unnotified=KEPT):
    """A person has confirmed an address."""

    changed: bool


class PasswordResetAsked(EventPayload, name="account.password_reset_asked", audience=NOBODY, unnotified=BY_EMAIL):
    """Somebody asks for a new password for an address, known or not."""

    language: Annotated[str, INTERNAL]


class SignedInAnew(EventPayload, name="account.signed_in_anew", audience=PERSON):
    """A person has signed in from a network or with a program not known before."""

    session_id: Annotated[str, INTERNAL]
    language: Annotated[str, INTERNAL]


class AccountErased(EventPayload, name="account.erased", audience=NOBODY, unnotified=KEPT, removes=True):
    """An account is erased: by its person, or because another account confirmed its address."""

    superseded: bool


class OwnerAddressTaken(EventPayload, name="organisation.owner_address_taken", audience=OFFICES):
    """Somebody else has confirmed the address of the only owner of an organisation that is or was verified."""

    organisation_id: str


def _hearers(organisation: Organisation, *, is_public: bool) -> Sequence[str]:
    return [PUBLIC, organisation.id] if is_public else [organisation.id]


def organisation_updated(
    organisation: Organisation, changed: Sequence[str], actor: str, *, renamed: bool
) -> DomainEvent[OrganisationUpdated]:
    """Return the event of changed details; only a verified organisation's are everybody's."""
    is_public = organisation.status is OrganisationStatus.VERIFIED
    payload = OrganisationUpdated(party_id=organisation.party_id, changed=tuple(changed), renamed=renamed)
    return DomainEvent(payload, organisation.id, _hearers(organisation, is_public=is_public), actor)


def organisation_decided(
    organisation: Organisation, kind: type[OrganisationDecided], actor: str | None, *, is_public: bool
) -> DomainEvent[OrganisationDecided]:
    """Return the event of an office's decision about an organisation."""
    payload = kind(party_id=organisation.party_id, kind=organisation.kind)
    return DomainEvent(payload, organisation.id, _hearers(organisation, is_public=is_public), actor)


def organisation_waits(
    organisation: Organisation, kind: type[OrganisationWaits], name: str, audience: Sequence[str], actor: str | None
) -> DomainEvent[OrganisationWaits]:
    """Return the event of an organisation that waits, or waited, for an office.

    Whoever registers or corrects itself knows that, and is not notified of it.
    """
    told_name = None if organisation.kind is OrganisationKind.INDIVIDUAL else name
    payload = kind(organisation_id=organisation.id, kind=organisation.kind, name=told_name)
    muted = [organisation.id] if kind in (OrganisationRegistered, OrganisationCorrected) else []
    return DomainEvent(payload, organisation.id, audience, actor, muted)


def name_change_decided(
    organisation: Organisation, kind: type[NameChangeDecided], name: str, reason: str | None, actor: str
) -> DomainEvent[NameChangeDecided]:
    """Return the event of an office's decision about a name."""
    told_name = None if organisation.kind is OrganisationKind.INDIVIDUAL else name
    payload = kind(organisation_id=organisation.id, kind=organisation.kind, name=told_name, reason=reason)
    return DomainEvent(payload, organisation.id, [organisation.id], actor)


def api_key_revoked(key_id: str, organisation_id: str, actor: str | None) -> DomainEvent[ApiKeyRevoked]:
    """Return the event of a key that works no more."""
    return DomainEvent(ApiKeyRevoked(), key_id, [organisation_id], actor)


def invitation_withdrawn(
    invitation_id: str, organisation_id: str, actor: str | None = None
) -> DomainEvent[InvitationWithdrawn]:
    """Return the event of an invitation that is good no more."""
    return DomainEvent(InvitationWithdrawn(), invitation_id, [organisation_id], actor)


def party_updated(party_id: str, organisation_id: str, actor: str, *, renamed: bool) -> DomainEvent[PartyUpdated]:
    """Return the event of a party's changed details."""
    return DomainEvent(PartyUpdated(party_id=party_id, renamed=renamed), party_id, [organisation_id], actor)


def sessions_ended(user_id: str) -> DomainEvent[SessionsEnded]:
    """Return the event of sign-ins that a person has ended."""
    return DomainEvent(SessionsEnded(), user_id, [])


def email_confirmation_asked(confirmation_id: str, user_id: str, language: str) -> DomainEvent[EmailConfirmationAsked]:
    """Return the event of an address that is to be confirmed, with the language of whoever asked."""
    payload = EmailConfirmationAsked(confirmation_id=confirmation_id, language=language)
    return DomainEvent(payload, user_id, [], user_id)


def account_erased(user_id: str, *, superseded: bool) -> DomainEvent[AccountErased]:
    """Return the event of an erased account."""
    return DomainEvent(AccountErased(superseded=superseded), user_id, [])


def member_left(member_id: str, organisation_id: str, role: Role, actor: str) -> DomainEvent[MemberLeft]:
    """Return the event of a member who has left, or was sent away."""
    return DomainEvent(MemberLeft(role_before=role), member_id, [organisation_id], actor)

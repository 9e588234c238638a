"""The caller of a request: a signed-in person or program, acting in one organisation."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role


class Verification(Enum):
    """What an act asks of the caller's organisation."""

    ANY = "that it is registered"
    ONCE = "that it is verified, or was before it was refused"
    NOW = "that it is verified"


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person or program, acting in one organisation."""

    user_id: str
    organisation_id: str
    kind: OrganisationKind
    status: OrganisationStatus
    role: Role
    scopes: frozenset[str] | None = None  # None: a person, who is not limited by scopes
    session_id: str | None = None
    key_id: str | None = None
    was_verified: bool = False  # whether its organisation is verified or was at any time
    signs_with: Literal["second_factor", "signing_key"] | None = None  # what this very request proves, if anything

    @property
    def is_platform(self) -> bool:
        """Whether it is the platform's own staff."""
        return self.kind is OrganisationKind.PLATFORM

    @property
    def is_authority(self) -> bool:
        """Whether it is a verified authority."""
        return self.kind is OrganisationKind.AUTHORITY and self.verified

    @property
    def verified(self) -> bool:
        """Whether its organisation is verified."""
        return self.status is OrganisationStatus.VERIFIED

    def meets(self, asked: Verification) -> bool:
        """Whether its organisation is as verified as an act asks for."""
        return asked is Verification.ANY or self.verified or (asked is Verification.ONCE and self.was_verified)

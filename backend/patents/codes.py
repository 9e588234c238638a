"""The codes of the register and of listings: stable, written as they are stored and shown."""

from enum import StrEnum


class PatentKind(StrEnum):
    """What is protected."""

    INVENTION = "invention"
    UTILITY_MODEL = "utility_model"
    DESIGN = "design"


class LegalStatus(StrEnum):
    """Whether the right stands."""

    UNKNOWN = "unknown"
    PENDING = "pending"
    IN_FORCE = "in_force"
    IN_GRACE = "in_grace"
    LAPSED = "lapsed"
    SURRENDERED = "surrendered"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    ENDED_UNKNOWN = "ended_unknown"  # a source calls it dead and does not say why


class EventKind(StrEnum):
    """What the register announces; `status_reported` is a status that a file or a person reported without the event."""

    PUBLISHED = "published"
    GRANTED = "granted"
    ANNUITY_PAID = "annuity_paid"
    ANNUITY_MISSED = "annuity_missed"
    RESTORED = "restored"
    LAPSED = "lapsed"
    SURRENDERED = "surrendered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    INVALIDATION_REQUESTED = "invalidation_requested"
    INVALIDATED_IN_PART = "invalidated_in_part"
    INVALIDATED = "invalidated"
    INVALIDATION_REJECTED = "invalidation_rejected"
    SUSPENDED = "suspended"
    SUSPENSION_LIFTED = "suspension_lifted"
    HOLDER_CHANGED = "holder_changed"
    NAME_CHANGED = "name_changed"
    EVALUATION_REPORT = "evaluation_report"
    STATUS_REPORTED = "status_reported"


class Finding(StrEnum):
    """What a patent right evaluation report came to."""

    GRANTABLE = "grantable"
    NOT_GRANTABLE = "not_grantable"


class SuspensionBasis(StrEnum):
    """Why the office suspended the proceedings (Implementing Regulations of the Patent Law, arts. 103, 104)."""

    OWNERSHIP_DISPUTE = "ownership_dispute"
    PRESERVATION = "preservation"


class SetBy(StrEnum):
    """Who last set a fact of the register, where that decides who may change it; a holder's file leaves no mark.

    ASKER marks what came from the row of an organisation that was heard as a further holder.
    """

    HAND = "hand"
    AUTHORITY = "authority"
    AUTHORITY_BY_HAND = "authority_by_hand"
    ASKER = "asker"


class HoldingState(StrEnum):
    """How sure it is that a party holds the patent."""

    ASSERTED = "asserted"
    VERIFIED = "verified"
    DISPUTED = "disputed"
    ENDED = "ended"


class ListingStatus(StrEnum):
    """Where a listing stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    LISTED = "listed"
    SUSPENDED = "suspended"
    DELISTED = "delisted"


class DealType(StrEnum):
    """On what footing a patent can be had."""

    OPEN_LICENCE = "open_licence"
    ORDINARY_LICENCE = "ordinary_licence"
    SOLE_LICENCE = "sole_licence"
    EXCLUSIVE_LICENCE = "exclusive_licence"
    ASSIGNMENT = "assignment"
    EQUITY = "equity"

"""The codes of rights: stable, written as they are stored and shown."""

from enum import StrEnum


class RightKind(StrEnum):
    """What burdens a patent; a suspension is told by legal events and only shown here."""

    LICENCE = "licence"
    OPEN_LICENCE = "open_licence"
    PLEDGE = "pledge"
    OPTION = "option"
    RECEIVABLE = "receivable"
    CO_OWNER_AGREEMENT = "co_owner_agreement"
    SUSPENSION = "suspension"
    SEIZURE = "seizure"
    OBSTACLE = "obstacle"


class LicenceType(StrEnum):
    """Who may work the invention in the licence's scope, beside its licensee."""

    EXCLUSIVE = "exclusive"
    SOLE = "sole"
    ORDINARY = "ordinary"
    OPEN = "open"


class Origin(StrEnum):
    """Whether a right was granted here, where the ledger was asked, or is a fact established elsewhere."""

    HERE = "here"
    OUTSIDE = "outside"


class Working(StrEnum):
    """The ways of working a patent that need its holder's leave (Patent Law, art. 11)."""

    MAKE = "make"
    USE = "use"
    OFFER_FOR_SALE = "offer_for_sale"
    SELL = "sell"
    IMPORT = "import"


class Act(StrEnum):
    """What somebody may want to do with a patent."""

    DECLARE_OPEN_LICENCE = "declare_open_licence"
    KEEP_OPEN_LICENCE = "keep_open_licence"
    GRANT_ORDINARY = "grant_ordinary"
    GRANT_SOLE = "grant_sole"
    GRANT_EXCLUSIVE = "grant_exclusive"
    SUB_LICENSE = "sub_license"
    ASSIGN = "assign"
    PLEDGE = "pledge"
    ABANDON = "abandon"
    WITHDRAW_OPEN_LICENCE = "withdraw_open_licence"


class Permission(StrEnum):
    """Whether an act may be done now; the later the stronger."""

    ALLOWED = "allowed"
    NEEDS_CONFIRMATION = "needs_confirmation"
    NEEDS_CONSENT = "needs_consent"
    REFUSED = "refused"


class ConsentState(StrEnum):
    """How far a consent has come."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    USED = "used"
    REVOKED = "revoked"


class Whose(StrEnum):
    """By an agreement of co-owners: who must act together."""

    EACH = "each"
    NAMED = "named"
    ALL = "all"


class Sureness(StrEnum):
    """How sure a rule is: read in the law, in a secondary source, or the platform's own prudence."""

    LAW = "C"
    SECONDARY = "C2"
    PLATFORM = "P"

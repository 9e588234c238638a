"""The codes of pledges: stable, written as they are stored and shown."""

from enum import StrEnum


class PledgeStatus(StrEnum):
    """Where a pledge stands."""

    DRAFT = "draft"
    FILED = "filed"
    CORRECTION_ASKED = "correction_asked"
    REGISTERED = "registered"
    REFUSED = "refused"
    RELEASE_FILED = "release_filed"
    RELEASED = "released"
    DEFAULTED = "defaulted"
    DISPOSED = "disposed"
    REVOKED = "revoked"


class PledgeKind(StrEnum):
    """Whether a pledge secures one debt, or debts of a period up to an amount (Civil Code, arts. 425, 439)."""

    ORDINARY = "ordinary"
    MAXIMUM_AMOUNT = "maximum_amount"


class PledgeSide(StrEnum):
    """The sides of a pledge contract."""

    PLEDGOR = "pledgor"
    PLEDGEE = "pledgee"


class RegistrationOutcome(StrEnum):
    """What the office decided about an application for registration."""

    REGISTERED = "registered"
    REFUSED = "refused"
    CORRECTION_ASKED = "correction_asked"


class SecuredItem(StrEnum):
    """What the pledge secures beside the principal, where the contract says so (Civil Code, art. 389)."""

    PRINCIPAL = "principal"
    INTEREST = "interest"
    DEFAULT_PENALTY = "default_penalty"
    DAMAGES = "damages"
    CUSTODY_COSTS = "custody_costs"
    REALISATION_COSTS = "realisation_costs"


class ReleaseReason(StrEnum):
    """Why a pledge, or one of its patents, is given up."""

    DEBT_PAID = "debt_paid"
    WAIVED = "waived"
    REALISED = "realised"
    REPLACED = "replaced"
    RIGHT_ENDED = "right_ended"


class DisposalMethod(StrEnum):
    """How a pledged patent is turned into money after a default (Civil Code, art. 436)."""

    AGREEMENT = "agreement"
    LICENCE_INCOME = "licence_income"
    ASSIGNMENT = "assignment"
    AUCTION = "auction"


class ProceedsUse(StrEnum):
    """What becomes of what a licence or an assignment brought in while the patent is pledged."""

    EARLY_REPAYMENT = "early_repayment"
    DEPOSIT = "deposit"
    LEFT_TO_PLEDGOR = "left_to_pledgor"


class WatchKind(StrEnum):
    """What happened to a pledged patent that its pledgee should know of."""

    ANNUITY_DUE = "annuity_due"
    ANNUITY_MISSED = "annuity_missed"
    INVALIDATION_REQUESTED = "invalidation_requested"
    INVALIDATED = "invalidated"
    SUSPENDED = "suspended"
    RIGHT_ENDED = "right_ended"
    HOLDER_CHANGED = "holder_changed"
    LICENCE_ENDED = "licence_ended"
    LICENCE_WITHOUT_CONSENT = "licence_without_consent"
    INSOLVENCY = "insolvency"
    REAPPRAISAL_DUE = "reappraisal_due"
    RELEASE_OVERDUE = "release_overdue"


class ChangeKind(StrEnum):
    """What of a registered pledge is changed."""

    SECURED_AMOUNT = "secured_amount"
    DEBT_TERM = "debt_term"
    PARTY_NAME = "party_name"
    OTHER = "other"


class ChangeStatus(StrEnum):
    """How far a change has come."""

    FILED = "filed"
    REGISTERED = "registered"
    REFUSED = "refused"

"""What stands against an act by the state of the right itself, as `findings` tells what its burdens do."""

from typing import Final

from backend.patents.codes import Finding, LegalStatus, PatentKind
from backend.rights.codes import RightKind
from backend.rights.ledger import CHINA, Annuity, Ledger, PermissionRequest
from backend.rights.permissions.rule_matches import Hits, each, when

ENDED: Final = frozenset(
    {
        LegalStatus.LAPSED, LegalStatus.SURRENDERED, LegalStatus.EXPIRED, LegalStatus.WITHDRAWN, LegalStatus.REFUSED,
        LegalStatus.ENDED_UNKNOWN,
    }
)  # fmt: skip
EXAMINED_LATE: Final = frozenset({PatentKind.UTILITY_MODEL, PatentKind.DESIGN})


def right_ended(ledger: Ledger, _: PermissionRequest) -> Hits:
    """The right has lapsed, expired, was surrendered, never came to be, or is called dead without a reason."""
    return when(ledger.register.legal_status in ENDED, ledger.register.status_since)


def invalidated(ledger: Ledger, _: PermissionRequest) -> Hits:
    """The right was declared invalid in whole; in part, or a mere request, is no such thing."""
    return when(ledger.register.legal_status is LegalStatus.INVALIDATED, ledger.register.status_since)


def of_another_office(ledger: Ledger, _: PermissionRequest) -> Hits:
    """The patent was not applied for at the China National Intellectual Property Administration."""
    return when(ledger.register.office != CHINA)


def not_granted(ledger: Ledger, _: PermissionRequest) -> Hits:
    """The grant has not been announced."""
    gone = ledger.register.legal_status in {*ENDED, LegalStatus.INVALIDATED}
    return when(not ledger.register.is_granted and not gone)


def status_unknown(ledger: Ledger, _: PermissionRequest) -> Hits:
    """Nobody has told how the right stands."""
    return when(ledger.register.legal_status is LegalStatus.UNKNOWN)


def report_missing(ledger: Ledger, _: PermissionRequest) -> Hits:
    """A utility model or design, which the office does not examine before the grant, without an evaluation report."""
    return when(ledger.register.kind in EXAMINED_LATE and ledger.register.report_on is None)


def report_negative(ledger: Ledger, _: PermissionRequest) -> Hits:
    """The evaluation report finds that the right should not have been granted."""
    return when(ledger.register.report is Finding.NOT_GRANTABLE, ledger.register.report_on)


def suspended(ledger: Ledger, _: PermissionRequest) -> Hits:
    """The office has suspended the proceedings; a dispute alone does not."""
    return when(ledger.register.suspended_since is not None, ledger.register.suspended_since)


def seized(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """A court has ordered the preservation of the right."""
    return each(ledger.of_kind(RightKind.SEIZURE, ask.today))


def annuity_unpaid(ledger: Ledger, _: PermissionRequest) -> Hits:
    """An annuity that fell due is not paid."""
    return when(ledger.register.annuity is Annuity.UNPAID, ledger.register.unpaid_since)


def annuity_late(ledger: Ledger, _: PermissionRequest) -> Hits:
    """An annuity that fell due is not paid, or nobody has recorded its payment."""
    late = ledger.register.annuity in (Annuity.UNPAID, Annuity.UNRECORDED)
    return when(late, ledger.register.unpaid_since)


def annuity_unknown(ledger: Ledger, _: PermissionRequest) -> Hits:
    """The payment of the last annuity that fell due is not on record."""
    unknown = ledger.register.annuity in (Annuity.UNKNOWN, Annuity.UNRECORDED)
    return when(unknown, ledger.register.unpaid_since)


def invalidation_pending(ledger: Ledger, _: PermissionRequest) -> Hits:
    """Somebody has asked for invalidation, and that is not decided."""
    return when(ledger.register.invalidation_since is not None, ledger.register.invalidation_since)


def outlasts_right(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """What is granted would end later than the right."""
    expiry = ledger.register.expiry
    return when(expiry is not None and max(ask.start, ask.ends_on or ask.start) >= expiry)

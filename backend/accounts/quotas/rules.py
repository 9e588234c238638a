"""Which quotas there are, for how long each counts, and how much of it an organisation may use; pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from backend.accounts.codes import OrganisationKind, OrganisationStatus
from backend.core.clock import CHINA, china_day
from backend.core.settings import Settings


class Quota(StrEnum):
    """What is limited."""

    CLAIMS = "claims"
    PATENTS = "patents"
    INVITATIONS = "invitations"
    NUMBER_QUESTIONS = "number_questions"
    IMPORT_ROWS = "import_rows"
    UPLOAD_BYTES = "upload_bytes"
    FILES = "files"
    FILE_BYTES = "file_bytes"
    WEBHOOK_VERIFICATIONS = "webhook_verifications"
    REGISTRATIONS = "registrations"
    NEEDS = "needs"
    NEED_SHOWINGS = "need_showings"
    EMAIL_CONFIRMATIONS = "email_confirmations"
    EMAIL_CONFIRMATIONS_SENT = "email_confirmations_sent"
    PASSWORD_RESETS = "password_resets"  # noqa: S105 - a name
    PASSWORD_RESETS_SENT = "password_resets_sent"  # noqa: S105 - a name
    DATA_EXPORTS = "data_exports"
    INTRODUCTIONS = "introductions"
    INTRODUCTION_MESSAGES = "introduction_messages"
    ALERTS = "alerts"
    FINANCING_REQUESTS = "financing_requests"
    FINANCING_DISCLOSURES = "financing_disclosures"


class Period(StrEnum):
    """How long what was used counts."""

    HOUR = "hour"
    DAY = "day"
    ALWAYS = "always"


class Standing(StrEnum):
    """How much an organisation is trusted."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    OFFICE = "office"


class Rule(NamedTuple):
    """How long a quota counts, and the settings that limit it, before verification (None: not allowed) and after."""

    period: Period
    unverified: str | None
    verified: str


RULES: Final[Mapping[Quota, Rule]] = {
    Quota.CLAIMS: Rule(Period.DAY, None, "claims_per_day"),
    Quota.PATENTS: Rule(Period.DAY, "patents_per_day_unverified", "patents_per_day"),
    Quota.INVITATIONS: Rule(Period.DAY, "invitations_per_day_unverified", "invitations_per_day"),
    Quota.NUMBER_QUESTIONS: Rule(Period.DAY, None, "number_questions_per_day"),
    Quota.IMPORT_ROWS: Rule(Period.DAY, "import_rows_per_day_unverified", "import_rows_per_day"),
    Quota.UPLOAD_BYTES: Rule(Period.DAY, "upload_bytes_per_day_unverified", "upload_bytes_per_day"),
    Quota.FILES: Rule(Period.ALWAYS, "files_kept_unverified", "files_kept"),
    Quota.FILE_BYTES: Rule(Period.ALWAYS, "file_bytes_kept_unverified", "file_bytes_kept"),
    Quota.WEBHOOK_VERIFICATIONS: Rule(Period.HOUR, None, "webhook_verifications_per_hour"),
    Quota.REGISTRATIONS: Rule(Period.DAY, "registrations_per_day_of_address", "registrations_per_day_of_address"),
    Quota.NEEDS: Rule(Period.DAY, "needs_per_day_unverified", "needs_per_day"),
    Quota.NEED_SHOWINGS: Rule(Period.DAY, None, "need_showings_per_day"),
    Quota.EMAIL_CONFIRMATIONS: Rule(Period.DAY, "email_confirmations_per_day", "email_confirmations_per_day"),
    Quota.EMAIL_CONFIRMATIONS_SENT: Rule(
        Period.DAY, "email_confirmations_per_day_to_address", "email_confirmations_per_day_to_address"
    ),
    Quota.PASSWORD_RESETS: Rule(
        Period.DAY, "password_resets_per_day_from_address", "password_resets_per_day_from_address"
    ),
    Quota.PASSWORD_RESETS_SENT: Rule(
        Period.HOUR, "password_resets_per_hour_to_address", "password_resets_per_hour_to_address"
    ),
    Quota.DATA_EXPORTS: Rule(Period.DAY, "personal_data_exports_per_day", "personal_data_exports_per_day"),
    Quota.FINANCING_REQUESTS: Rule(Period.DAY, "financing_requests_per_day_unverified", "financing_requests_per_day"),
    Quota.FINANCING_DISCLOSURES: Rule(Period.DAY, None, "financing_disclosures_per_day"),
    Quota.INTRODUCTIONS: Rule(Period.DAY, None, "introductions_per_day"),
    Quota.INTRODUCTION_MESSAGES: Rule(Period.DAY, None, "introduction_messages_per_day"),
    Quota.ALERTS: Rule(Period.DAY, "alerts_per_day_unverified", "alerts_per_day"),
}
OF_ADDRESSES: Final = frozenset({Quota.REGISTRATIONS, Quota.PASSWORD_RESETS})  # of a network
OF_MAILBOXES: Final = frozenset({Quota.EMAIL_CONFIRMATIONS_SENT, Quota.PASSWORD_RESETS_SENT})
OF_PEOPLE: Final = frozenset({Quota.EMAIL_CONFIRMATIONS, Quota.DATA_EXPORTS, Quota.ALERTS})
OF_ORGANISATIONS: Final = tuple(q for q in Quota if q not in OF_ADDRESSES | OF_MAILBOXES | OF_PEOPLE)
ALL_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
OFFICES: Final = frozenset({OrganisationKind.PLATFORM, OrganisationKind.AUTHORITY})


def standing_of(kind: OrganisationKind, status: OrganisationStatus) -> Standing:
    """Return how much an organisation of this kind and status is trusted."""
    if status is not OrganisationStatus.VERIFIED:
        return Standing.UNVERIFIED
    return Standing.OFFICE if kind in OFFICES else Standing.VERIFIED


def limit_of(settings: Settings, quota: Quota, standing: Standing) -> int | None:
    """Return how much may be used in one period, or None where there is no limit, as for offices."""
    if standing is Standing.OFFICE:
        return None
    rule = RULES[quota]
    name = rule.unverified if standing is Standing.UNVERIFIED else rule.verified
    most: int = getattr(settings, name) if name else 0
    return most


def begin_of(quota: Quota, moment: datetime) -> datetime:
    """Return when the quota's period that holds the moment began; days are those of the China calendar."""
    match RULES[quota].period:
        case Period.HOUR:
            return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        case Period.DAY:
            return datetime.combine(china_day(moment), time(), CHINA).astimezone(UTC)
        case Period.ALWAYS:
            return ALL_TIME


def end_of(quota: Quota, moment: datetime) -> datetime | None:
    """Return when the quota's period that holds the moment ends, or None where it never does."""
    lasts = {Period.HOUR: timedelta(hours=1), Period.DAY: timedelta(days=1)}.get(RULES[quota].period)
    return begin_of(quota, moment) + lasts if lasts else None

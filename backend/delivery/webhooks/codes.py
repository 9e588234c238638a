"""The codes of webhooks and their deliveries."""

from enum import StrEnum


class WebhookStatus(StrEnum):
    """Whether a webhook is told of events."""

    UNPROVEN = "unproven"
    ACTIVE = "active"
    DISABLED = "disabled"


class DisabledBecause(StrEnum):
    """Why a webhook is told of nothing."""

    BY_MEMBER = "by_member"
    FAILING = "failing"
    GONE = "gone"


class DeliveryStatus(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class DeliveryFailure(StrEnum):
    """Why an attempt failed."""

    STATUS = "status"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    ADDRESS = "address"
    DISABLED = "disabled"
    TOKEN = "token"  # noqa: S105 - a code

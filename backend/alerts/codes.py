"""The codes of alerts: stable, written as they are stored and shown."""

from enum import StrEnum


class AlertKind(StrEnum):
    """What an alert looks at."""

    SEARCH = "search"
    NEED_SEARCH = "need_search"
    PATENT = "patent"
    HOLDER = "holder"
    CLASS = "class"


class AlertFrequency(StrEnum):
    """How often an alert notifies its owner."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class HitChange(StrEnum):
    """Why something is a hit."""

    LISTED = "listed"
    PUBLISHED = "published"
    NEWLY_MATCHES = "newly_matches"
    PRICE_FELL = "price_fell"
    OPEN_LICENCE_ANNOUNCED = "open_licence_announced"
    DELISTED = "delisted"
    STATUS_CHANGED = "status_changed"
    OFFER_CHANGED = "offer_changed"
    LISTING_CHANGED = "listing_changed"
    LICENCE_CHANGED = "licence_changed"
    HOLDER_CHANGED = "holder_changed"
    FACTS_CHANGED = "facts_changed"

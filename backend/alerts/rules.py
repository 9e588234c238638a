"""Rules of alerts: what makes a hit, and when their owners are notified; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from backend.alerts.codes import AlertFrequency, AlertKind, HitChange
from backend.core.clock import CHINA

NEVER: Final = -1
ENTRIES: Final = frozenset(
    {"listing.published", "listing.resumed", "need.published", "need.abstract_published"}
)  # the events by which something comes into a search
EXITS: Final = frozenset(
    {"listing.suspended", "listing.delisted", "need.withdrawn", "need.taken_down", "need.suspended", "need.closed",
     "need.abstract_withdrawn"}
)  # … and those by which it leaves  # fmt: skip
WATCHED: Final[Mapping[str, HitChange]] = {
    "listing.published": HitChange.LISTED,
    "listing.resumed": HitChange.LISTED,
    "listing.suspended": HitChange.DELISTED,
    "listing.delisted": HitChange.DELISTED,
    "listing.updated": HitChange.LISTING_CHANGED,
    "patent.status_changed": HitChange.STATUS_CHANGED,
    "patent.legal_event_recorded": HitChange.STATUS_CHANGED,
    "patent.offer_changed": HitChange.OFFER_CHANGED,
    "patent.updated": HitChange.FACTS_CHANGED,
    "patent.merged": HitChange.FACTS_CHANGED,
    "open_licence.announced": HitChange.OPEN_LICENCE_ANNOUNCED,
}
WATCHED_FAMILIES: Final[Mapping[str, HitChange]] = {
    "open_licence": HitChange.LICENCE_CHANGED,
    "licence": HitChange.LICENCE_CHANGED,
    "right": HitChange.LICENCE_CHANGED,
    "holding": HitChange.HOLDER_CHANGED,
}
SEARCHING: Final = frozenset({AlertKind.SEARCH, AlertKind.NEED_SEARCH, AlertKind.CLASS})
MONDAY: Final = 0


@dataclass(slots=True)
class Cause:
    """What the events of a batch say of one thing: the last of them, and where it came into the search or left it.

    `is_new`: it was listed or published no earlier than these events. The database may be ahead of them, so that a
    thing is found before the event that brought it.
    """

    seq: int
    event_id: int
    entry: HitChange
    entered: int = NEVER
    left: int = NEVER
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared of a thing that stays in a result."""

    price_fen: int | None = None
    open_licence: bool = False


def watched_change(event_type: str) -> HitChange | None:
    """Return what a public event of a patent means for whoever watches it, or None where it means nothing."""
    return WATCHED.get(event_type) or WATCHED_FAMILIES.get(event_type.partition(".")[0])


def entry_of(thing: str) -> HitChange:
    """Return what it means that a thing with this id comes into a search."""
    return HitChange.PUBLISHED if thing.startswith("need_") else HitChange.LISTED


def note_event(causes: dict[str, Cause], thing: str, event_type: str, seq: int, event_id: int) -> None:
    """Add an event to what is known of a thing."""
    cause = causes.setdefault(thing, Cause(seq, event_id, entry_of(thing)))
    cause.seq, cause.event_id = seq, event_id
    if event_type in ENTRIES:
        cause.entered = seq
    elif event_type in EXITS:
        cause.left = seq


def hits_of(cause: Cause, before: Facts | None, after: Facts, *, started: int, is_known: bool) -> list[HitChange]:
    """Return what is new about a thing that a search finds.

    `before` is how it was found last, None where it was not. `is_known`: whatever was found then is kept, so that what
    is not kept was not found; else only its coming into the search tells that it is new.
    """
    has_entered = cause.entered > started
    if before is None:
        if has_entered or (is_known and cause.is_new):
            return [cause.entry]
        return [HitChange.NEWLY_MATCHES] if is_known else []
    if has_entered and started < cause.left < cause.entered:
        return [cause.entry]
    found = []
    if before.price_fen is not None and after.price_fen is not None and after.price_fen < before.price_fen:
        found.append(HitChange.PRICE_FELL)
    if after.open_licence and not before.open_licence:
        found.append(HitChange.OPEN_LICENCE_ANNOUNCED)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long a digest waits: until nothing was found for a while, no longer than so, or until an hour in China."""

    quiet: timedelta
    longest: timedelta
    hour: int


def notify_at(frequency: AlertFrequency, since: datetime, now: datetime, waiting: Waiting) -> datetime:
    """Return when the owner of an alert is notified that has just found something, and first did at `since`."""
    if frequency is AlertFrequency.AT_ONCE:
        return max(now, min(now + waiting.quiet, since + waiting.longest))
    first = since.astimezone(CHINA)
    due = datetime.combine(first.date(), time(waiting.hour), CHINA)
    while due <= first or (frequency is AlertFrequency.WEEKLY and due.weekday() != MONDAY):
        due += timedelta(days=1)
    return max(due, now)


def waits_for_import(frequency: AlertFrequency, since: datetime, now: datetime, waiting: Waiting) -> bool:
    """Whether a digest that is due still waits for an import to end."""
    return now < notify_at(frequency, since, since, waiting) + waiting.longest

"""The made-up timeline of a patent: when it was filed, published and granted, and its status."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from backend.patents.codes import EventKind, LegalStatus, PatentKind
from backend.patents.legal_events.term_rules import GRACE_MONTHS, add_months, expiry_of

REGISTER_DAY: Final = date(2026, 11, 1)
FIRST_YEAR: Final = 2010
LAST_YEAR: Final = 2025
DAYS_TO_PUBLICATION: Final = (120, 545)
DAYS_TO_GRANT: Final = {
    PatentKind.INVENTION: (420, 1250),
    PatentKind.UTILITY_MODEL: (90, 300),
    PatentKind.DESIGN: (60, 200),
}
YEARS: Final = range(FIRST_YEAR, LAST_YEAR + 1)
SHARE_GIVEN_UP: Final = 0.04
SHARE_LATE: Final = 0.06
SHARE_LAPSED: Final = 0.04
UNTIL_LAPSE_IS_ANNOUNCED: Final = timedelta(days=245)
ENDINGS: Final = (
    (0.003, LegalStatus.INVALIDATED, EventKind.INVALIDATED),
    (0.010, LegalStatus.SURRENDERED, EventKind.SURRENDERED),
)
WEIGHTS: Final = {
    PatentKind.INVENTION: [3 + year - FIRST_YEAR for year in YEARS],
    PatentKind.UTILITY_MODEL: [max(1, 2 * (year - 2015)) for year in YEARS],
    PatentKind.DESIGN: [max(1, 2 * (year - 2015)) for year in YEARS],
}


@dataclass(frozen=True, slots=True)
class Announced:
    """One event of the register: from when it holds, when it was announced, for which year if not the one begun."""

    kind: EventKind
    effective_on: date
    announced_on: date
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """The dates of a patent, how it stands on the day of the register, and the events that say so."""

    filing_date: date
    publication_date: date | None
    grant_date: date | None
    legal_status: LegalStatus
    annuity_paid_through: date | None
    events: tuple[Announced, ...]


def live(rng: Random, kind: PatentKind) -> Life:
    """Make up the life of one patent of `kind` up to the register's day."""
    (year,) = rng.choices(YEARS, WEIGHTS[kind])
    filed = date(year, rng.randrange(1, 13), rng.randrange(1, 29))
    granted = filed + timedelta(days=rng.randrange(*DAYS_TO_GRANT[kind]))
    if kind is not PatentKind.INVENTION:
        return _granted(rng, kind, filed, None, granted)
    latest = min(granted, REGISTER_DAY) - timedelta(days=30)
    published = min(filed + timedelta(days=rng.randrange(*DAYS_TO_PUBLICATION)), latest)
    return _granted(rng, kind, filed, published, granted) if granted < REGISTER_DAY else _applied(rng, filed, published)


def _applied(rng: Random, filed: date, published: date) -> Life:
    events = (_on(EventKind.PUBLISHED, published),)
    if rng.random() > SHARE_GIVEN_UP:
        return Life(filed, published, None, LegalStatus.PENDING, None, events)
    status, ending = rng.choice(
        ((LegalStatus.REFUSED, EventKind.REFUSED), (LegalStatus.WITHDRAWN, EventKind.WITHDRAWN))
    )
    return Life(filed, published, None, status, None, (*events, _on(ending, _between(rng, published, REGISTER_DAY))))


def _granted(rng: Random, kind: PatentKind, filed: date, published: date | None, granted: date) -> Life:
    events = [_on(EventKind.PUBLISHED, published)] if published else []
    events.append(_on(EventKind.GRANTED, granted))
    expiry = expiry_of("CN", kind, filed) or REGISTER_DAY
    due = [day for y in range(granted.year, expiry.year) if (day := filed.replace(year=y)) > granted]
    past = [day for day in due if day < REGISTER_DAY]
    chance = rng.random()
    if past and add_months(past[-1], GRACE_MONTHS) > REGISTER_DAY and chance < SHARE_LATE:
        events.append(_on(EventKind.ANNUITY_MISSED, past[-1]))
        return Life(filed, published, granted, LegalStatus.IN_GRACE, past[-1], tuple(events))
    lapsable = [day for day in past if day + UNTIL_LAPSE_IS_ANNOUNCED < REGISTER_DAY]
    if lapsable and chance < SHARE_LAPSED:
        day = rng.choice(lapsable)
        events.append(Announced(EventKind.LAPSED, day, day + UNTIL_LAPSE_IS_ANNOUNCED))
        return Life(filed, published, granted, LegalStatus.LAPSED, None, tuple(events))
    if expiry <= REGISTER_DAY:
        events.append(_on(EventKind.EXPIRED, expiry))
        return Life(filed, published, granted, LegalStatus.EXPIRED, None, tuple(events))
    for share, status, ending in ENDINGS:
        if chance > 1 - share:
            events.append(_on(ending, _between(rng, granted, REGISTER_DAY)))
            return Life(filed, published, granted, status, None, tuple(events))
    if past:
        events.append(_on(EventKind.ANNUITY_PAID, past[-1]))
    paid_until = next((day for day in due if day >= REGISTER_DAY), None)
    return Life(filed, published, granted, LegalStatus.IN_FORCE, paid_until, tuple(events))


def _on(kind: EventKind, day: date) -> Announced:
    return Announced(kind, day, day)


def _between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randrange(1, max(2, (last - first).days)))

"""Checks of dates that people record: each lies between the step before it and today."""

from datetime import date, datetime, timedelta

from backend.core.clock import china_day
from backend.licences.errors import DatesOutOfOrder, OutsideTheTerm
from backend.licences.models import OpenLicence


def check_day(on: date, earliest: date, now: datetime, *, latest: date | None = None) -> None:
    """Raise DatesOutOfOrder where the day lies before the step that it follows, after `latest`, or in the future."""
    last = min(china_day(now), latest or date.max)
    if not earliest <= on <= last:
        raise DatesOutOfOrder(earliest=earliest, latest=last)


def check_term(declared: OpenLicence, starts_on: date, ends_on: date) -> None:
    """Raise OutsideTheTerm where days begin before the announcement of an open licence, or end after its term."""
    first, last = declared.announced_on or starts_on, declared.ends_on or ends_on
    if starts_on < first or ends_on > last:
        raise OutsideTheTerm(starts_on=first, ends_on=last)


def last_day(ends_on: date, ended_on: date | None) -> date:
    """Return the last day of a licence: that of its term, or the one before the day from which on it was no more."""
    return ends_on if ended_on is None else min(ends_on, ended_on - timedelta(days=1))

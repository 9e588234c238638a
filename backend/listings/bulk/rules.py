"""What one action of a bulk request asks of one listing: which terms and steps, and for which side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from backend.listings.change_rules import NO_BACKING, Backing, Change, Step, new_row
from backend.listings.errors import AlreadyListed, ListingNotFound, ListingStepNotYours
from backend.listings.rules import Action, Side
from backend.patents.codes import ListingStatus
from backend.patents.errors import NoSuchPatent, NotTheHolder


class BulkAction(StrEnum):
    """What to do with each of them."""

    CREATE = "create"
    UPDATE = "update"
    SUBMIT = "submit"
    PUBLISH = "publish"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESUME = "resume"
    DELIST = "delist"


PRICE: Final = frozenset({"price_fen", "price_note"})
GOALS: Final = {
    BulkAction.SUBMIT: ListingStatus.SUBMITTED,
    BulkAction.PUBLISH: ListingStatus.LISTED,
    BulkAction.REFUSE: ListingStatus.REFUSED,
    BulkAction.SUSPEND: ListingStatus.SUSPENDED,
    BulkAction.RESUME: ListingStatus.LISTED,
    BulkAction.DELIST: ListingStatus.DELISTED,
}
MAKES: Final = frozenset({BulkAction.CREATE, BulkAction.PUBLISH})


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom the work is done."""

    organisation_id: str
    user_id: str
    is_platform: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One of those asked for, as it stands; without a patent there is no such thing for the asker."""

    subject: str
    patent_id: str | None = None
    listing: Mapping[str, Any] | None = None
    holds: bool = False
    backing: Backing = NO_BACKING


def change_of(
    action: BulkAction,
    asker: Asker,
    found: Found,
    terms: Mapping[str, Any],
    *,
    reason: str | None,
    now: datetime,
    new_id: str,
) -> Change:
    """Return what the action asks of the listing; raise the refusals of whom it is not theirs to change."""
    side = _side(action, asker, found)
    if found.listing is None:
        row, given = new_row(new_id, str(found.patent_id), asker.organisation_id, now), terms
    else:
        row, given = dict(found.listing), _fitting(action, found.listing, terms)
    steps = tuple(Step(step, side, reason) for step in _steps(action, row["status"]))
    return Change(listing=row, is_new=found.listing is None, terms=given, steps=steps, backing=found.backing)


def _side(action: BulkAction, asker: Asker, found: Found) -> Side:
    """For whom the asker acts; what it may not see is not there for it."""
    missing = NoSuchPatent if found.subject.startswith("pat_") and not found.holds else ListingNotFound
    if found.listing is None:
        if found.patent_id is None or not (found.holds or asker.is_platform):
            raise missing
        if action not in MAKES:
            raise ListingNotFound
        if not found.holds:
            raise NotTheHolder
        return Side.HOLDER
    if found.listing["organisation_id"] == asker.organisation_id:
        return Side.HOLDER
    if asker.is_platform:
        return _platform(action)
    if found.holds and action in MAKES:
        raise AlreadyListed
    if found.listing["status"] is ListingStatus.LISTED:
        raise ListingStepNotYours(action=action.value, by="holder, platform")
    raise missing


def _platform(action: BulkAction) -> Side:
    if action in (BulkAction.CREATE, BulkAction.UPDATE):
        raise ListingStepNotYours(action=action.value, by="holder")
    return Side.PLATFORM


def _fitting(action: BulkAction, before: Mapping[str, Any], terms: Mapping[str, Any]) -> dict[str, Any]:
    """Which of the terms apply to a listing that is there: an update sets all, publishing fills a draft's gaps."""
    if action is BulkAction.UPDATE:
        return dict(terms)
    if action is not BulkAction.PUBLISH or before["status"] not in (ListingStatus.DRAFT, ListingStatus.SUBMITTED):
        return {}
    priced = any(before[name] is not None for name in PRICE)
    return {
        name: value for name, value in terms.items() if before[name] in (None, []) and not (priced and name in PRICE)
    }


def _steps(action: BulkAction, status: ListingStatus) -> tuple[Action, ...]:
    goal = GOALS.get(action)
    if goal is None or status is goal:
        return ()
    if action is BulkAction.PUBLISH and status is ListingStatus.DRAFT:
        return (Action.SUBMIT, Action.PUBLISH)
    return (Action(action.value),)

"""What one action of a bulk request makes of one listing: pure, so that a batch is decided before it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from backend.listings.errors import AlreadyListed, ListingNotFound, ListingNotInState, ListingStepNotYours
from backend.listings.events import ListingCreated, ListingEvent, ListingUpdated
from backend.listings.rules import LIVING, PAST, Action, Side, Standing, check_public, marks, next_status
from backend.patents.codes import HoldingState, LegalStatus, ListingStatus
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


EMPTY: Final[Mapping[str, Any]] = {
    "deal_types": [], "price_fen": None, "price_note": None, "stage": None, "clusters": [], "keywords": [],
    "summary": None, "summary_en": None, "status_reason": None, "suspended_by": None, "submitted_at": None,
    "listed_at": None,
}  # fmt: skip
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
    legal_status: LegalStatus = LegalStatus.UNKNOWN
    listing: Mapping[str, Any] | None = None
    holding: HoldingState | None = None
    holds: bool = False
    verified: bool = False
    established: bool = True


@dataclass(frozen=True, slots=True)
class Decided:
    """What is to be written: the listing's values, new or changed, and the event; no event: nothing changes."""

    values: dict[str, Any]
    event: type[ListingEvent] | None
    public: bool
    is_new: bool

    @property
    def outcome(self) -> str:
        """The word for the result."""
        return self.event.type.partition(".")[2] if self.event else "unchanged"


def decide(
    action: BulkAction,
    asker: Asker,
    found: Found,
    terms: Mapping[str, Any],
    *,
    reason: str | None,
    now: datetime,
    new_id: str,
) -> Decided:
    """Return what the action makes of the listing; raises the refusals that the single steps raise."""
    side = _side(action, asker, found)
    before = found.listing
    if before is None:
        values = {**EMPTY, "id": new_id, "patent_id": found.patent_id, "organisation_id": asker.organisation_id,
                  "status": ListingStatus.DRAFT, "created_at": now, "version": 1}  # fmt: skip
        values |= terms
    else:
        values = dict(before)
        values |= _fitting(action, before, terms)
    event: type[ListingEvent] | None = (
        ListingCreated if before is None else ListingUpdated if values != before else None
    )
    was = before["status"] if before is not None else None
    standing = _standing(found, values)
    for step in _steps(action, standing.status):
        target = next_status(step, side, standing)
        values |= marks(step, side, target, reason, now)
        standing = replace(standing, status=target, suspended_by=values["suspended_by"])
        event = PAST[step]
    if event is ListingUpdated:
        if standing.status not in LIVING:
            raise ListingNotInState(status=standing.status.value, action=action.value)
        if standing.status is ListingStatus.LISTED:
            check_public(standing)
    if event and before is not None:
        values["version"] += 1
    return Decided(values, event, public=ListingStatus.LISTED in (was, standing.status), is_new=before is None)


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


def _standing(found: Found, values: Mapping[str, Any]) -> Standing:
    return Standing(
        status=values["status"],
        suspended_by=values["suspended_by"],
        legal_status=found.legal_status,
        holding=found.holding,
        verified=found.verified,
        has_deal_type=bool(values["deal_types"]),
        has_price=values["price_fen"] is not None or bool(values["price_note"]),
        established=found.established,
    )

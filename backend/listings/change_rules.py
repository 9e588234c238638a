"""What a change makes of one listing: pure, so that a batch is decided before any of it is written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from backend.listings.errors import ListingNotInState
from backend.listings.events import ListingCreated, ListingEvent, ListingUpdated
from backend.listings.rules import LIVING, PAST, Action, Side, Standing, check_public, marks, next_status
from backend.patents.codes import HoldingState, LegalStatus, ListingStatus

TERMS: Final = ("deal_types", "price_fen", "price_note", "stage", "clusters", "keywords", "summary", "summary_en")
WITHOUT_TERMS: Final[Mapping[str, Any]] = {
    "status_reason": None, "suspended_by": None, "deal_types": [], "price_fen": None, "price_note": None,
    "stage": None, "clusters": [], "keywords": [], "summary": None, "summary_en": None, "submitted_at": None,
    "listed_at": None, "version": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a listing, for whom it is taken, and why."""

    action: Action
    side: Side
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Backing:
    """What stands behind a listing: its patent, and the holding and the verification of its organisation."""

    legal_status: LegalStatus
    holding: HoldingState | None
    verified: bool
    established: bool


NO_BACKING: Final = Backing(LegalStatus.UNKNOWN, None, verified=False, established=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to become of one listing: its terms, then its steps, or the patent that it moves to.

    `listing` is its row, locked and as it stands, or `new_row`. Without a `backing` nothing can be shown that was not
    shown before but as a consequence: terms are then not asked whether they leave the listing fit to be shown. `told`
    are those who hear of the change besides whom the listing's status names.
    """

    listing: Mapping[str, Any]
    is_new: bool = False
    terms: Mapping[str, Any] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    moves_to: str | None = None
    backing: Backing | None = None
    told: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """What is to be written: the listing's values and which of them change of one that is there, and the event.

    A move alone has no event. `event_patent_id` is the patent that the event names: of a listing that moves, the one
    that it was shown with.
    """

    values: dict[str, Any]
    changed: Mapping[str, Any]
    event: type[ListingEvent] | None
    event_patent_id: str
    public: bool
    is_new: bool
    told: Collection[str]

    @property
    def outcome(self) -> str:
        """Return the word for what happened to the listing."""
        return self.event.type.partition(".")[2] if self.event else "unchanged"


def new_row(listing_id: str, patent_id: str, organisation_id: str, now: datetime) -> dict[str, Any]:
    """Return the row of a new draft without terms."""
    ids = {"id": listing_id, "patent_id": patent_id, "organisation_id": organisation_id}
    return {**ids, "status": ListingStatus.DRAFT, **WITHOUT_TERMS, "created_at": now}


def decide(change: Change, now: datetime) -> Decided:
    """Return what the change makes of the listing; raise what `next_status` and `check_public` raise."""
    before, values = change.listing, {**change.listing, **change.terms}
    changed = {} if change.is_new else {name: v for name, v in change.terms.items() if v != before[name]}
    event: type[ListingEvent] | None = ListingCreated if change.is_new else ListingUpdated if changed else None
    for step in change.steps:
        target = next_status(step.action, step.side, _standing(values, change.backing))
        marked = marks(step.action, step.side, target, step.reason, now)
        values |= marked
        changed |= marked
        event = PAST[step.action]
    if event is ListingUpdated:
        _check_terms(values, change.backing)
    if change.moves_to is not None:
        values["patent_id"] = changed["patent_id"] = change.moves_to
    was = None if change.is_new else before["status"]
    public = was is ListingStatus.LISTED or values["status"] is ListingStatus.LISTED
    if changed and not change.is_new:
        values["version"] += 1
    return Decided(values, changed, event, before["patent_id"], public, change.is_new, change.told)


def _check_terms(values: Mapping[str, Any], backing: Backing | None) -> None:
    if values["status"] not in LIVING:
        raise ListingNotInState(status=values["status"].value, action="update")
    if values["status"] is ListingStatus.LISTED and backing is not None:
        check_public(_standing(values, backing))


def _standing(values: Mapping[str, Any], backing: Backing | None) -> Standing:
    behind = backing or NO_BACKING
    return Standing(
        status=values["status"],
        suspended_by=values["suspended_by"],
        legal_status=behind.legal_status,
        holding=behind.holding,
        verified=behind.verified,
        has_deal_type=bool(values["deal_types"]),
        has_price=values["price_fen"] is not None or bool(values["price_note"]),
        established=behind.established,
    )

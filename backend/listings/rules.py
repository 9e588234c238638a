"""What may happen to a listing: its steps as a table, who may take them, and what bars the public from seeing it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from backend.accounts.errors import OrganisationNotVerified
from backend.core.errors import Reason, Text
from backend.listings.errors import (
    ListingNotInState,
    ListingNotPublishable,
    ListingStepNotYours,
    SuspendedByPlatform,
)
from backend.listings.events import (
    ListingDelisted,
    ListingEvent,
    ListingPublished,
    ListingRefused,
    ListingResumed,
    ListingSubmitted,
    ListingSuspended,
)
from backend.patents.codes import HoldingState, LegalStatus, ListingStatus
from backend.patents.errors import NotEstablished


class Action(StrEnum):
    """A step of a listing."""

    SUBMIT = "submit"
    PUBLISH = "publish"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESUME = "resume"
    DELIST = "delist"


class Side(StrEnum):
    """For whom the caller acts, and who suspended a listing."""

    HOLDER = "holder"
    PLATFORM = "platform"
    LEGAL_STATUS = "legal_status"
    HOLDING = "holding"


S = ListingStatus
TRANSITIONS: Final[dict[tuple[ListingStatus, Action], ListingStatus]] = {
    (S.DRAFT, Action.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, Action.PUBLISH): S.LISTED,
    (S.SUBMITTED, Action.REFUSE): S.REFUSED,
    (S.LISTED, Action.SUSPEND): S.SUSPENDED,
    (S.SUSPENDED, Action.RESUME): S.LISTED,
    (S.DRAFT, Action.DELIST): S.DELISTED,
    (S.SUBMITTED, Action.DELIST): S.DELISTED,
    (S.LISTED, Action.DELIST): S.DELISTED,
    (S.SUSPENDED, Action.DELIST): S.DELISTED,
}
LIVING: Final = frozenset({S.DRAFT, S.SUBMITTED, S.LISTED, S.SUSPENDED})
WHO: Final[dict[Action, frozenset[Side]]] = {
    Action.SUBMIT: frozenset({Side.HOLDER}),
    Action.PUBLISH: frozenset({Side.HOLDER, Side.PLATFORM}),
    Action.REFUSE: frozenset({Side.PLATFORM}),
    Action.SUSPEND: frozenset({Side.HOLDER, Side.PLATFORM}),
    Action.RESUME: frozenset({Side.HOLDER, Side.PLATFORM}),
    Action.DELIST: frozenset({Side.HOLDER}),
}
CAUSES: Final = frozenset({Side.LEGAL_STATUS, Side.HOLDING})  # sides for which no caller acts
PAST: Final[dict[Action, type[ListingEvent]]] = {
    Action.SUBMIT: ListingSubmitted,
    Action.PUBLISH: ListingPublished,
    Action.REFUSE: ListingRefused,
    Action.SUSPEND: ListingSuspended,
    Action.RESUME: ListingResumed,
    Action.DELIST: ListingDelisted,
}
BARRED: Final = frozenset(
    {
        LegalStatus.LAPSED,
        LegalStatus.SURRENDERED,
        LegalStatus.EXPIRED,
        LegalStatus.INVALIDATED,
        LegalStatus.WITHDRAWN,
        LegalStatus.REFUSED,
        LegalStatus.ENDED_UNKNOWN,
    }
)
HOLDS: Final = frozenset({HoldingState.ASSERTED, HoldingState.VERIFIED})

STATUS_BARS: Final = Text("专利权已不存在（{legal_status}）。", "The right does not stand ({legal_status}).")
STATUS_CURE: Final = Text("权利恢复并登记后可公开。", "Record its restoration; then it can be shown.")
NO_HOLDING: Final = Text("牵头机构对该专利的持有已结束。", "The listing's organisation no longer holds the patent.")
DISPUTED: Final = Text("牵头机构的持有存在争议。", "The holding of the listing's organisation is disputed.")
DISPUTE_CURE: Final = Text("争议由平台核实后可公开。", "Once the platform has settled the dispute, it can be shown.")
NO_DEAL_TYPE: Final = Text("未说明交易方式。", "It does not say on what footing the patent can be had.")
DEAL_CURE: Final = Text("请填写至少一个 deal_types。", "Give at least one of `deal_types`.")
NO_PRICE: Final = Text("未说明价格。", "It says nothing about the price.")
HOLDING_CURE: Final = Text(
    "请下架该挂牌，由现权利人挂牌；记录有误的，请更正权属记录。",
    "Delist it, and have the present holder list the patent; where the record is wrong, correct the holding.",
)
PRICE_CURE: Final = Text("请填写 price_fen 或 price_note。", "Give `price_fen` or `price_note`.")
CIVIL_865: Final = "Civil Code, art. 865"  # a licence is good only while the right stands


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides which step a listing may take."""

    status: ListingStatus
    suspended_by: str | None
    legal_status: LegalStatus
    holding: HoldingState | None
    verified: bool
    has_deal_type: bool
    has_price: bool
    established: bool = True


def bars(standing: Standing) -> list[Reason]:
    """Return every reason why the public may not be shown the listing; none: it may."""
    found = []
    if standing.legal_status in BARRED:
        facts = {"legal_status": standing.legal_status.value}
        found.append(Reason("legal_status_bars", STATUS_BARS, CIVIL_865, STATUS_CURE, facts=facts))
    if standing.holding is HoldingState.DISPUTED:
        found.append(Reason("holding_disputed", DISPUTED, cure=DISPUTE_CURE))
    elif standing.holding not in HOLDS:
        found.append(Reason("holding_missing", NO_HOLDING, cure=HOLDING_CURE))
    if not standing.has_deal_type:
        found.append(Reason("deal_type_missing", NO_DEAL_TYPE, cure=DEAL_CURE))
    if not standing.has_price:
        found.append(Reason("price_missing", NO_PRICE, cure=PRICE_CURE))
    return found


def next_status(action: Action, side: Side, standing: Standing) -> ListingStatus:
    """Return the status that the step leads to; what follows from another fact may be whoever might refuse it.

    Raises ListingStepNotYours, ListingNotInState, SuspendedByPlatform, OrganisationNotVerified, ListingNotPublishable.
    """
    if side not in WHO[action] and side not in CAUSES:
        raise ListingStepNotYours(action=action.value, by=", ".join(sorted(WHO[action])))
    target = TRANSITIONS.get((standing.status, action))
    if target is None:
        raise ListingNotInState(status=standing.status.value, action=action.value)
    if side in CAUSES:
        return target
    if standing.status is S.SUSPENDED and standing.suspended_by == Side.PLATFORM and side is not Side.PLATFORM:
        raise SuspendedByPlatform
    if target is S.LISTED:
        check_public(standing)
    elif target is S.SUBMITTED and not standing.verified:
        raise OrganisationNotVerified
    return target


def check_public(standing: Standing) -> None:
    """Raise OrganisationNotVerified, NotEstablished or ListingNotPublishable where the public may not be shown it."""
    if not standing.verified:
        raise OrganisationNotVerified
    if not standing.established:
        raise NotEstablished
    reasons = bars(standing)
    if reasons:
        raise ListingNotPublishable(reasons=reasons)


def marks(action: Action, side: Side, target: ListingStatus, reason: str | None, now: datetime) -> dict[str, Any]:
    """Return the values of a listing that the step sets."""
    values: dict[str, Any] = {
        "status": target,
        "status_reason": reason,
        "suspended_by": side.value if target is S.SUSPENDED else None,
    }
    if action is Action.SUBMIT:
        values["submitted_at"] = now
    if action is Action.PUBLISH:
        values["listed_at"] = now
    return values

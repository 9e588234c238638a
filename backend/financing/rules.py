"""What may happen to products, requests, disclosures, offers and guarantees: their steps as tables."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from backend.financing.codes import (
    DisclosureStatus,
    GuaranteeStatus,
    OfferCloser,
    OfferStatus,
    PledgorConsentStatus,
    ProductStatus,
    RequestStatus,
)
from backend.financing.errors import FinancingNotInState

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


class ProductAction(StrEnum):
    """A step of a product."""

    EDIT = "edit"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


class RequestAction(StrEnum):
    """A step of a request."""

    EDIT = "edit"
    SUBMIT = "submit"
    TAKE_UP = "take_up"
    RECEIVE_OFFER = "receive_offer"
    LOSE_LAST_OFFER = "lose_last_offer"
    ACCEPT = "accept"
    LOSE_LAST_BANK = "lose_last_bank"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class DisclosureAction(StrEnum):
    """A step of a disclosure."""

    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    END = "end"
    KEEP = "keep"


class OfferAction(StrEnum):
    """A step of an offer."""

    APPROVE = "approve"
    ACCEPT = "accept"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


class GuaranteeAction(StrEnum):
    """A step of a guarantee."""

    AGREE = "agree"
    DECLINE = "decline"
    LAPSE = "lapse"


class ConsentAction(StrEnum):
    """A step of a pledgor's consent."""

    AGREE = "agree"
    REFUSE = "refuse"


P, R, D, F, G, C = (
    ProductStatus,
    RequestStatus,
    DisclosureStatus,
    OfferStatus,
    GuaranteeStatus,
    PledgorConsentStatus,
)
SENT: Final = (R.SUBMITTED, R.IN_REVIEW, R.OFFERED)
PRODUCT_TRANSITIONS: Final[dict[tuple[ProductStatus, ProductAction], ProductStatus]] = {
    (P.DRAFT, ProductAction.EDIT): P.DRAFT,
    (P.DRAFT, ProductAction.PUBLISH): P.OFFERED,
    (P.DRAFT, ProductAction.WITHDRAW): P.WITHDRAWN,
    (P.OFFERED, ProductAction.WITHDRAW): P.WITHDRAWN,
}
REQUEST_TRANSITIONS: Final[dict[tuple[RequestStatus, RequestAction], RequestStatus]] = {
    (R.DRAFT, RequestAction.EDIT): R.DRAFT,
    (R.DRAFT, RequestAction.SUBMIT): R.SUBMITTED,
    (R.DRAFT, RequestAction.WITHDRAW): R.WITHDRAWN,
    (R.SUBMITTED, RequestAction.TAKE_UP): R.IN_REVIEW,
    (R.IN_REVIEW, RequestAction.TAKE_UP): R.IN_REVIEW,
    (R.OFFERED, RequestAction.TAKE_UP): R.OFFERED,
    **{(sent, RequestAction.RECEIVE_OFFER): R.OFFERED for sent in SENT},
    (R.OFFERED, RequestAction.LOSE_LAST_OFFER): R.IN_REVIEW,
    (R.OFFERED, RequestAction.ACCEPT): R.ACCEPTED,
    **{(sent, RequestAction.LOSE_LAST_BANK): R.DECLINED for sent in SENT},
    **{(sent, RequestAction.WITHDRAW): R.WITHDRAWN for sent in SENT},
    **{(sent, RequestAction.EXPIRE): R.EXPIRED for sent in SENT},
}
DISCLOSURE_TRANSITIONS: Final[dict[tuple[DisclosureStatus, DisclosureAction], DisclosureStatus]] = {
    (D.STANDING, DisclosureAction.DECLINE): D.DECLINED,
    (D.STANDING, DisclosureAction.WITHDRAW): D.WITHDRAWN,
    (D.STANDING, DisclosureAction.EXPIRE): D.EXPIRED,
    (D.STANDING, DisclosureAction.END): D.ENDED,
    (D.STANDING, DisclosureAction.KEEP): D.KEPT,
    (D.KEPT, DisclosureAction.END): D.ENDED,
}
OFFER_TRANSITIONS: Final[dict[tuple[OfferStatus, OfferAction], OfferStatus]] = {
    (F.DRAFTED, OfferAction.APPROVE): F.STANDING,
    (F.DRAFTED, OfferAction.WITHDRAW): F.WITHDRAWN,
    (F.DRAFTED, OfferAction.LAPSE): F.LAPSED,
    (F.STANDING, OfferAction.ACCEPT): F.ACCEPTED,
    (F.STANDING, OfferAction.REJECT): F.REJECTED,
    (F.STANDING, OfferAction.WITHDRAW): F.WITHDRAWN,
    (F.STANDING, OfferAction.LAPSE): F.LAPSED,
}
GUARANTEE_TRANSITIONS: Final[dict[tuple[GuaranteeStatus, GuaranteeAction], GuaranteeStatus]] = {
    (G.ASKED, GuaranteeAction.AGREE): G.AGREED,
    (G.ASKED, GuaranteeAction.DECLINE): G.DECLINED,
    (G.ASKED, GuaranteeAction.LAPSE): G.LAPSED,
    (G.AGREED, GuaranteeAction.LAPSE): G.LAPSED,
}
CONSENT_TRANSITIONS: Final[dict[tuple[PledgorConsentStatus, ConsentAction], PledgorConsentStatus]] = {
    (C.ASKED, ConsentAction.AGREE): C.AGREED,
    (C.ASKED, ConsentAction.REFUSE): C.REFUSED,
    (C.AGREED, ConsentAction.REFUSE): C.REFUSED,
    (C.REFUSED, ConsentAction.AGREE): C.AGREED,
}
LIVING_REQUESTS: Final = frozenset({R.DRAFT, *SENT})
READABLE: Final = frozenset({D.STANDING, D.KEPT})
OPEN_OFFERS: Final = frozenset({F.DRAFTED, F.STANDING})
LIVING_GUARANTEES: Final = frozenset({G.ASKED, G.AGREED})


def closer_of(status: OfferStatus, *, by_somebody: bool) -> OfferCloser | None:
    """Return who closed an offer; None while it is open. A draft lapses with what the borrower ends."""
    if status in OPEN_OFFERS:
        return None
    if status is F.WITHDRAWN:
        return OfferCloser.BANK
    return OfferCloser.BORROWER if status is not F.LAPSED or by_somebody else OfferCloser.TIME


def loan_of_offer(offer_id: str) -> str:
    """Return the id that the loan of an accepted offer bears, by which either side finds it."""
    return f"loan_{offer_id.removeprefix('off_')}"


def next_product(status: ProductStatus, action: ProductAction) -> ProductStatus:
    """Return the status that the step leads to; raise FinancingNotInState."""
    return _next(PRODUCT_TRANSITIONS, status, action)


def next_request(status: RequestStatus, action: RequestAction) -> RequestStatus:
    """Return the status that the step leads to; raise FinancingNotInState."""
    return _next(REQUEST_TRANSITIONS, status, action)


def next_disclosure(status: DisclosureStatus, action: DisclosureAction) -> DisclosureStatus:
    """Return the status that the step leads to; raise FinancingNotInState."""
    return _next(DISCLOSURE_TRANSITIONS, status, action)


def next_offer(status: OfferStatus, action: OfferAction) -> OfferStatus:
    """Return the status that the step leads to; raise FinancingNotInState."""
    return _next(OFFER_TRANSITIONS, status, action)


def next_guarantee(status: GuaranteeStatus, action: GuaranteeAction) -> GuaranteeStatus:
    """Return the status that the step leads to; raise FinancingNotInState."""
    return _next(GUARANTEE_TRANSITIONS, status, action)


def next_consent(status: PledgorConsentStatus, action: ConsentAction) -> PledgorConsentStatus:
    """Return the status that the step leads to; raise FinancingNotInState."""
    return _next(CONSENT_TRANSITIONS, status, action)


def _next(table: Mapping[tuple[S, A], S], status: S, action: A) -> S:
    target = table.get((status, action))
    if target is None:
        raise FinancingNotInState(status=status.value, action=action.value)
    return target

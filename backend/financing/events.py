"""What happens in financing, as events: each is for the enterprise and the one organisation that it concerns.

None of them tells what a request, a question or an offer says, but for the accepted offer, whose two sides know it.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Annotated, Final

from backend.core.events.domain_event import INTERNAL, PUBLIC, DomainEvent, EventPayload
from backend.financing.models import (
    Disclosure,
    FinancingGuarantee,
    FinancingOffer,
    FinancingProduct,
    FinancingQuestion,
    FinancingRequest,
    PledgorConsent,
)

OWN_DOING: Final = "members see it where they did it"
TWO_SIDES: Final = "the enterprise and the one organisation to which the request is disclosed"
TOLD_BY_ITS_CLOCK: Final = "the event of the disclosure or offer that led to it is told"


class ProductEvent(EventPayload):
    """Something happened to a bank's product."""

    product_id: str


class ProductDrafted(ProductEvent, name="financing_product.drafted", audience="the bank", unnotified=OWN_DOING):
    """A bank has drafted a product."""


class ProductUpdated(ProductEvent, name="financing_product.updated", audience="the bank", unnotified=OWN_DOING):
    """A bank has changed a draft of a product."""


class ProductPublished(ProductEvent, name="financing_product.published", audience="everybody", unnotified=OWN_DOING):
    """A bank has published a product."""


class ProductWithdrawn(
    ProductEvent, name="financing_product.withdrawn", audience="everybody", unnotified=OWN_DOING, removes=True
):
    """A bank offers a product no more."""


class DraftProductWithdrawn(ProductEvent, name="financing_product.dropped", audience="the bank", unnotified=OWN_DOING):
    """A bank has dropped a product that was never published."""


class RequestEvent(EventPayload, audience="the enterprise"):
    """Something happened to a request; banks hear of their disclosures alone."""

    request_id: str


class RequestDrafted(RequestEvent, name="financing_request.drafted", unnotified=OWN_DOING):
    """An enterprise has drafted a request for financing."""


class RequestUpdated(RequestEvent, name="financing_request.updated", unnotified=OWN_DOING):
    """An enterprise has changed the draft of a request."""


class RequestSubmitted(RequestEvent, name="financing_request.submitted", unnotified=OWN_DOING):
    """A request went to the organisations to which it is disclosed."""


class RequestTakenUp(RequestEvent, name="financing_request.taken_up", unnotified=TOLD_BY_ITS_CLOCK):
    """A first bank works on a request."""


class RequestOffered(RequestEvent, name="financing_request.offered", unnotified=TOLD_BY_ITS_CLOCK):
    """A first offer stands for a request."""


class RequestBackInReview(RequestEvent, name="financing_request.without_offers", unnotified=TOLD_BY_ITS_CLOCK):
    """No offer stands for a request any more; banks still work on it."""


class RequestAccepted(RequestEvent, name="financing_request.accepted", unnotified=OWN_DOING):
    """The enterprise has accepted an offer, and the request is closed."""


class RequestDeclined(RequestEvent, name="financing_request.declined"):
    """The last bank that worked on a request has declined."""


class RequestWithdrawn(RequestEvent, name="financing_request.withdrawn", unnotified=OWN_DOING):
    """The enterprise has withdrawn its request."""


class RequestExpired(RequestEvent, name="financing_request.expired"):
    """The last disclosure of a request has ended by its day, and nothing was accepted."""


class PledgorConsentEvent(EventPayload, audience="the enterprise and the holder of the patent"):
    """Something happened to a holder's consent to pledge its patent for an enterprise's debt."""

    consent_id: str
    request_id: str
    patent_id: str


class PledgorConsentAsked(PledgorConsentEvent, name="pledgor_consent.asked"):
    """A holder is asked to pledge its patent for an enterprise's debt."""


class PledgorConsentAgreed(PledgorConsentEvent, name="pledgor_consent.agreed"):
    """A holder agrees to pledge its patent for an enterprise's debt."""


class PledgorConsentRefused(PledgorConsentEvent, name="pledgor_consent.refused"):
    """A holder does not pledge its patent for an enterprise's debt, or takes its consent back."""


class PledgorConsentDropped(PledgorConsentEvent, name="pledgor_consent.dropped"):
    """The enterprise does not ask for a holder's patent any more."""


class DisclosureEvent(EventPayload, audience=TWO_SIDES):
    """Something happened to a disclosure."""

    disclosure_id: str
    request_id: str


class DisclosureMade(
    DisclosureEvent, name="financing_disclosure.made", audience="the enterprise", unnotified=OWN_DOING
):
    """The enterprise has chosen to whom its request goes, once it is submitted."""


class DisclosureSent(DisclosureEvent, name="financing_disclosure.sent"):
    """A request is shown to a bank or guarantor from now on."""


class DisclosureTakenUp(DisclosureEvent, name="financing_disclosure.taken_up"):
    """A bank works on a request."""


class DisclosureDeclined(DisclosureEvent, name="financing_disclosure.declined"):
    """A bank or guarantor has declined, and reads no more."""


class DisclosureWithdrawn(DisclosureEvent, name="financing_disclosure.withdrawn"):
    """The enterprise has withdrawn a disclosure; what was read stays listed."""


class DisclosureExpired(DisclosureEvent, name="financing_disclosure.expired"):
    """A disclosure has ended by its last day."""


class DisclosureEnded(DisclosureEvent, name="financing_disclosure.ended"):
    """A disclosure has ended with its request."""


class UnsentDisclosureEnded(
    DisclosureEvent, name="financing_disclosure.dropped", audience="the enterprise", unnotified=OWN_DOING
):
    """A disclosure that was never sent is withdrawn; its recipient never knew of it."""


class DisclosureRetained(DisclosureEvent, name="financing_disclosure.kept", unnotified=TOLD_BY_ITS_CLOCK):
    """The contracting bank or guarantor keeps what its contract needs until the deal is over."""


class QuestionEvent(EventPayload, audience=TWO_SIDES):
    """Something happened to a question about a request."""

    question_id: str
    request_id: str


class QuestionAsked(QuestionEvent, name="financing_question.asked"):
    """A bank or guarantor asks the enterprise; its clock stands until the answer."""


class QuestionAnswered(QuestionEvent, name="financing_question.answered"):
    """The enterprise has answered a question."""


class OfferEvent(EventPayload, audience="the enterprise and the one bank"):
    """Something happened to an offer."""

    offer_id: str
    request_id: str


class OfferDrafted(OfferEvent, name="financing_offer.drafted", audience="the bank"):
    """One person of a bank has drafted an offer, which a second one is to approve."""


class DraftOfferEnded(OfferEvent, name="financing_offer.dropped", audience="the bank"):
    """A draft of an offer is withdrawn or void; the enterprise never knew of it."""


class OfferStands(OfferEvent, name="financing_offer.made"):
    """A bank's offer stands."""


class OfferRejected(OfferEvent, name="financing_offer.rejected"):
    """The enterprise has rejected an offer, or accepted another one."""


class OfferWithdrawn(OfferEvent, name="financing_offer.withdrawn"):
    """A bank has withdrawn an offer."""


class OfferLapsed(OfferEvent, name="financing_offer.lapsed"):
    """An offer's last day has passed, or its request is closed."""


class OfferAccepted(OfferEvent, name="financing_offer.accepted"):
    """The enterprise has accepted a bank's offer: the loan is made from it, and the pledge contract drawn up."""

    loan_id: str
    bank_organisation_id: str
    borrower_organisation_id: str
    patent_ids: list[str]
    amount_fen: int
    term_months: int
    rate_tenor: str
    rate_bp: int
    method: str
    day_count: str
    interest_every: int
    penalty_bp: int
    fees: Annotated[list[dict[str, str | int | None]], INTERNAL]
    scheme: str | None
    subsidy_scheme: str | None
    guarantor_organisation_id: str | None
    guarantee_id: str | None
    guarantee_fee_bp: int | None
    pledgee_organisation_id: str
    accepted_on: date


class GuaranteeEvent(EventPayload, audience="the enterprise and the guarantor"):
    """Something happened to a guarantee."""

    guarantee_id: str
    request_id: str


class GuaranteeAsked(GuaranteeEvent, name="financing_guarantee.asked"):
    """A guarantor is asked to stand for a debt."""


class GuaranteeAgreed(GuaranteeEvent, name="financing_guarantee.agreed"):
    """A guarantor agrees to stand for a debt."""


class GuaranteeDeclined(GuaranteeEvent, name="financing_guarantee.declined"):
    """A guarantor declines."""


class GuaranteeLapsed(GuaranteeEvent, name="financing_guarantee.lapsed"):
    """A guarantee is void, since its request or its disclosure has ended."""


def product_event(
    product: FinancingProduct, kind: type[ProductEvent], actor: str, *, public: bool
) -> DomainEvent[ProductEvent]:
    """Return the event of a product, which is everybody's once it was published."""
    audience = [PUBLIC, product.organisation_id] if public else [product.organisation_id]
    return DomainEvent(kind(product_id=product.id), product.id, audience, actor)


def request_event(
    request: FinancingRequest, kind: type[RequestEvent], actor: str | None = None
) -> DomainEvent[RequestEvent]:
    """Return the event of a request, which is the enterprise's alone."""
    return DomainEvent(kind(request_id=request.id), request.id, [request.organisation_id], actor)


def pledgor_event(
    consent: PledgorConsent,
    borrower: str,
    kind: type[PledgorConsentEvent],
    actor: str | None = None,
    muted_for: Sequence[str] = (),
) -> DomainEvent[PledgorConsentEvent]:
    """Return the event of a pledgor's consent."""
    payload = kind(consent_id=consent.id, request_id=consent.request_id, patent_id=consent.patent_id)
    return DomainEvent(payload, consent.id, sorted({borrower, consent.organisation_id}), actor, muted_for)


def disclosure_event(
    disclosure: Disclosure,
    borrower: str,
    kind: type[DisclosureEvent],
    actor: str | None = None,
    muted_for: Sequence[str] = (),
) -> DomainEvent[DisclosureEvent]:
    """Return the event of a disclosure; its recipient hears of it once it is sent."""
    payload = kind(disclosure_id=disclosure.id, request_id=disclosure.request_id)
    audience = {borrower, disclosure.organisation_id} if disclosure.sent_at is not None else {borrower}
    return DomainEvent(payload, disclosure.id, sorted(audience), actor, muted_for)


def question_event(
    question: FinancingQuestion, sides: Collection[str], kind: type[QuestionEvent], actor: str, own: str
) -> DomainEvent[QuestionEvent]:
    """Return the event of a question."""
    payload = kind(question_id=question.id, request_id=question.request_id)
    return DomainEvent(payload, question.id, sorted(sides), actor, [own])


def offer_event(
    offer: FinancingOffer,
    audience: Collection[str],
    kind: type[OfferEvent],
    actor: str | None = None,
    muted_for: Sequence[str] = (),
) -> DomainEvent[OfferEvent]:
    """Return the event of an offer, but of its acceptance."""
    payload = kind(offer_id=offer.id, request_id=offer.request_id)
    return DomainEvent(payload, offer.id, sorted(set(audience)), actor, muted_for)


def guarantee_event(
    guarantee: FinancingGuarantee,
    borrower: str,
    kind: type[GuaranteeEvent],
    actor: str | None = None,
    muted_for: Sequence[str] = (),
) -> DomainEvent[GuaranteeEvent]:
    """Return the event of a guarantee."""
    payload = kind(guarantee_id=guarantee.id, request_id=guarantee.request_id)
    return DomainEvent(payload, guarantee.id, sorted({borrower, guarantee.organisation_id}), actor, muted_for)

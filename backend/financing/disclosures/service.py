"""How a request is disclosed, taken up, declined, and a disclosure withdrawn; nothing else makes disclosures."""

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.codes import OrganisationKind
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_quota
from backend.core.clock import china_day
from backend.core.errors import FieldError, Text
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.financing import queries, rules
from backend.financing.access import DisclosedRequest, OwnRequest
from backend.financing.codes import DisclosureStatus, ProductStatus, RecipientKind, RequestStatus
from backend.financing.disclosures import ending, sending
from backend.financing.disclosures.receipts import write_receipt
from backend.financing.disclosures.schemas import DisclosureIn
from backend.financing.errors import (
    DisclosureExists,
    DisclosureKept,
    DisclosureTooLong,
    FinancingNotInState,
    NotARecipient,
    ProductNotOfRecipient,
    TooManyDisclosures,
)
from backend.financing.events import (
    DisclosureMade,
    DisclosureTakenUp,
    RequestTakenUp,
    disclosure_event,
    request_event,
)
from backend.financing.models import Disclosure, FinancingProduct, FinancingRequest
from backend.financing.policy import FinancingPolicy
from backend.financing.requests import pledgors
from backend.financing.requests.schemas import FinancingRequestDecline
from backend.financing.rules import DisclosureAction, RequestAction
from backend.patents import queries as patents

RECIPIENTS = {OrganisationKind.BANK: RecipientKind.BANK, OrganisationKind.GUARANTOR: RecipientKind.GUARANTOR}
NOT_ONE = Text("须为已认证的银行或担保机构。", "It must be a verified bank or guarantor.")
NOT_ITS_PRODUCT = Text("须为该银行已发布的产品。", "It must be a published product of that bank.")
OUT_OF_RANGE = Text("截止日超出允许范围。", "The last day is out of range.")


async def disclose(
    session: AsyncSession,
    own: OwnRequest,
    body: DisclosureIn,
    policy: FinancingPolicy,
    quotas: QuotaPolicy,
    now: datetime,
) -> Disclosure:
    """Return the disclosure; of a request that is submitted it is sent at once.

    Raises FinancingNotInState, NotARecipient, ProductNotOfRecipient, DisclosureTooLong, DisclosureExists,
    TooManyDisclosures, QuotaUsedUp.
    """
    request, caller = own.request, own.caller
    if request.status not in rules.LIVING_REQUESTS:
        raise FinancingNotInState(status=request.status.value, action="disclose")
    _check_end(body.ends_on, china_day(now), policy)
    recipient = await _recipient(session, body)
    await _check_capacity(session, request, body, policy)
    await use_quota(session, caller, Quota.FINANCING_DISCLOSURES, quotas)
    disclosure = _new(own, body, recipient, now)
    write_receipt(disclosure, request, await queries.patents_of(session, request.id))
    session.add(disclosure)
    await session.flush()
    if request.status is RequestStatus.DRAFT:
        wholes = await patents.load_all(session, await queries.own_patent_ids(session, caller, request.id))
        await pledgors.ask(session, request, wholes, caller, now, anew=False)
        event = disclosure_event(disclosure, request.organisation_id, DisclosureMade, caller.user_id)
        await append(session, event, now)
    else:
        await sending.send(session, request, disclosure, policy, now, caller.user_id)
    return disclosure


def _new(own: OwnRequest, body: DisclosureIn, recipient: RecipientKind, now: datetime) -> Disclosure:
    return Disclosure(
        id=new_id("dsc"),
        request_id=own.request.id,
        organisation_id=body.organisation_id,
        recipient=recipient,
        product_id=body.product_id,
        purpose=body.purpose,
        parts=[part.value for part in body.parts],
        ends_on=body.ends_on,
        status=DisclosureStatus.STANDING,
        receipt={},
        receipt_sha256="",
        created_by=own.caller.user_id,
        created_at=now,
    )


def _check_end(ends_on: date, today: date, policy: FinancingPolicy) -> None:
    latest = today + timedelta(days=policy.disclosure_days)
    if not today <= ends_on <= latest:
        wrong = [FieldError("/ends_on", "out_of_range", OUT_OF_RANGE)]
        raise DisclosureTooLong(errors=wrong, earliest=today.isoformat(), latest=latest.isoformat())


async def _recipient(session: AsyncSession, body: DisclosureIn) -> RecipientKind:
    organisation = await queries.verified_organisation(session, body.organisation_id)
    recipient = RECIPIENTS.get(organisation.kind) if organisation else None
    if recipient is None:
        raise NotARecipient(errors=[FieldError("/organisation_id", "not_a_recipient", NOT_ONE)])
    if body.product_id is not None:
        product = await session.get(FinancingProduct, body.product_id)
        is_own_product = product is not None and product.organisation_id == body.organisation_id
        if product is None or not is_own_product or product.status is not ProductStatus.OFFERED:
            raise ProductNotOfRecipient(errors=[FieldError("/product_id", "not_its_product", NOT_ITS_PRODUCT)])
    return recipient


async def _check_capacity(
    session: AsyncSession, request: FinancingRequest, body: DisclosureIn, policy: FinancingPolicy
) -> None:
    living = await queries.locked_living_disclosures(session, request.id)
    for disclosure in living:
        if disclosure.organisation_id == body.organisation_id:
            raise DisclosureExists(disclosure_id=disclosure.id)
    if len(living) >= policy.disclosures_per_request:
        raise TooManyDisclosures(limit=policy.disclosures_per_request)


async def withdraw(session: AsyncSession, own: OwnRequest, disclosure: Disclosure, now: datetime) -> Disclosure:
    """Return the held disclosure, withdrawn: its recipient reads no more.

    Raises DisclosureKept, FinancingNotInState.
    """
    if disclosure.status is DisclosureStatus.KEPT:
        raise DisclosureKept
    await ending.end(session, own.request, disclosure, DisclosureAction.WITHDRAW, now, own.caller.user_id)
    await ending.settle(session, own.request, now)
    return disclosure


async def take_up(session: AsyncSession, held: DisclosedRequest, now: datetime) -> Disclosure:
    """Return the disclosure whose bank works on the request from now on; once is enough."""
    request, disclosure = held.request, held.disclosure
    if request.status not in rules.SENT:
        raise FinancingNotInState(status=_status_for_bank(disclosure).value, action=RequestAction.TAKE_UP.value)
    if disclosure.taken_up_at is not None:
        return disclosure
    disclosure.taken_up_at = now
    disclosure.version += 1
    before, request.status = request.status, rules.next_request(request.status, RequestAction.TAKE_UP)
    bank = disclosure.organisation_id
    event = disclosure_event(disclosure, request.organisation_id, DisclosureTakenUp, held.caller.user_id, [bank])
    await append(session, event, now)
    if before is not request.status:
        request.version += 1
        await append(session, request_event(request, RequestTakenUp), now)
    return disclosure


def _status_for_bank(disclosure: Disclosure) -> RequestStatus:
    return RequestStatus.ACCEPTED if disclosure.status is DisclosureStatus.KEPT else RequestStatus.IN_REVIEW


async def decline(
    session: AsyncSession, held: DisclosedRequest, body: FinancingRequestDecline, now: datetime
) -> Disclosure:
    """Return the disclosure, declined: its recipient reads no more, and the others hear nothing of it.

    Raises FinancingNotInState.
    """
    disclosure = held.disclosure
    disclosure.decline_code, disclosure.decline_note = body.code, body.note
    disclosure.declined_by = held.caller.user_id
    await ending.end(session, held.request, disclosure, DisclosureAction.DECLINE, now, held.caller.user_id)
    await ending.settle(session, held.request, now, DisclosureAction.DECLINE)
    return disclosure

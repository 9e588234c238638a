"""How requests, disclosures and what hangs on them are found; who may read them is built in."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Organisation, OrganisationStatus
from backend.financing.codes import DisclosureStatus, RequestRole
from backend.financing.models import (
    Disclosure,
    FinancingGuarantee,
    FinancingOffer,
    FinancingPatent,
    FinancingQuestion,
    FinancingRequest,
    PledgorConsent,
)
from backend.financing.rules import LIVING_GUARANTEES, OPEN_OFFERS, READABLE

HELD: Final[dict[str, Any]] = {"populate_existing": True}
CREATED_AT: Final = col(FinancingRequest.created_at)
ID: Final = col(FinancingRequest.id)
DISCLOSED_AT: Final = col(Disclosure.created_at)
DISCLOSURE_ID: Final = col(Disclosure.id)
WAS_SENT: Final = col(Disclosure.sent_at).is_not(None)


def is_readable(today: date) -> sa.ColumnElement[bool]:
    """Return which disclosures may be read on a day: sent, and standing until then, or kept by a contracting side."""
    in_time = sa.and_(col(Disclosure.status) == DisclosureStatus.STANDING, col(Disclosure.ends_on) >= today)
    return sa.and_(WAS_SENT, sa.or_(in_time, col(Disclosure.status) == DisclosureStatus.KEPT))


async def request(session: AsyncSession, request_id: str) -> FinancingRequest | None:
    """Return the request, whoever asks."""
    return await session.get(FinancingRequest, request_id)


async def locked_request(session: AsyncSession, request_id: str) -> FinancingRequest | None:
    """Return the request, whoever asks, held until the end of the transaction; it is held before all that it has."""
    return await session.get(FinancingRequest, request_id, with_for_update=True, populate_existing=True)


async def readable(
    session: AsyncSession, request_id: str, organisation_id: str, today: date, *, lock: bool = False
) -> Disclosure | None:
    """Return the disclosure by which an organisation may read a request today, or None."""
    statement = sa.select(Disclosure).where(
        col(Disclosure.request_id) == request_id,
        col(Disclosure.organisation_id) == organisation_id,
        is_readable(today),
    )
    if lock:
        statement = statement.with_for_update()
    return (await session.scalars(statement, execution_options=HELD if lock else {})).first()


async def last_sent(session: AsyncSession, request_id: str, organisation_id: str) -> Disclosure | None:
    """Return the last disclosure of a request that an organisation got, also one that has ended, or None."""
    statement = sa.select(Disclosure).where(
        col(Disclosure.request_id) == request_id, col(Disclosure.organisation_id) == organisation_id, WAS_SENT
    )
    return (await session.scalars(statement.order_by(DISCLOSED_AT.desc(), DISCLOSURE_ID.desc()).limit(1))).first()


async def readable_shared(session: AsyncSession, disclosure_id: str, today: date) -> Disclosure | None:
    """Return a disclosure that may be read today, which nobody ends before this transaction does."""
    statement = sa.select(Disclosure).where(col(Disclosure.id) == disclosure_id, is_readable(today))
    return (await session.scalars(statement.with_for_update(read=True), execution_options=HELD)).first()


def own_requests(organisation_id: str) -> sa.Select[Any]:
    """Return the organisation's own requests."""
    return sa.select(FinancingRequest).where(col(FinancingRequest.organisation_id) == organisation_id)


def disclosed_requests(organisation_id: str, role: RequestRole, today: date) -> sa.Select[Any]:
    """Return the disclosures by which an organisation reads requests today, with these."""
    columns: tuple[Any, ...] = (Disclosure, FinancingRequest)
    return (
        sa.select(*columns)
        .join(FinancingRequest, col(Disclosure.request_id) == ID)
        .where(
            col(Disclosure.organisation_id) == organisation_id,
            col(Disclosure.recipient) == role.value,
            is_readable(today),
        )
    )


async def patents_of(session: AsyncSession, request_id: str) -> Sequence[FinancingPatent]:
    """Return the patents that a request names, in its order."""
    statement = sa.select(FinancingPatent).where(col(FinancingPatent.request_id) == request_id)
    return (await session.scalars(statement.order_by(col(FinancingPatent.number)))).all()


async def consents_of(session: AsyncSession, request_id: str) -> Sequence[PledgorConsent]:
    """Return the consents of other holders to a request."""
    statement = sa.select(PledgorConsent).where(col(PledgorConsent.request_id) == request_id)
    return (await session.scalars(statement.order_by(col(PledgorConsent.id)))).all()


async def locked_living_disclosures(session: AsyncSession, request_id: str) -> Sequence[Disclosure]:
    """Return the disclosures of a request that have not ended, held; the caller holds the request."""
    statement = sa.select(Disclosure).where(
        col(Disclosure.request_id) == request_id, col(Disclosure.status).in_(sorted(READABLE))
    )
    locked = statement.order_by(DISCLOSURE_ID).with_for_update()
    return (await session.scalars(locked, execution_options=HELD)).all()


async def locked_open_offers(
    session: AsyncSession, request_id: str, disclosure_id: str | None = None
) -> Sequence[FinancingOffer]:
    """Return the drafted and standing offers for a request, held; the caller holds the request."""
    condition = sa.and_(
        col(FinancingOffer.request_id) == request_id, col(FinancingOffer.status).in_(sorted(OPEN_OFFERS))
    )
    if disclosure_id is not None:
        condition = sa.and_(condition, col(FinancingOffer.disclosure_id) == disclosure_id)
    locked = sa.select(FinancingOffer).where(condition).order_by(col(FinancingOffer.id)).with_for_update()
    return (await session.scalars(locked, execution_options=HELD)).all()


async def locked_living_guarantees(
    session: AsyncSession, request_id: str, disclosure_id: str | None = None
) -> Sequence[FinancingGuarantee]:
    """Return the guarantees of a request that are asked or agreed, held; the caller holds the request."""
    condition = sa.and_(
        col(FinancingGuarantee.request_id) == request_id,
        col(FinancingGuarantee.status).in_(sorted(LIVING_GUARANTEES)),
    )
    if disclosure_id is not None:
        condition = sa.and_(condition, col(FinancingGuarantee.disclosure_id) == disclosure_id)
    locked = sa.select(FinancingGuarantee).where(condition).order_by(col(FinancingGuarantee.id)).with_for_update()
    return (await session.scalars(locked, execution_options=HELD)).all()


async def standing_offers(session: AsyncSession, disclosure_ids: Collection[str]) -> set[str]:
    """Return which of the disclosures have an offer that stands."""
    statement = sa.select(col(FinancingOffer.disclosure_id)).where(
        col(FinancingOffer.disclosure_id).in_(disclosure_ids), col(FinancingOffer.status) == "standing"
    )
    return set(await session.scalars(statement))


async def open_questions(session: AsyncSession, disclosure_id: str) -> int:
    """Return how many questions by a disclosure wait for an answer."""
    statement = sa.select(sa.func.count()).where(
        col(FinancingQuestion.disclosure_id) == disclosure_id, col(FinancingQuestion.answered_at).is_(None)
    )
    return int((await session.execute(statement)).scalar_one())


async def verified_organisation(session: AsyncSession, organisation_id: str) -> Organisation | None:
    """Return the organisation where it is verified."""
    statement = sa.select(Organisation).where(
        col(Organisation.id) == organisation_id, col(Organisation.status) == OrganisationStatus.VERIFIED
    )
    return (await session.scalars(statement)).first()


async def own_patent_ids(session: AsyncSession, caller: Caller, request_id: str) -> list[str]:
    """Return the patents of a request, in the order of their ids; none where it is not the caller's own."""
    statement = (
        sa.select(col(FinancingPatent.patent_id))
        .join(FinancingRequest, col(FinancingRequest.id) == col(FinancingPatent.request_id))
        .where(
            col(FinancingRequest.id) == request_id,
            col(FinancingRequest.organisation_id) == caller.organisation_id,
        )
        .order_by(col(FinancingPatent.patent_id))
    )
    return list(await session.scalars(statement))

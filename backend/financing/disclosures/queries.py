"""How disclosures and views are found: the enterprise all of its request, a recipient its own."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import User
from backend.financing.models import Disclosure, FinancingView
from backend.financing.queries import WAS_SENT

VIEW_NUMBER: Final = col(FinancingView.number)


def disclosures_of(request_id: str, recipient_id: str | None = None) -> sa.Select[Any]:
    """Return the disclosures of a request, or those that one recipient knows of."""
    if recipient_id is not None:
        return received_by(recipient_id).where(col(Disclosure.request_id) == request_id)
    return sa.select(Disclosure).where(col(Disclosure.request_id) == request_id)


def received_by(organisation_id: str) -> sa.Select[Any]:
    """Return what was disclosed to an organisation, also what has ended: a record of it, and nothing that it showed."""
    return sa.select(Disclosure).where(col(Disclosure.organisation_id) == organisation_id, WAS_SENT)


async def disclosure(session: AsyncSession, request_id: str, disclosure_id: str) -> Disclosure | None:
    """Return a disclosure of a request, whoever asks."""
    found = await session.get(Disclosure, disclosure_id)
    return found if found is not None and found.request_id == request_id else None


async def locked(session: AsyncSession, request_id: str, disclosure_id: str) -> Disclosure | None:
    """Return a disclosure of a request, held; the caller holds the request."""
    found = await session.get(Disclosure, disclosure_id, with_for_update=True, populate_existing=True)
    return found if found is not None and found.request_id == request_id else None


def views_of(disclosure_id: str) -> sa.Select[Any]:
    """Return what was read by a disclosure, with the names of those who did."""
    columns: tuple[Any, ...] = (
        FinancingView, col(User.name).label("member_name"), col(User.erased_at).label("erased_at"),
    )  # fmt: skip
    found = sa.select(*columns).outerjoin(User, col(User.id) == col(FinancingView.user_id))
    return found.where(col(FinancingView.disclosure_id) == disclosure_id)

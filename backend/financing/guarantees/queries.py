"""How guarantees are found: the enterprise all of its request, a guarantor its own."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.financing.models import FinancingGuarantee

ASKED_AT: Final = col(FinancingGuarantee.asked_at)
GUARANTEE_ID: Final = col(FinancingGuarantee.id)


def guarantees_of(request_id: str, guarantor_id: str | None = None) -> sa.Select[Any]:
    """Return the guarantees of a request, or those of one guarantor."""
    statement = sa.select(FinancingGuarantee).where(col(FinancingGuarantee.request_id) == request_id)
    if guarantor_id is None:
        return statement
    return statement.where(col(FinancingGuarantee.organisation_id) == guarantor_id)


async def locked(session: AsyncSession, request_id: str, guarantee_id: str) -> FinancingGuarantee | None:
    """Return a guarantee of a request, held; the caller holds the request."""
    found = await session.get(FinancingGuarantee, guarantee_id, with_for_update=True, populate_existing=True)
    return found if found is not None and found.request_id == request_id else None

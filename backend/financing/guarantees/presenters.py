"""How guarantees are shown."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from backend.financing.disclosures.presenters import due_of
from backend.financing.guarantees.schemas import GuaranteeOut
from backend.financing.models import FinancingGuarantee
from backend.response_clocks import queries as clocks

PLAIN = ("id", "version", "status", "request_id", "organisation_id", "asked_amount_fen", "asked_at", "answered_at",
         "amount_fen", "fee_bp", "counter_guarantee", "may_be_pledgee", "decline_code", "decline_note",
         "closed_at")  # fmt: skip


async def guarantees_out(session: AsyncSession, rows: Sequence[FinancingGuarantee]) -> list[GuaranteeOut]:
    """Return the guarantees as both their sides see them."""
    found = await clocks.clocks(session, [row.id for row in rows])
    return [
        GuaranteeOut(**{name: getattr(row, name) for name in PLAIN}, due_on=due_of(found.get(row.id))[0])
        for row in rows
    ]

"""How a realised patent passes to its buyer: in the register of holders, by a legal event."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.patents.codes import EventKind
from backend.patents.legal_events import service as legal_events
from backend.patents.record_schemas import LegalEventIn
from backend.pledges.access import HeldPledge
from backend.pledges.models import PledgedPatent
from backend.pledges.schemas import DisposalIn

MOST_NAMED: Final = 50  # a change that names none is one of all present holders
SOURCE: Final = "realisation of the pledge {number}"


async def pass_to_buyer(
    session: AsyncSession, held: HeldPledge, patents: Sequence[PledgedPatent], body: DisposalIn, now: datetime
) -> None:
    """Have the buyer hold the patents from the day of the realisation, and whoever held them no more.

    A pledge goes with the patent, so that it passes from a later holder as from the pledgor. The new holding is the
    pledgee's word, asserted until an office verifies it; a change that an office has recorded already is not repeated.
    """
    if body.buyer_name is None:
        return
    for one in patents:
        whole = held.wholes[one.patent_id]
        names = [name for _, name in whole.living]
        change = LegalEventIn(
            kind=EventKind.HOLDER_CHANGED,
            effective_on=body.disposed_on,
            source=SOURCE.format(number=held.pledge.registration_number),
            from_holders=names if len(names) <= MOST_NAMED else [],
            to_holders=[body.buyer_name],
        )
        holders = frozenset(holding.party_id for holding, _ in whole.living)
        await legal_events.record(session, whole, held.caller, change, now, speaks_for=holders)

"""What the rights ledger says, to somebody who is offered listings, of each way in which they could be had."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.patents import queries as patent_queries
from backend.patents.codes import DealType
from backend.rights import queries as rights
from backend.rights.availability import ACTS
from backend.rights.codes import Permission
from backend.rights.ledger import Ledger, PermissionRequest
from backend.rights.permissions.rules import decide


@dataclass(frozen=True, slots=True)
class DealPermission:
    """Whether one way of having a patent is permitted now, and the codes of the rules that stand against it."""

    deal_type: str
    answer: Permission
    reasons: Sequence[str]


async def permissions_of(
    session: AsyncSession, caller: Caller | None, deal_types: Mapping[str, Iterable[str]], now: datetime
) -> dict[str, list[DealPermission]]:
    """Return by patent what the ledger says of these of its deal types, as the caller may know it.

    An open licence stands on its own terms: where it is among the deal types it can be had.
    """
    wholes = await patent_queries.load_all(session, deal_types)
    own = await rights.parties_of(session, caller)
    ledgers = await rights.ledgers_of(session, wholes, now, own)
    return {patent_id: [_decided(ledger, kind, now) for kind in sorted(deal_types[patent_id])]
            for patent_id, ledger in ledgers.items()}  # fmt: skip


def _decided(ledger: Ledger, deal_type: str, now: datetime) -> DealPermission:
    act = ACTS.get(DealType(deal_type))
    if act is None:
        return DealPermission(deal_type, Permission.ALLOWED, ())
    holders = frozenset(holder.party_id for holder in ledger.holders)
    decision = decide(ledger, PermissionRequest(act, china_day(now), holders))
    return DealPermission(deal_type, decision.answer, sorted({because.rule.code for because in decision.reasons}))

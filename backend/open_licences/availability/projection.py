"""The availability of an open licence, projected into its listing and into the search."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import iso
from backend.open_licences.models import OpenLicence
from backend.open_licences.states import OPEN
from backend.patents.models import PatentAvailability


def price_of(fee: dict[str, Any]) -> int:
    """Return what has to be paid at the start in fen; 0 where only use is paid for, or nothing."""
    return int(fee.get("lump_sum_fen") or fee.get("entry_fee_fen") or 0)


def offered(declared: OpenLicence) -> dict[str, Any]:
    """Return what is shown of an announced open licence."""
    return {
        "id": declared.id,
        "available": declared.available,
        "unavailable_because": [reason["code"] for reason in declared.unavailable],
        "fee_form": declared.fee["form"],
        "fee": declared.fee,
        "due_at_start_fen": price_of(declared.fee),
        "example": declared.example,
        "announced_on": iso(declared.announced_on),
        "ends_on": iso(declared.ends_on),
        "terms_hash": declared.terms_hash,
    }


async def show(session: AsyncSession, declared: OpenLicence) -> None:
    """Show the open licence beside its patent as it stands, or no more."""
    known = await session.get(PatentAvailability, declared.patent_id)
    if declared.status not in OPEN:
        if known is not None and known.open_licence is not None and known.open_licence["id"] == declared.id:
            known.open_licence = None
        return
    shown = offered(declared)
    if known is None:
        session.add(PatentAvailability(patent_id=declared.patent_id, open_licence=shown))
    else:
        known.open_licence = shown

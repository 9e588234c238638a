"""Who may do what with a disclosure: the enterprise all, its recipient reads its own."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path

from backend.accounts.access import OnceVerifiedEditor
from backend.core.clock import Today
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.financing.access import SUFFIX, FinancingRequestId, OwnRequest, OwnRequestToSee, RecordsToSee, hold_own
from backend.financing.disclosures import queries
from backend.financing.errors import NoSuchDisclosure
from backend.financing.models import Disclosure

DisclosureId = Annotated[
    str, Path(pattern=id_pattern("dsc"), description="The disclosure's id.", examples=[f"dsc_{SUFFIX}"])
]


@dataclass(frozen=True, slots=True)
class HeldDisclosure:
    """A disclosure of the caller's own request, both held."""

    own: OwnRequest
    disclosure: Disclosure


async def _own(disclosure_id: DisclosureId, request: OwnRequestToSee, session: ReadDb) -> Disclosure:
    found = await queries.disclosure(session, request.id, disclosure_id)
    if found is None:
        raise NoSuchDisclosure
    return found


async def _seen(disclosure_id: DisclosureId, seen: RecordsToSee, session: ReadDb) -> Disclosure:
    found = await queries.disclosure(session, seen.request.id, disclosure_id)
    is_own = seen.disclosure is None
    if found is None or not (is_own or (found.organisation_id == seen.caller.organisation_id and found.sent_at)):
        raise NoSuchDisclosure
    return found


async def _held(
    financing_request_id: FinancingRequestId,
    disclosure_id: DisclosureId,
    caller: OnceVerifiedEditor,
    session: Db,
    today: Today,
) -> HeldDisclosure:
    own = await hold_own(session, caller, financing_request_id, today)
    found = await queries.locked(session, own.request.id, disclosure_id)
    if found is None:
        raise NoSuchDisclosure
    return HeldDisclosure(own, found)


DisclosureToSee = Annotated[Disclosure, Depends(_seen)]
OwnDisclosure = Annotated[Disclosure, Depends(_own)]
DisclosureToWithdraw = Annotated[HeldDisclosure, Depends(_held)]

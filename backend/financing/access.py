"""Who may do what in financing: path id → loaded, permitted thing.

| act | the enterprise (editors) | a bank or guarantor, of what is disclosed to it | others, the platform too |
|---|---|---|---|
| draft, change the draft, check it, withdraw | x | | |
| submit, disclose | x, verified | | |
| read the request | x | x, each reading is listed | |
| ask, decline | | x | |
| offer | | a bank, verified; a second person approves | |
| answer, accept, reject | x, verified | | |
| stand for the debt | | a guarantor, verified | |
| read its own offers and the records of what was disclosed to it | | x, also once that has ended | |

For everybody else there is no such request, nor for a bank or guarantor that is verified no more; the database is asked
the same of one that is there as of one that is not, so that the time says nothing either. The request is held
before all that hangs on it; then disclosures, clocks, offers and guarantees, each kind by its ids.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import Editor, OnceVerifiedEditor, VerifiedEditor, Viewer
from backend.accounts.caller import Caller
from backend.accounts.codes import OrganisationKind
from backend.accounts.quotas.policy import Quotas
from backend.core.clock import Now, Today
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.financing import queries
from backend.financing.codes import RecipientKind
from backend.financing.errors import (
    BanksOnly,
    EnterprisesOnly,
    FinancingStepNotYours,
    NoSuchFinancingRequest,
)
from backend.financing.models import Disclosure, FinancingRequest
from backend.patents import queries as patents
from backend.patents.numbers.row_establishment import ensure_established

SUFFIX: Final = "01h455vb4pex5vsknk084sn02q"
FinancingRequestId = Annotated[
    str, Path(pattern=id_pattern("fin"), description="The request's id.", examples=[f"fin_{SUFFIX}"])
]


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request that the caller may read: its own, or by a disclosure to its organisation."""

    request: FinancingRequest
    disclosure: Disclosure | None
    caller: Caller


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """The caller's own request, held for a change."""

    request: FinancingRequest
    caller: Caller


@dataclass(frozen=True, slots=True)
class DisclosedRequest:
    """A request, held for a change with the disclosure by which the caller's organisation reads it."""

    request: FinancingRequest
    disclosure: Disclosure
    caller: Caller


async def _bank(caller: VerifiedEditor) -> Caller:
    if caller.kind is not OrganisationKind.BANK:
        raise BanksOnly
    return caller


async def _enterprise(caller: Editor) -> Caller:
    if caller.kind is not OrganisationKind.ENTERPRISE:
        raise EnterprisesOnly
    return caller


async def _seen(financing_request_id: FinancingRequestId, caller: Viewer, session: ReadDb, today: Today) -> SeenRequest:
    request = await queries.request(session, financing_request_id)
    if request is not None and request.organisation_id == caller.organisation_id:
        return SeenRequest(request, None, caller)
    disclosure = await queries.readable(session, financing_request_id, caller.organisation_id, today)
    if request is None or disclosure is None or not caller.verified:
        raise NoSuchFinancingRequest
    return SeenRequest(request, disclosure, caller)


async def _seen_records(financing_request_id: FinancingRequestId, caller: Viewer, session: ReadDb) -> SeenRequest:
    """Load a request for the records of it that its sides keep: a recipient its own, also once its disclosure ended."""
    request = await queries.request(session, financing_request_id)
    if request is not None and request.organisation_id == caller.organisation_id:
        return SeenRequest(request, None, caller)
    disclosure = await queries.last_sent(session, financing_request_id, caller.organisation_id)
    if request is None or disclosure is None or not caller.verified:
        raise NoSuchFinancingRequest
    return SeenRequest(request, disclosure, caller)


async def _seen_own(seen: Annotated[SeenRequest, Depends(_seen)]) -> FinancingRequest:
    if seen.disclosure is not None:
        raise FinancingStepNotYours(action="read", by="borrower")
    return seen.request


async def hold_own(session: AsyncSession, caller: Caller, request_id: str, today: Today) -> OwnRequest:
    """Return the caller's own request, held. Raises NoSuchFinancingRequest, FinancingStepNotYours."""
    request = await queries.locked_request(session, request_id)
    if request is not None and request.organisation_id == caller.organisation_id:
        return OwnRequest(request, caller)
    disclosure = await queries.readable(session, request_id, caller.organisation_id, today)
    if request is None or disclosure is None:
        raise NoSuchFinancingRequest
    raise FinancingStepNotYours(action="change", by="borrower")


async def hold_disclosed(
    session: AsyncSession, caller: Caller, request_id: str, today: Today, *kinds: RecipientKind
) -> DisclosedRequest:
    """Return the request, held with the caller's disclosure. Raises NoSuchFinancingRequest, FinancingStepNotYours."""
    request = await queries.locked_request(session, request_id)
    if request is not None and request.organisation_id == caller.organisation_id:
        raise FinancingStepNotYours(action="answer", by=", ".join(kinds))
    disclosure = await queries.readable(session, request_id, caller.organisation_id, today, lock=True)
    if request is None or disclosure is None:
        raise NoSuchFinancingRequest
    if disclosure.recipient not in kinds:
        raise FinancingStepNotYours(action="answer", by=", ".join(kinds))
    return DisclosedRequest(request, disclosure, caller)


async def _own(
    financing_request_id: FinancingRequestId, caller: VerifiedEditor, session: Db, today: Today
) -> OwnRequest:
    return await hold_own(session, caller, financing_request_id, today)


async def _submitting(
    financing_request_id: FinancingRequestId, caller: VerifiedEditor, session: Db, quotas: Quotas, today: Today,
    now: Now,
) -> OwnRequest:  # fmt: skip
    """Load a request to submit, whose patents must be established: a private row of its requester pledges nothing.

    The patents are held before the request, as merges hold them. Raises NotEstablished, QuotaUsedUp.
    """
    for whole in await patents.lock_all(session, await queries.own_patent_ids(session, caller, financing_request_id)):
        await ensure_established(session, whole, caller, quotas, now)
    return await hold_own(session, caller, financing_request_id, today)


async def _own_unshown(
    financing_request_id: FinancingRequestId, caller: Editor, session: Db, today: Today
) -> OwnRequest:
    return await hold_own(session, caller, financing_request_id, today)


async def _for_bank(
    financing_request_id: FinancingRequestId, caller: VerifiedEditor, session: Db, today: Today
) -> DisclosedRequest:
    return await hold_disclosed(session, caller, financing_request_id, today, RecipientKind.BANK)


async def _for_recipient(
    financing_request_id: FinancingRequestId, caller: OnceVerifiedEditor, session: Db, today: Today
) -> DisclosedRequest:
    return await hold_disclosed(session, caller, financing_request_id, today, *RecipientKind)


Bank = Annotated[Caller, Depends(_bank)]
Enterprise = Annotated[Caller, Depends(_enterprise)]
RequestToSee = Annotated[SeenRequest, Depends(_seen)]
RecordsToSee = Annotated[SeenRequest, Depends(_seen_records)]
OwnRequestToSee = Annotated[FinancingRequest, Depends(_seen_own)]
RequestToChange = Annotated[OwnRequest, Depends(_own)]
RequestToSubmit = Annotated[OwnRequest, Depends(_submitting)]
RequestToEdit = Annotated[OwnRequest, Depends(_own_unshown)]
RequestToTakeBack = Annotated[OwnRequest, Depends(_own_unshown)]
RequestForBank = Annotated[DisclosedRequest, Depends(_for_bank)]
RequestForRecipient = Annotated[DisclosedRequest, Depends(_for_recipient)]

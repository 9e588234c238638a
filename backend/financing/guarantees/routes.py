"""The addresses of guarantees: a guarantor is asked to stand for the debt, and answers."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from backend.accounts.access import OnceVerifiedEditor, VerifiedEditor
from backend.accounts.caller import Caller
from backend.core.clock import Now, Today
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed
from backend.core.ids import id_pattern
from backend.financing.access import SUFFIX, FinancingRequestId, RecordsToSee, RequestToChange, hold_disclosed
from backend.financing.codes import RecipientKind
from backend.financing.errors import FinancingStepNotYours, NoSuchGuarantee
from backend.financing.guarantees import queries, service
from backend.financing.guarantees.presenters import guarantees_out
from backend.financing.guarantees.schemas import (
    GuaranteeAgreement,
    GuaranteeDecline,
    GuaranteeIn,
    GuaranteeOut,
    GuaranteePage,
)
from backend.financing.models import FinancingGuarantee, FinancingRequest
from backend.financing.policy import Policy

PREFIX: Final = "/v1/financing-requests/{financing_request_id}/guarantees"
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
GuaranteeId = Annotated[
    str, Path(pattern=id_pattern("gua"), description="The guarantee's id.", examples=[f"gua_{SUFFIX}"])
]
router = APIRouter(prefix=PREFIX, tags=["financing"], route_class=WritingRoute)


@dataclass(frozen=True, slots=True)
class HeldGuarantee:
    """A guarantee that the caller's organisation is asked for, held with its request."""

    request: FinancingRequest
    guarantee: FinancingGuarantee
    caller: Caller


async def _held(request_id: str, guarantee_id: str, caller: Caller, session: Db, today: Today) -> HeldGuarantee:
    disclosed = await hold_disclosed(session, caller, request_id, today, RecipientKind.GUARANTOR)
    found = await queries.locked(session, disclosed.request.id, guarantee_id)
    if found is None or found.organisation_id != caller.organisation_id:
        raise NoSuchGuarantee
    return HeldGuarantee(disclosed.request, found, caller)


async def _agreeable(
    financing_request_id: FinancingRequestId,
    guarantee_id: GuaranteeId,
    caller: VerifiedEditor,
    session: Db,
    today: Today,
) -> HeldGuarantee:
    return await _held(financing_request_id, guarantee_id, caller, session, today)


async def _declinable(
    financing_request_id: FinancingRequestId,
    guarantee_id: GuaranteeId,
    caller: OnceVerifiedEditor,
    session: Db,
    today: Today,
) -> HeldGuarantee:
    return await _held(financing_request_id, guarantee_id, caller, session, today)


GuaranteeToGive = Annotated[HeldGuarantee, Depends(_agreeable)]
GuaranteeToDecline = Annotated[HeldGuarantee, Depends(_declinable)]


@router.post("", summary="Ask a guarantor", status_code=201, response_model=GuaranteeOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def ask_guarantor(own: RequestToChange, body: GuaranteeIn, session: Db, policy: Policy, now: Now) -> Response:
    """A guarantor to which the request is disclosed stands for the debt or declines, within its days."""
    guarantee = await service.ask(session, own, body, policy, now)
    (out,) = await guarantees_out(session, [guarantee])
    return created(out, guarantee.version, f"/v1/financing-requests/{own.request.id}/guarantees")


@router.get("", summary="Guarantees of a request", response_model=GuaranteePage,
            responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_guarantees(
    request: Request, seen: RecordsToSee, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """For the enterprise all, for a guarantor its own, also once its disclosure has ended; banks see none."""
    if seen.disclosure is not None and seen.disclosure.recipient is not RecipientKind.GUARANTOR:
        raise FinancingStepNotYours(action="read_guarantees", by="borrower, guarantor")
    only = seen.caller.organisation_id if seen.disclosure else None
    keys: Any = (queries.ASKED_AT, queries.GUARANTEE_ID)
    found = queries.guarantees_of(seen.request.id, only)
    rows, cursor = await page(session, request, query, found, *keys, descending=True)
    return listed(await guarantees_out(session, [row[0] for row in rows]), cursor)


@router.post("/{guarantee_id}/acceptance", summary="Stand for the debt", response_model=GuaranteeOut, responses=STEP)
async def agree_to_guarantee(
    seen: MayMatch, held: GuaranteeToGive, body: GuaranteeAgreement, session: Db, now: Now
) -> Response:
    """For how much, for which fee, what is wanted in return, and whether the patents may be pledged to it."""
    seen.check(held.guarantee.version)
    guarantee = await service.agree(session, held.request, held.guarantee, body, held.caller, now)
    await session.flush()
    (out,) = await guarantees_out(session, [guarantee])
    return changed(out, guarantee.version)


@router.post("/{guarantee_id}/decline", summary="Decline a guarantee", response_model=GuaranteeOut, responses=STEP)
async def decline_guarantee(
    seen: MayMatch, held: GuaranteeToDecline, body: GuaranteeDecline, session: Db, now: Now
) -> Response:
    """For a reason of `financing-decline-codes`; the guarantor may be asked again."""
    seen.check(held.guarantee.version)
    guarantee = await service.decline(session, held.request, held.guarantee, body, held.caller, now)
    await session.flush()
    (out,) = await guarantees_out(session, [guarantee])
    return changed(out, guarantee.version)

"""The pledges' addresses."""

from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import Viewer
from backend.contracts.policy import Policy as Contracts
from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import IfMatch, MayMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one
from backend.pledges import changes, presenters, queries, service
from backend.pledges.access import (
    AcceptedOffer,
    ChangeId,
    ConfirmedPledge,
    DecidedPledge,
    DraftedPledge,
    EnforcedPledge,
    FiledPledge,
    HeldPledge,
    PledgeOfSides,
    ProceedsId,
    RevokedPledge,
    VisiblePledge,
    WatchedPledge,
)
from backend.pledges.collateral import proceeds
from backend.pledges.drafting import service as drafting
from backend.pledges.enforcement import service as enforcement
from backend.pledges.models import PledgeChange, PledgeDisposal, PledgeProceeds, PledgeWatch
from backend.pledges.policy import PledgePolicy, Policy
from backend.pledges.release import service as release
from backend.pledges.response_schemas import (
    DisposalOut,
    DisposalPage,
    PledgeChangeOut,
    PledgeChangePage,
    PledgeOut,
    PledgePage,
    PledgeWatchPage,
    ProceedsOut,
    ProceedsPage,
)
from backend.pledges.schemas import (
    DisposalIn,
    InsolvencyIn,
    PledgeChangeDecisionIn,
    PledgeChangeIn,
    PledgeConfirmationIn,
    PledgeDefaultIn,
    PledgeFilingIn,
    PledgeIn,
    PledgePatch,
    PledgeReleaseDecisionIn,
    PledgeReleaseIn,
    PledgeRevocationIn,
    PledgesQuery,
    ProceedsDecisionIn,
    RegistrationDecisionIn,
)

router = APIRouter(prefix="/v1/pledges", tags=["pledges"], route_class=WritingRoute)
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
LIST: Final = problem_answers(401, 403, 404, 422)
ONE: Final = "/{pledge_id}"


async def _changed(session: AsyncSession, held: HeldPledge, policy: PledgePolicy) -> Response:
    await session.flush()
    return changed(presenters.pledge_out(held, policy), held.pledge.version)


@router.post("", summary="Draw up a pledge", status_code=201, response_model=PledgeOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def draw_up_pledge(
    collateral: AcceptedOffer, body: PledgeIn, session: Db, policy: Policy, contracts: Contracts, now: Now
) -> Response:
    """The pledge that secures the loan of an accepted offer, with its contract, by the bank or the borrower.

    Pledgors and pledgee sign the contract at `/v1/contracts/{contract_id}`; then the registration is filed.
    """
    pledge = await drafting.draw_up(session, collateral, body, contracts, now)
    (out,) = await presenters.pledges_out(session, collateral.caller, [pledge], policy)
    return created(out, pledge.version, f"/v1/pledges/{pledge.id}")


@router.get("", summary="Pledges of one's own", response_model=PledgePage, responses=problem_answers(401, 403, 422))
async def list_pledges(
    request: Request, caller: Viewer, query: Annotated[PledgesQuery, Query()], session: ReadDb, policy: Policy
) -> Response:
    """Those in which the caller's organisation pledges, owes, lent or is the pledgee; offices see the filed."""
    keys = (queries.CREATED_AT, queries.ID)
    rows, cursor = await page(session, request, query, queries.pledges(caller, query), *keys, descending=True)
    return listed(await presenters.pledges_out(session, caller, [row[0] for row in rows], policy), cursor)


@router.get(ONE, summary="One pledge", response_model=PledgeOut, responses=problem_answers(401, 403, 404))
async def get_pledge(request: Request, seen: VisiblePledge, policy: Policy) -> Response:
    """The pledge as the caller's side sees it; the office's registration is in the patent's rights for everybody."""
    return one(request, presenters.pledge_out(seen, policy), seen.pledge.version)


@router.patch(ONE, summary="Change the draft of a pledge", response_model=PledgeOut,
              responses=problem_answers(401, 403, 404, 409, 412, 422, 428))  # fmt: skip
async def change_pledge(
    seen: IfMatch, held: DraftedPledge, body: PledgePatch, session: Db, policy: Policy, contracts: Contracts,
    now: Now,
) -> Response:  # fmt: skip
    """The draft, whose contract says otherwise now: what was signed of the version before lapses."""
    seen.check(held.pledge.version)
    await drafting.revise(session, held, body, contracts, now)
    return await _changed(session, held, policy)


@router.post(f"{ONE}/insolvency", summary="Record that a pledgor is insolvent", response_model=PledgeOut,
             responses=STEP)  # fmt: skip
async def record_insolvency(
    seen: MayMatch, held: WatchedPledge, body: InsolvencyIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The pledge; pledgee and pledgors are told that insolvency proceedings were opened, once for each case."""
    seen.check(held.pledge.version)
    await service.note_insolvency(session, held, body, now)
    return await _changed(session, held, policy)


@router.post(f"{ONE}/confirmations", summary="Confirm what the office would ask", response_model=PledgeOut,
             responses=STEP)  # fmt: skip
async def confirm_ground(
    seen: MayMatch, held: ConfirmedPledge, body: PledgeConfirmationIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The pledge with a side's word that it wants it although the office would ask.

    It asks where an invention was applied for on the same day, or an invalidation is pending, and registers the pledge
    where pledgor and pledgee both want it.
    """
    seen.check(held.pledge.version)
    await service.confirm(session, held, body, now)
    return await _changed(session, held, policy)


@router.post(f"{ONE}/registration", summary="File the registration", response_model=PledgeOut, responses=STEP)
async def file_registration(
    seen: MayMatch, held: FiledPledge, body: PledgeFilingIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The pledge, filed: by pledgor or pledgee once all have signed, and no ground of refusal stands against it."""
    seen.check(held.pledge.version)
    await service.file(session, held, body, now)
    return await _changed(session, held, policy)


@router.post(f"{ONE}/registration-decision", summary="Record the office's decision", response_model=PledgeOut,
             responses=STEP)  # fmt: skip
async def decide_registration(
    seen: MayMatch, held: DecidedPledge, body: RegistrationDecisionIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The pledge, registered, refused or to be corrected, as pledgee or an office records it.

    What a pledgor or the debtor says is kept among `claims`, and awaits the word of one of them. From the registration
    day on the pledge stands in the rights of each patent.
    """
    seen.check(held.pledge.version)
    await service.decide(session, held, body, policy, now)
    return await _changed(session, held, policy)


@router.post(f"{ONE}/revocation", summary="Give a pledge up, or record its revocation", response_model=PledgeOut,
             responses=STEP)  # fmt: skip
async def revoke_pledge(
    seen: MayMatch, held: RevokedPledge, body: PledgeRevocationIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The pledge, given up by a side before its registration, or revoked by the office after it.

    Once it is filed the pledgee alone gives it up; what a pledgor or the debtor says is kept among `claims`.
    """
    seen.check(held.pledge.version)
    await service.give_up(session, held, body, now)
    return await _changed(session, held, policy)


@router.post(f"{ONE}/release", summary="File the release", response_model=PledgeOut, responses=STEP)
async def file_release(
    seen: MayMatch, held: FiledPledge, body: PledgeReleaseIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The pledge whose release was applied for, of all patents or some: by the pledgee, or once the debt is paid."""
    seen.check(held.pledge.version)
    await release.file(session, held, body, now)
    return await _changed(session, held, policy)


@router.post(f"{ONE}/release-registration", summary="Record the office's decision on the release",
             response_model=PledgeOut, responses=STEP)  # fmt: skip
async def decide_release(
    seen: MayMatch, held: DecidedPledge, body: PledgeReleaseDecisionIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The pledge, released, so that its patents are free of it, or standing on; as pledgee or an office records it."""
    seen.check(held.pledge.version)
    await release.decide(session, held, body, now)
    return await _changed(session, held, policy)


@router.post(f"{ONE}/default", summary="Record a default, or its cure", response_model=PledgeOut, responses=STEP)
async def record_default(
    seen: MayMatch, held: EnforcedPledge, body: PledgeDefaultIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The pledge, in default or cured, as the pledgee records it."""
    seen.check(held.pledge.version)
    await enforcement.default(session, held, body, now)
    return await _changed(session, held, policy)


@router.post(f"{ONE}/disposal", summary="Record a realisation", status_code=201, response_model=DisposalOut,
             responses=STEP)  # fmt: skip
async def record_disposal(seen: MayMatch, held: EnforcedPledge, body: DisposalIn, session: Db, now: Now) -> Response:
    """What pledged patents brought, and to whom it goes: costs, interest, principal, the rest to the pledgors."""
    seen.check(held.pledge.version)
    disposal = await enforcement.dispose(session, held, body, now)
    await session.flush()
    return created(presenters.disposal_out(disposal), 1, f"/v1/pledges/{held.pledge.id}/disposals")


@router.get(f"{ONE}/disposals", summary="Realisations of a pledge", response_model=DisposalPage, responses=LIST)
async def list_disposals(
    request: Request, seen: PledgeOfSides, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """What was realised, newest first."""
    keys = (col(PledgeDisposal.recorded_at), col(PledgeDisposal.id))
    found = queries.disposals(seen.pledge.id)
    rows, cursor = await page(session, request, query, found, *keys, descending=True)
    return listed([presenters.disposal_out(row[0]) for row in rows], cursor)


@router.post(f"{ONE}/changes", summary="File a change", status_code=201, response_model=PledgeChangeOut, responses=STEP)
async def file_change(seen: MayMatch, held: FiledPledge, body: PledgeChangeIn, session: Db, now: Now) -> Response:
    """A change of a registered pledge that both sides agreed, as it was applied for at the office."""
    seen.check(held.pledge.version)
    change = await changes.file(session, held, body, now)
    await session.flush()
    return created(presenters.change_out(change), 1, f"/v1/pledges/{held.pledge.id}/changes")


@router.get(f"{ONE}/changes", summary="Changes of a pledge", response_model=PledgeChangePage, responses=LIST)
async def list_changes(
    request: Request, seen: PledgeOfSides, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """Every change with what it was before, newest first."""
    keys = (col(PledgeChange.filed_at), col(PledgeChange.id))
    found = queries.changes(seen.pledge.id)
    rows, cursor = await page(session, request, query, found, *keys, descending=True)
    return listed([presenters.change_out(row[0]) for row in rows], cursor)


@router.post(f"{ONE}/changes/{{change_id}}/agreement", summary="Agree to a change",
             response_model=PledgeChangeOut, responses=STEP)  # fmt: skip
async def agree_to_change(seen: MayMatch, held: FiledPledge, change_id: ChangeId, session: Db, now: Now) -> Response:
    """The change, to which pledgor or pledgee agrees: without all of them an office alone records its registration."""
    seen.check(held.pledge.version)
    change = await changes.agree(session, held, change_id, now)
    await session.flush()
    return changed(presenters.change_out(change), held.pledge.version)


@router.post(f"{ONE}/changes/{{change_id}}/decision", summary="Record the office's decision on a change",
             response_model=PledgeChangeOut, responses=STEP)  # fmt: skip
async def decide_change(
    seen: MayMatch, held: DecidedPledge, change_id: ChangeId, body: PledgeChangeDecisionIn, session: Db, now: Now
) -> Response:
    """The change, registered or refused, as pledgee or an office records it."""
    seen.check(held.pledge.version)
    change = await changes.decide(session, held, change_id, body, now)
    await session.flush()
    return changed(presenters.change_out(change), held.pledge.version)


@router.get(f"{ONE}/proceeds", summary="What licences brought in while pledged", response_model=ProceedsPage,
            responses=LIST)  # fmt: skip
async def list_proceeds(
    request: Request, seen: PledgeOfSides, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """Payments on licences of the pledged patents since the registration, newest first (Civil Code, art. 444(2))."""
    keys = (col(PledgeProceeds.received_at), col(PledgeProceeds.id))
    found = queries.proceeds(seen.pledge.id)
    rows, cursor = await page(session, request, query, found, *keys, descending=True)
    return listed([presenters.proceeds_out(row[0]) for row in rows], cursor)


@router.post(f"{ONE}/proceeds/{{proceeds_id}}/decision", summary="Say what becomes of proceeds",
             response_model=ProceedsOut, responses=STEP)  # fmt: skip
async def decide_proceeds(
    seen: MayMatch, held: EnforcedPledge, proceeds_id: ProceedsId, body: ProceedsDecisionIn, session: Db, now: Now
) -> Response:
    """The proceeds, which go to early repayment or deposit, or are left to the pledgor, as the pledgee says."""
    seen.check(held.pledge.version)
    row = await proceeds.decide(session, held, proceeds_id, body.use, now)
    await session.flush()
    return changed(presenters.proceeds_out(row), row.version)


@router.get(
    f"{ONE}/watch", summary="What happened to the pledged patents", response_model=PledgeWatchPage, responses=LIST
)
async def list_watch(
    request: Request, seen: PledgeOfSides, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """What happened since the registration, newest first, with what the pledgee may do about it."""
    number, language = cast("Any", col(PledgeWatch.number)), language_of(request)
    found = queries.watches(seen.pledge.id)
    rows, cursor = await page(session, request, query, found, number, descending=True)
    return listed([presenters.watch_out(row[0], language) for row in rows], cursor)

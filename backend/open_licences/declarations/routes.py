"""The addresses of open licences: declarations from draft to withdrawal, and their quotes."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import MaybeCaller
from backend.accounts.quotas.policy import Quotas
from backend.core.clock import Now, Today
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import IfMatch, MayMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one, plain
from backend.licences.terms.models import FeeTerms
from backend.licences.terms.quote_rules import Use, quote, quote_data
from backend.open_licences import presenters, row_presenters
from backend.open_licences import queries as open_queries
from backend.open_licences.access import (
    AuthorityOpen,
    DraftedOpen,
    HeldOpen,
    OfficialOpen,
    OutwardOpen,
    OwnOpen,
    SeenOpen,
    SubmittedOpen,
    WithdrawnOpen,
)
from backend.open_licences.declarations import (
    service as declarations,
)
from backend.open_licences.declarations import (
    withdrawal as declaration_withdrawal,
)
from backend.open_licences.declarations.content import check_term
from backend.open_licences.declarations.schemas import (
    Announcement,
    Filing,
    OfficeStep,
    OpenLicenceOut,
    OpenLicencePatch,
    OpenLicencesOut,
    OpenLicencesQuery,
    QuoteOut,
    QuoteQuery,
    Reasoned,
    Submission,
    Withdrawal,
)
from backend.open_licences.models import OpenLicence
from backend.open_licences.policy import Policy
from backend.open_licences.states import OpenStep

router = APIRouter(prefix="/v1/open-licences", tags=["open licences"], route_class=WritingRoute)
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
KEYS: Final[Any] = (col(OpenLicence.created_at), col(OpenLicence.id))


async def _answer(session: AsyncSession, request: Request, held: HeldOpen, declared: OpenLicence) -> Response:
    return changed((await row_presenters.declarations(session, request, [declared], held.caller))[0], declared.version)


@router.post("", summary="Draft an open licence", status_code=201, response_model=OpenLicenceOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def draft_open_licence(request: Request, held: DraftedOpen, session: Db, now: Now) -> Response:
    """A draft of a declaration that anybody may work the patent on its terms; one at a time for a patent."""
    declared = await declarations.draft(session, held.whole, held.caller, held.body, now)
    out = (await row_presenters.declarations(session, request, [declared], held.caller))[0]
    return created(out, declared.version, f"/v1/open-licences/{declared.id}")


@router.get("", summary="Open licences", response_model=OpenLicencesOut, responses=problem_answers(401, 422))
async def list_open_licences(
    request: Request, caller: MaybeCaller, query: Annotated[OpenLicencesQuery, Query()], session: ReadDb
) -> Response:
    """What was announced, newest first; members also see their own in every state, offices all."""
    statement = open_queries.open_licences(caller, query)
    rows, cursor = await page(session, request, query, statement, *KEYS, descending=True)
    return listed(await row_presenters.declarations(session, request, [row[0] for row in rows], caller), cursor)


@router.get("/{open_licence_id}", summary="One open licence", response_model=OpenLicenceOut,
            responses=problem_answers(401, 404))  # fmt: skip
async def get_open_licence(request: Request, declared: SeenOpen, caller: MaybeCaller, session: ReadDb) -> Response:
    """An open licence with its terms, a worked example, and whether it can be taken now, and if not, why."""
    return one(request, (await row_presenters.declarations(session, request, [declared], caller))[0], declared.version)


@router.patch("/{open_licence_id}", summary="Change a draft", response_model=OpenLicenceOut,
              responses=problem_answers(401, 403, 404, 409, 412, 422, 428))  # fmt: skip
async def change_open_licence(
    request: Request, seen: IfMatch, held: OwnOpen, body: OpenLicencePatch, session: Db, now: Now
) -> Response:
    """The draft with the named content changed; what was submitted is withdrawn and declared anew instead."""
    seen.check(held.declared.version)
    declared = await declarations.change(session, held.whole, held.declared, body, held.caller, now)
    return await _answer(session, request, held, declared)


@router.get("/{open_licence_id}/quote", summary="What the licence costs", response_model=QuoteOut,
            responses=problem_answers(401, 404, 422))  # fmt: skip
async def quote_open_licence(
    request: Request, declared: SeenOpen, query: Annotated[QuoteQuery, Query()], today: Today
) -> Response:
    """The fee by the declared terms for days of its term, with every line of the working; for everybody the same.

    The use is that of one full licence year; a part year counts by its days. Each amount payable is rounded once.
    """
    starts_on = query.starts_on or today
    ends_on = query.ends_on or declared.ends_on or starts_on
    check_term(declared, starts_on, ends_on)
    use = Use(query.net_sales_fen, query.profit_fen, query.units)
    data = quote_data(quote(FeeTerms(**declared.fee), use, starts_on, ends_on))
    return plain(presenters.quoted(declared, data, starts_on, ends_on, language_of(request)))


@router.post("/{open_licence_id}/submission", summary="Submit a draft", response_model=OpenLicenceOut, responses=STEP)
async def submit_open_licence(
    request: Request, held: SubmittedOpen, seen: MayMatch, body: Submission, session: Db, quotas: Quotas, now: Now
) -> Response:
    """The declaration, found complete and lawful, with the consent of all co-owners to these very terms."""
    seen.check(held.declared.version)
    declared = await declarations.submit(session, held.whole, held.declared, body, held.caller, quotas, now)
    return await _answer(session, request, held, declared)


@router.post("/{open_licence_id}/filing", summary="Record the filing", response_model=OpenLicenceOut, responses=STEP)
async def file_open_licence(
    request: Request, held: OutwardOpen, seen: MayMatch, body: Filing, session: Db, now: Now
) -> Response:
    """The declaration, filed with the patent office on a day; checked once more, its consents used from now on."""
    seen.check(held.declared.version)
    declared = await declarations.file(session, held.whole, held.declared, body, held.caller, now)
    return await _answer(session, request, held, declared)


@router.post("/{open_licence_id}/announcement", summary="Record the announcement", response_model=OpenLicenceOut,
             responses=STEP)  # fmt: skip
async def announce_open_licence(
    request: Request,
    held: OutwardOpen,
    seen: MayMatch,
    body: Announcement,
    session: Db,
    policy: Policy,
    quotas: Quotas,
    now: Now,
) -> Response:
    """The open licence, announced by the patent office: from that day anybody may take it by notice and payment.

    The announcement is a fact and always recorded; where something bars it, it is not available here, and says why.
    """
    seen.check(held.declared.version)
    declared = await declarations.announce(session, held.whole, held.declared, body, held.caller, policy, quotas, now)
    return await _answer(session, request, held, declared)


@router.post("/{open_licence_id}/refusal", summary="Record the office's refusal", response_model=OpenLicenceOut,
             responses=STEP)  # fmt: skip
async def refuse_open_licence(
    request: Request, held: OfficialOpen, seen: MayMatch, body: Reasoned, session: Db, now: Now
) -> Response:
    """The declaration, which the patent office did not announce."""
    seen.check(held.declared.version)
    declared = await declarations.refuse(session, held.whole, held.declared, body, held.caller, now)
    return await _answer(session, request, held, declared)


@router.post("/{open_licence_id}/withdrawal", summary="Withdraw", response_model=OpenLicenceOut, responses=STEP)
async def withdraw_open_licence(
    request: Request, held: WithdrawnOpen, seen: MayMatch, body: Withdrawal, session: Db, now: Now
) -> Response:
    """The declaration, whose withdrawal was filed with all co-owners' consent; it takes effect when announced.

    One that was not announced yet is taken back at once.
    """
    seen.check(held.declared.version)
    declared = await declaration_withdrawal.withdraw(session, held.whole, held.declared, body, held.caller, now)
    return await _answer(session, request, held, declared)


@router.post("/{open_licence_id}/withdrawal-announcement", summary="Record the withdrawal's announcement",
             response_model=OpenLicenceOut, responses=STEP)  # fmt: skip
async def announce_withdrawal(
    request: Request, held: OfficialOpen, seen: MayMatch, body: OfficeStep, session: Db, policy: Policy, now: Now
) -> Response:
    """The declaration, withdrawn from that day on: unpaid notices end, licences already taken run on."""
    seen.check(held.declared.version)
    step = OpenStep.ANNOUNCE_WITHDRAWAL
    declared = await declaration_withdrawal.end(
        session, held.whole, held.declared, step, body, held.caller, policy, now
    )
    return await _answer(session, request, held, declared)


@router.post("/{open_licence_id}/withdrawal-refusal", summary="Record the withdrawal's refusal",
             response_model=OpenLicenceOut, responses=STEP)  # fmt: skip
async def refuse_withdrawal(
    request: Request, held: OfficialOpen, seen: MayMatch, body: Reasoned, session: Db, policy: Policy, now: Now
) -> Response:
    """The open licence, which stays announced since the office refused its withdrawal."""
    seen.check(held.declared.version)
    declared = await declaration_withdrawal.refuse_withdrawal(
        session, held.whole, held.declared, body, held.caller, policy, now
    )
    return await _answer(session, request, held, declared)


@router.post("/{open_licence_id}/termination", summary="Record the termination", response_model=OpenLicenceOut,
             responses=STEP)  # fmt: skip
async def terminate_open_licence(
    request: Request, held: AuthorityOpen, seen: MayMatch, body: Reasoned, session: Db, policy: Policy, now: Now
) -> Response:
    """The declaration, terminated by the patent office because it was not withdrawn (Guidelines V-11, 4)."""
    seen.check(held.declared.version)
    step = OpenStep.TERMINATE
    declared = await declaration_withdrawal.end(
        session, held.whole, held.declared, step, body, held.caller, policy, now
    )
    return await _answer(session, request, held, declared)


@router.post("/{open_licence_id}/revocation", summary="Record the revocation", response_model=OpenLicenceOut,
             responses=STEP)  # fmt: skip
async def revoke_open_licence(
    request: Request, held: AuthorityOpen, seen: MayMatch, body: Reasoned, session: Db, policy: Policy, now: Now
) -> Response:
    """The declaration, revoked by the patent office, for false materials for instance (Guidelines V-11, 3.4(3))."""
    seen.check(held.declared.version)
    step = OpenStep.REVOKE
    declared = await declaration_withdrawal.end(
        session, held.whole, held.declared, step, body, held.caller, policy, now
    )
    return await _answer(session, request, held, declared)


@router.post("/{open_licence_id}/notification", summary="Record that licensees were told",
             response_model=OpenLicenceOut, responses=STEP)  # fmt: skip
async def notify_licensees(
    request: Request, held: OwnOpen, seen: MayMatch, body: OfficeStep, session: Db, now: Now
) -> Response:
    """The declaration, whose duty to tell the licensees of a bar is done (Guidelines V-11, 2(2))."""
    seen.check(held.declared.version)
    declared = await declaration_withdrawal.notified(session, held.whole, held.declared, body, held.caller, now)
    return await _answer(session, request, held, declared)

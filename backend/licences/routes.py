"""The addresses of licences: their payments, recordal, certificate and end."""

import asyncio
from typing import Annotated, Any, Final, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from sqlmodel import col

from backend.accounts.access import Viewer
from backend.core.clock import Now, Today, china_day
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import MayMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute, release
from backend.core.http.responses import changed, created, listed, one, plain
from backend.licences import queries, row_presenters
from backend.licences.access import (
    ContestedLicence,
    EitherLicence,
    EndedLicence,
    HeldLicence,
    LicenceId,
    LicenseesLicence,
    SeenLicence,
)
from backend.licences.certificates import service as certification
from backend.licences.certificates.content import CertificateOut, VerificationOut, with_hash
from backend.licences.certificates.pdf import certificate_pdf
from backend.licences.lifecycle import licensor_contests
from backend.licences.models import Licence
from backend.licences.payments import service as payments
from backend.licences.payments.overdue import payment_overdue
from backend.licences.policy import Policy
from backend.licences.recordal import service as recordal
from backend.licences.schemas import (
    ContestDecision,
    LicenceOut,
    LicencePaymentIn,
    LicenceQuery,
    LicencesOut,
    LicencesQuery,
    RecordalConfirmation,
    RecordalFiling,
    Termination,
    VerificationQuery,
)
from backend.licences.states import RECORDABLE

router = APIRouter(prefix="/v1/licences", tags=["licences"], route_class=WritingRoute)
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
READ: Final = problem_answers(401, 403, 404, 422)
KEYS: Final[Any] = (col(Licence.created_at), col(Licence.id))
PDF: Final = "application/pdf"


@router.get("", summary="Licences", response_model=LicencesOut, responses=problem_answers(401, 403, 422))
async def list_licences(
    request: Request, caller: Viewer, query: Annotated[LicencesQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """The licences that the caller's organisation took or gave, the newest first."""
    statement = sa.select(Licence).where(queries.visible_licences(caller))
    if query.status:
        statement = statement.where(col(Licence.status).in_(query.status))
    if query.role is not None:
        side = Licence.licensee_organisation_id if query.role == "licensee" else Licence.licensor_organisation_id
        statement = statement.where(col(side) == caller.organisation_id)
    if query.recordal is not None:
        recordable = col(Licence.status).in_(sorted(RECORDABLE))
        unfiled = sa.and_(recordable, col(Licence.recordal_filed_on).is_(None))
        late = col(Licence.recordal_due_on) < today
        filed, confirmed = col(Licence.recordal_filed_on).is_not(None), col(Licence.recorded_on).is_not(None)
        meant = {
            "due": sa.and_(unfiled, sa.not_(late)),
            "overdue": sa.and_(unfiled, late),
            "filed": sa.and_(filed, sa.not_(confirmed)),
            "confirmed": confirmed,
        }
        statement = statement.where(meant[query.recordal])
    if query.payment_overdue is not None:
        late = await payment_overdue(session, queries.visible_licences(caller), today)
        statement = statement.where(late if query.payment_overdue else sa.not_(late))
    rows, cursor = await page(session, request, query, statement, *KEYS, descending=True)
    return listed(await row_presenters.licences(session, request, [row[0] for row in rows], caller, today), cursor)


@router.get("/{licence_id}", summary="A licence", response_model=LicenceOut, responses=READ)
async def get_licence(
    request: Request, licence: SeenLicence, caller: Viewer, query: Annotated[LicenceQuery, Query()], session: ReadDb,
    today: Today,
) -> Response:  # fmt: skip
    """A licence with its payments and recordal, and for the licensor the annuities that it reduces."""
    bp = query.other_reduction_bp
    return one(
        request, (await row_presenters.licences(session, request, [licence], caller, today, bp))[0], licence.version
    )


async def _answer(session: Db, request: Request, held: HeldLicence, today: Any) -> Response:
    out = (await row_presenters.licences(session, request, [held.licence], held.caller, today))[0]
    return changed(out, held.licence.version)


@router.post("/{licence_id}/payments", summary="Record a later payment", status_code=201, response_model=LicenceOut,
             responses=STEP)  # fmt: skip
async def pay_licence(
    request: Request, held: LicenseesLicence, seen: MayMatch, body: LicencePaymentIn, session: Db, policy: Policy,
    now: Now,
) -> Response:  # fmt: skip
    """The licence with a further payment: of a reported royalty, or of a further year's amount."""
    seen.check(held.licence.version)
    await payments.pay_licence(session, held.licence, body, held.caller, policy, now)
    await session.flush()
    out = (await row_presenters.licences(session, request, [held.licence], held.caller, china_day(now)))[0]
    return created(out, held.licence.version, f"/v1/licences/{held.licence.id}")


@router.post("/{licence_id}/recordal", summary="Record the filing for recordal", response_model=LicenceOut,
             responses=STEP)  # fmt: skip
async def file_recordal(
    request: Request, held: EitherLicence, seen: MayMatch, body: RecordalFiling, session: Db, now: Now
) -> Response:
    """The licence, filed for recordal by one of its sides; due three months after its effect."""
    seen.check(held.licence.version)
    await recordal.file_recordal(session, held.licence, body, held.caller, now)
    return await _answer(session, request, held, china_day(now))


@router.post("/{licence_id}/recordal-confirmation", summary="Record the recordal", response_model=LicenceOut,
             responses=STEP)  # fmt: skip
async def confirm_recordal(
    request: Request, held: EitherLicence, seen: MayMatch, body: RecordalConfirmation, session: Db, now: Now
) -> Response:
    """The licence, recorded by the patent office: annuities that are not due yet are lower from there."""
    seen.check(held.licence.version)
    await recordal.confirm_recordal(session, held.licence, body, held.caller, now)
    return await _answer(session, request, held, china_day(now))


@router.post("/{licence_id}/termination", summary="End a licence", response_model=LicenceOut, responses=STEP)
async def terminate_licence(
    request: Request, held: EndedLicence, seen: MayMatch, body: Termination, session: Db, policy: Policy, now: Now
) -> Response:
    """The licence, given up by its licensee from today on, or ended as an office shows by a decision or agreement."""
    seen.check(held.licence.version)
    await recordal.terminate(session, held.whole, held.licence, body, held.caller, policy, now)
    return await _answer(session, request, held, china_day(now))


@router.post("/{licence_id}/contest-decision", summary="Decide on a displaced licensor's licence",
             response_model=LicenceOut, responses=STEP)  # fmt: skip
async def decide_licensor_contest(
    request: Request,
    held: ContestedLicence,
    seen: MayMatch,
    body: ContestDecision,
    session: Db,
    policy: Policy,
    now: Now,
) -> Response:
    """The licence, which stands (dismissed) or never was (upheld): its licensor never held the patent."""
    seen.check(held.licence.version)
    await licensor_contests.decide(session, held.whole, held.licence, body, held.caller, policy, now)
    return await _answer(session, request, held, china_day(now))


@router.get("/{licence_id}/certificate", summary="The licence certificate", response_model=CertificateOut,
            responses=READ)  # fmt: skip
async def get_certificate(request: Request, licence: SeenLicence, session: ReadDb, now: Now) -> Response:
    """What the licence certificate states, with the hash by which anybody can check it.

    It names both sides with their credit codes, where they have any, and says of each whether it is verified now.
    """
    return plain(with_hash(await certification.issued(session, licence, request.app.state.settings, now)))


@router.get(
    "/{licence_id}/certificate.pdf",
    summary="The licence certificate on paper",
    response_class=Response,
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}, **READ},
)
async def get_certificate_pdf(request: Request, licence: SeenLicence, session: ReadDb, now: Now) -> Response:
    """The same facts as the certificate's JSON, as a PDF in Chinese and English with a QR code of the check."""
    found = await certification.issued(session, licence, request.app.state.settings, now)
    await release(request)
    language: Literal["zh", "en"] = "en" if language_of(request) == "en" else "zh"
    paper = await asyncio.to_thread(certificate_pdf, found, language)
    headers = {
        "Content-Disposition": f'attachment; filename="certificate-{licence.id}.pdf"',
        "Cache-Control": "private, no-store",
        "Vary": "Accept-Language, Authorization",
    }
    return Response(paper, 200, headers, PDF)


@router.get("/{licence_id}/certificate/verification", summary="Check a certificate",
            response_model=VerificationOut, responses=problem_answers(404, 422))  # fmt: skip
async def verify_certificate(
    request: Request, licence_id: LicenceId, query: Annotated[VerificationQuery, Query()], session: ReadDb, now: Now
) -> Response:
    """Whether a certificate with this hash was issued and its licence stands; to anybody.

    Who has the hash of one that was issued is told whom it names and which of them are verified now; of any other hash
    nothing.
    """
    licence = await session.get(Licence, licence_id)
    settings = request.app.state.settings
    return plain(await certification.checked(session, licence, query.hash, settings, now))

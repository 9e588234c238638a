"""The address of an organisation's signing certificate."""

import asyncio

from fastapi import APIRouter, Request, Response

from backend.contracts.certificates import service
from backend.contracts.certificates.access import EnterableCertificate, OwnCertificate, SeenCertificate
from backend.contracts.certificates.models import OrganisationCertificate
from backend.contracts.certificates.schemas import SigningCertificateIn, SigningCertificateOut
from backend.contracts.policy import Policy
from backend.core.clock import Now
from backend.core.errors import PreconditionRequired
from backend.core.http.openapi import problem_answers
from backend.core.http.preconditions import IfMatch, MayMatch
from backend.core.http.request_transaction import Db, WritingRoute
from backend.core.http.responses import changed, one

router = APIRouter(
    prefix="/v1/organisations/{organisation_id}/certificate", tags=["contracts"], route_class=WritingRoute
)


def _out(row: OrganisationCertificate) -> SigningCertificateOut:
    return SigningCertificateOut(**row.model_dump(include=set(SigningCertificateOut.model_fields)))


@router.get("", summary="The signing certificate of one's organisation", response_model=SigningCertificateOut,
            responses=problem_answers(401, 403, 404))  # fmt: skip
async def get_signing_certificate(request: Request, certificate: SeenCertificate) -> Response:
    """What the organisation signs with, for its members; others see on each signature with what it was made."""
    return one(request, _out(certificate), certificate.version)


@router.put("", summary="Enter the signing certificate of one's organisation", response_model=SigningCertificateOut,
            responses=problem_answers(401, 403, 404, 412, 422, 428))  # fmt: skip
async def put_signing_certificate(
    seen: MayMatch, own: EnterableCertificate, body: SigningCertificateIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The certificate with which the organisation's signatures are made from now on; by its owners in person.

    It must be valid, for signing, of an authority that the platform trusts, and name the organisation by its credit
    code or its whole name. A body with a private key is refused and not kept. With `If-Match` where there is one.
    """
    if own.certificate is not None:
        if seen.said is None:
            raise PreconditionRequired
        seen.check(own.certificate.version)
    chain = await asyncio.to_thread(service.check, body.certificate, policy, now)
    row = await service.enter(session, own.organisation, chain, own.caller, now)
    return changed(_out(row), row.version)


@router.delete("", summary="Remove the signing certificate of one's organisation", status_code=204,
               responses=problem_answers(401, 403, 404, 412, 428))  # fmt: skip
async def remove_signing_certificate(seen: IfMatch, own: OwnCertificate, session: Db, now: Now) -> Response:
    """Has the organisation sign without a certificate; what was signed with it stays as it is."""
    certificate = own.certificate
    if certificate is not None:
        seen.check(certificate.version)
        await service.remove(session, certificate, own.caller, now)
    return Response(None, 204)

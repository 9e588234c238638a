"""The contracts' addresses."""

from typing import Annotated, Any, Final, Literal, cast

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import Viewer
from backend.accounts.caller import Caller
from backend.contracts import amendments, queries, service, signing
from backend.contracts.access import (
    ChangeableContract,
    RefusableAmendment,
    RefusableContract,
    SeenContract,
    SignableContract,
    means_of,
)
from backend.contracts.codes import VersionKind
from backend.contracts.errors import NoSuchContractVersion
from backend.contracts.models import Contract, ContractVersion
from backend.contracts.policy import Policy, Templates, TemplateTable
from backend.contracts.presenters import contracts_out, version_out, versions_out
from backend.contracts.schemas import (
    AmendmentIn,
    ChangeRequestIn,
    ContractOut,
    ContractPage,
    ContractsQuery,
    PreparationIn,
    PreparationOut,
    RefusalIn,
    SignatureIn,
    TerminationIn,
    VersionOut,
    VersionPage,
)
from backend.core.clock import Now
from backend.core.contract_template import ContractTemplate
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one, plain

router = APIRouter(prefix="/v1/contracts", tags=["contracts"], route_class=WritingRoute)
READ: Final = problem_answers(401, 403, 404, 422)
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
ONE: Final = "/{contract_id}"
PDF: Final = "application/pdf"
AMENDMENTS: Final = (VersionKind.AMENDMENT, VersionKind.TERMINATION)


async def _out(session: AsyncSession, caller: Caller, contract: Contract) -> ContractOut:
    await session.flush()
    return (await contracts_out(session, caller, [contract]))[0]


async def _template(session: AsyncSession, contract: Contract, templates: TemplateTable) -> ContractTemplate:
    """Return the text by which the terms in force were drawn up."""
    version_id = contract.terms_version_id or contract.present_version_id
    version = (await queries.versions_by_id(session, [version_id]))[version_id]
    return templates[version.template_name, version.template_version]


@router.get("", summary="Contracts of one's own", response_model=ContractPage, responses=problem_answers(401, 403))
async def list_contracts(
    request: Request, caller: Viewer, query: Annotated[ContractsQuery, Query()], session: ReadDb
) -> Response:
    """Those of which the caller's organisation is a side, newest first; nobody else knows of them."""
    found = queries.contracts(caller, query)
    rows, cursor = await page(session, request, query, found, queries.CREATED_AT, queries.ID, descending=True)
    return listed(await contracts_out(session, caller, [row[0] for row in rows]), cursor)


@router.get(ONE, summary="One contract", response_model=ContractOut, responses=READ)
async def get_contract(request: Request, caller: Viewer, contract: SeenContract, session: ReadDb) -> Response:
    """The contract with its sides, the version that is or was to be signed, and the terms in force as amended."""
    return one(request, await _out(session, caller, contract), contract.version)


@router.get(
    f"{ONE}/document.pdf",
    summary="The paper of a contract",
    response_class=Response,
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}, **READ},
)
async def get_contract_document(
    contract: SeenContract,
    session: ReadDb,
    version: Annotated[int | None, Query(ge=1, le=1_000, description="A version's number.")] = None,
    copy: Annotated[
        Literal["unsigned", "signed"],
        Query(description="`signed`: with the signatures by certificate, where there are any."),
    ] = "unsigned",
) -> Response:
    """The very bytes whose hash was signed, as they were kept; without a number the present version's."""
    condition: sa.ColumnElement[bool] = col(ContractVersion.id) == contract.present_version_id
    if version is not None:
        condition = version == queries.NUMBER
    row = await queries.version(session, contract.id, condition)
    digest = row and (row.document_hash if copy == "unsigned" else row.signed_document_hash)
    if not row or not digest:
        raise NoSuchContractVersion
    headers = {
        "Content-Disposition": f'attachment; filename="{contract.id}-{row.number}-{copy}.pdf"',
        "Cache-Control": "private, no-store",
        "ETag": f'"{row.number}.{digest[:16]}"',
        "Vary": "Authorization",
    }
    return Response(await queries.document(session, digest), 200, headers, PDF)


@router.get(f"{ONE}/versions", summary="Versions of a contract", response_model=VersionPage, responses=READ)
async def list_contract_versions(
    request: Request, caller: Viewer, contract: SeenContract, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """All that was ever to be signed of the contract, its amendments among it, the latest first."""
    return await _versions(request, caller, contract, query, session, tuple(VersionKind))


async def _versions(
    request: Request,
    caller: Caller,
    contract: Contract,
    query: PageQuery,
    session: AsyncSession,
    kinds: tuple[VersionKind, ...],
) -> Response:
    found = queries.versions(contract.id, kinds)
    number = cast("Any", queries.NUMBER)
    rows, cursor = await page(session, request, query, found, number, descending=True)
    sides = await queries.sides(session, [contract.id])
    return listed(await versions_out(session, caller, [row[0] for row in rows], sides), cursor)


@router.post(f"{ONE}/signatures/preparation", summary="Prepare a signature by certificate",
             response_model=PreparationOut, responses=STEP)  # fmt: skip
async def prepare_signature(
    held: ChangeableContract, body: PreparationIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The bytes that the organisation's private key signs, wherever it is; the signature comes back as `cms`.

    They hold the digest of the paper with room for the signature. Prepared anew, what was prepared before is void.
    """
    prepared = await signing.prepare(session, held, body, policy, now)
    return plain(PreparationOut(**prepared.answer()))


@router.post(f"{ONE}/signatures", summary="Sign a contract", response_model=ContractOut, responses=STEP)
async def sign_contract(
    seen: MayMatch, held: SignableContract, body: SignatureIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The contract, signed by the caller's side: exactly the version, amendment or termination of that bound hash.

    With the last side's signature it takes effect. A hash of what was changed meanwhile is refused.
    """
    seen.check(held.contract.version)
    contract = await signing.sign(session, held, body, means_of(held.caller), policy, now)
    return changed(await _out(session, held.caller, contract), contract.version)


@router.post(f"{ONE}/change-request", summary="Ask for other terms", response_model=ContractOut, responses=STEP)
async def ask_for_change(
    seen: MayMatch, held: ChangeableContract, body: ChangeRequestIn, session: Db, now: Now
) -> Response:
    """The contract, which nobody signs until whoever drew it up has revised it; then all sign anew."""
    seen.check(held.contract.version)
    contract = await service.ask_change(session, held, body, now)
    return changed(await _out(session, held.caller, contract), contract.version)


@router.post(f"{ONE}/refusal", summary="Refuse to sign a contract", response_model=ContractOut, responses=STEP)
async def refuse_contract(seen: MayMatch, held: RefusableContract, body: RefusalIn, session: Db, now: Now) -> Response:
    """The contract, refused for a reason of the list `contract-refusals`; nobody can sign it any more."""
    seen.check(held.contract.version)
    contract = await service.refuse(session, held, body, now)
    return changed(await _out(session, held.caller, contract), contract.version)


@router.get(f"{ONE}/amendments", summary="Amendments of a contract", response_model=VersionPage, responses=READ)
async def list_amendments(
    request: Request, caller: Viewer, contract: SeenContract, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """Changes of its terms and agreements on its end, signed or not, the latest first."""
    return await _versions(request, caller, contract, query, session, AMENDMENTS)


@router.post(f"{ONE}/amendments", summary="Propose an amendment", status_code=201, response_model=VersionOut,
             responses=problem_answers(401, 403, 404, 409, 412, 422, 429))  # fmt: skip
async def propose_amendment(
    seen: MayMatch,
    held: ChangeableContract,
    body: AmendmentIn,
    session: Db,
    policy: Policy,
    templates: Templates,
    now: Now,
) -> Response:
    """Terms that are to be others; once all sides have signed that by its bound hash, they are in force."""
    seen.check(held.contract.version)
    template = await _template(session, held.contract, templates)
    version = await amendments.propose_as_side(session, held, template, body, policy, now)
    place = f"/v1/contracts/{held.contract.id}/amendments"
    return created(await version_out(session, held.caller, version), version.number, place)


@router.post(f"{ONE}/amendments/{{amendment_id}}/refusal", summary="Refuse an amendment", response_model=VersionOut,
             responses=STEP)  # fmt: skip
async def refuse_amendment(amendment: RefusableAmendment, body: RefusalIn, session: Db, now: Now) -> Response:
    """The amendment or termination, refused, or taken back by whoever proposed it; the contract stays as it is."""
    version = await amendments.refuse(session, amendment, body, now)
    return changed(await version_out(session, amendment.held.caller, version), version.number)


@router.post(f"{ONE}/termination", summary="Propose to end a contract", status_code=201, response_model=VersionOut,
             responses=problem_answers(401, 403, 404, 409, 412, 422, 429))  # fmt: skip
async def propose_termination(
    seen: MayMatch,
    held: ChangeableContract,
    body: TerminationIn,
    session: Db,
    policy: Policy,
    templates: Templates,
    now: Now,
) -> Response:
    """An agreement that the contract ends; it does once all sides have signed that by its bound hash."""
    seen.check(held.contract.version)
    template = await _template(session, held.contract, templates)
    version = await amendments.propose_termination(session, held, template, body.note, policy, now)
    place = f"/v1/contracts/{held.contract.id}/amendments"
    return created(await version_out(session, held.caller, version), version.number, place)

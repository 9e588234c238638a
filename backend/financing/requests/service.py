"""How requests for financing are drafted, changed, submitted and withdrawn; nothing else writes their tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_quota
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.files import queries as file_queries
from backend.files.service import attach
from backend.financing import queries, rules
from backend.financing.access import OwnRequest
from backend.financing.codes import RecipientKind, RequestStatus
from backend.financing.disclosures import ending, sending
from backend.financing.errors import ChecksRefused, NothingDisclosed, PatentNotNameable
from backend.financing.events import RequestDrafted, RequestSubmitted, RequestUpdated, RequestWithdrawn, request_event
from backend.financing.models import FinancingPatent, FinancingRequest
from backend.financing.policy import FinancingPolicy
from backend.financing.requests import patent_checks, pledgors
from backend.financing.requests.schemas import (
    FinancingRequestIn,
    FinancingRequestPatch,
    RequestDocumentIn,
    RequestPatentIn,
)
from backend.financing.rules import DisclosureAction, RequestAction
from backend.patents import queries as patents
from backend.patents.queries import PatentAggregate, may_see

EVIDENCE: Final = "financing_request"
PLAIN: Final = ("amount_fen", "term_months", "purpose", "annual_revenue_fen", "net_profit_fen", "liabilities_fen",
                "employees", "first_loan")  # fmt: skip
OF_THE_DEBT: Final = frozenset({"amount_fen", "term_months", "purpose", "patents"})
NO_SUCH_FILE: Final = Text("贵机构没有上传过该文件。", "Your organisation has not uploaded this file.")
NO_SUCH_PATENT: Final = Text("没有该专利，或不可见。", "There is no such patent, or it may not be seen.")


async def draft(
    session: AsyncSession, caller: Caller, body: FinancingRequestIn, quotas: QuotaPolicy, now: datetime
) -> FinancingRequest:
    """Return the draft of a request; other holders of its patents are asked to pledge them.

    Raises PatentNotNameable, Malformed for a file, QuotaUsedUp.
    """
    await use_quota(session, caller, Quota.FINANCING_REQUESTS, quotas)
    wholes = await _nameable(session, caller, body.patents)
    await _check_documents(session, caller, body.documents)
    request = FinancingRequest(
        id=new_id("fin"),
        organisation_id=caller.organisation_id,
        status=RequestStatus.DRAFT,
        created_by=caller.user_id,
        created_at=now,
        documents=[one.model_dump(mode="json") for one in body.documents],
        **body.model_dump(include=set(PLAIN)),
    )
    session.add(request)
    await session.flush()
    _name_patents(session, request, body.patents)
    await append(session, request_event(request, RequestDrafted, caller.user_id), now)
    await pledgors.ask(session, request, wholes, caller, now)
    return request


async def edit(session: AsyncSession, own: OwnRequest, body: FinancingRequestPatch, now: datetime) -> FinancingRequest:
    """Return the draft as changed. Raises FinancingNotInState, PatentNotNameable, Malformed for a file."""
    request, caller, changed = own.request, own.caller, body.model_fields_set
    request.status = rules.next_request(request.status, RequestAction.EDIT)
    for name in changed & set(PLAIN):
        setattr(request, name, getattr(body, name))
    if "documents" in changed:
        await _check_documents(session, caller, body.documents)
        request.documents = [one.model_dump(mode="json") for one in body.documents]
    if changed & OF_THE_DEBT:
        patent_rows = body.patents if "patents" in changed else await _named(session, request)
        wholes = await _nameable(session, caller, patent_rows)
        if "patents" in changed:
            await session.execute(sa.delete(FinancingPatent).where(col(FinancingPatent.request_id) == request.id))
            _name_patents(session, request, body.patents)
        await session.flush()
        await pledgors.ask(session, request, wholes, caller, now)
    request.version += 1
    await append(session, request_event(request, RequestUpdated, caller.user_id), now)
    return request


async def _named(session: AsyncSession, request: FinancingRequest) -> list[RequestPatentIn]:
    return [RequestPatentIn(patent_id=patent.patent_id) for patent in await queries.patents_of(session, request.id)]


async def _nameable(session: AsyncSession, caller: Caller, named: Sequence[RequestPatentIn]) -> list[PatentAggregate]:
    ids = [one.patent_id for one in named]
    by_id = {whole.patent.id: whole for whole in await patents.load_all(session, ids)}
    errors = [
        FieldError(f"/patents/{index}/patent_id", "no_such_patent", NO_SUCH_PATENT)
        for index, patent_id in enumerate(ids)
        if not _may_name(caller, by_id.get(patent_id)) or patent_id in ids[:index]
    ]
    if errors:
        raise PatentNotNameable(errors=errors)
    return list(by_id.values())


def _may_name(caller: Caller, whole: PatentAggregate | None) -> bool:
    return whole is not None and whole.patent.merged_into is None and may_see(caller, whole)


async def _check_documents(session: AsyncSession, caller: Caller, documents: Sequence[RequestDocumentIn]) -> None:
    """Raise Malformed for a file that the organisation has not uploaded; the files are attached once it is sent."""
    known = set(await session.scalars(file_queries.nameable(caller, [document.file_id for document in documents])))
    errors = [
        FieldError(f"/documents/{index}/file_id", "no_such_file", NO_SUCH_FILE)
        for index, document in enumerate(documents)
        if document.file_id not in known
    ]
    if errors:
        raise Malformed(errors=errors)


def _name_patents(session: AsyncSession, request: FinancingRequest, named: Sequence[RequestPatentIn]) -> None:
    for number, one in enumerate(named, start=1):
        session.add(
            FinancingPatent(
                request_id=request.id,
                patent_id=one.patent_id,
                number=number,
                same_day=one.same_day_application,
                confirmed=list(one.confirmed),
            )
        )


async def submit(session: AsyncSession, own: OwnRequest, policy: FinancingPolicy, now: datetime) -> FinancingRequest:
    """Return the request, sent to the organisations to which it is disclosed.

    Raises FinancingNotInState, ChecksRefused with every reason, NothingDisclosed, Malformed for a file.
    """
    request, caller = own.request, own.caller
    request.status = rules.next_request(request.status, RequestAction.SUBMIT)
    found = await patent_checks.check(session, request, now)
    if not found.is_clear:
        raise ChecksRefused(reasons=found.reasons())
    disclosures = await queries.locked_living_disclosures(session, request.id)
    if not any(one.recipient is RecipientKind.BANK for one in disclosures):
        raise NothingDisclosed
    request.submitted_at, request.submitted_by = now, caller.user_id
    request.version += 1
    files = [str(one["file_id"]) for one in request.documents]
    await attach(session, caller, files, kind=EVIDENCE, subject=request.id, pointer="/documents", now=now)
    await append(session, request_event(request, RequestSubmitted, caller.user_id), now)
    for disclosure in disclosures:
        await sending.send(session, request, disclosure, policy, now, caller.user_id)
    return request


async def withdraw(session: AsyncSession, own: OwnRequest, now: datetime) -> FinancingRequest:
    """Return the request, withdrawn: nobody reads it any more. Raises FinancingNotInState."""
    request, actor = own.request, own.caller.user_id
    await ending.close(session, request, RequestAction.WITHDRAW, DisclosureAction.END, now, actor=actor)
    await pledgors.drop_all(session, request, now)
    await append(session, request_event(request, RequestWithdrawn, actor), now)
    return request

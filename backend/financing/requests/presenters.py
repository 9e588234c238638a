"""How requests, their checks and pledgors' consents are shown to who asks."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Organisation
from backend.financing import queries
from backend.financing.checks.rules import GroundCheck
from backend.financing.checks.service import title_of
from backend.financing.codes import DisclosureStatus, Part, RecipientKind, RequestRole, RequestStatus
from backend.financing.disclosures.presenters import due_of
from backend.financing.models import Disclosure, FinancingRequest, PledgorConsent
from backend.financing.requests.documents import documents_out
from backend.financing.requests.patent_checks import RequestChecks
from backend.financing.requests.schemas import (
    ChecksOut,
    FinancingRequestLine,
    FinancingRequestOut,
    GroundFindingOut,
    GroundOut,
    PatentChecksOut,
    PledgorConsentOut,
    RequestCompanyOut,
    RequestPatentOut,
)
from backend.patents import queries as patents
from backend.patents.models import Patent
from backend.patents.queries import PatentAggregate
from backend.response_clocks import queries as clocks

ALL_PARTS = [*Part]
DEBT = ("amount_fen", "term_months", "purpose")
COMPANY = ("annual_revenue_fen", "net_profit_fen", "liabilities_fen", "employees", "first_loan")
REGISTER = ("title", "kind", "legal_status", "filing_date", "grant_date", "expiry_date")


def status_for_recipient(disclosure: Disclosure, *, has_offer: bool) -> RequestStatus:
    """Return how far a request has come with one recipient, to whom that of others tells nothing."""
    if disclosure.status is DisclosureStatus.KEPT:
        return RequestStatus.ACCEPTED
    if has_offer:
        return RequestStatus.OFFERED
    return RequestStatus.IN_REVIEW if disclosure.taken_up_at else RequestStatus.SUBMITTED


def own_lines_out(rows: Sequence[FinancingRequest]) -> list[FinancingRequestLine]:
    """Return the enterprise's own requests in a list."""
    return [
        FinancingRequestLine(
            id=row.id,
            version=row.version,
            role=RequestRole.BORROWER,
            status=row.status,
            organisation_id=row.organisation_id,
            disclosure_id=None,
            sent_at=row.submitted_at,
            due_on=None,
            amount_fen=row.amount_fen,
            term_months=row.term_months,
        )
        for row in rows
    ]


async def lines_out(
    session: AsyncSession, rows: Sequence[tuple[Disclosure, FinancingRequest]]
) -> list[FinancingRequestLine]:
    """Return the requests disclosed to an organisation in a list, which tells nothing of what they say."""
    ids = [disclosure.id for disclosure, _ in rows]
    found, offered = await clocks.clocks(session, ids), await queries.standing_offers(session, ids)
    return [
        FinancingRequestLine(
            id=request.id,
            version=disclosure.version,
            role=RequestRole(disclosure.recipient.value),
            status=status_for_recipient(disclosure, has_offer=disclosure.id in offered),
            organisation_id=request.organisation_id,
            disclosure_id=disclosure.id,
            sent_at=disclosure.sent_at,
            due_on=due_of(found.get(disclosure.id))[0],
            amount_fen=None,
            term_months=None,
        )
        for disclosure, request in rows
    ]


async def request_out(
    session: AsyncSession, request: FinancingRequest, disclosure: Disclosure | None = None
) -> FinancingRequestOut:
    """Return the request whole, or what a disclosure shows of it."""
    parts = ALL_PARTS if disclosure is None else [Part(part) for part in disclosure.parts]
    progress = await _progress(session, request, disclosure)
    return FinancingRequestOut(
        id=request.id,
        organisation_id=request.organisation_id,
        **{name: getattr(request, name) for name in DEBT},
        company=await _company(session, request) if Part.COMPANY in parts else None,
        patents=await _patents(session, request) if Part.PATENTS in parts else None,
        documents=await documents_out(session, request) if Part.DOCUMENTS in parts else None,
        parts=parts,
        **progress,
    )


async def _progress(
    session: AsyncSession, request: FinancingRequest, disclosure: Disclosure | None
) -> Mapping[str, Any]:
    if disclosure is None:
        return {
            "version": request.version, "role": RequestRole.BORROWER, "status": request.status,
            "disclosure_id": None, "created_at": request.created_at, "sent_at": request.submitted_at,
            "due_on": None, "paused": None, "decline_code": None, "decline_note": None,
            "accepted_offer_id": request.accepted_offer_id,
        }  # fmt: skip
    clock = (await clocks.clocks(session, [disclosure.id])).get(disclosure.id)
    due_on, paused = due_of(clock)
    has_offer = bool(await queries.standing_offers(session, [disclosure.id]))
    is_contracting = disclosure.status is DisclosureStatus.KEPT and disclosure.recipient is RecipientKind.BANK
    return {
        "version": disclosure.version, "role": RequestRole(disclosure.recipient.value),
        "status": status_for_recipient(disclosure, has_offer=has_offer), "disclosure_id": disclosure.id,
        "created_at": None, "sent_at": disclosure.sent_at, "due_on": due_on, "paused": paused,
        "decline_code": disclosure.decline_code, "decline_note": disclosure.decline_note,
        "accepted_offer_id": request.accepted_offer_id if is_contracting else None,
    }  # fmt: skip


async def _company(session: AsyncSession, request: FinancingRequest) -> RequestCompanyOut:
    organisation = await session.get_one(Organisation, request.organisation_id)
    return RequestCompanyOut(
        name=organisation.name,
        region=organisation.region,
        credit_code=organisation.credit_code,
        **{name: getattr(request, name) for name in COMPANY},
    )


async def _patents(session: AsyncSession, request: FinancingRequest) -> list[RequestPatentOut]:
    rows = await queries.patents_of(session, request.id)
    wholes = {whole.patent.id: whole for whole in await patents.load_all(session, [row.patent_id for row in rows])}
    return [
        RequestPatentOut(
            patent_id=row.patent_id,
            number=_number(wholes[row.patent_id]),
            **{name: getattr(wholes[row.patent_id].patent, name) for name in REGISTER},
            held_by_requester=bool(wholes[row.patent_id].held_by(request.organisation_id)),
            same_day_application=row.same_day,
            confirmed=row.confirmed,
        )
        for row in rows
    ]


def _number(whole: PatentAggregate) -> str | None:
    return whole.patent.grant_number or whole.patent.application_number


def checks_out(request: FinancingRequest, found: RequestChecks, language: str) -> ChecksOut:
    """Return what came of the checks, with every ground."""
    return ChecksOut(
        request_id=request.id,
        clear=found.is_clear,
        debt_ends_on=found.ends_on,
        pledge_terms=found.terms,
        terms_hash=found.terms_hash,
        consents_missing=[consent.id for consent in found.consents_missing],
        patents=[
            PatentChecksOut(
                patent_id=patent.patent_id,
                clear=not patent.against,
                grounds=[_ground(ground, language) for ground in patent.grounds],
            )
            for patent in found.patents
        ],
    )


def _ground(check: GroundCheck, language: str) -> GroundOut:
    return GroundOut(
        number=check.number,
        ground=check.ground,
        title=title_of(check.ground).say(language, {}),
        outcome=check.outcome,
        confirmed=check.confirmed,
        findings=[
            GroundFindingOut(
                code=finding.code,
                outcome=finding.outcome,
                detail=finding.detail.say(language, {}),
                rule=finding.rule,
                sure=finding.sure,
                cure=finding.cure_of(check.ground).say(language, {}),
                since=finding.since,
            )
            for finding in check.findings
        ],
    )


async def consents_out(session: AsyncSession, rows: Sequence[PledgorConsent]) -> list[PledgorConsentOut]:
    """Return pledgors' consents, as both their sides see them."""
    requests = await _by_id(session, FinancingRequest, {row.request_id for row in rows})
    patents_by_id = await _by_id(session, Patent, {row.patent_id for row in rows})
    return [
        PledgorConsentOut(
            id=row.id,
            version=row.version,
            status=row.status,
            request_id=row.request_id,
            borrower_organisation_id=requests[row.request_id].organisation_id,
            organisation_id=row.organisation_id,
            patent_id=row.patent_id,
            patent_title=patents_by_id[row.patent_id].title,
            **{name: getattr(requests[row.request_id], name) for name in DEBT},
            confirmed=row.confirmed,
            asked_at=row.asked_at,
            answered_at=row.answered_at,
        )
        for row in rows
    ]


async def _by_id(session: AsyncSession, model: Any, ids: set[str]) -> dict[str, Any]:
    found = await session.scalars(sa.select(model).where(col(model.id).in_(ids)))
    return {row.id: row for row in found}

"""What is shown of many rows at once: each with its steps, files, payments and names, in few questions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.http.problems import language_of
from backend.files.service import attached
from backend.licences import queries
from backend.licences.models import Licence, Notice, OpenLicence, Payment
from backend.licences.payments.checks import EVIDENCE as PAYMENT
from backend.licences.receivables.allocation import Account, account_of
from backend.licences.recordal.service import EVIDENCE as LICENCE
from backend.licences.recordal.service import annuities
from backend.licences.schemas import LicenceOut, NoticeOut, PaymentOut, ReducedAnnuityOut
from backend.open_licences import presenters
from backend.open_licences.declarations.schemas import OpenLicenceOut
from backend.open_licences.declarations.steps import EVIDENCE as OPEN_LICENCE
from backend.open_licences.notices.service import EVIDENCE as NOTICE
from backend.patents import queries as catalogue
from backend.patents.models import Patent
from backend.rights.queries import names_of


async def declarations(
    session: AsyncSession, request: Request, rows: Sequence[OpenLicence], caller: Caller | None
) -> list[OpenLicenceOut]:
    """Return the declarations as they are shown to the caller."""
    ids = [row.id for row in rows]
    steps, duties = await queries.steps_of(session, ids), await queries.duties_of(session, ids)
    files, language = await attached(session, OPEN_LICENCE, ids), language_of(request)
    whole = await queries.whole_of(session, caller, ids)
    patents = await _by_id(session, Patent, {row.patent_id for row in rows})
    names = await names_of(session, {party_id for row in rows for party_id in row.holders})
    return [
        presenters.declaration(
            row,
            patents[row.patent_id],
            names,
            steps.get(row.id, []),
            duties.get(row.id, []),
            files.get(row.id, []),
            language,
            inside=row.id in whole,
        )
        for row in rows
    ]


async def _payments(session: AsyncSession, found: Mapping[str, Sequence[Payment]]) -> dict[str, list[PaymentOut]]:
    every = [one for rows in found.values() for one in rows]
    files, periods = (
        await attached(session, PAYMENT, [one.id for one in every]),
        await queries.periods_of(session, every),
    )
    return {
        notice_id: [presenters.payment(one, files.get(one.id, []), periods.get(one.id)) for one in rows]
        for notice_id, rows in found.items()
    }


async def notices(session: AsyncSession, request: Request, rows: Sequence[Notice]) -> list[NoticeOut]:
    """Return the notices as both sides see them."""
    ids = [row.id for row in rows]
    names = await names_of(session, [row.licensee_party_id for row in rows])
    payments = await _payments(session, await queries.payments_of(session, ids))
    files = await attached(session, NOTICE, ids)
    language = language_of(request)
    return [
        presenters.notice(row, names[row.licensee_party_id], payments.get(row.id, []), files.get(row.id, []), language)
        for row in rows
    ]


async def licences(
    session: AsyncSession,
    request: Request,
    rows: Sequence[Licence],
    caller: Caller,
    today: date,
    other_bp: int | None = None,
) -> list[LicenceOut]:
    """Return the licences as both sides see them; the annuities that they reduce are the licensor's."""
    made = await queries.payments_of(session, [row.notice_id for row in rows])
    payments, accounts = await _payments(session, made), await _accounts(session, rows, made)
    files, language = await attached(session, LICENCE, [row.id for row in rows]), language_of(request)
    reduced = await _reduced(session, [row for row in rows if _is_licensors(row, caller)], other_bp)
    return [
        presenters.licence(
            row,
            payments.get(row.notice_id, []),
            files.get(row.id, []),
            reduced.get(row.id, []),
            accounts[row.id],
            today,
            language,
        )
        for row in rows
    ]


async def _accounts(
    session: AsyncSession, rows: Sequence[Licence], made: Mapping[str, Sequence[Payment]]
) -> dict[str, Account]:
    notices_ = await _by_id(session, Notice, {row.notice_id for row in rows})
    reports = await queries.reports_of_all(session, [row.id for row in rows])
    return {
        row.id: account_of(row, notices_[row.notice_id], reports.get(row.id, []), made.get(row.notice_id, []))
        for row in rows
    }


def _is_licensors(licence: Licence, caller: Caller) -> bool:
    return caller.organisation_id == licence.licensor_organisation_id or catalogue.is_office(caller)


async def _reduced(
    session: AsyncSession, rows: Sequence[Licence], other_bp: int | None
) -> dict[str, list[ReducedAnnuityOut]]:
    recorded = [row for row in rows if row.recorded_on is not None]
    patents = await _by_id(session, Patent, {row.patent_id for row in recorded})
    declared = await _by_id(session, OpenLicence, {row.open_licence_id for row in recorded})
    return {row.id: annuities(row, patents[row.patent_id], declared[row.open_licence_id], other_bp) for row in recorded}


async def _by_id(session: AsyncSession, table: Any, ids: Collection[str]) -> dict[str, Any]:
    if not ids:
        return {}
    return {row.id: row for row in await session.scalars(sa.select(table).where(col(table.id).in_(ids)))}

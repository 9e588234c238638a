"""Many licences at once: each with its payments, files, instalments and annuities, in few questions."""

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
from backend.licences import presenters as licence_presenters
from backend.licences import queries
from backend.licences.models import Licence, Payment
from backend.licences.payments.checks import EVIDENCE as PAYMENT
from backend.licences.receivables.allocation import Account, account_of
from backend.licences.recordal.service import EVIDENCE as LICENCE
from backend.licences.recordal.service import annuities
from backend.licences.schemas import LicenceOut, PaymentOut, ReducedAnnuityOut
from backend.patents import queries as patent_queries
from backend.patents.models import Patent


async def present_payments(
    session: AsyncSession, found: Mapping[str, Sequence[Payment]]
) -> dict[str, list[PaymentOut]]:
    """Return payments as both sides see them, by the id of what they are made for."""
    every = [one for rows in found.values() for one in rows]
    files, periods = (
        await attached(session, PAYMENT, [one.id for one in every]),
        await queries.periods_of(session, every),
    )
    return {
        payable_id: [licence_presenters.payment(one, files.get(one.id, []), periods.get(one.id)) for one in rows]
        for payable_id, rows in found.items()
    }


async def licences(
    session: AsyncSession,
    request: Request,
    rows: Sequence[Licence],
    caller: Caller,
    today: date,
    other_bp: int | None = None,
) -> list[LicenceOut]:
    """Return the licences as both sides see them; the annuities that they reduce are the licensor's."""
    made = await queries.payments_made(session, [row.source_id for row in rows])
    payments, accounts = await present_payments(session, made), await _accounts(session, rows, made)
    files, language = await attached(session, LICENCE, [row.id for row in rows]), language_of(request)
    reduced = await _reduced(session, [row for row in rows if _is_licensors(row, caller)], other_bp)
    return [
        licence_presenters.licence(
            row,
            payments.get(row.source_id, []),
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
    reports = await queries.reports_of_all(session, [row.id for row in rows])
    return {row.id: account_of(row, reports.get(row.id, []), made.get(row.source_id, [])) for row in rows}


def _is_licensors(licence: Licence, caller: Caller) -> bool:
    return caller.organisation_id == licence.licensor_organisation_id or patent_queries.is_office(caller)


async def _reduced(
    session: AsyncSession, rows: Sequence[Licence], other_bp: int | None
) -> dict[str, list[ReducedAnnuityOut]]:
    recorded = [row for row in rows if row.recorded_on is not None]
    patents = await by_id(session, Patent, {row.patent_id for row in recorded})
    return {row.id: annuities(row, patents[row.patent_id], other_bp) for row in recorded}


async def by_id(session: AsyncSession, table: Any, ids: Collection[str]) -> dict[str, Any]:
    """Return the rows of a table by their ids."""
    if not ids:
        return {}
    return {row.id: row for row in await session.scalars(sa.select(table).where(col(table.id).in_(ids)))}

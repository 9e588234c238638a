"""What is shown of many rows at once: each with its steps, files, payments and names, in few questions."""

from collections.abc import Sequence
from datetime import date

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.catalogue import queries as catalogue
from backend.catalogue.models import Patent
from backend.core.problems import language_of
from backend.files.service import attached
from backend.licensing import answers, queries
from backend.licensing.access import inside
from backend.licensing.models import Licence, Notice, OpenLicence
from backend.licensing.paying import EVIDENCE as PAYMENT
from backend.licensing.recording import EVIDENCE as LICENCE
from backend.licensing.recording import annuities
from backend.licensing.schemas import OpenLicenceOut
from backend.licensing.stepping import EVIDENCE as OPEN_LICENCE
from backend.licensing.taking import EVIDENCE as NOTICE
from backend.licensing.taking_schemas import LicenceOut, NoticeOut, PaymentOut
from backend.rights.queries import names_of


async def declarations(
    session: AsyncSession, request: Request, rows: Sequence[OpenLicence], caller: Caller | None
) -> list[OpenLicenceOut]:
    """Give the declarations as they are shown to the caller."""
    ids = [row.id for row in rows]
    steps, duties = await queries.steps_of(session, ids), await queries.duties_of(session, ids)
    files, language = await attached(session, OPEN_LICENCE, ids), language_of(request)
    return [
        answers.declaration(
            row,
            steps.get(row.id, []),
            duties.get(row.id, []),
            files.get(row.id, []),
            language,
            inside=inside(caller, row),
        )
        for row in rows
    ]


async def _payments(session: AsyncSession, notice_ids: Sequence[str]) -> dict[str, list[PaymentOut]]:
    found = await queries.payments_of(session, notice_ids)
    every = [one for rows in found.values() for one in rows]
    files, periods = (
        await attached(session, PAYMENT, [one.id for one in every]),
        await queries.periods_of(session, every),
    )
    return {
        notice_id: [answers.payment(one, files.get(one.id, []), periods.get(one.id)) for one in rows]
        for notice_id, rows in found.items()
    }


async def notices(session: AsyncSession, request: Request, rows: Sequence[Notice]) -> list[NoticeOut]:
    """Give the notices as both sides see them."""
    ids = [row.id for row in rows]
    names = await names_of(session, [row.licensee_party_id for row in rows])
    payments, files = await _payments(session, ids), await attached(session, NOTICE, ids)
    language = language_of(request)
    return [
        answers.notice(row, names[row.licensee_party_id], payments.get(row.id, []), files.get(row.id, []), language)
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
    """Give the licences as both sides see them; the annuities that they reduce are the licensor's."""
    payments = await _payments(session, [row.notice_id for row in rows])
    files, language = await attached(session, LICENCE, [row.id for row in rows]), language_of(request)
    found = []
    for row in rows:
        is_licensor = caller.organisation_id == row.licensor_organisation_id or catalogue.is_office(caller)
        reduced = []
        if is_licensor and row.recorded_on is not None:
            patent = await session.get_one(Patent, row.patent_id)
            declared = await session.get_one(OpenLicence, row.open_licence_id)
            reduced = annuities(row, patent, declared, other_bp)
        paid = payments.get(row.notice_id, [])
        found.append(answers.licence(row, paid, files.get(row.id, []), reduced, today, language))
    return found

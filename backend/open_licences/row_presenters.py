"""Many declarations or notices at once: each with its steps, files, payments and names, in few questions."""

from collections.abc import Sequence

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.http.problems import language_of
from backend.files.service import attached
from backend.licences import queries
from backend.licences.row_presenters import by_id, present_payments
from backend.open_licences import presenters
from backend.open_licences import queries as open_queries
from backend.open_licences.declarations.schemas import OpenLicenceOut
from backend.open_licences.declarations.steps import EVIDENCE as OPEN_LICENCE
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.notices.schemas import NoticeOut
from backend.open_licences.notices.service import EVIDENCE as NOTICE
from backend.patents.models import Patent
from backend.rights.queries import names_of


async def declarations(
    session: AsyncSession, request: Request, rows: Sequence[OpenLicence], caller: Caller | None
) -> list[OpenLicenceOut]:
    """Return the declarations as they are shown to the caller."""
    ids = [row.id for row in rows]
    steps, duties = await open_queries.steps_of(session, ids), await open_queries.duties_of(session, ids)
    files, language = await attached(session, OPEN_LICENCE, ids), language_of(request)
    whole = await open_queries.whole_of(session, caller, ids)
    patents = await by_id(session, Patent, {row.patent_id for row in rows})
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


async def notices(session: AsyncSession, request: Request, rows: Sequence[Notice]) -> list[NoticeOut]:
    """Return the notices as both sides see them."""
    ids = [row.id for row in rows]
    names = await names_of(session, [row.licensee_party_id for row in rows])
    payments = await present_payments(session, await queries.payments_made(session, ids))
    files = await attached(session, NOTICE, ids)
    language = language_of(request)
    return [
        presenters.notice(row, names[row.licensee_party_id], payments.get(row.id, []), files.get(row.id, []), language)
        for row in rows
    ]

"""Open licences and what was taken under them: each with its entry in the ledger, shown as it stands, paid as recorded.

What is shown beside a patent is derived and put right; the rest is reported: a person has to find out what is true.
"""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.licences import queries
from backend.licences.codes import LicenceSource
from backend.licences.models import Licence, Payment, RoyaltyReport
from backend.licences.receivables.allocation import counted, due_at_start
from backend.licences.states import COUNTS, STANDS, LicenceStatus, PaymentStatus
from backend.open_licences import queries as open_queries
from backend.open_licences.availability import projection as availability_projection
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.states import OPEN, NoticeStatus
from backend.patents.models import Patent, PatentAvailability
from backend.rights.models import RightClaim, RightEntry
from backend.rights.permissions import grants

OFFER: Final = table_of(PatentAvailability)
OPEN_LICENCE: Final = table_of(OpenLicence)
NOTICE: Final = table_of(Notice)
LICENCE: Final = table_of(Licence)
PAYMENT: Final = table_of(Payment)
REPORT: Final = table_of(RoyaltyReport)
ENTRY: Final = table_of(RightEntry)
CLAIM: Final = table_of(RightClaim)
TAKEN: Final = (NoticeStatus.EFFECTIVE, NoticeStatus.CONTESTED)
RELEASED: Final = (LicenceStatus.TERMINATED, LicenceStatus.VOID)  # an expired one's entry says itself when it ended
STATE: Final = (ENTRY.c.granted_for, ENTRY.c.ended_on.label("entry_ended_on"), ENTRY.c.corrected_at)
DECLARED: Final = (
    sa.select(col(OpenLicence.id), OpenLicence, *STATE, OFFER.c.open_licence.label("offered"))
    .outerjoin(ENTRY, ENTRY.c.id == OPEN_LICENCE.c.right_id)
    .outerjoin(OFFER, OFFER.c.patent_id == OPEN_LICENCE.c.patent_id)
    .where(OPEN_LICENCE.c.announced_on.is_not(None))
)
FORLORN: Final = (
    sa.select(OFFER.c.patent_id)
    .outerjoin(OPEN_LICENCE, sa.and_(OPEN_LICENCE.c.patent_id == OFFER.c.patent_id,
                                     OPEN_LICENCE.c.status.in_(sorted(OPEN))))
    .where(OPEN_LICENCE.c.id.is_(None), sa.cast(OFFER.c.open_licence, sa.Text) != "null")  # nor the database's NULL
)  # fmt: skip


def _of_ledger(right_id: str | None, row: sa.Row[Any], owner: str, *, stands: bool, ended: bool) -> list[str]:
    """Return what is wrong with the entry that something has in the ledger."""
    if row.granted_for is None:
        return [f"its entry {right_id} is not in the ledger"]
    if row.granted_for != owner:
        return [f"its entry {right_id} belongs to {row.granted_for}"]
    over = row.entry_ended_on is not None or row.corrected_at is not None
    said = [f"its entry {right_id} has ended"] if stands and over else []
    return [*said, f"its entry {right_id} stands on"] if ended and not over else said


async def open_licences(site: Site, line: Line) -> None:
    """Each that is announced has its entry and is shown as it stands; of one that has ended nothing stands."""
    async for rows, _ in pages(site.database, DECLARED, OPEN_LICENCE.c.id):
        line.looked_at += len(rows)
        for row in rows:
            declared, is_open = row.OpenLicence, row.OpenLicence.status in OPEN
            for said in _of_ledger(declared.right_id, row, declared.id, stands=is_open, ended=not is_open):
                line.differs(f"{declared.id}: {said}")
            if is_open and row.offered != availability_projection.offered(declared):
                repaired = site.repair and await _show_again(site, declared.patent_id)
                said = "is not shown" if row.offered is None else "is not shown as it stands"
                line.differs(f"{declared.id} {said} beside {declared.patent_id}", repaired=repaired)
    async for rows, _ in pages(site.database, FORLORN, OFFER.c.patent_id):
        for row in rows:
            repaired = site.repair and await _show_again(site, row.patent_id)
            line.differs(f"{row.patent_id} shows an open licence that it does not have", repaired=repaired)


async def _show_again(site: Site, patent_id: str) -> bool:
    async with site.database.write() as session:
        await session.get_one(Patent, patent_id, with_for_update=True)  # first, as whoever changes the licence does
        standing = await open_queries.standing_of(session, patent_id)
        if standing is not None:
            await availability_projection.show(session, standing)
        else:
            await session.execute(sa.update(OFFER).where(OFFER.c.patent_id == patent_id).values(open_licence=None))
    return True


NOTICES: Final = (
    sa.select(NOTICE.c.id, NOTICE.c.status, NOTICE.c.licence_id, LICENCE.c.source_id)
    .outerjoin(LICENCE, LICENCE.c.id == NOTICE.c.licence_id)
    .where(sa.or_(NOTICE.c.status.in_(TAKEN), NOTICE.c.licence_id.is_not(None)))
)
LICENCES: Final = (
    sa.select(LICENCE.c.id, LICENCE.c.status, LICENCE.c.right_id, LICENCE.c.source, LICENCE.c.source_id,
              NOTICE.c.id.label("notice_id"), *STATE)
    .outerjoin(ENTRY, ENTRY.c.id == LICENCE.c.right_id)
    .outerjoin(NOTICE, NOTICE.c.id == LICENCE.c.source_id)
)  # fmt: skip


async def licences(site: Site, line: Line) -> None:
    """Each effective notice has its licence, and each licence its entry in the ledger, which ends with it."""
    async for rows, _ in pages(site.database, NOTICES, NOTICE.c.id):
        line.looked_at += len(rows)
        for row in rows:
            if row.source_id != row.id:
                line.differs(f"{row.id} is {row.status.value}, and its licence {row.licence_id} is not there")
    async for rows, _ in pages(site.database, LICENCES, LICENCE.c.id):
        line.looked_at += len(rows)
        for row in rows:
            if row.source is LicenceSource.OPEN_LICENCE and row.notice_id is None:
                line.differs(f"{row.id}: its notice {row.source_id} is not there")
            stands, ended = row.status in STANDS, row.status in RELEASED
            for said in _of_ledger(row.right_id, row, row.id, stands=stands, ended=ended):
                line.differs(f"{row.id}: {said}")


ENTRIES: Final = sa.select(col(RightEntry.id), RightEntry, CLAIM.c.right_id.label("claim")).outerjoin(
    CLAIM, CLAIM.c.right_id == ENTRY.c.id
)


async def claims(site: Site, line: Line) -> None:
    """On PostgreSQL each grant made here that stands is held apart from others, and nothing that is over is."""
    if site.database.is_sqlite:
        return
    async for rows, _ in pages(site.database, ENTRIES, ENTRY.c.id):
        for row in rows:
            entry = row.RightEntry
            due = grants.claims(entry)
            line.looked_at += due
            if due and row.claim is None:
                line.differs(f"{entry.id}: nothing holds conflicting grants apart from it")
            elif row.claim is not None and not due:
                line.differs(f"{entry.id}: it stands in the way of others, though it holds nothing")


AT_START: Final = (
    sa.select(PAYMENT.c.payable_id, sa.func.sum(PAYMENT.c.amount_fen).label("paid"))
    .where(PAYMENT.c.at_start, PAYMENT.c.payable_id.in_(sa.bindparam("ids", expanding=True)))  # later ones pay for use
    .where(PAYMENT.c.status.in_(sorted(COUNTS)))
    .group_by(PAYMENT.c.payable_id)
)
WAITS: Final = sa.exists().where(
    PAYMENT.c.payable_id == NOTICE.c.id,
    PAYMENT.c.status == PaymentStatus.TO_BE_CONFIRMED,
    NOTICE.c.licence_id.is_(None),
)
STATED: Final = sa.select(
    NOTICE.c.id,
    NOTICE.c.status,
    NOTICE.c.licence_id,
    NOTICE.c.due_at_start_fen,
    NOTICE.c.paid_fen,
    WAITS.label("waits"),
)
REPORTING: Final = sa.select(LICENCE.c.id, Licence).where(sa.exists().where(REPORT.c.licence_id == LICENCE.c.id))


FOR_NOTHING: Final = (
    sa.select(PAYMENT.c.id, PAYMENT.c.payable_id)
    .outerjoin(NOTICE, NOTICE.c.id == PAYMENT.c.payable_id)
    .outerjoin(LICENCE, LICENCE.c.source_id == PAYMENT.c.payable_id)
    .where(NOTICE.c.id.is_(None), LICENCE.c.id.is_(None))
)


async def _at_start(session: AsyncSession, rows: Sequence[sa.Row[Any]]) -> dict[str, int]:
    found = await session.execute(AT_START, {"ids": [row.id for row in rows]})
    return {subject: int(paid) for subject, paid in found}


async def _reported(session: AsyncSession, rows: Sequence[sa.Row[Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    reports = await queries.reports_of_all(session, [row.Licence.id for row in rows])
    return reports, await queries.payments_made(session, [row.Licence.source_id for row in rows])


def _differs(line: Line, subject: str, stated: int, paid: int) -> None:
    if stated != paid:
        line.differs(f"{subject}: paid_fen is {stated}, its payments are {paid}")


def _stands(line: Line, row: sa.Row[Any], paid: int) -> None:
    """A notice waits as long as one of its payments has to be confirmed, and one that is paid has made a licence."""
    waits = row.status is NoticeStatus.PAYMENT_TO_BE_CONFIRMED
    if waits != bool(row.waits):
        said = "no payment of it has to be confirmed" if waits else "a payment of it has to be confirmed"
        line.differs(f"{row.id} is {row.status.value}, and {said}")
    if row.licence_id is None and paid >= row.due_at_start_fen:
        line.differs(f"{row.id} is paid, and has made no licence")


async def payments(site: Site, line: Line) -> None:
    """What is said to be paid of a notice or a royalty report is what its payments come to, without what is void."""
    async for rows, paid in pages(site.database, STATED, NOTICE.c.id, _at_start):
        line.looked_at += len(rows)
        for row in rows:
            _differs(line, row.id, row.paid_fen, paid.get(row.id, 0))
            _stands(line, row, paid.get(row.id, 0))
    async for rows, _ in pages(site.database, FOR_NOTHING, PAYMENT.c.id):
        for row in rows:
            line.differs(f"{row.id}: what it is made for, {row.payable_id}, is not there")
    async for rows, (reports, made) in pages(site.database, REPORTING, LICENCE.c.id, _reported):
        for row in rows:
            due, mine = due_at_start(row.Licence), reports[row.Licence.id]
            counts, _ = counted(due, mine, made.get(row.Licence.source_id, []))
            line.looked_at += len(mine)
            for report in mine:
                _differs(line, report.id, report.paid_fen, counts[report.id])

"""Which listings a bulk request is about, and how a batch of them stands."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.database.columns import table_of
from backend.core.database.dialects import is_sqlite
from backend.core.jobs.records import RESULT, Job
from backend.imports.models import Import, ImportRow
from backend.listings.bulk.rules import Asker, Found
from backend.listings.bulk.schemas import BulkFilter
from backend.listings.change_rules import Backing
from backend.listings.queries import IS_LIVING, LISTING, holding_states, verified_among
from backend.patents import queries
from backend.patents.models import ESTABLISHED, BulkTarget, Listing, Patent

TARGET: Final = table_of(BulkTarget)
IDS: Final[sa.BindParameter[Any]] = sa.bindparam("ids", expanding=True)
BATCH: Final = 200
REJECTED, UNCHANGED = "rejected", "unchanged"  # outcomes that change nothing
NEXT: Final = (
    sa.select(TARGET.c.subject)
    .where(TARGET.c.job_id == sa.bindparam("job_id"), TARGET.c.number > sa.bindparam("done"))
    .order_by(TARGET.c.number)
    .limit(BATCH)
)
PATENTS: Final = (
    sa.select(col(Patent.id), col(Patent.legal_status), col(Patent.private_to))
    .where(col(Patent.id).in_(IDS), col(Patent.merged_into).is_(None))
    .order_by(col(Patent.id))
    .with_for_update()
)
PATENT_OF: Final = sa.select(LISTING.c.id, LISTING.c.patent_id).where(LISTING.c.id.in_(IDS))
NAMED: Final = sa.select(LISTING).where(LISTING.c.id.in_(IDS)).order_by(LISTING.c.id).with_for_update()
LIVING_OF: Final = (
    sa.select(LISTING).where(LISTING.c.patent_id.in_(IDS), IS_LIVING).order_by(LISTING.c.id).with_for_update()
)


async def add_targets(session: AsyncSession, job_id: str, subjects: Sequence[str]) -> None:
    """Note whom the work is about."""
    rows = [{"job_id": job_id, "number": n, "subject": subject} for n, subject in enumerate(subjects, start=1)]
    if rows:
        await (await session.connection()).execute(sa.insert(TARGET), rows)


def changed_of_others(session: AsyncSession, job: Job) -> sa.Select[Any]:
    """How many listings of each organisation but the job's own it changed."""
    listing_id = (
        sa.func.json_extract(RESULT.c.detail, "$.listing_id")
        if is_sqlite(session)
        else sa.func.jsonb_extract_path_text(RESULT.c.detail, "listing_id")
    )
    return (
        sa.select(LISTING.c.organisation_id, sa.func.count(sa.distinct(LISTING.c.id)).label("n"))
        .join(RESULT, listing_id == LISTING.c.id)
        .where(RESULT.c.job_id == job.id, RESULT.c.outcome.not_in([REJECTED, UNCHANGED]))
        .where(LISTING.c.organisation_id != job.owner)
        .group_by(LISTING.c.organisation_id)
    )


async def filtered(
    session: AsyncSession, caller: Caller, asked: BulkFilter, *, today: date, interval_months: int
) -> Sequence[str]:
    """The ids of the patents in the caller's register that the filter asks for, in their order."""
    statement, key = queries.register(caller, asked, today=today, interval_months=interval_months)
    if asked.import_id is not None:
        rows = (
            sa.select(col(ImportRow.subject))
            .join(Import, col(Import.id) == col(ImportRow.import_id))
            .where(col(Import.id) == asked.import_id, col(Import.organisation_id) == caller.organisation_id)
        )
        statement = statement.where(key.in_(rows))
    if asked.listing_status:
        statement = statement.where(col(Listing.status).in_(asked.listing_status))
    found = await session.execute(statement.with_only_columns(key).distinct().order_by(key))
    return found.scalars().all()


async def next_targets(session: AsyncSession, job_id: str, done: int) -> Sequence[str]:
    """The next of whom the work is about, behind so many that are done."""
    return (await session.execute(NEXT, {"job_id": job_id, "done": done})).scalars().all()


async def found_for(session: AsyncSession, asker: Asker, subjects: Sequence[str]) -> list[Found]:
    """How each of the subjects stands, held until the end of the transaction: patents first, in the order of ids."""
    connection = await session.connection()
    named_ids = [s for s in subjects if s.startswith("lst_")]
    patent_of = {row.id: row.patent_id for row in await connection.execute(PATENT_OF, {"ids": named_ids})}
    patent_ids = sorted({patent_of.get(s, s) for s in subjects if s in patent_of or s.startswith("pat_")})
    patents = {row.id: row for row in await connection.execute(PATENTS, {"ids": patent_ids})}
    named = {row["id"]: dict(row) for row in (await connection.execute(NAMED, {"ids": named_ids})).mappings()}
    living = {
        row["patent_id"]: dict(row) for row in (await connection.execute(LIVING_OF, {"ids": patent_ids})).mappings()
    }
    listings: list[Any] = [*named.values(), *living.values()]
    pairs = {(p, asker.organisation_id) for p in patents} | {(r["patent_id"], r["organisation_id"]) for r in listings}
    holdings = await holding_states(session, pairs)
    verified = await verified_among(session, {organisation_id for _, organisation_id in pairs})
    return [
        _found(asker, subject, patents, named.get(subject) or living.get(subject), holdings, verified)
        for subject in subjects
    ]


def _found(
    asker: Asker, subject: str, patents: Any, listing: Any, holdings: dict[tuple[str, str], Any], verified: set[str]
) -> Found:
    patent_id = listing["patent_id"] if listing is not None else subject
    if patent_id not in patents:
        return Found(subject)
    leader = listing["organisation_id"] if listing is not None else asker.organisation_id
    return Found(
        subject=subject,
        patent_id=patent_id,
        listing=listing,
        holds=(patent_id, asker.organisation_id) in holdings,
        backing=Backing(
            legal_status=patents[patent_id].legal_status,
            holding=holdings.get((patent_id, leader)),
            verified=leader in verified,
            established=patents[patent_id].private_to == ESTABLISHED,
        ),
    )

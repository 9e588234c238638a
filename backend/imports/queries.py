"""How imports and their rows are found."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.errors import NotFound
from backend.imports.models import Import, ImportRow
from backend.imports.rules import Outcome

SUBJECTS: Final = 10_000


def visible_to(caller: Caller) -> sa.Select[Import]:
    """Return the imports that the caller may see: its organisation's; the platform sees all."""
    everything = sa.select(Import)
    return everything if caller.is_platform else everything.where(col(Import.organisation_id) == caller.organisation_id)


async def seen_by(session: AsyncSession, caller: Caller, import_id: str, *, lock: bool = False) -> Import:
    """Return the import, locked if asked; raise NotFound where the caller may not see it."""
    statement = visible_to(caller).where(col(Import.id) == import_id)
    found = await session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound
    return found


def rows_of(
    import_id: str, outcome: Sequence[Outcome] = (), *, has_errors: bool | None = None, code: str | None = None
) -> sa.Select[ImportRow]:
    """Return an import's rows, filtered by outcome, by whether there are errors, or by an error code."""
    statement = sa.select(ImportRow).where(col(ImportRow.import_id) == import_id)
    if outcome:
        statement = statement.where(col(ImportRow.outcome).in_(outcome))
    if code is not None:
        said = sa.cast(col(ImportRow.errors), sa.Text)  # JSONB puts a blank behind the colon
        named = (said.contains(f'"code":{blank}"{code}"', autoescape=True) for blank in ("", " "))
        statement = statement.where(col(ImportRow.has_errors), sa.or_(*named))
    return statement if has_errors is None else statement.where(col(ImportRow.has_errors) == has_errors)


async def faulty_after(session: AsyncSession, import_id: str, number: int, most: int) -> Sequence[ImportRow]:
    """Return the next rows with errors behind a row number, in their order."""
    statement = rows_of(import_id, has_errors=True).where(col(ImportRow.number) > number)
    return (await session.scalars(statement.order_by(col(ImportRow.number)).limit(most))).all()


async def subjects_of(session: AsyncSession, import_id: str) -> AsyncIterator[list[str]]:
    """Yield the ids of everything that the import's rows were about so far, page by page."""
    number = 0
    while True:
        page = (
            sa.select(col(ImportRow.number), col(ImportRow.subject))
            .where(col(ImportRow.import_id) == import_id, col(ImportRow.number) > number)
            .order_by(col(ImportRow.number))
            .limit(SUBJECTS)
        )
        rows = (await session.execute(page)).all()
        if not rows:
            return
        yield [subject for _, subject in rows if subject]
        number = rows[-1][0]

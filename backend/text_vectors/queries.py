"""How listed patents' texts and their vectors are read."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.patent_search.document_builder import OF_LISTED
from backend.patents.models import Listing, Patent
from backend.text_vectors.codes import VectorStage
from backend.text_vectors.models import TextVector
from backend.text_vectors.texts import PatentTexts, texts_of

VECTOR: Final = table_of(TextVector)
PAGE: Final = 200  # patents read at a time, so that requests are served in between
IDS: Final[sa.BindParameter[Any]] = sa.bindparam("ids", expanding=True)
HASHES: Final[sa.BindParameter[Any]] = sa.bindparam("hashes", expanding=True)
COLUMNS: Final[tuple[Any, ...]] = (Patent.id, Patent.title, Patent.title_en, Patent.abstract, Patent.abstract_en)
LISTED_TEXTS: Final[sa.Select[Any]] = (
    sa.select(*COLUMNS).join(Listing, col(Listing.patent_id) == col(Patent.id)).where(OF_LISTED)
)
OF_PATENTS: Final = LISTED_TEXTS.where(col(Patent.id).in_(IDS))
NEXT: Final = LISTED_TEXTS.where(col(Patent.id) > sa.bindparam("after")).order_by(col(Patent.id)).limit(PAGE)
KNOWN: Final = sa.select(VECTOR.c.text_hash).where(
    VECTOR.c.model == sa.bindparam("model"), VECTOR.c.text_hash.in_(HASHES)
)
BY_HASH: Final = sa.select(VECTOR.c.text_hash, VECTOR.c.vector).where(
    VECTOR.c.model == sa.bindparam("model"), VECTOR.c.text_hash.in_(HASHES)
)
FRESH: Final[sa.Select[Any]] = (
    sa.select(VECTOR.c.number, VECTOR.c.text_hash, VECTOR.c.vector)
    .where(VECTOR.c.model == sa.bindparam("model"), VECTOR.c.number > sa.bindparam("after"))
    .order_by(VECTOR.c.number)
    .limit(PAGE)
)
LAST: Final = sa.select(sa.func.coalesce(sa.func.max(VECTOR.c.number), 0))
COUNTED: Final = (
    sa.select(VECTOR.c.stage, sa.func.count()).where(VECTOR.c.unneeded_since.is_(None)).group_by(VECTOR.c.stage)
)


async def texts_of_listed(session: AsyncSession, patent_ids: Iterable[str]) -> list[PatentTexts]:
    """Return the texts of those patents that are listed."""
    return [texts_of(row) for row in await session.execute(OF_PATENTS, {"ids": list(patent_ids)})]


async def all_listed_texts(database: Database) -> AsyncIterator[list[PatentTexts]]:
    """Yield the texts of all listed patents by their ids, a page at a time."""
    after = ""
    while True:
        async with database.read() as session:
            rows = (await session.execute(NEXT, {"after": after})).all()
        if not rows:
            return
        yield [texts_of(row) for row in rows]
        after = rows[-1].id


async def known_hashes(session: AsyncSession, model: str, hashes: Collection[bytes]) -> set[bytes]:
    """Return those of the texts that have a vector."""
    return set(await session.scalars(KNOWN, {"model": model, "hashes": list(hashes)})) if hashes else set()


async def vectors_of(session: AsyncSession, model: str, hashes: Collection[bytes]) -> dict[bytes, bytes]:
    """Return the vectors of texts by their hashes, of those that have one."""
    if not hashes:
        return {}
    rows = await session.execute(BY_HASH, {"model": model, "hashes": list(hashes)})
    return {row.text_hash: row.vector for row in rows}


async def vectors_after(session: AsyncSession, model: str, number: int) -> Sequence[sa.Row[Any]]:
    """Return the next vectors that were added behind a number, in their order."""
    found: Sequence[sa.Row[Any]] = (await session.execute(FRESH, {"model": model, "after": number})).all()
    return found


async def last_number(session: AsyncSession) -> int:
    """Return the number of the vector that was added last."""
    return int((await session.execute(LAST)).scalar_one())


async def counts(session: AsyncSession) -> dict[str, int]:
    """Return by stage how many texts have vectors that are needed."""
    counted = {VectorStage(stage): count for stage, count in (await session.execute(COUNTED)).all()}
    return {stage.value: counted.get(stage, 0) for stage in VectorStage}

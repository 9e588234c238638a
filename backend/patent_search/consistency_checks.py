"""The search index against the database: every listed patent's document is there once, as it would be made now."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.core.consistency import BATCH, Line, Site
from backend.core.events import stream
from backend.patent_search.indexing.consumer import follow_stream
from backend.patent_search.indexing.document_builder import OF_LISTED, documents_of, listed_documents
from backend.patent_search.indexing.reindex import rebuild
from backend.patents.models import Listing
from search.documents import PatentDocument, Removed

PATIENCE: Final = 60.0  # seconds that an index may lie behind
TRIES: Final = 5
MOST_MENDED: Final = 5_000  # beyond it a fresh index takes less time


async def index(site: Site, line: Line) -> None:
    """The index holds the document of every listed patent, and no other."""
    if site.engine.needs_rebuild:
        line.differs("the index is missing, damaged or of an older form", repaired=await _rebuilt(site))
        return
    if not await _catches_up(site):
        behind = await stream.head(site.database) - await site.engine.position()
        line.differs(f"the index lies {behind} events behind the stream")
        return
    if await site.engine.position() > await stream.head(site.database):
        said = "the index has followed the stream further than it goes: it belongs to another database"
        line.differs(said, repaired=await _rebuilt(site))
        return
    wrong, line.looked_at = await _documents(site)
    if wrong or await site.engine.count() != line.looked_at:
        wrong += await _strays(site)
    await _mend(site, line, wrong)


async def _rebuilt(site: Site) -> bool:
    if site.repair:
        await rebuild(site.database, site.engine)
    return site.repair


async def _catches_up(site: Site) -> bool:
    """Whether the index reaches what is committed by now: by itself where a server follows, else here."""
    if site.follows:
        return await site.engine.wait_for(await stream.head(site.database), PATIENCE)
    while await stream.sequence(site.database):
        pass
    while await follow_stream(site.database, site.engine):
        pass
    return True


async def _documents(site: Site) -> tuple[list[str], int]:
    """Return the listed patents whose document is not right, and how many are listed."""
    wrong, looked_at = [], 0
    async for documents in listed_documents(site.database):
        looked_at += len(documents)
        suspects = await site.engine.differing(documents)
        wrong += await _still_wrong(site, suspects) if suspects else []
    return wrong, looked_at


async def _strays(site: Site) -> list[str]:
    """Return the patents that are in the index and not listed."""
    wrong: list[str] = []
    some: list[str] = []
    async for patent_id in site.engine.ids():
        some.append(patent_id)
        if len(some) == BATCH:
            wrong += await _unlisted(site, some)
            some = []
    return wrong + await _unlisted(site, some)


async def _unlisted(site: Site, ids: Sequence[str]) -> list[str]:
    asked = sa.select(col(Listing.patent_id)).where(col(Listing.patent_id).in_(ids), OF_LISTED)
    async with site.database.read() as session:
        listed = set((await session.execute(asked)).scalars())
    suspects = [patent_id for patent_id in ids if patent_id not in listed]
    return await _still_wrong(site, suspects) if suspects else []


async def _compared(site: Site, ids: Sequence[str]) -> tuple[list[str], dict[str, PatentDocument]]:
    """Return the patents whose indexed document differs from the database, with the document expected."""
    async with site.database.read() as session:
        right = await documents_of(session, ids)
    wrong = await site.engine.differing(list(right.values()))
    there = await site.engine.holds([patent_id for patent_id in ids if patent_id not in right])
    return [*wrong, *there], right


async def _still_wrong(site: Site, suspects: list[str]) -> list[str]:
    """Return those that differ even once the index has followed: what differs by a change under way settles."""
    for _ in range(TRIES if site.follows else 1):
        if not suspects:
            break
        await _catches_up(site)
        suspects, _ = await _compared(site, suspects)
    return suspects


async def _mend(site: Site, line: Line, wrong: list[str]) -> None:
    """Put the documents right; what changed while one was put is put again, until nothing differs."""
    staying = set(wrong)
    if site.repair and len(wrong) > MOST_MENDED:
        await rebuild(site.database, site.engine)
        staying = set()
    elif site.repair:
        for start in range(0, len(wrong), BATCH):
            some = wrong[start : start + BATCH]
            for _ in range(TRIES):
                left, right = await _compared(site, some)
                if not left:
                    staying -= set(some)
                    break
                changes = [right.get(patent_id) or Removed(patent_id) for patent_id in left]
                await site.engine.apply(changes, await site.engine.position())
    for patent_id in wrong:
        said = f"{patent_id}: its document is not what the database gives"
        line.differs(said, repaired=site.repair and patent_id not in staying)

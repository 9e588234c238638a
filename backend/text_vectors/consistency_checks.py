"""The vectors of texts: each whole, one for each text that listed patents have, and none long that nobody needs."""

import asyncio
import time
from typing import Any, Final

import numpy as np
import sqlalchemy as sa

from backend.core.consistency import Line, Site, pages
from backend.text_vectors import queries
from backend.text_vectors.codes import VectorStage
from backend.text_vectors.process_service import KIND, load_model
from backend.text_vectors.queries import VECTOR
from backend.text_vectors.retention import EVERY, LAST, is_needed, needed_hashes
from backend.text_vectors.texts import is_due
from search.semantic.embedder import Embedder
from search.semantic.quantised import parts_of, size_of

ROWS: Final = sa.select(
    VECTOR.c.number, VECTOR.c.model, VECTOR.c.text_hash, VECTOR.c.vector, VECTOR.c.unneeded_since, VECTOR.c.created_at
)
ROUNDING: Final = 1e-3
PATIENCE: Final = 30.0  # seconds in which a server asks for what is lacking
LOOK: Final = 0.5
SEVERAL: Final = 2 * EVERY


async def text_vectors(site: Site, line: Line) -> None:
    """Each vector is of its model's size and of length 1, and of a text that a listed patent has or had lately."""
    model = await _model(site)
    is_swept = await _is_swept(site)
    needed = await needed_hashes(site.database)
    damaged: list[int] = []
    async for rows, _ in pages(site.database, ROWS, VECTOR.c.number):
        line.looked_at += len(rows)
        for row in rows:
            if not _is_whole(row, model):
                damaged.append(row.number)
                line.differs(f"vector {row.number}: it is damaged", repaired=site.repair)
            elif not is_swept and row.unneeded_since is None and not is_needed(row, needed):
                line.differs(f"vector {row.number}: no listed patent has its text, and nothing deletes it")
    if damaged and site.repair:  # they are computed again
        async with site.database.write() as session:
            await session.execute(sa.delete(VECTOR).where(VECTOR.c.number.in_(damaged)))
    if model is not None and site.follows:
        await _lacking(site, line, model)


async def _model(site: Site) -> Embedder | None:
    if site.database.settings.patentmart_semantic == "off":
        return None
    try:
        return await asyncio.to_thread(load_model, site.database.settings)
    except Exception:  # noqa: BLE001 - without a model, whyever, nothing is computed: /readyz says so
        return None


async def _is_swept(site: Site) -> bool:
    """Whether what is not needed has been looked for lately, or there was nothing long enough to be looked for."""
    now = site.database.clock.now()
    async with site.database.read() as session:
        last = (await session.execute(LAST)).scalar_one()
        first = (await session.execute(sa.select(sa.func.min(VECTOR.c.created_at)))).scalar_one()
    latest = max((moment for moment in (last, first) if moment is not None), default=now)
    return bool(now - latest < SEVERAL)


def _is_whole(row: Any, model: Embedder | None) -> bool:
    if model is not None and row.model == model.name and len(row.vector) != size_of(model.dimensions):
        return False
    if len(row.vector) <= size_of(0):
        return False
    scale, numbers = parts_of(row.vector)
    length = float(np.linalg.norm(numbers.astype(np.float32))) * scale
    return abs(length - 1) < ROUNDING or not numbers.any()


async def _lacking(site: Site, line: Line, model: Embedder) -> None:
    """What lacks its vector is due to be computed, within the time that a server takes to see it."""
    until = time.monotonic() + PATIENCE
    while (count := await _count_lacking(site, model)) and not await site.database.jobs.is_due(KIND):
        if time.monotonic() > until:
            line.differs(f"{count} texts of listed patents have no vector, and nothing computes them")
            return
        await asyncio.sleep(LOOK)


async def _count_lacking(site: Site, model: Embedder) -> int:
    found = 0
    async for texts in queries.all_listed_texts(site.database):
        async with site.database.read() as session:
            known = await queries.known_hashes(session, model.name, [text.hash for one in texts for text in one])
        found += sum(is_due(one, stage, known) for one in texts for stage in VectorStage)
    return found

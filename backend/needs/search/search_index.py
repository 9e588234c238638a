"""The needs' index: what is in it, what builds it, and what changes it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.database.sessions import Database
from backend.core.http.responses import to_json
from backend.core.search_indexing.index import SearchIndex
from backend.needs.faces import Face, need_out
from backend.needs.models import Need
from backend.needs.queries import IS_PUBLIC, public_faces
from backend.needs.search.documents import NeedDocument
from backend.needs.search.index_fields import NEEDS
from backend.reference.ipc import technology_fields

ALL_PUBLIC: Final[sa.Select[Any]] = sa.select(col(Need.id)).where(IS_PUBLIC)
OF_NAMES: Final = frozenset({"organisation.updated", "organisation.verified"})


async def documents_of(session: AsyncSession, need_ids: Collection[str]) -> dict[str, NeedDocument]:
    """Return the document of each of the needs of which everybody is shown something, by its id."""
    faces = await public_faces(session, need_ids)
    return {need_id: _document(face, face.published_at) for need_id, face in faces.items() if face.published_at}


@lru_cache(maxsize=10_000)
def _fields_of(symbol: str) -> tuple[int, ...]:
    return technology_fields(symbol)


def _document(face: Face, published_at: datetime) -> NeedDocument:
    """Return the document of a need from what everybody is shown of it: what is not shown cannot be found by."""
    classes = face.ipc or []
    fields = {*(face.technology_fields or []), *(field for symbol in classes for field in _fields_of(symbol))}
    return NeedDocument(
        id=face.id,
        served=to_json(need_out(face)),
        published_at=published_at,
        title=face.title or "",
        problem=face.problem or "",
        abstract=face.abstract or "",
        tried=face.tried or "",
        organisation_name=face.organisation_name or "",
        organisation_id=face.organisation_id,
        language=face.language,
        ipc=tuple(classes),
        technology_fields=tuple(sorted(fields)),
        clusters=tuple(face.clusters or ()),
        deal_types=tuple(face.deal_types or ()),
        region=face.region,
        stage_min=face.stage_min,
        budget_fen=face.budget_max_fen if face.budget_max_fen is not None else face.budget_min_fen,
        wanted_by=face.wanted_by,
    )


async def _affected(database: Database, events: Sequence[sa.Row[Any]]) -> list[str]:
    """Return the ids of the needs whose documents the events may have changed.

    Only what everybody is told of changes what everybody is shown: what is confidential never moves the index.
    """
    needs = dict.fromkeys(e.subject for e in events if e.type.startswith("need.") and e.data.get("is_public"))
    askers = {event.subject for event in events if event.type in OF_NAMES}
    if askers:
        statement = ALL_PUBLIC.where(col(Need.organisation_id).in_(askers), col(Need.confidential).is_(False))
        async with database.read() as session:
            needs |= dict.fromkeys(await session.scalars(statement))
    return list(needs)


INDEX: Final = SearchIndex(spec=NEEDS, documents=documents_of, affected=_affected, ids=ALL_PUBLIC)

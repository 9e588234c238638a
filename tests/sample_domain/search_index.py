"""Samples as search sees them: the fields of their index, and what builds its documents."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import iso
from backend.core.database.sessions import Database
from backend.core.events.log import EVENT
from backend.core.search_indexing.index import SearchIndex
from search.index_spec import AnyOf, End, IndexSpec, Keyword, Kind, Quantity, Tier, Within
from tests.sample_domain.events import SampleMade, SampleRemoved

SAMPLES = IndexSpec(
    name="samples",
    tiers=(Tier("name", 1.0, ("name",)),),
    excerpts={"name": 200},
    keywords=(Keyword("colour", lambda sample: (sample.colour,), is_facet=True),),
    quantities=(
        Quantity("made", "made_at", Kind.INSTANT, sort="made_at"),
        Quantity("grams", "grams", Kind.AMOUNT, sort="grams"),
    ),
    filters=(AnyOf("colour", "colour"), Within("grams_max", "grams", End.MOST)),
)


@dataclass(frozen=True, slots=True)
class SampleDocument:
    id: str
    served: bytes
    name: str
    colour: str
    grams: int | None
    made_at: datetime


REMOVED = sa.select(EVENT.c.subject).where(EVENT.c.type == SampleRemoved.type)
THERE = sa.select(EVENT.c.subject).where(EVENT.c.type == SampleMade.type, EVENT.c.subject.not_in(REMOVED))


async def _documents(session: AsyncSession, ids: Collection[str]) -> dict[str, SampleDocument]:
    asked = THERE.with_only_columns(EVENT.c.subject, EVENT.c.at, EVENT.c.data).where(EVENT.c.subject.in_(ids))
    rows: Sequence[Any] = (await session.execute(asked)).all()
    return {row.subject: _document(row.subject, SampleMade.public_data(row.data), row.at) for row in rows}


def _document(sample_id: str, sample: dict[str, Any], made_at: datetime) -> SampleDocument:
    served = orjson.dumps({"id": sample_id, **sample, "made_at": iso(made_at)})
    return SampleDocument(sample_id, served, **sample, made_at=made_at)


async def _affected(_database: Database, events: Sequence[sa.Row[Any]]) -> list[str]:
    return [event.subject for event in events if event.type in (SampleMade.type, SampleRemoved.type)]


INDEX = SearchIndex(spec=SAMPLES, documents=_documents, affected=_affected, ids=THERE)

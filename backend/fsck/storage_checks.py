"""Whether the database's rows lead to rows that are there, and its file is sound."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlmodel import SQLModel

from backend.core.consistency import EXAMPLES, Line, Site

Link = tuple[sa.Column[Any], sa.Column[Any]]
Links = Sequence[Link]


async def file(site: Site, line: Line) -> None:
    """SQLite's own look at its file; PostgreSQL keeps checksums itself."""
    if not site.database.is_sqlite:
        return
    async with site.database.read() as session:
        said = (await session.execute(sa.text(f"PRAGMA quick_check({EXAMPLES})"))).scalars().all()
        line.looked_at = (await session.execute(sa.text("PRAGMA page_count"))).scalar_one()
    for sentence in said:
        if sentence != "ok":
            line.differs(sentence)


def _links(references: Links) -> Iterable[Link]:
    for table in SQLModel.metadata.sorted_tables:
        for bound in sorted(table.foreign_keys, key=str):
            yield bound.parent, bound.column
    yield from references


@cache  # many statements, which take longer to make than to run on a small database
def _questions(dialect: str, references: Links) -> tuple[tuple[str, sa.TextClause, sa.TextClause], ...]:
    """Return each reference's name, what counts it, and what finds those that lead nowhere."""
    made, found = registry.load(dialect)(), []
    for source, target in _links(references):
        aim = target.table.alias("aim")
        there = sa.exists().where(aim.c[target.name] == source)
        counted = sa.select(sa.func.count(source)).select_from(source.table)
        astray = sa.select(source).where(source.is_not(None), ~there)
        asked = [sa.text(str(statement.compile(dialect=made))) for statement in (counted, astray)]
        found.append((f"{source.table.name}.{source.name}", asked[0], asked[1]))
    return tuple(found)


async def references(links: Links, site: Site, line: Line) -> None:
    """Every reference leads to a row that is there; `links` are those that no foreign key of the database holds."""
    for name, counted, astray in _questions(site.database.reader.dialect.name, tuple(links)):
        async with site.database.read() as session:
            line.looked_at += (await session.execute(counted)).scalar_one()
            for (missing,) in await session.execute(astray):
                line.differs(f"{name} names {missing}, which is not there")


async def stream(site: Site, line: Line) -> None:
    """Events are numbered from 1 to the last without a gap, and nobody has followed them further than that."""
    async with site.database.read() as session:
        asked = "SELECT count(seq), coalesce(min(seq), 1), coalesce(max(seq), 0), count(*) FROM event"
        numbered, first, last, everything = (await session.execute(sa.text(asked))).one()
        head = (await session.execute(sa.text("SELECT max(position) FROM stream_head"))).scalar_one()
        cursors = (await session.execute(sa.text("SELECT name, position FROM stream_cursor"))).all()
        gaps = (await session.execute(sa.text(GAPS))).all() if numbered != last or first != 1 else []
    line.looked_at = everything
    for before, after in gaps:
        line.differs(f"the stream goes from {before} to {after}")
    if site.database.is_sqlite:
        for _ in range(everything - numbered):
            line.differs("an event has no place in the stream")
    elif head != last:
        line.differs(f"stream_head says {head}, the last event is {last}", repaired=await _set_head(site))
    for name, position in cursors:
        if position > last:
            line.differs(f"{name} has followed the stream to {position}, which ends at {last}")


GAPS: Final = """
    SELECT before, seq FROM (SELECT lag(seq, 1, 0) OVER (ORDER BY seq) AS before, seq FROM event
                             WHERE seq IS NOT NULL) AS steps
    WHERE seq <> before + 1 ORDER BY seq
"""


async def _set_head(site: Site) -> bool:
    if site.repair:
        async with site.database.write() as session:
            await session.execute(sa.text("SELECT position FROM stream_head FOR UPDATE"))
            head = "UPDATE stream_head SET position = (SELECT coalesce(max(seq), 0) FROM event)"
            await session.execute(sa.text(head))
    return site.repair

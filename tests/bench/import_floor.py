"""The floor under an import: the rows that it left, written by plain sqlite3 in batches, and the documents indexed."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from backend.core.clock import Clock
from backend.core.database.sessions import Database
from backend.core.settings import Settings
from backend.patent_search.document_builder import documents_of
from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from search.embedded.engine import EmbeddedEngine

BATCH: Final = 1_000
DOCUMENTS: Final = 2_000
DATABASE: Final = "patentmart.sqlite"
NEW: Final = ("party", "patent", "holding", "legal_event")


def seconds(before: Path, after: Path) -> tuple[float, float]:
    """Return the seconds that the floor takes for what was created, and for what was updated and indexed.

    `before` is the server's folder as it stood when the imports began (it is used up), `after` as they left it.
    """
    with contextlib.closing(sqlite3.connect(before / DATABASE, isolation_level=None)) as floor:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            floor.execute(f"PRAGMA {pragma}")
        floor.execute("ATTACH ? AS source", (str(after / DATABASE),))
        imports = [row[0] for row in floor.execute("SELECT id FROM source.import_file ORDER BY created_at")]
        changed = _changed(floor)
        floor.execute("INSERT INTO import_file SELECT * FROM source.import_file")
        unknown = {table: f"id NOT IN (SELECT id FROM main.{table})" for table in NEW}  # noqa: S608 - our own words
        created = sum(_inserted(floor, table, condition) for table, condition in unknown.items())
        created += _reported(floor, imports[0], "patent.registered")
        if len(imports) == 1:
            return created, 0.0
        updated = _updated(floor, changed) + _reported(floor, imports[1], "patent.updated")
    return created, updated + asyncio.run(_indexed(before, after, [row[1] for row in changed]))


def _changed(floor: sqlite3.Connection) -> list[Any]:
    return floor.execute(
        "SELECT fresh.title, fresh.id FROM source.patent fresh JOIN main.patent old ON old.id = fresh.id"
        " WHERE old.title <> fresh.title ORDER BY fresh.id"
    ).fetchall()


def _inserted(floor: sqlite3.Connection, table: str, condition: str) -> float:
    """Return the seconds that the rows' INSERTs took; reading them is not counted."""
    taken = 0.0
    for rows in _batches(floor.execute(f"SELECT * FROM source.{table} WHERE {condition}")):  # noqa: S608 - our own words
        places = ",".join("?" * len(rows[0]))
        began = time.perf_counter()
        floor.execute("BEGIN IMMEDIATE")
        floor.executemany(f"INSERT INTO main.{table} VALUES ({places})", rows)  # noqa: S608 - our own words
        floor.execute("COMMIT")
        taken += time.perf_counter() - began
    return taken


def _reported(floor: sqlite3.Connection, import_id: str, kind: str) -> float:
    told = f"type = '{kind}' AND seq > (SELECT max(seq) FROM main.event)"  # noqa: S608 - our own words
    return _inserted(floor, "import_row", f"import_id = '{import_id}'") + _inserted(floor, "event", told)


def _updated(floor: sqlite3.Connection, changed: list[Any]) -> float:
    began = time.perf_counter()
    for start in range(0, len(changed), BATCH):
        floor.execute("BEGIN IMMEDIATE")
        floor.executemany("UPDATE main.patent SET title = ? WHERE id = ?", changed[start : start + BATCH])
        floor.execute("COMMIT")
    return time.perf_counter() - began


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while rows := cursor.fetchmany(BATCH):
        yield rows


async def _indexed(before: Path, after: Path, patents: list[str]) -> float:
    database = Database(Settings(patentmart_demo=True, patentmart_data_dir=after), Clock())
    made: list[PatentDocument] = []
    async with database.read() as session:
        for start in range(0, len(patents), BATCH):
            made += (await documents_of(session, patents[start : start + BATCH])).values()
    await database.close()
    engine = EmbeddedEngine(PATENTS, before / "index")
    began = time.perf_counter()
    for start in range(0, len(made), DOCUMENTS):
        await engine.apply(made[start : start + DOCUMENTS], start + 1)
    taken = time.perf_counter() - began
    await engine.close()
    return taken

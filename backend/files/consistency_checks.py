"""Files, of evidence and of imports: their bytes are in the store as they came."""

import asyncio
import hashlib
from typing import Any, Final

import sqlalchemy as sa

from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.core.storage.blobs import Blobs
from backend.files.models import StoredFile

FILE: Final = table_of(StoredFile)


def named_by(table: sa.Table, digest: sa.ColumnElement[str]) -> Any:
    """Ask for each content that the table's rows name: its hash, the first of them, and the sizes that they say."""
    first, least, most = sa.func.min(table.c.id), sa.func.min(table.c.size), sa.func.max(table.c.size)
    shown = (digest.label("digest"), first.label("first"), least.label("least"), most.label("most"))
    return sa.select(*shown).group_by(digest)


async def read_whole(site: Site, line: Line, named: Any, digest: sa.ColumnElement[str]) -> None:
    """Read every content that is named, and tell of what is not as it came."""
    async for rows, _ in pages(site.database, named, digest):
        for row in rows:
            line.looked_at += 1
            found, size = await asyncio.to_thread(_measured, site.blobs, row.digest)
            if found is None:
                line.differs(f"{row.first}: its file {row.digest} is not there")
            elif found != row.digest:
                line.differs(f"{row.first}: its file {row.digest} is damaged: its bytes are {found}")
            elif not row.least == row.most == size:
                line.differs(f"{row.first}: its file {row.digest} has {size} bytes, not {row.least} to {row.most}")


def _measured(blobs: Blobs, name: str) -> tuple[str | None, int]:
    """Return what the bytes of a blob hash to, None where there are none, and how many there are."""
    digest, size = hashlib.sha256(), 0
    try:
        for piece in blobs.open(name):
            digest.update(piece)
            size += len(piece)
    except FileNotFoundError:
        return None, 0
    return digest.hexdigest(), size


NAMED: Final = named_by(FILE, FILE.c.sha256)  # several organisations may have uploaded the same bytes


async def files(site: Site, line: Line) -> None:
    """The bytes of every file are there, one by one as they were uploaded."""
    await read_whole(site, line, NAMED, FILE.c.sha256)

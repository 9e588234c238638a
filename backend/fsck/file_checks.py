"""Files of evidence: their bytes are in the store as they came."""

import asyncio
from typing import Final

import sqlalchemy as sa

from backend.core.columns import table_of
from backend.files.models import StoredFile
from backend.fsck.checking import Line, Site, pages
from backend.fsck.import_checks import measured

FILE: Final = table_of(StoredFile)
KEPT: Final = sa.select(FILE.c.sha256, sa.func.min(FILE.c.id).label("id"), sa.func.max(FILE.c.size).label("size"))
NAMED: Final = KEPT.group_by(FILE.c.sha256)  # several organisations may have uploaded the same bytes


async def files(site: Site, line: Line) -> None:
    """The bytes of every file are there, one by one as they were uploaded."""
    async for rows, _ in pages(site.database, NAMED, FILE.c.sha256):
        for row in rows:
            line.looked_at += 1
            digest, size = await asyncio.to_thread(measured, site.blobs, row.sha256)
            if digest is None:
                line.differs(f"{row.id}: its content {row.sha256} is not there")
            elif digest != row.sha256:
                line.differs(f"{row.id}: its content {row.sha256} is damaged: its bytes are {digest}")
            elif size != row.size:
                line.differs(f"{row.id}: its content has {size} bytes, not {row.size}")

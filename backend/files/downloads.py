"""A file's bytes on their way out: never shown in place, never kept on the way, and never without a trace."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import Final

from fastapi import Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.database.bulk_writes import put_many
from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.core.domain import FileAccessRecorder
from backend.core.http.security_headers import NOTHING
from backend.core.storage.blobs import Blobs
from backend.files import queries
from backend.files.access import is_private
from backend.files.errors import FileContentMissing, NoSuchFile
from backend.files.models import FileAccess, StoredFile
from backend.files.rules import MEDIA_TYPES, Form, disposition

ACCESS: Final = table_of(FileAccess)
HEADERS: Final = {
    "Content-Security-Policy": f"{NOTHING}; sandbox",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


async def download(
    database: Database,
    blobs: Blobs,
    file: StoredFile,
    caller: Caller,
    at: datetime,
    recorders: Mapping[str, FileAccessRecorder],
    *,
    is_noted: bool = True,
) -> Response:
    """Return the answer with the file's content, noted in its ledger before the first byte goes out.

    Not noted is who asks for the headers alone and is given no content. Holds no connection to the database while it is
    sent. Raises FileContentMissing, and NoSuchFile where it may not be read any more.
    """
    pieces = blobs.open(file.sha256)
    try:
        first = await asyncio.to_thread(next, pieces, b"")
    except FileNotFoundError:
        raise FileContentMissing from None
    row = {
        "file_id": file.id,
        "user_id": caller.user_id,
        "organisation_id": caller.organisation_id,
        "key_id": caller.key_id,
        "at": at,
    }
    if is_noted:
        async with database.write() as session:
            await _record(session, file, caller, at, recorders)
            await put_many(session, ACCESS, [row])
    is_text = file.media_type == MEDIA_TYPES[Form.TEXT]
    headers = {
        **HEADERS,
        "Content-Type": file.media_type + ("; charset=utf-8" if is_text else ""),
        "Content-Disposition": disposition(file.filename),
        "Content-Length": str(file.size),
    }
    return StreamingResponse(_sent(first, pieces), headers=headers)


async def _record(
    session: AsyncSession,
    file: StoredFile,
    caller: Caller,
    at: datetime,
    recorders: Mapping[str, FileAccessRecorder],
) -> None:
    """Have the domains that list readings list this one; raise NoSuchFile where none lets the caller read by now."""
    if file.organisation_id == caller.organisation_id:
        return
    attachments = await queries.attachments_of(session, file.id)
    may_read = not is_private(attachments, recorders)
    for kind, subject in attachments:
        if kind in recorders:
            may_read = await recorders[kind](session, caller, subject, file.id, at) or may_read
    if not may_read:
        raise NoSuchFile


async def _sent(first: bytes, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    piece = first
    try:
        while piece:
            yield piece
            piece = await asyncio.to_thread(next, pieces, b"")
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:  # a reader that goes away leaves no file open
            await asyncio.to_thread(close)

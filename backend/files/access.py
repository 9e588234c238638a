"""Who may read a file: path id → loaded, permitted file.

Members of the organisation that uploaded it, the platform and verified authorities, and whoever may see the evidence of
a thing that it is attached to: the thing's domain says so (`Domain.file_readers`). For everybody else there is none.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from fastapi import Depends, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import Viewer
from backend.accounts.caller import Caller
from backend.core.errors import Forbidden
from backend.core.http.request_transaction import ReadDb
from backend.core.ids import id_pattern
from backend.files import queries
from backend.files.errors import NoSuchFile
from backend.files.models import StoredFile

Reader = Callable[[AsyncSession, Caller, str], Awaitable[bool]]  # may the caller see the evidence of the thing?
FileIdInPath = Annotated[
    str, Path(pattern=id_pattern("fil"), description="The file's id.", examples=["fil_01h455vb4pex5vsknk084sn02q"])
]


async def may_read(session: AsyncSession, caller: Caller, file: StoredFile, readers: Mapping[str, Reader]) -> bool:
    """Whether the caller may read the file."""
    if queries.is_keeper(caller, file):
        return True
    for kind, subject in await queries.attachments_of(session, file.id):
        reader = readers.get(kind)
        if reader is not None and await reader(session, caller, subject):
            return True
    return False


async def _seen(request: Request, file_id: FileIdInPath, caller: Viewer, session: ReadDb) -> StoredFile:
    file = await queries.find(session, file_id)
    if file is None or not await may_read(session, caller, file, request.app.state.registry.file_readers):
        raise NoSuchFile
    return file


SeenFile = Annotated[StoredFile, Depends(_seen)]


async def _own(file: SeenFile, caller: Viewer) -> StoredFile:
    if not queries.is_keeper(caller, file):
        raise Forbidden
    return file


OwnFile = Annotated[StoredFile, Depends(_own)]

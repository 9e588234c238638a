"""Who may read a file: path id → loaded, permitted file.

Members of the organisation that uploaded it, the platform and verified authorities, and whoever may see the evidence of
a thing that it is attached to: the thing's domain says so (`Domain.file_readers`). For everybody else there is none.
What is attached only to things whose domain lists each reading (`Domain.file_access_recorders`) no office reads.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
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


async def may_read(
    session: AsyncSession,
    caller: Caller,
    file: StoredFile,
    readers: Mapping[str, Reader],
    private_kinds: Collection[str] = (),
) -> bool:
    """Whether the caller may read the file; what is attached only to things of private kinds is no office's."""
    if file.organisation_id == caller.organisation_id:
        return True
    attachments = await queries.attachments_of(session, file.id)
    if queries.is_office(caller) and not is_private(attachments, private_kinds):
        return True
    for kind, subject in attachments:
        reader = readers.get(kind)
        if reader is not None and await reader(session, caller, subject):
            return True
    return False


def is_private(attachments: Collection[tuple[str, str]], private_kinds: Collection[str]) -> bool:
    """Whether a file with these attachments is for the readers of what it is attached to alone."""
    return bool(attachments) and all(kind in private_kinds for kind, _ in attachments)


async def _seen(request: Request, file_id: FileIdInPath, caller: Viewer, session: ReadDb) -> StoredFile:
    file, registry = await queries.find(session, file_id), request.app.state.registry
    private = registry.file_access_recorders
    if file is None or not await may_read(session, caller, file, registry.file_readers, private):
        raise NoSuchFile
    return file


SeenFile = Annotated[StoredFile, Depends(_seen)]


async def _own(file: SeenFile, caller: Viewer) -> StoredFile:
    if not queries.is_keeper(caller, file):
        raise Forbidden
    return file


OwnFile = Annotated[StoredFile, Depends(_own)]

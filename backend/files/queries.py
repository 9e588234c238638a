"""How files are found; every list begins with a scope."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.files.models import FileAccess, FileAttachment, StoredFile


def is_office(caller: Caller) -> bool:
    """Whether the caller is the platform or a verified authority, who may read every file."""
    return caller.is_platform or caller.is_authority


def is_keeper(caller: Caller, file: StoredFile) -> bool:
    """Whether the file is the caller's organisation's own, or the caller an office."""
    return file.organisation_id == caller.organisation_id or is_office(caller)


def own(caller: Caller) -> sa.Select[StoredFile]:
    """The files that the caller's organisation uploaded."""
    return sa.select(StoredFile).where(col(StoredFile.organisation_id) == caller.organisation_id)


def nameable(caller: Caller, file_ids: Sequence[str]) -> sa.Select[str]:
    """Those of the files that the caller may attach to something: its organisation's own, also an office's."""
    own_files = col(StoredFile.organisation_id) == caller.organisation_id
    return sa.select(col(StoredFile.id)).where(col(StoredFile.id).in_(file_ids), own_files)


async def find(session: AsyncSession, file_id: str) -> StoredFile | None:
    """Return the file, whoever asks."""
    return await session.get(StoredFile, file_id)


async def attachments_of(session: AsyncSession, file_id: str) -> Sequence[tuple[str, str]]:
    """Return the kind and the id of everything that the file is attached to."""
    statement = sa.select(col(FileAttachment.kind), col(FileAttachment.subject)).where(
        col(FileAttachment.file_id) == file_id
    )
    return [(kind, subject) for kind, subject in await session.execute(statement)]


def accesses_of(file_id: str) -> sa.Select[FileAccess]:
    """Who was given the file's content."""
    return sa.select(FileAccess).where(col(FileAccess.file_id) == file_id)


def attached_to(kind: str, subjects: Sequence[str]) -> sa.Select[str, StoredFile]:
    """The files of each of the things, in the order in which they were attached."""
    return (
        sa.select(col(FileAttachment.subject), StoredFile)
        .join(StoredFile, col(StoredFile.id) == col(FileAttachment.file_id))
        .where(col(FileAttachment.kind) == kind, col(FileAttachment.subject).in_(subjects))
        .order_by(col(FileAttachment.number))
    )

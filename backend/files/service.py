"""What changes about files: kept once for each organisation, attached to things of other domains."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_quota
from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.files import queries
from backend.files.events import FileUploaded
from backend.files.models import FileAttachment, StoredFile
from backend.files.rules import MEDIA_TYPES
from backend.files.schemas import FileOut, FileRef
from backend.files.upload import Arrived

FILE: Final = table_of(StoredFile)
ATTACHMENT: Final = table_of(FileAttachment)
NO_SUCH_FILE: Final = Text("贵机构没有上传过该文件。", "Your organisation has not uploaded this file.")


async def keep(
    session: AsyncSession, caller: Caller, arrived: Arrived, quotas: QuotaPolicy, now: datetime
) -> tuple[StoredFile, bool]:
    """Return the file and whether it is new; the same bytes are one file of an organisation. Raises StorageUsedUp."""
    row = {
        "id": new_id("fil"),
        "organisation_id": caller.organisation_id,
        "sha256": arrived.blob.digest,
        "size": arrived.blob.size,
        "media_type": MEDIA_TYPES[arrived.form],
        "filename": arrived.filename,
        "description": arrived.description,
        "uploaded_by": caller.user_id,
        "uploaded_at": now,
    }
    put = insert_into(session, FILE).values(row).on_conflict_do_nothing(index_elements=["organisation_id", "sha256"])
    is_new = (await session.execute(put.returning(FILE.c.id))).first() is not None
    statement = queries.own(caller).where(col(StoredFile.sha256) == arrived.blob.digest)
    file: StoredFile = (await session.scalars(statement)).one()
    if is_new:
        await use_quota(session, caller, Quota.FILES, quotas)
        await use_quota(session, caller, Quota.FILE_BYTES, quotas, file.size)
        await append(session, DomainEvent(FileUploaded(), file.id, [caller.organisation_id], caller.user_id), now)
    return file, is_new


async def attach(
    session: AsyncSession,
    caller: Caller,
    file_ids: Sequence[str],
    *,
    kind: str,
    subject: str,
    pointer: str,
    now: datetime,
) -> None:
    """Attach the files to a thing, whose readers may read them from then on; what is attached already stays so.

    Raises Malformed, with `pointer` and the place in the list, for a file that the caller's organisation did not
    upload. That goes for offices too: they read others' files, and show nobody what was meant for other readers.
    """
    if not file_ids:
        return
    known = set(await session.scalars(queries.nameable(caller, file_ids)))
    wrong = [
        FieldError(f"{pointer}/{place}", "no_such_file", NO_SUCH_FILE)
        for place, file_id in enumerate(file_ids)
        if file_id not in known
    ]
    if wrong:
        raise Malformed(errors=wrong)
    about = {"kind": kind, "subject": subject, "attached_at": now, "attached_by": caller.user_id}
    rows = [{"file_id": file_id, **about} for file_id in file_ids]
    put = insert_into(session, ATTACHMENT).on_conflict_do_nothing(index_elements=["kind", "subject", "file_id"])
    await session.execute(put, rows)


async def attach_alike(session: AsyncSession, *, kind: str, of: str, to: str, now: datetime) -> None:
    """Attach to one thing the files that are attached to another of its kind, by whom they were."""
    statement = sa.select(ATTACHMENT.c.file_id, ATTACHMENT.c.attached_by).where(
        ATTACHMENT.c.kind == kind, ATTACHMENT.c.subject == of
    )
    same = {"kind": kind, "subject": to, "attached_at": now}
    rows = [
        {"file_id": one.file_id, "attached_by": one.attached_by, **same} for one in await session.execute(statement)
    ]
    if rows:
        await session.execute(insert_into(session, ATTACHMENT).on_conflict_do_nothing(), rows)


async def attached(session: AsyncSession, kind: str, subjects: Sequence[str]) -> dict[str, list[FileRef]]:
    """Return the files that are attached to each of the things, in the order in which they were."""
    found: dict[str, list[FileRef]] = defaultdict(list)
    if subjects:
        for subject, file in await session.execute(queries.attached_to(kind, subjects)):
            found[subject].append(reference(file))
    return found


def reference(file: StoredFile) -> FileRef:
    """Return the file as it is named beside what it is attached to."""
    return FileRef(**file.model_dump(include=set(FileRef.model_fields)))


def file_out(file: StoredFile, caller: Caller) -> FileOut:
    """Return the file as the reader sees it, without the uploader's name for another organisation."""
    values = file.model_dump(include=set(FileOut.model_fields))
    if not queries.is_keeper(caller, file):
        values["uploaded_by"] = None
    return FileOut(**values)

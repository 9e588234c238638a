"""Takes a file in: looked at, hashed and kept before the request's transaction opens."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Annotated, BinaryIO, Final

from fastapi import Depends, File, Form, Request, UploadFile
from pydantic import StringConstraints

from backend.core.errors import TooLarge
from backend.core.http.schemas import CleanLine
from backend.core.http.uploads import only_parts
from backend.core.storage.blobs import Blob, Blobs
from backend.files import rules as file_rules
from backend.files.errors import FileWithoutContent, Sha256Mismatch
from backend.files.recognition import PIECE, recognised

SHA256: Final = r"^([0-9a-fA-F]{64})?$"  # a form's empty field is none
About = Annotated[str, CleanLine, StringConstraints(max_length=1000, pattern=r"^[^\r\n]*$")]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file whose bytes are kept, and that nothing names yet."""

    filename: str
    form: file_rules.Form
    blob: Blob
    description: str | None


def _take(file: BinaryIO, said: str | None, blobs: Blobs) -> tuple[file_rules.Form, Blob]:
    form = recognised(file)
    file.seek(0)
    if said:
        digest = hashlib.sha256()
        while piece := file.read(PIECE):
            digest.update(piece)
        if digest.hexdigest() != said.lower():
            raise Sha256Mismatch(actual=digest.hexdigest())
    return form, blobs.put(file)


async def _arrive(
    request: Request,
    _parts: Annotated[None, Depends(only_parts("file", "sha256", "description"))],
    file: Annotated[UploadFile, File(description=f"{file_rules.ACCEPTED}; the content counts, not the name.")],
    sha256: Annotated[
        str | None, Form(pattern=SHA256, description="What the sender's own hash of the bytes is; another is refused.")
    ] = None,
    description: Annotated[About | None, Form(description="What it is.")] = None,
) -> Arrived:
    settings = request.app.state.settings
    size = file.file.seek(0, 2)
    if size > settings.max_file_bytes:
        raise TooLarge(limit=settings.max_file_bytes)
    if not size:
        raise FileWithoutContent
    form, blob = await asyncio.to_thread(_take, file.file, sha256, request.app.state.blobs)
    await file.seek(0)
    return Arrived(file_rules.defused(file.filename or "", form), form, blob, description or None)


ArrivedFile = Annotated[Arrived, Depends(_arrive)]

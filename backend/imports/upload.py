"""Takes a file in: spooled, looked at and kept before the request's transaction opens."""

import asyncio
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, Any, BinaryIO, Final

from fastapi import Depends, File, Form, Request, UploadFile

from backend.core.errors import FieldError, Malformed, Text, TooLarge
from backend.core.http.request_cleaning import unambiguous
from backend.core.http.uploads import only_parts
from backend.core.storage.blobs import Blob
from backend.core.text_rules import seen
from backend.imports.formats.errors import MappingWrong
from backend.imports.import_kinds import ImportKind
from backend.imports.layout import Layout, layout_of
from backend.imports.rules import Mode, Prefer

LONGEST_MAPPING: Final = 20_000
LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that can be read, and that is kept."""

    kind: str
    mode: Mode
    filename: str
    blob: Blob
    layout: Layout
    prefer: Prefer


def _wishes(mapping: str | None) -> dict[str, str | None]:
    if not mapping:
        return {}
    try:
        wished = unambiguous(mapping, "/mapping")
    except (ValueError, RecursionError):
        wished = None
    if not isinstance(wished, dict) or not all(v is None or isinstance(v, str) for v in wished.values()):
        text = Text("应为 JSON 对象：列名 → 字段名或 null。", "Send a JSON object: heading → field or null.")
        raise MappingWrong(errors=[FieldError("/mapping", "not_a_mapping", text)])
    return wished


def _take(file: BinaryIO, kind: ImportKind, wishes: dict[str, str | None], blobs: Any) -> tuple[Layout, Blob]:
    layout = layout_of(file, kind.fields, kind.needs, wishes)
    return layout, blobs.put(file)


def _size(file: BinaryIO) -> int:
    return file.seek(0, 2)


async def _arrive(
    request: Request,
    _parts: Annotated[None, Depends(only_parts("file", "kind", "mode", "mapping", "prefer"))],
    file: Annotated[
        UploadFile, File(description="A table, patent XML, JSON, or a ZIP of these; the content counts, not the name.")
    ],
    kind: Annotated[
        str, Form(description="`patents`, `listings`, `legal_events`.", max_length=40, examples=["patents"])
    ],
    mode: Annotated[Mode, Form(description="`check` changes nothing and reports all that `apply` would.")] = Mode.CHECK,
    mapping: Annotated[
        str | None,
        Form(
            description="JSON object: heading → field, or null for a column that shall not be read.",
            max_length=LONGEST_MAPPING,
            examples=['{"备注": null}'],
        ),
    ] = None,
    prefer: Annotated[
        Prefer,
        Form(description="`file` overwrites what was changed by hand; by default such rows are reported as conflicts."),
    ] = Prefer.REGISTER,
) -> Arrived:
    state = request.app.state
    known = state.registry.import_kinds.get(kind)
    if known is None:
        text = Text("可用的种类：{kinds}。", "The kinds there are: {kinds}.")
        raise Malformed(
            errors=[FieldError("/kind", "no_such_kind", text, {"kinds": ", ".join(state.registry.import_kinds)})]
        )
    if _size(file.file) > state.settings.max_upload_bytes:
        raise TooLarge(limit=state.settings.max_upload_bytes)
    layout, blob = await asyncio.to_thread(_take, file.file, known, _wishes(mapping), state.blobs)
    await file.seek(0)
    name = seen(PurePath(file.filename or "").name)[-LONGEST_NAME:]
    return Arrived(kind, mode, name or "file", blob, layout, prefer)


ArrivedFile = Annotated[Arrived, Depends(_arrive)]

"""What forms of files are kept, and the names that they may bear."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from backend.core.text_rules import without_unseen


class Form(StrEnum):
    """A form of file that is kept."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    DOCX = "docx"
    XLSX = "xlsx"
    OFD = "ofd"
    TEXT = "text"


OPEN_XML: Final = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES: Final[Mapping[Form, str]] = {
    Form.PDF: "application/pdf",
    Form.PNG: "image/png",
    Form.JPEG: "image/jpeg",
    Form.TIFF: "image/tiff",
    Form.DOCX: f"{OPEN_XML}.wordprocessingml.document",
    Form.XLSX: f"{OPEN_XML}.spreadsheetml.sheet",
    Form.OFD: "application/ofd",
    Form.TEXT: "text/plain",
}
EXTENSIONS: Final[Mapping[Form, tuple[str, ...]]] = {  # the first one is given to a name that has none of them
    Form.PDF: (".pdf",),
    Form.PNG: (".png",),
    Form.JPEG: (".jpg", ".jpeg"),
    Form.TIFF: (".tif", ".tiff"),
    Form.DOCX: (".docx",),
    Form.XLSX: (".xlsx",),
    Form.OFD: (".ofd",),
    Form.TEXT: (".txt",),
}
ACCEPTED: Final = "PDF, PNG, JPEG, TIFF, DOCX, XLSX, OFD, TXT (UTF-8)"
LONGEST_NAME: Final = 120  # characters …
LONGEST_NAME_BYTES: Final = 240  # … and bytes of UTF-8: file systems take 255
NOT_SHOWN: Final = ("C", "Zl", "Zp")  # classes of characters that nobody sees, or that turn what stands behind them
NOT_IN_NAMES: Final = re.compile(r'[<>:"|?*]')
DEVICE: Final = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
NAMELESS: Final = "file"


def _cut(stem: str, extension: str) -> str:
    stem = stem[: LONGEST_NAME - len(extension)]
    while len((stem + extension).encode()) > LONGEST_NAME_BYTES:
        stem = stem[:-1]
    return stem.rstrip(" .") or NAMELESS


def defused(name: str, form: Form) -> str:
    """Return a name that means no harm anywhere: no path, nothing unseen, not too long, its extension that of the form.

    Another extension stays before the right one, so that a person recognises the name.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = (
        c
        for c in without_unseen(unicodedata.normalize("NFC", last))
        if not unicodedata.category(c).startswith(NOT_SHOWN)
    )
    plain = NOT_IN_NAMES.sub("_", "".join(seen)).strip().rstrip(" .")
    fitting = EXTENSIONS[form]
    length = next((len(extension) for extension in fitting if plain.lower().endswith(extension)), 0)
    stem, extension = (plain[:-length], plain[-length:]) if length else (plain, fitting[0])
    stem = _cut(stem.lstrip(" ."), extension)
    return ("_" if DEVICE.match(stem) else "") + stem + extension


def disposition(name: str) -> str:
    """Return the Content-Disposition (RFC 6266) that has the file saved under its name, in ASCII and in UTF-8."""
    ascii_name = "".join(c if c.isascii() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"

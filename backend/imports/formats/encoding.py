"""In which encoding a text file is written, found by its bytes."""

import codecs
import re
from typing import BinaryIO, Final

from backend.imports.formats.errors import EncodingMixed, NotText

CHUNK: Final = 1 << 20
BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WITHOUT_MARK: Final = ("utf-8", "gb18030")
NUL_SHARE: Final = 20
CHINESE: Final = re.compile("[\u4e00-\u9fff]")
SURE: Final = 3  # Chinese characters; no line of GB18030 reads as so many in UTF-8


def _reads_as(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            if text.count("\0") * NUL_SHARE > len(text):  # UTF-16 without a mark; a single NUL is the row's own fault
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _line_is_utf8(line: bytes) -> bool | None:
    """Whether a line is surely UTF-8, surely not, or could be anything (None)."""
    if line.isascii():
        return None
    try:
        return True if len(CHINESE.findall(line.decode("utf-8"))) >= SURE else None
    except UnicodeDecodeError:
        return False


def _refuse_mixture(file: BinaryIO) -> None:
    """Raise EncodingMixed where some lines are surely UTF-8 and others surely not."""
    file.seek(0)
    first: bool | None = None
    number = 1
    while line := file.readline(CHUNK):
        is_utf8 = _line_is_utf8(line) if line.endswith(b"\n") or len(line) < CHUNK else None
        first = is_utf8 if first is None else first
        if is_utf8 is not None and is_utf8 is not first:
            raise EncodingMixed(row=number)
        number += line.endswith(b"\n")


def encoding_of(file: BinaryIO) -> str:
    """Return the encoding that reads the whole file: by its byte order mark, else UTF-8, else GB18030.

    Raises EncodingMixed where lines are in different encodings, NotText where none reads it.
    """
    file.seek(0)
    head = file.read(4)
    marked = [encoding for mark, encoding in BYTE_ORDER_MARKS if head.startswith(mark)]
    for encoding in marked or WITHOUT_MARK:
        if encoding == WITHOUT_MARK[-1]:
            _refuse_mixture(file)
        if _reads_as(file, encoding):
            return encoding
    if "utf-16" not in marked:
        _refuse_mixture(file)
    raise NotText

"""In which encoding a text file is written, found by its bytes."""

import codecs
from typing import BinaryIO, Final

from backend.imports.errors import NotText

CHUNK: Final = 1 << 20
BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WITHOUT_MARK: Final = ("utf-8", "gb18030")


def _reads_as(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        while chunk := file.read(CHUNK):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def encoding_of(file: BinaryIO) -> str:
    """Give the encoding that reads the whole file: by its byte order mark, else UTF-8, else GB18030; raise NotText."""
    file.seek(0)
    head = file.read(4)
    marked = [encoding for mark, encoding in BYTE_ORDER_MARKS if head.startswith(mark)]
    for encoding in marked or WITHOUT_MARK:
        if _reads_as(file, encoding):
            return encoding
    raise NotText

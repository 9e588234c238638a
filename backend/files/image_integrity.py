"""How far the pictures of a file reach: a picture is whole where its own marks lead from its beginning to its end."""

import re
from collections.abc import Callable, Mapping
from typing import BinaryIO, Final, Literal

from backend.files.rules import Form

MOST_STEPS: Final = 100_000  # chunks of a PNG, segments of a JPEG: real ones have some thousands
PIECE: Final = 1 << 18
NEAR: Final = 64  # bytes in which the next segment of a JPEG is looked for first
PNG_BEGINNING: Final = 8
CHUNK_BEGINNING, CHUNK_AROUND = 8, 12  # bytes: length and kind; all beside a chunk's content
PNG_LAST: Final = b"IEND"
MARKER: Final = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
JPEG_LAST, JPEG_SCAN, JPEG_FIRST = 0xD9, 0xDA, 0xD8
SHORTEST_SEGMENT: Final = 2  # its length counts itself
MARKED_UP: Final = re.compile(rb"(?i)<(?:!doctype|html|head|body|script|svg|iframe)[\s>/]")
LONGEST_MARK: Final = 16
BLANK: Final = re.compile(rb"[^\0\s]")


def _at(file: BinaryIO, place: int, most: int) -> bytes:
    file.seek(place)
    return file.read(most)


def _found(file: BinaryIO, mark: re.Pattern[bytes], place: int, overlap: int) -> tuple[bytes, int] | None:
    """Return what matches first behind the place, and where it ends."""
    most = NEAR
    while piece := _at(file, place, most):
        if match := mark.search(piece):
            return match.group(), place + match.end()
        place += max(1, len(piece) - overlap)
        most = PIECE
    return None


def _png(file: BinaryIO, size: int) -> bool:
    place = PNG_BEGINNING
    for _ in range(MOST_STEPS):
        begun = _at(file, place, CHUNK_BEGINNING)
        place += CHUNK_AROUND + int.from_bytes(begun[:4], "big")
        if len(begun) < CHUNK_BEGINNING or place > size:
            return False
        if begun[4:] == PNG_LAST:
            return _found(file, BLANK, place, 0) is None
    return False


def _jpeg(file: BinaryIO, _size: int) -> bool:
    """Cameras write previews, films and notes of their own behind the picture: none of them is markup."""
    place, is_scanned = 2, False
    for _ in range(MOST_STEPS):
        found = _found(file, MARKER, place, 1)
        if found is None:
            return False
        (_, kind), place = found
        if kind == JPEG_LAST:
            return is_scanned and _found(file, MARKED_UP, place, LONGEST_MARK) is None
        length = int.from_bytes(_at(file, place, 2), "big")
        if kind == JPEG_FIRST or length < SHORTEST_SEGMENT:
            return False
        is_scanned = is_scanned or kind == JPEG_SCAN
        place += length
    return False


def _tiff(file: BinaryIO, size: int) -> bool:
    """Whether the first directory is there, of a TIFF or of a BigTIFF."""
    head = _at(file, 0, 16)
    order: Literal["little", "big"] = "little" if head.startswith(b"II") else "big"
    is_big = b"+" in head[2:4]
    at, counted, one = (head[8:16], 8, 20) if is_big else (head[4:8], 2, 12)
    place = int.from_bytes(at, order)
    count = _at(file, place, counted) if place <= size else b""
    entries = int.from_bytes(count, order)
    return len(count) == counted and entries > 0 and place + counted + entries * one <= size


WHOLE: Final[Mapping[Form, Callable[[BinaryIO, int], bool]]] = {Form.PNG: _png, Form.JPEG: _jpeg, Form.TIFF: _tiff}

"""What form a file has, told by its content alone; nothing is unpacked to anywhere."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from backend.core.storage.archives import (
    BEGINNING,
    Bounds,
    Entry,
    NotWhole,
    OutOfBounds,
    SomethingBefore,
    entries_of,
    grows_beyond_reason,
    unpacked_pieces,
)
from backend.files.errors import FileNotWhole, FileTwoInOne, FileTypeNotAccepted, FileUnpacksTooLarge
from backend.files.image_integrity import WHOLE
from backend.files.rules import ACCEPTED, Form

PIECE: Final = 1 << 18
HEAD, TAIL = 4_096, 4_096
PDF_MARK: Final = b"%PDF-"
PDF_WITHIN: Final = 1_024  # readers of PDF look so far for its beginning
BEGINNINGS: Final[tuple[tuple[bytes, Form], ...]] = (
    (PDF_MARK, Form.PDF),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Form.PNG),
    (b"\xff\xd8\xff", Form.JPEG),
    (b"II*\0", Form.TIFF),
    (b"MM\0*", Form.TIFF),
    (b"II+\0\x08\0\0\0", Form.TIFF),
    (b"MM\0+\0\x08\0\0", Form.TIFF),
)
PDF_END: Final = b"%%EOF"
PDF_AGAIN: Final = re.compile(rb"%%EOF[\s\0]{0,1000}%PDF-")  # one behind the other: an attached one follows `stream`
LONGEST_AGAIN: Final = 1_020
PARTS: Final[tuple[tuple[Form, frozenset[str]], ...]] = (
    (Form.DOCX, frozenset({"[Content_Types].xml", "word/document.xml"})),
    (Form.XLSX, frozenset({"[Content_Types].xml", "xl/workbook.xml"})),
    (Form.OFD, frozenset({"OFD.xml"})),
)
PROGRAM: Final = "vbaproject.bin"  # what a document with macros holds
MOST_UNPACKED: Final = 512 << 20
MOST_PARTS: Final = 5_000
BOUNDS: Final = Bounds(MOST_PARTS, 2 << 20)
DIRECTORY_END: Final = b"PK\x05\x06"
DIRECTORY: Final = b"PK\x01\x02"  # what each entry of a directory begins with
LARGE_DIRECTORY: Final = b"PK\x06\x07"  # what stands before the end of a ZIP64 directory
END_SIZE, LOCATOR_SIZE, LONGEST_COMMENT = 22, 20, 65_535
MARKED_UP, UNKNOWN = "HTML / XML / SVG", "未知数据 / unknown data"
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
BLANKS: Final = b" \t\r\n\f\xef\xbb\xbf"  # with the mark that UTF-8 may begin with
MARKUP: Final = re.compile(rb"<[A-Za-z!?/]")


def recognised(file: BinaryIO) -> Form:
    """Return the file's form.

    Raises FileTypeNotAccepted, FileNotWhole, FileTwoInOne, FileUnpacksTooLarge.
    """
    size = file.seek(0, 2)
    head = _at(file, 0, HEAD)
    is_packed = head.startswith(BEGINNING)
    form = _packed(file, size) if is_packed else next((f for mark, f in BEGINNINGS if head.startswith(mark)), Form.TEXT)
    if not is_packed and _holds_zip(file, size):
        raise FileTwoInOne(form=form.name, other="ZIP")
    if form is not Form.PDF and PDF_MARK in head[:PDF_WITHIN]:
        raise FileTwoInOne(form=form.name, other=Form.PDF.name)
    if not is_packed:
        _check_whole(file, form, size)
    return form


def _check_whole(file: BinaryIO, form: Form, size: int) -> None:
    if form is Form.TEXT:
        _check_text(file)
    elif form is Form.PDF:
        if PDF_END not in _at(file, max(0, size - TAIL), TAIL):
            raise FileNotWhole(form=form.name)
        _check_once(file)
    elif not WHOLE[form](file, size):
        raise FileNotWhole(form=form.name)


def _check_once(file: BinaryIO) -> None:
    before = b""
    for piece in _pieces(file):
        if PDF_AGAIN.search(before + piece):
            raise FileTwoInOne(form=Form.PDF.name, other=Form.PDF.name)
        before = piece[-LONGEST_AGAIN:]


def _at(file: BinaryIO, place: int, most: int) -> bytes:
    file.seek(place)
    return file.read(most)


def _refusal(found: str) -> FileTypeNotAccepted:
    return FileTypeNotAccepted(found=found, accepted=ACCEPTED)


def _check_text(file: BinaryIO) -> None:
    begun = b""
    for piece in _pieces(file):
        begun = (begun + piece).lstrip(BLANKS)
        if len(begun) > 1:
            break
    if MARKUP.match(begun):
        raise _refusal(MARKED_UP)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in _pieces(file):
            if CONTROL.search(decoder.decode(piece)):
                raise _refusal(UNKNOWN)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise _refusal(UNKNOWN) from None


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _holds_zip(file: BinaryIO, size: int) -> bool:
    """Whether a reader of ZIP finds a directory: it looks for its end from the file's end backwards."""
    start = max(0, size - END_SIZE - LONGEST_COMMENT)
    tail = _at(file, start, size - start)
    at = tail.find(DIRECTORY_END)
    while at >= 0:
        if _is_end(file, start + at, tail[at : at + END_SIZE]):
            return True
        at = tail.find(DIRECTORY_END, at + 1)
    return False


def _is_end(file: BinaryIO, at: int, end: bytes) -> bool:
    if len(end) < END_SIZE:
        return False
    length, offset = (int.from_bytes(end[place : place + 4], "little") for place in (12, 16))
    if not any(end[4:]) or _at(file, max(0, at - LOCATOR_SIZE), LOCATOR_SIZE).startswith(LARGE_DIRECTORY):
        return True
    return DIRECTORY in (_at(file, max(0, at - length), 4), _at(file, offset, 4))


def _packed(file: BinaryIO, size: int) -> Form:
    """Return what document the ZIP file is; its directory is only read once it is known to be small."""
    try:
        parts = entries_of(file, BOUNDS)
        form = _form_of(parts)
        _check_room(parts, size)
        for part in parts:
            _read_through(file, part)
    except OutOfBounds:
        raise _too_large() from None
    except SomethingBefore:
        raise FileTwoInOne(form="ZIP", other="ZIP") from None
    except NotWhole:
        raise FileNotWhole(form="ZIP") from None
    return form


def _form_of(parts: list[Entry]) -> Form:
    names = {part.name for part in parts}
    form, other = (*(form for form, needed in PARTS if needed <= names), None, None)[:2]
    if form is None or any(name.lower().endswith(PROGRAM) for name in names):
        raise _refusal("ZIP")
    if other is not None:
        raise FileTwoInOne(form=form.name, other=other.name)
    if len({name.casefold() for name in names}) != len(parts):
        raise FileTwoInOne(form=form.name, other=form.name)
    return form


def _check_room(parts: list[Entry], size: int) -> None:
    stated = sum(part.stated_size for part in parts)
    if stated > MOST_UNPACKED or grows_beyond_reason(stated, size):
        raise _too_large()


def _read_through(file: BinaryIO, part: Entry) -> None:
    """Read a part once: one that unpacks to more than it states, or to other bytes, is an error."""
    left = part.stated_size
    for piece in unpacked_pieces(file, part):
        left -= len(piece)
        if left < 0:
            raise NotWhole
    if left:
        raise NotWhole


def _too_large() -> FileUnpacksTooLarge:
    return FileUnpacksTooLarge(limit=MOST_UNPACKED, members=MOST_PARTS)

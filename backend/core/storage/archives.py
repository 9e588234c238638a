"""The one way in which ZIP files are opened here: measured by their last bytes before any directory is read.

A file has one reading or none: its first member begins it, its directory ends it, and no member lies over another, so
that no other reader finds another archive in the same bytes. What members say of their sizes is never believed.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO, Final

BEGINNING: Final = b"PK\x03\x04"
EMPTY: Final = b"PK\x05\x06"  # how an archive of nothing begins
STORED, DEFLATED = 0, 8
METHODS: Final = (STORED, DEFLATED)
ENCRYPTED: Final = 0x1
UTF8_NAME: Final = 0x800
PIECE: Final = 1 << 18
MOST_RATIO: Final = 200
RATIO_COUNTS_FROM: Final = 32 << 20  # small files of blanks pack well without malice

_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = EMPTY
_LONGEST_COMMENT: Final = 65_535
_LOCATOR: Final = struct.Struct("<4sLQL")  # ZIP64: where the large end stands
_LOCATOR_MARK: Final = b"PK\x06\x07"
_LARGE_END: Final = struct.Struct("<4sQ2H2L4Q")
_LARGE_MARK: Final = b"PK\x06\x06"
_LARGE_AROUND: Final = 12  # bytes of its mark and its own length
_ENTRY: Final = struct.Struct("<4s4B4HL2L5H2L")
_ENTRY_MARK: Final = b"PK\x01\x02"
_LOCAL: Final = struct.Struct("<4s22xHH")
_LARGE_SIZES: Final = 0x0001  # the extra field that holds what 32 bits do not
_ELSEWHERE_16: Final = 0xFFFF
_ELSEWHERE_32: Final = 0xFFFFFFFF


class NotWhole(Exception):
    """The archive, or what was to be unpacked of it, cannot be read to its end, or can be read in two ways."""


class SomethingBefore(NotWhole):
    """Something else stands before the archive."""


class OutOfBounds(Exception):
    """The archive says of itself that it holds more than is taken."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is taken at most: members, and bytes of the directory that lists them."""

    members: int
    directory: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory says of a member."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    stated_size: int
    offset: int
    system: int
    attributes: int

    @property
    def name(self) -> str:
        """The name as the archive marks it: in UTF-8, else in the code page of the first PCs."""
        return self.raw_name.decode("utf-8" if self.flags & UTF8_NAME else "cp437", "replace")

    @property
    def is_folder(self) -> bool:
        """Whether it stands for a folder."""
        return self.raw_name.endswith(b"/")


@dataclass(frozen=True, slots=True)
class _End:
    """The end of an archive: what it says of the directory, and where itself begins."""

    place: int
    entries: int
    size: int
    offset: int


def entries_of(file: BinaryIO, bounds: Bounds) -> list[Entry]:
    """Return the archive's members; raise OutOfBounds, or NotWhole where it is no archive with one reading.

    Nothing of the directory is read before its end was found to be within the bounds.
    """
    size = file.seek(0, 2)
    end = _end(file, size)
    if end.entries > bounds.members or end.size > bounds.directory:
        raise OutOfBounds
    begins = end.place - end.size
    if begins > end.offset:
        raise SomethingBefore
    if end.size < end.entries * _ENTRY.size or begins != end.offset:
        raise NotWhole
    found = list(_entries(_at(file, begins, end.size), end.entries))
    _check_places(found, begins)
    return found


def grows_beyond_reason(unpacked_size: int, packed_size: int) -> bool:
    """Whether so much comes out of so little that it was made to fill a machine."""
    return unpacked_size > RATIO_COUNTS_FROM and unpacked_size > MOST_RATIO * max(packed_size, 1)


def unpacked_pieces(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """Yield piece by piece what the member really unpacks to; raise NotWhole where it cannot be unpacked to its end."""
    try:
        yield from _unpacked(file, entry)
    except (zlib.error, struct.error, OSError, ValueError):
        raise NotWhole from None


def _at(file: BinaryIO, place: int, most: int) -> bytes:
    file.seek(place)
    return file.read(most)


def _end(file: BinaryIO, size: int) -> _End:
    start = max(0, size - _END.size - _LONGEST_COMMENT)
    tail = _at(file, start, size - start)
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        raise NotWhole
    _, disk, first_disk, here, entries, length, offset, comment = _END.unpack_from(tail, at)
    if at + _END.size + comment != len(tail):
        raise NotWhole
    told = _End(start + at, entries, length, offset)
    large = _large_end(file, told)
    if large is None:
        if disk or first_disk or here != entries:  # the parts of an archive in several files are none
            raise NotWhole
        return told
    for small, own, elsewhere in (
        (told.entries, large.entries, _ELSEWHERE_16),
        (told.size, large.size, _ELSEWHERE_32),
        (told.offset, large.offset, _ELSEWHERE_32),
    ):
        if small not in (own, elsewhere):  # two ends that say two things
            raise NotWhole
    return large


def _large_end(file: BinaryIO, told: _End) -> _End | None:
    """Return what a ZIP64 archive says in its larger end; None where there is none."""
    place = told.place - _LOCATOR.size
    locator = _at(file, place, _LOCATOR.size) if place >= 0 else b""
    if not locator.startswith(_LOCATOR_MARK):
        return None
    _, disk, at, disks = _LOCATOR.unpack(locator)
    if disk or disks > 1 or at > place - _LARGE_END.size:
        raise NotWhole
    mark, length, _, _, disk, first_disk, here, entries, size, offset = _LARGE_END.unpack(
        _at(file, at, _LARGE_END.size)
    )
    if mark != _LARGE_MARK or at + _LARGE_AROUND + length != place or disk or first_disk or here != entries:
        raise NotWhole
    return _End(at, entries, size, offset)


def _entries(directory: bytes, count: int) -> Iterator[Entry]:
    at = 0
    for _ in range(count):
        if len(directory) - at < _ENTRY.size:
            raise NotWhole
        mark, _, system, _, _, flags, method, _, _, crc, packed, stated, name, extra, comment, disk, _, mode, offset = (
            _ENTRY.unpack_from(directory, at)
        )
        at += _ENTRY.size
        ends = at + name + extra + comment
        if mark != _ENTRY_MARK or disk or ends > len(directory):
            raise NotWhole
        more = directory[at + name : at + name + extra]
        stated, packed, offset = _large_sizes(more, (stated, packed, offset))
        raw = directory[at : at + name]
        yield Entry(raw, flags, method, crc, packed, stated, offset, system, mode)
        at = ends
    if at != len(directory):
        raise NotWhole


def _large_sizes(extra: bytes, told: tuple[int, int, int]) -> tuple[int, ...]:
    """Return the sizes and the offset, those that 32 bits do not hold from the extra field."""
    missing = sum(number == _ELSEWHERE_32 for number in told)
    if not missing:
        return told
    at = 0
    while len(extra) - at >= 4:  # noqa: PLR2004 - each field begins with its kind and its length
        kind, length = struct.unpack_from("<HH", extra, at)
        at += 4
        if kind == _LARGE_SIZES and length >= 8 * missing and len(extra) - at >= length:
            large = iter(struct.unpack_from(f"<{missing}Q", extra, at))
            return tuple(next(large) if number == _ELSEWHERE_32 else number for number in told)
        at += length
    raise NotWhole


def _check_places(entries: list[Entry], directory: int) -> None:
    """Raise NotWhole where members lie over each other or over the directory: the same bytes would count twice."""
    spans = sorted(
        (entry.offset, entry.offset + _LOCAL.size + len(entry.raw_name) + entry.packed_size) for entry in entries
    )
    if any(before[1] > behind[0] for before, behind in pairwise([*spans, (directory, directory)])):
        raise NotWhole


def _unpacked(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    at = entry.offset
    signature, name, extra = _LOCAL.unpack(_at(file, at, _LOCAL.size))
    at += _LOCAL.size + name + extra
    if signature != BEGINNING or entry.flags & ENCRYPTED or entry.method not in METHODS:
        raise ValueError
    left, crc = entry.packed_size, 0
    unpack = zlib.decompressobj(-15) if entry.method == DEFLATED else None
    while left > 0:
        packed = _at(file, at, min(PIECE, left))  # whoever takes the pieces may read elsewhere in the file
        if not packed:
            raise ValueError
        at, left = at + len(packed), left - len(packed)
        while packed:
            piece = packed if unpack is None else unpack.decompress(packed, PIECE)
            packed = b"" if unpack is None else unpack.unconsumed_tail
            crc = zlib.crc32(piece, crc)
            if piece:
                yield piece
            if unpack is not None and unpack.eof and (left or unpack.unused_data):  # zlib would keep all that follows
                raise ValueError
    if crc != entry.crc or (unpack is not None and not unpack.eof):
        raise ValueError

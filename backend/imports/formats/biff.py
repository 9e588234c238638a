"""Looks into old Excel workbooks (XLS: BIFF records in a compound file) before the reader spreads their cells out."""

import itertools
import struct
from array import array
from collections.abc import Iterator
from typing import BinaryIO, Final

from backend.imports.formats.errors import Damaged, NotReadable

SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER: Final = 512
SECTOR_SHIFTS: Final = (9, 12)
SMALL_SECTOR: Final = 64
MARK: Final = 0xFFFFFFFA  # sector numbers from here on say that there is none
ENTRY: Final = 128
ROOT: Final = "Root Entry"
STREAMS: Final = ("Workbook", "Book")
ENCRYPTED: Final = "EncryptedPackage"
RECORD: Final = struct.Struct("<HH")
PLACE: Final = struct.Struct("<HH")
BEGIN: Final = frozenset({0x0809, 0x0409, 0x0209, 0x0009})
PASSWORD: Final = 0x002F
DIMENSIONS: Final = 0x0200
CELLS: Final = frozenset(
    {0x0003, 0x0004, 0x0006, 0x0206, 0x0406, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E}
)
WIDE: Final = 14  # bytes of dimensions whose rows have 32 bits
CONTINUE: Final = 0x003C
SHARED: Final = 0x00FC
SHARED_CELL: Final = 0x00FD
TEXT_HEAD: Final = 3
WIDE_LETTERS: Final = 0x01
PHONETICS: Final = 0x04
RUNS: Final = 0x08
MOST_RECORDS: Final = 2_000_000  # twice as many as cells are taken
SEVERAL: Final = frozenset({0x00BD, 0x00BE})  # cells side by side; the last column stands at the end


class Compound:
    """A compound file: sectors, which of them follow each other, and streams by name ([MS-CFB])."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        file.seek(0)
        head = file.read(HEADER)
        if len(head) < HEADER or not head.startswith(SIGNATURE):
            raise Damaged(row=1)
        (shift,) = struct.unpack_from("<H", head, 30)
        if shift not in SECTOR_SHIFTS:
            raise Damaged(row=1)
        self._size = 1 << shift
        self._most = file.seek(0, 2) // self._size + 1
        directory, _, self._cutoff, small, _, table, _ = struct.unpack_from("<7I", head, 48)
        tables = [n for n in struct.unpack_from("<109I", head, 76) if n < MARK]
        needed = 4 * self._most // self._size + 1  # tables that tell of every sector there is; more tell of none
        for _ in range(needed):
            if table >= MARK:
                break
            *more, table = self._numbers(table)
            tables += [n for n in more if n < MARK]
        self._next = array("I", itertools.chain.from_iterable(map(self._numbers, tables[:needed])))
        self._small_next = array("I", itertools.chain.from_iterable(map(self._numbers, self._chain(small))))
        self.streams = self._entries(directory)

    def _sector(self, number: int) -> bytes:
        self._file.seek((number + 1) * self._size)
        return self._file.read(self._size)

    def _numbers(self, sector: int) -> tuple[int, ...]:
        return struct.unpack(f"<{self._size // 4}I", self._sector(sector).ljust(self._size, b"\xff"))

    def _chain(self, sector: int) -> Iterator[int]:
        for _ in range(self._most):
            if sector >= MARK:
                return
            yield sector
            sector = self._next[sector] if sector < len(self._next) else MARK
        raise Damaged(row=1)

    def _entries(self, first: int) -> dict[str, tuple[int, int]]:
        found = {}
        for sector in self._chain(first):
            data = self._sector(sector)
            for at in range(0, len(data) - ENTRY + 1, ENTRY):
                (length,) = struct.unpack_from("<H", data, at + 64)
                name = data[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<II", data, at + 116)
                found[name] = (start, size)
        return found

    def stream(self, name: str) -> Iterator[bytes]:
        """Yield the stream's bytes piece by piece."""
        start, size = self.streams[name]
        if size >= self._cutoff:
            for sector in self._chain(start):
                yield self._sector(sector)
            return
        held = b"".join(self._sector(sector) for sector in self._chain(self.streams.get(ROOT, (MARK, 0))[0]))
        for _ in range(size // SMALL_SECTOR + 1):
            if start >= MARK:
                return
            yield held[start * SMALL_SECTOR : (start + 1) * SMALL_SECTOR]
            start = self._small_next[start] if start < len(self._small_next) else MARK


def _records(pieces: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    held = b""
    for piece in pieces:
        held += piece
        at = 0
        while len(held) - at >= RECORD.size:
            kind, length = RECORD.unpack_from(held, at)
            if len(held) - at - RECORD.size < length:
                break
            yield kind, held[at + RECORD.size : at + RECORD.size + length]
            at += RECORD.size + length
        held = held[at:]


def _reach(kind: int, data: bytes) -> tuple[int, int]:
    """Return how many rows and columns a record claims or needs."""
    if kind == DIMENSIONS:
        form = "<4xI2xH" if len(data) >= WIDE else "<2xH2xH"
        rows, columns = struct.unpack_from(form, data)
        return rows, columns
    if kind in CELLS and len(data) >= PLACE.size:
        row, column = PLACE.unpack_from(data)
        last = struct.unpack_from("<H", data, len(data) - 2)[0] if kind in SEVERAL else column
        return row + 1, max(column, last) + 1
    return 0, 0


class _Texts:
    """The lengths of a workbook's shared texts, which stand one behind the other in a record and its continuations."""

    def __init__(self) -> None:
        self.lengths = array("I")
        self._held = b""
        self._skip = 0  # bytes of a text still to come, its formatting and phonetics
        self._letters = 0  # letters still to come
        self._open = False

    def begin(self, data: bytes) -> None:
        """Take the record, which begins with two counts."""
        self._open = True
        self._take(data[8:])

    def go_on(self, data: bytes) -> None:
        """Take a continuation; where letters are still to come it begins with their width."""
        if not self._open:
            return
        if self._letters and data:
            data = data[self._letters_from(data, 1, data[0] & WIDE_LETTERS) :]
        self._take(data)

    def end(self) -> None:
        """Take nothing more: another record came."""
        self._open = False

    def _letters_from(self, data: bytes, at: int, wide: int) -> int:
        """Pass over the letters that stand from `at` on; give where the rest begins."""
        here = min(self._letters, (len(data) - at) >> (1 if wide else 0))
        self._letters -= here
        return at + (here << (1 if wide else 0))

    def _take(self, data: bytes) -> None:
        data, at = self._held + data, 0
        while at < len(data):
            passed = min(self._skip, len(data) - at) if not self._letters else 0
            self._skip, at = self._skip - passed, at + passed
            if self._letters or at >= len(data):
                break
            flags = data[at + 2] if len(data) - at >= TEXT_HEAD else 0
            head = TEXT_HEAD + (2 if flags & RUNS else 0) + (4 if flags & PHONETICS else 0)
            if len(data) - at < head:
                break
            runs = struct.unpack_from("<H", data, at + TEXT_HEAD)[0] if flags & RUNS else 0
            more = struct.unpack_from("<I", data, at + head - 4)[0] if flags & PHONETICS else 0
            (self._letters,) = struct.unpack_from("<H", data, at)
            self.lengths.append(3 * self._letters)
            self._skip = 4 * runs + more
            at = self._letters_from(data, at + head, flags & WIDE_LETTERS)
        self._held = b"" if self._letters else data[at:]
        if len(self.lengths) > MOST_RECORDS:
            raise Damaged(row=1)


def held_by(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Give, growing, how many cells a sheet's rectangle has and how many bytes of text are in them.

    Raises NotReadable where it is no workbook, or Damaged.
    """
    texts, rows, columns, size = _Texts(), 0, 0, 0
    for number, (kind, data) in enumerate(_records(_workbook(file))):
        if kind == PASSWORD:
            raise NotReadable(found="XLS (encrypted)")
        if number > MOST_RECORDS:
            raise Damaged(row=1)
        if kind in BEGIN:
            rows = columns = size = 0
        if kind == CONTINUE:
            texts.go_on(data)
            continue
        texts.end()
        if kind == SHARED:
            texts.begin(data)
        try:
            more_rows, more_columns = _reach(kind, data)
            place = struct.unpack_from("<I", data, 6)[0] if kind == SHARED_CELL else -1
        except struct.error:
            raise Damaged(row=1) from None
        size += texts.lengths[place] if 0 <= place < len(texts.lengths) else 0
        rows, columns = max(rows, more_rows), max(columns, more_columns)
        yield rows * columns, size


def _workbook(file: BinaryIO) -> Iterator[bytes]:
    compound = Compound(file)
    if ENCRYPTED in compound.streams:
        raise NotReadable(found="Office (encrypted)")
    name = next((name for name in STREAMS if name in compound.streams), None)
    if name is None:
        raise NotReadable(found="DOC / PPT / OLE")
    return compound.stream(name)

"""Writes ZIP archives piece by piece: the same bytes for the same members, with one member in memory at a time."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

LOCAL: Final = struct.Struct("<4s5H3L2H")
ENTRY: Final = struct.Struct("<4s6H3L5H2L")
END: Final = struct.Struct("<4s4H2LH")
VERSION: Final = 20
UTF8_NAME: Final = 0x800
DEFLATED: Final = 8
MADE_ON_UNIX: Final = 3 << 8
READABLE: Final = 0o100644 << 16
FIRST_DAY: Final = (1 << 5) | 1  # 1980-01-01, the first that the format knows: what is in it has its own times
MOST_MEMBERS: Final = 0xFFFF
MOST_BYTES: Final = 0xFFFFFFFF


class ArchiveFull(Exception):
    """More was to be written than the format holds without its extensions."""


@dataclass(slots=True)
class ZipWriter:
    """Gives the bytes of an archive as its members come."""

    _entries: list[bytes] = field(default_factory=list)
    _offset: int = 0

    def member(self, name: str, content: bytes) -> Iterator[bytes]:
        """Yield the bytes that add a member; raise ArchiveFull."""
        raw = name.encode()
        pack = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = pack.compress(content) + pack.flush()
        sizes = (zlib.crc32(content), len(packed), len(content))
        head = LOCAL.pack(b"PK\x03\x04", VERSION, UTF8_NAME, DEFLATED, 0, FIRST_DAY, *sizes, len(raw), 0) + raw
        if len(self._entries) >= MOST_MEMBERS or self._offset + len(head) + len(packed) > MOST_BYTES:
            raise ArchiveFull
        made = (VERSION | MADE_ON_UNIX, VERSION, UTF8_NAME, DEFLATED, 0, FIRST_DAY)
        place = (len(raw), 0, 0, 0, 0, READABLE, self._offset)
        self._entries.append(ENTRY.pack(b"PK\x01\x02", *made, *sizes, *place) + raw)
        self._offset += len(head) + len(packed)
        yield head
        yield packed

    def end(self) -> bytes:
        """Return the directory, which ends the archive; raise ArchiveFull."""
        directory = b"".join(self._entries)
        if self._offset + len(directory) > MOST_BYTES:
            raise ArchiveFull
        count = len(self._entries)
        return directory + END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), self._offset, 0)

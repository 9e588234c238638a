"""Unpacks the members of ZIP files, believing no size that they state."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from backend.imports.errors import Damaged

CHUNK: Final = 1 << 18
LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
LOCAL_SIGNATURE: Final = b"PK\x03\x04"
ENCRYPTED: Final = 0x1
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def unpacked(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give piece by piece what the entry really unpacks to; raise Damaged where it cannot be unpacked to its end."""
    try:
        yield from _unpacked(file, entry)
    except (zlib.error, struct.error, OSError, ValueError):
        raise Damaged(row=1) from None


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    at = entry.header_offset
    file.seek(at)
    signature, name, extra = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
    at += LOCAL_HEADER.size + name + extra
    if signature != LOCAL_SIGNATURE or entry.flag_bits & ENCRYPTED or entry.compress_type not in METHODS:
        raise ValueError
    left, crc = entry.compress_size, 0
    unpack = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        file.seek(at)  # whoever takes the pieces may read elsewhere in the file
        packed = file.read(min(CHUNK, left))
        if not packed:
            raise ValueError
        at, left = at + len(packed), left - len(packed)
        while packed:
            piece = packed if unpack is None else unpack.decompress(packed, CHUNK)
            packed = b"" if unpack is None else unpack.unconsumed_tail
            crc = zlib.crc32(piece, crc)
            if piece:
                yield piece
    if crc != entry.CRC or (unpack is not None and not unpack.eof):
        raise ValueError

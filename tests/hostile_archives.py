"""ZIP files that mean harm, made byte by byte: their directories cost far more than the bytes that are sent."""

import io
import struct
import zipfile

ENTRY = struct.Struct("<4s4B4HL2L5H2L")
END = struct.Struct("<4s4H2LH")
LARGE_END = struct.Struct("<4sQ2H2L4Q")
LOCATOR = struct.Struct("<4sLQL")
LOCAL = b"PK\x03\x04" + bytes(26)
MANY = 4_000_000


def _entry(
    offset: int = 0, packed: int = 0, stated: int = 0, name: bytes = b"", method: int = 0, crc: int = 0
) -> bytes:
    sizes = (crc, packed, stated, len(name), 0, 0, 0, 0, 0, offset)
    return ENTRY.pack(b"PK\x01\x02", 20, 0, 20, 0, 0, method, 0, 0, *sizes) + name


def end(entries: int, size: int, offset: int, comment: bytes = b"") -> bytes:
    """Return the end of an archive; what its numbers do not hold is left to ZIP64."""
    least = min(entries, 0xFFFF)
    return END.pack(b"PK\x05\x06", 0, 0, least, least, size, offset, len(comment)) + comment


def large_end(entries: int, size: int, offset: int, place: int) -> bytes:
    """Return the end of a ZIP64 archive, which itself stands at `place`."""
    told = LARGE_END.pack(b"PK\x06\x06", LARGE_END.size - 12, 45, 45, 0, 0, entries, entries, size, offset)
    return (
        told
        + LOCATOR.pack(b"PK\x06\x07", 0, place, 1)
        + END.pack(b"PK\x05\x06", 0, 0, *[0xFFFF] * 2, *[0xFFFFFFFF] * 2, 0)
    )


def crowded(entries: int = MANY, *, large: bool = False) -> bytes:
    """Return an archive whose directory lists so many members of nothing."""
    directory = _entry() * entries
    offset, size = len(LOCAL), len(directory)
    closing = large_end(entries, size, offset, offset + size) if large else end(entries, size, offset)
    return LOCAL + directory + closing


def claiming(entries: int, *, large: bool = False) -> bytes:
    """Return a few bytes that claim so many members."""
    size, offset = 46 * entries, len(LOCAL)
    return LOCAL + (
        large_end(entries, size, offset, len(LOCAL)) if large else end(entries, min(size, 0xFFFFFFFF), offset)
    )


def nested(inner: bytes, name: str = "a.csv") -> bytes:
    """Return an archive that holds this one, under a name that does not say so."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, inner)
    return file.getvalue()


def overlapping(content: bytes, names: tuple[str, ...]) -> bytes:
    """Return an archive in which all names share the same bytes."""
    whole = nested(content, names[0])
    with zipfile.ZipFile(io.BytesIO(whole)) as packed:
        one = packed.infolist()[0]
        begins = packed.start_dir
    about = {"packed": one.compress_size, "stated": one.file_size, "method": one.compress_type, "crc": one.CRC}
    directory = b"".join(_entry(name=name.encode(), **about) for name in names)
    return whole[:begins] + directory + end(len(names), len(directory), begins)


def trailing_stream(content: bytes, behind: int) -> bytes:
    """Return an archive whose member's packed bytes go on for long behind the end of what they unpack to."""
    whole = nested(content)
    with zipfile.ZipFile(io.BytesIO(whole)) as packed:
        one, begins = packed.infolist()[0], packed.start_dir
    body = whole[:begins] + bytes(behind)
    about = {"packed": one.compress_size + behind, "stated": one.file_size, "method": one.compress_type, "crc": one.CRC}
    directory = _entry(name=b"a.csv", **about)
    return body + directory + end(1, len(directory), len(body))


def with_last_words(content: bytes, words: bytes) -> bytes:
    """Return the archive with a comment at its end."""
    _, _, _, _, entries, size, offset, _ = END.unpack(content[-END.size :])
    return content[: -END.size] + end(entries, size, offset, comment=words)

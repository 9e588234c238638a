"""ZIP files as imports see them: workbooks, and archives of files."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from backend.core.storage.archives import Bounds, Entry, NotWhole, OutOfBounds, entries_of, unpacked_pieces
from backend.imports.formats.errors import ArchiveTooLarge, Damaged

MOST_MEMBERS: Final = 10_000
LARGEST_DIRECTORY: Final = 4 << 20  # bytes: ten thousand names of a hundred Chinese characters
MOST_UNPACKED: Final = 2 << 30
BOUNDS: Final = Bounds(MOST_MEMBERS, LARGEST_DIRECTORY)


def too_large() -> ArchiveTooLarge:
    """Return the refusal of an archive that holds too much."""
    return ArchiveTooLarge(limit=MOST_UNPACKED, members=MOST_MEMBERS)


def contents(file: BinaryIO) -> list[Entry]:
    """Return the archive's entries; raise ArchiveTooLarge, or Damaged where it cannot be read in one way only."""
    try:
        return entries_of(file, BOUNDS)
    except OutOfBounds:
        raise too_large() from None
    except NotWhole:
        raise Damaged(row=1) from None


def unpacked(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """Yield piece by piece what the entry really unpacks to; raise Damaged where it cannot be unpacked to its end."""
    try:
        yield from unpacked_pieces(file, entry)
    except NotWhole:
        raise Damaged(row=1) from None

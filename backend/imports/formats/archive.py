"""Opens ZIP archives of files, one member after another by name; believes neither their names nor their sizes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from stat import S_IFMT, S_ISLNK, S_ISREG
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from backend.core.storage.archives import (
    BEGINNING,
    EMPTY,
    ENCRYPTED,
    METHODS,
    UTF8_NAME,
    Entry,
    grows_beyond_reason,
)
from backend.imports.formats.errors import (
    ArchiveEncrypted,
    ArchiveNested,
    ArchiveTooLarge,
    ArchiveUnsafe,
    Damaged,
)
from backend.imports.formats.workbook import MOST_UNPACKED as LARGEST_WORKBOOK
from backend.imports.formats.zip_files import MOST_UNPACKED, contents, too_large, unpacked

IN_MEMORY: Final = 8 << 20
JUNK: Final = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
JUNK_FOLDER: Final = "__MACOSX/"
NESTED: Final = (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", EMPTY)
WORKBOOK: Final = "xl/workbook.xml"
OPEN_DOCUMENT: Final = ("content.xml", "META-INF/manifest.xml")
OFFICE: Final = {"word/document.xml": "DOCX", "ppt/presentation.xml": "PPTX", "Index/Document.iwa": "NUMBERS / PAGES"}
SYSTEM_UNIX: Final = 3


def sort_of(file: BinaryIO) -> str:
    """Return `xlsx`, `ods`, `zip`, or what office document the ZIP file is."""
    names = {entry.name for entry in contents(file)}
    if WORKBOOK in names:
        return "xlsx"
    if names.issuperset(OPEN_DOCUMENT):
        return "ods"
    return next((found for name, found in OFFICE.items() if name in names), "zip")


def _name(entry: Entry) -> str:
    if entry.flags & UTF8_NAME:
        return entry.name
    for encoding in ("utf-8", "gb18030"):
        try:
            return entry.raw_name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.name


def _check(entry: Entry, name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    leaves = path.is_absolute() or ".." in path.parts or ":" in name[:3] or "\0" in name
    mode = entry.attributes >> 16 if entry.system == SYSTEM_UNIX else 0
    special = S_IFMT(mode) and not S_ISREG(mode) and not entry.is_folder
    if leaves or special or S_ISLNK(mode):
        raise ArchiveUnsafe(member=_printable(name))
    if entry.flags & ENCRYPTED:
        raise ArchiveEncrypted(member=_printable(name))


def _printable(name: str) -> str:
    return "".join(c for c in name if c.isprintable())[-200:]


def _is_junk(name: str) -> bool:
    last = name.rpartition("/")[2].casefold()
    return name.startswith(JUNK_FOLDER) or not last or last in JUNK or last.startswith("._")


def _entries(file: BinaryIO) -> list[tuple[str, Entry]]:
    """Return the members that count by name, in the order of names; raise a problem where one is not to be trusted."""
    found: dict[str, Entry] = {}
    entries = contents(file)
    stated = sum(entry.stated_size for entry in entries)
    if stated > MOST_UNPACKED or grows_beyond_reason(stated, file.seek(0, 2)):
        raise too_large()
    for entry in entries:
        name = _name(entry)
        _check(entry, name)
        if name in found:
            raise ArchiveUnsafe(member=_printable(name))
        found[name] = entry
    return sorted((_printable(name), entry) for name, entry in found.items() if not _is_junk(name))


@contextmanager
def _opened(file: BinaryIO, entry: Entry, name: str, room: list[int]) -> Iterator[BinaryIO]:
    with SpooledTemporaryFile(IN_MEMORY) as part:
        size = 0
        for piece in unpacked(file, entry):
            if not size:
                _refuse_archive(piece, entry, name)
            size += len(piece)
            room[0] -= len(piece)
            if room[0] < 0 or grows_beyond_reason(size, entry.packed_size):
                raise too_large()
            part.write(piece)
        opened = cast(BinaryIO, part)
        if size and _begins(opened).startswith(BEGINNING):
            _refuse_all_but_workbooks(opened, name)
        opened.seek(0)
        yield opened


def _begins(part: BinaryIO) -> bytes:
    part.seek(0)
    return part.read(len(BEGINNING))


def _refuse_archive(head: bytes, entry: Entry, name: str) -> None:
    """Raise ArchiveNested by a member's first bytes: only what may be a workbook is unpacked any further."""
    is_large = head.startswith(BEGINNING) and entry.stated_size > LARGEST_WORKBOOK
    if is_large or head.startswith(NESTED):
        raise ArchiveNested(member=name)


def _refuse_all_but_workbooks(part: BinaryIO, name: str) -> None:
    try:
        nested = sort_of(part) == "zip"
    except ArchiveTooLarge:  # its own end says so: its directory stays unread
        nested = True
    if nested:
        raise ArchiveNested(member=name)


def members(file: BinaryIO) -> Iterator[tuple[str, BinaryIO | None]]:
    """Yield the members by name, each as a file that is open until the next is asked for; None for a damaged one.

    Raises ArchiveUnsafe, ArchiveEncrypted, ArchiveNested or ArchiveTooLarge, whatever else the archive holds.
    """
    room = [MOST_UNPACKED]
    for name, entry in _entries(file):
        if entry.method not in METHODS:
            yield name, None
            continue
        opened = _opened(file, entry, name, room)
        try:
            part = opened.__enter__()
        except Damaged:
            yield name, None
            continue
        try:
            yield name, part
        finally:
            opened.__exit__(None, None, None)

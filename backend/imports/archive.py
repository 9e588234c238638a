"""Opens ZIP archives of files, one member after another by name; believes neither their names nor their sizes."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from stat import S_IFMT, S_ISLNK, S_ISREG
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from backend.imports.errors import (
    ArchiveEncrypted,
    ArchiveNested,
    ArchiveTooLarge,
    ArchiveUnsafe,
    Damaged,
)  # fmt: skip
from backend.imports.packed import ENCRYPTED, METHODS, unpacked

MOST_MEMBERS: Final = 10_000
MOST_UNPACKED: Final = 2 << 30
MOST_RATIO: Final = 200
RATIO_COUNTS_FROM: Final = 32 << 20  # small files of blanks pack well without malice
IN_MEMORY: Final = 8 << 20
UTF8_NAME: Final = 0x800
JUNK: Final = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
JUNK_FOLDER: Final = "__MACOSX/"
ZIP: Final = b"PK\x03\x04"
NESTED: Final = ((b"\x1f\x8b", "GZIP"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7Z"), (b"BZh", "BZIP2"), (b"\xfd7zXZ", "XZ"))
WORKBOOK: Final = "xl/workbook.xml"
OPEN_DOCUMENT: Final = ("content.xml", "META-INF/manifest.xml")
OFFICE: Final = {"word/document.xml": "DOCX", "ppt/presentation.xml": "PPTX", "Index/Document.iwa": "NUMBERS / PAGES"}
SYSTEM_UNIX: Final = 3


def contents(file: BinaryIO) -> list[zipfile.ZipInfo]:
    """Give the archive's entries; raise Damaged where its directory cannot be read."""
    try:
        return zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Damaged(row=1) from None


def sort_of(file: BinaryIO) -> str:
    """Give `xlsx`, `ods`, `zip`, or what office document the ZIP file is."""
    names = {entry.filename for entry in contents(file)}
    if WORKBOOK in names:
        return "xlsx"
    if names.issuperset(OPEN_DOCUMENT):
        return "ods"
    return next((found for name, found in OFFICE.items() if name in names), "zip")


def _name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & UTF8_NAME:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")  # what zipfile takes unmarked names for
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _check(entry: zipfile.ZipInfo, name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    leaves = path.is_absolute() or ".." in path.parts or ":" in name[:3] or "\0" in name
    mode = entry.external_attr >> 16 if entry.create_system == SYSTEM_UNIX else 0
    special = S_IFMT(mode) and not S_ISREG(mode) and not entry.is_dir()
    if leaves or special or S_ISLNK(mode):
        raise ArchiveUnsafe(member=_shown(name))
    if entry.flag_bits & ENCRYPTED:
        raise ArchiveEncrypted(member=_shown(name))


def _shown(name: str) -> str:
    return "".join(c for c in name if c.isprintable())[-200:]


def _is_junk(name: str) -> bool:
    last = name.rpartition("/")[2].casefold()
    return name.startswith(JUNK_FOLDER) or not last or last in JUNK or last.startswith("._")


def _entries(file: BinaryIO) -> list[tuple[str, zipfile.ZipInfo]]:
    """Give the members that count by name, in the order of names; raise a problem where one is not to be trusted."""
    found: dict[str, zipfile.ZipInfo] = {}
    entries = contents(file)
    if len(entries) > MOST_MEMBERS:
        raise ArchiveTooLarge(limit=MOST_UNPACKED, members=MOST_MEMBERS)
    for entry in entries:
        name = _name(entry)
        _check(entry, name)
        if name in found:
            raise ArchiveUnsafe(member=_shown(name))
        found[name] = entry
    return sorted((_shown(name), entry) for name, entry in found.items() if not _is_junk(name))


@contextmanager
def _opened(file: BinaryIO, entry: zipfile.ZipInfo, room: list[int]) -> Iterator[BinaryIO]:
    with SpooledTemporaryFile(IN_MEMORY) as part:
        size = 0
        for piece in unpacked(file, entry):
            size += len(piece)
            room[0] -= len(piece)
            too_much = size > RATIO_COUNTS_FROM and size > MOST_RATIO * max(entry.compress_size, 1)
            if room[0] < 0 or too_much:
                raise ArchiveTooLarge(limit=MOST_UNPACKED, members=MOST_MEMBERS)
            part.write(piece)
        part.seek(0)
        yield cast(BinaryIO, part)


def _refuse_archive(part: BinaryIO, name: str) -> None:
    part.seek(0)
    head = part.read(8)
    nested = any(head.startswith(mark) for mark, _ in NESTED)
    if nested or (head.startswith(ZIP) and sort_of(part) == "zip"):
        raise ArchiveNested(member=name)


def members(file: BinaryIO) -> Iterator[tuple[str, BinaryIO | None]]:
    """Give the members by name, each as a file that is open until the next is asked for; None for a damaged one.

    Raises ArchiveUnsafe, ArchiveEncrypted, ArchiveNested or ArchiveTooLarge, whatever else the archive holds.
    """
    room = [MOST_UNPACKED]
    for name, entry in _entries(file):
        if entry.compress_type not in METHODS:
            yield name, None
            continue
        opened = _opened(file, entry, room)
        try:
            part = opened.__enter__()
        except Damaged:
            yield name, None
            continue
        try:
            _refuse_archive(part, name)
            yield name, part
        finally:
            opened.__exit__(None, None, None)

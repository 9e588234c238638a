"""Bytes by their SHA-256: a folder beside SQLite, chunks in the database beside PostgreSQL."""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, Protocol, cast

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import moment, table_of
from backend.core.settings import Settings

CHUNK: Final = 1 << 20
READ_AT_ONCE: Final = 1 << 18
IN_MEMORY: Final = 8 << 20
DRAFT: Final = "."  # what the name of a file that is still being written begins with


@dataclass(frozen=True, slots=True)
class Blob:
    """What is kept: its SHA-256 in hexadecimal digits and its size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A blob in the store, or what an interrupted `put` left there; `put_at` is the last time that it was put."""

    name: str
    put_at: datetime


class BlobChunk(SQLModel, table=True):
    """A piece of a blob, at most CHUNK bytes."""

    __tablename__ = "blob_chunk"
    digest: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    content: bytes
    put_at: datetime = Field(sa_column=moment())


class Blobs(Protocol):
    """Keeps bytes and gives them back. Synchronous: call it from a thread."""

    def put(self, source: BinaryIO) -> Blob:
        """Keep what the file holds from its beginning; the same bytes twice are kept once."""

    def open(self, digest: str) -> Iterator[bytes]:
        """Return the bytes in pieces; raise FileNotFoundError where there are none."""

    def file(self, digest: str) -> AbstractContextManager[BinaryIO]:
        """Return the bytes as a file that can be read from any place; raise FileNotFoundError where there are none."""

    def every(self) -> Iterator[Kept]:
        """Return all that is kept, in the order of its names."""

    def remove(self, name: str, before: datetime) -> bool:
        """Remove what `every` names, unless it was put again since `before`; give whether it is gone."""


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    source.seek(0)
    while piece := source.read(CHUNK):
        yield piece


def _measure(source: BinaryIO) -> Blob:
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(source):
        digest.update(piece)
        size += len(piece)
    return Blob(digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    """Have the names in the folder survive a power cut; Windows syncs them itself and opens no folders."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _make_folders(folder: Path) -> None:
    """Make the folder and those above it; the name of each new one survives a power cut."""
    if not folder.is_dir():
        _make_folders(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


class FolderBlobs:
    """Keeps blobs as files; a file appears under its digest whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _place(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def put(self, source: BinaryIO) -> Blob:
        """Keep what the file holds, synced to disk before it is named."""
        blob = _measure(source)
        place = self._place(blob.digest)
        with contextlib.suppress(FileNotFoundError):
            os.utime(place)  # put again: nobody may take it for forgotten
            return blob
        _make_folders(place.parent)
        draft = place.with_name(f"{DRAFT}{blob.digest}.{secrets.token_hex(4)}")
        try:
            with draft.open("wb") as file:
                for piece in _pieces(source):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(place.parent)
        return blob

    def open(self, digest: str) -> Iterator[bytes]:
        """Yield the bytes in pieces."""
        with self.file(digest) as file:
            yield from _pieces(file)

    def file(self, digest: str) -> AbstractContextManager[BinaryIO]:
        """Return the file itself, which nobody writes to any more."""
        return self._place(digest).open("rb", buffering=READ_AT_ONCE)

    def every(self) -> Iterator[Kept]:
        """Yield all that is kept; a name that begins with a dot was never finished."""
        for folder in sorted(self._folder.glob("??")):
            for file in sorted(folder.iterdir()):
                with contextlib.suppress(FileNotFoundError):  # finished or removed meanwhile
                    yield Kept(file.name, _changed(file))

    def remove(self, name: str, before: datetime) -> bool:
        """Remove what `every` names, unless it was put again since `before`."""
        place = self._folder / name.removeprefix(DRAFT)[:2] / name
        aside = place.with_name(f"{DRAFT}{name.removeprefix(DRAFT)}.{secrets.token_hex(4)}")
        try:
            place.rename(aside)  # whoever puts it from now on writes it anew
        except FileNotFoundError:
            return True
        if _changed(aside) >= before:
            aside.replace(place)
            return False
        aside.unlink()
        return True


def _changed(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


LOCK: Final = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:d, 0))")
AT_ONCE: Final = 500


class TableBlobs:
    """Keeps blobs in the database, in one transaction each."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._table = table_of(BlobChunk)

    def put(self, source: BinaryIO) -> Blob:
        """Keep what the file holds."""
        blob, table = _measure(source), self._table
        put_at = sa.func.now()
        with self._engine.begin() as connection:
            connection.execute(LOCK, {"d": blob.digest})
            again = sa.update(table).where(table.c.digest == blob.digest).values(put_at=put_at)
            if not connection.execute(again).rowcount:
                for number, piece in enumerate(_pieces(source) if blob.size else (b"",)):
                    row = {"digest": blob.digest, "number": number, "content": piece, "put_at": put_at}
                    connection.execute(sa.insert(table).values(row))
        return blob

    def open(self, digest: str) -> Iterator[bytes]:
        """Yield the bytes in pieces."""
        number = 0
        while True:
            statement = sa.select(self._table.c.content).where(
                self._table.c.digest == digest, self._table.c.number == number
            )
            with self._engine.connect() as connection:
                piece = connection.execute(statement).scalar_one_or_none()
            if piece is None:
                if number == 0:
                    raise FileNotFoundError(digest)
                return
            yield bytes(piece)
            number += 1

    @contextlib.contextmanager
    def file(self, digest: str) -> Iterator[BinaryIO]:
        """Yield a copy; in memory while it is small."""
        with SpooledTemporaryFile(IN_MEMORY) as file:
            for piece in self.open(digest):
                file.write(piece)
            yield cast(BinaryIO, file)

    def every(self) -> Iterator[Kept]:
        """Yield all that is kept, in the order of its digests."""
        digest, after = self._table.c.digest, ""
        statement = sa.select(digest, sa.func.max(self._table.c.put_at, type_=self._table.c.put_at.type)).group_by(
            digest
        )
        while True:
            with self._engine.connect() as connection:
                page = connection.execute(statement.where(digest > after).order_by(digest).limit(AT_ONCE)).all()
            if not page:
                return
            yield from (Kept(*row) for row in page)
            after = page[-1][0]

    def remove(self, name: str, before: datetime) -> bool:
        """Remove the blob, unless it was put again since `before`."""
        table = self._table
        old = sa.delete(table).where(table.c.digest == name, table.c.put_at < before)
        with self._engine.begin() as connection:
            connection.execute(LOCK, {"d": name})
            connection.execute(old)
            left = sa.select(table.c.number).where(table.c.digest == name).limit(1)
            return connection.execute(left).first() is None


def make_blobs(settings: Settings, engine: sa.Engine) -> Blobs:
    """Return the store that fits the database."""
    return FolderBlobs(settings.patentmart_data_dir / "blobs") if settings.is_sqlite else TableBlobs(engine)

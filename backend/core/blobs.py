"""Bytes by their SHA-256: a folder beside SQLite, chunks in the database beside PostgreSQL."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.columns import table_of
from backend.core.settings import Settings

CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Blob:
    """What is kept: its SHA-256 in hexadecimal digits and its size in bytes."""

    digest: str
    size: int


class BlobChunk(SQLModel, table=True):
    """A piece of a blob, at most CHUNK bytes."""

    __tablename__ = "blob_chunk"
    digest: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    content: bytes


class Blobs(Protocol):
    """Keeps bytes and gives them back. Synchronous: call it from a thread."""

    def put(self, source: BinaryIO) -> Blob:
        """Keep what the file holds from its beginning; the same bytes twice are kept once."""

    def open(self, digest: str) -> Iterator[bytes]:
        """Give the bytes in pieces; raise FileNotFoundError where there are none."""


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
        if place.exists():
            return blob
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{blob.digest}.{secrets.token_hex(4)}")
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
        """Give the bytes in pieces."""
        with self._place(digest).open("rb") as file:
            yield from _pieces(file)


class TableBlobs:
    """Keeps blobs in the database, in one transaction each."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._table = table_of(BlobChunk)

    def put(self, source: BinaryIO) -> Blob:
        """Keep what the file holds."""
        blob = _measure(source)
        lock = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:d, 0))")
        with self._engine.begin() as connection:
            connection.execute(lock, {"d": blob.digest})
            there = sa.select(self._table.c.number).where(self._table.c.digest == blob.digest).limit(1)
            if connection.execute(there).first() is None:
                for number, piece in enumerate(_pieces(source) if blob.size else (b"",)):
                    row = {"digest": blob.digest, "number": number, "content": piece}
                    connection.execute(sa.insert(self._table), row)
        return blob

    def open(self, digest: str) -> Iterator[bytes]:
        """Give the bytes in pieces."""
        number = 0
        while True:
            asked = sa.select(self._table.c.content).where(
                self._table.c.digest == digest, self._table.c.number == number
            )
            with self._engine.connect() as connection:
                piece = connection.execute(asked).scalar_one_or_none()
            if piece is None:
                if number == 0:
                    raise FileNotFoundError(digest)
                return
            yield bytes(piece)
            number += 1


def make_blobs(settings: Settings, engine: sa.Engine) -> Blobs:
    """Give the store that fits the database."""
    return FolderBlobs(settings.patentmart_data_dir / "blobs") if settings.lite else TableBlobs(engine)

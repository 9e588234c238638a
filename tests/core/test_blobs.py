"""Bytes are kept whole under their digest, or not at all."""

import asyncio
import hashlib
import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI

from backend.core.storage.blobs import CHUNK, Blobs, FolderBlobs

pytestmark = pytest.mark.both_databases

SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK)


@pytest.fixture
def blobs(app: FastAPI) -> Blobs:
    """A folder beside SQLite, a table on PostgreSQL."""
    found: Blobs = app.state.blobs
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_kept_comes_back_byte_by_byte(blobs: Blobs, size: int) -> None:
    content = os.urandom(size)
    kept = await asyncio.to_thread(blobs.put, io.BytesIO(content))
    assert (kept.digest, kept.size) == (hashlib.sha256(content).hexdigest(), size)
    pieces = await asyncio.to_thread(lambda: list(blobs.open(kept.digest)))
    assert b"".join(pieces) == content
    assert all(len(piece) <= CHUNK for piece in pieces)


async def test_a_file_is_kept_from_its_beginning_wherever_it_was_read_to(blobs: Blobs) -> None:
    file = io.BytesIO(b"read already")
    file.read()
    kept = await asyncio.to_thread(blobs.put, file)
    assert b"".join(await asyncio.to_thread(lambda: list(blobs.open(kept.digest)))) == b"read already"


async def test_the_same_bytes_are_kept_once_however_many_bring_them_at_once(blobs: Blobs) -> None:
    content = os.urandom(2 * CHUNK + 5)
    kept = await asyncio.gather(*(asyncio.to_thread(blobs.put, io.BytesIO(content)) for _ in range(8)))
    assert len(set(kept)) == 1
    assert b"".join(await asyncio.to_thread(lambda: list(blobs.open(kept[0].digest)))) == content


async def test_bytes_that_nobody_kept_are_not_found(blobs: Blobs) -> None:
    with pytest.raises(FileNotFoundError):
        await asyncio.to_thread(lambda: list(blobs.open("0" * 64)))


class Breaks(io.BytesIO):
    """A source that can be read once, and breaks the second time."""

    turns = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self.turns += 1
        return super().seek(offset, whence)

    def read(self, size: int | None = -1) -> bytes:
        if self.turns > 1 and self.tell() >= CHUNK:
            raise OSError("gone")
        return super().read(size)


async def test_the_name_of_every_new_folder_is_on_disk_before_a_blob_counts_as_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    fsync = os.fsync

    def noted(number: int) -> None:
        synced.append(Path(f"/proc/self/fd/{number}").readlink())
        fsync(number)

    monkeypatch.setattr(os, "fsync", noted)
    kept = FolderBlobs(tmp_path / "data" / "blobs").put(io.BytesIO(b"x"))
    of_digest = tmp_path / "data" / "blobs" / kept.digest[:2]
    assert {tmp_path, tmp_path / "data", tmp_path / "data" / "blobs", of_digest} <= set(synced)


async def test_a_source_that_breaks_off_leaves_nothing(blobs: Blobs) -> None:
    content = os.urandom(2 * CHUNK)
    with pytest.raises(OSError, match="gone"):
        await asyncio.to_thread(blobs.put, Breaks(content))
    with pytest.raises(FileNotFoundError):
        await asyncio.to_thread(lambda: list(blobs.open(hashlib.sha256(content).hexdigest())))
    assert (await asyncio.to_thread(blobs.put, io.BytesIO(content))).size == len(content)


PUT = """
import io, sys
from pathlib import Path
from backend.core.storage.blobs import FolderBlobs
print(flush=True)
while True:
    FolderBlobs(Path(sys.argv[1])).put(io.BytesIO(__import__("os").urandom(3_000_000)))
"""


def test_a_killed_process_leaves_no_half_file_under_a_digest(tmp_path: Path) -> None:
    for delay in (0.01, 0.05):
        with subprocess.Popen([sys.executable, "-c", PUT, str(tmp_path)], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            signal.sigtimedwait([], delay)
            process.kill()
    found = [p for p in tmp_path.rglob("*") if p.is_file() and not p.name.startswith(".")]
    assert all(hashlib.sha256(p.read_bytes()).hexdigest() == p.name for p in found)
    assert FolderBlobs(tmp_path).put(io.BytesIO(b"")).size == 0

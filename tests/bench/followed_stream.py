"""How far the standing matches of a measured server have followed the stream, looked up in its database."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from backend.matching.standing.notifier import FOLLOWER

READY: Final = 600.0  # seconds


@contextlib.contextmanager
def opened(database: Path) -> Iterator[sqlite3.Connection]:
    """Open the database of a server for a short look or a change that no address makes."""
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        yield connection


async def until_evaluated(database: Path) -> None:
    """Wait until the standing matches have followed the stream."""
    with opened(database) as connection:
        (head,) = connection.execute("SELECT max(seq) FROM event").fetchone()
        until = time.monotonic() + READY
        while time.monotonic() < until:
            asked = connection.execute("SELECT position FROM stream_cursor WHERE name = ?", (FOLLOWER,))
            if asked.fetchone()[0] >= head:
                return
            await asyncio.sleep(0.1)
    raise AssertionError("the standing matches do not follow")


def mark_as_told(database: Path) -> None:
    """Have all pairs that stand be told, as they were one by one when their needs were published."""
    with opened(database) as connection:
        connection.execute(
            "UPDATE standing_pair SET told_at = pending_since, told_points = points, pending_since = NULL"
            " WHERE pending_since IS NOT NULL"
        )

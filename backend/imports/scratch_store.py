"""What a long file's way through its rows must remember, in a temporary file: memory does not grow with the rows."""

import pickle
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from backend.imports.queries import subjects_of

CACHED: Final = 16_000  # KiB in memory; the rest goes to a temporary file that nobody else can open
TABLE: Final = """
    CREATE TABLE kept (kind TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, key)) WITHOUT ROWID
"""
KEEP: Final = "INSERT OR REPLACE INTO kept VALUES (?, ?, ?)"
FIND: Final = "SELECT key, value FROM kept WHERE kind = ? AND key IN (SELECT value FROM json_each(?))"


class Scratch:
    """Values by kind and key, for one piece of work, which asks one thing at a time; gone with it."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHED}"):
            self._file.execute(f"PRAGMA {setting}")
        self._file.execute(TABLE)
        self._file.execute("BEGIN")  # never to be committed: each statement by itself would be

    def note(self, kind: str, keys: Iterable[str]) -> None:
        """Remember that there are these keys."""
        self._file.executemany(KEEP, ((kind, key, None) for key in keys))

    def noted(self, kind: str, keys: Collection[str]) -> set[str]:
        """Return those of the keys that were noted or put."""
        return {key for key, _ in self._file.execute(FIND, (kind, orjson.dumps(list(keys)).decode()))}

    def put(self, kind: str, values: Mapping[str, Any]) -> None:
        """Remember the values; a key that is there gets the new one."""
        self._file.executemany(KEEP, ((kind, key, pickle.dumps(value, -1)) for key, value in values.items()))

    def get(self, kind: str, keys: Collection[str]) -> dict[str, Any]:
        """Return the values of those of the keys that were put; each time afresh."""
        found = self._file.execute(FIND, (kind, orjson.dumps(list(keys)).decode()))
        return {key: pickle.loads(value) for key, value in found}  # noqa: S301 - what this object wrote itself

    def close(self) -> None:
        """Forget everything."""
        self._file.close()


class Earlier:
    """What earlier rows of an import were about: a later row completes it, and does not overrule."""

    def __init__(self, scratch: Scratch, import_id: str) -> None:
        self._scratch = scratch
        self._import_id: str | None = import_id
        self._fresh: set[str] = set()

    async def among(self, session: AsyncSession, ids: Collection[str]) -> set[str]:
        """Return those of the ids that rows of earlier batches were about, and begin a new batch.

        The first time, what was done before a crash is looked up.
        """
        if self._import_id is not None:
            async for subjects in subjects_of(session, self._import_id):
                self._scratch.note("earlier", subjects)
            self._import_id = None
        self._fresh = set()
        return self._scratch.noted("earlier", ids)

    def add(self, subject: str) -> None:
        """Note what a row of this batch is about."""
        self._fresh.add(subject)

    @property
    def fresh(self) -> set[str]:
        """What earlier rows of this batch were about."""
        return self._fresh

    def kept(self) -> None:
        """The batch is committed."""
        self._scratch.note("earlier", self._fresh)
        self._fresh = set()

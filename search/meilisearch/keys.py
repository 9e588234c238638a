"""The two keys of a Meilisearch server that the platform works with, made once with no more rights than they need."""

from collections.abc import Sequence
from typing import Any, Final

import meilisearch
from meilisearch.errors import MeilisearchApiError, MeilisearchCommunicationError, MeilisearchTimeoutError

from search.engine import SearchUnavailable

WRITES: Final = ("documents.*", "indexes.*", "settings.*", "tasks.*", "stats.get")
NAMES: Final = ("patentmart search", "patentmart write")


def keys(url: str, master_key: str, uids: Sequence[str]) -> tuple[str, str]:
    """Return the key that searches the indexes, and the one that feeds them, made where they are not there yet.

    The second is for all indexes, since the task that swaps a rebuilt one in belongs to none. SearchUnavailable where
    the server is away or refuses.
    """
    search: dict[str, Any] = {"actions": ["search"], "indexes": [name for uid in uids for name in (uid, f"{uid}_next")]}
    write: dict[str, Any] = {"actions": list(WRITES), "indexes": ["*"]}
    client = meilisearch.Client(url, master_key, timeout=30)
    try:
        there = {(key.name, tuple(key.indexes)): str(key.key) for key in client.get_keys({"limit": 1_000}).results}
        found = []
        for name, asked in zip(NAMES, (search, write), strict=True):
            known = there.get((name, tuple(asked["indexes"])))
            found.append(known or str(client.create_key({"name": name, "expiresAt": None, **asked}).key))
    except (MeilisearchApiError, MeilisearchCommunicationError, MeilisearchTimeoutError) as refused:
        raise SearchUnavailable(str(refused)) from refused
    return found[0], found[1]

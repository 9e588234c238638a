"""Filling a Meilisearch server's index: tasks are awaited, and what one document did wrong stops no other."""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import meilisearch
import orjson
import structlog
from meilisearch.errors import MeilisearchApiError, MeilisearchCommunicationError, MeilisearchTimeoutError

from search.documents import Change, Ready, Removed
from search.engine import SearchError, SearchUnavailable
from search.index_spec import IndexSpec
from search.meilisearch.documents import POSITION_ID, made_ready, settings
from search.meilisearch.query import one_of

NDJSON: Final = "application/x-ndjson"
FIRST_LOOK, LONGEST_LOOK = 0.005, 0.2  # seconds between two looks at a task
OWN_FAULT: Final = "invalid_request"
log = structlog.get_logger()


class TaskFailed(SearchError):
    """The server took the task and could not do it; `code` is Meilisearch's own."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error.get('code')}: {error.get('message')}")
        self.code = str(error.get("code"))
        self.is_own_fault = error.get("type") == OWN_FAULT


def ended(status: str, error: dict[str, Any] | None) -> bool:
    """Whether a task of this status has been done; raises TaskFailed where it never will be."""
    if status in ("failed", "canceled"):
        raise TaskFailed(error or {"code": status})
    return status == "succeeded"


def _carrier(state: Mapping[str, Any], aside: Mapping[str, str]) -> Ready:
    """The document that carries how far the index is."""
    return Ready(POSITION_ID, orjson.dumps({"id": POSITION_ID, **state, "aside": dict(aside)}))


class Feeder:
    """Writes one index of a server. Every method waits for the server; SearchUnavailable where it is away."""

    def __init__(self, url: str, key: str, spec: IndexSpec, uid: str, *, cutoff_ms: int, time_limit: int = 600) -> None:
        self._client = meilisearch.Client(url, key or None, timeout=30)
        self._spec = spec
        self._settings = settings(spec, cutoff_ms)
        self._time_limit = time_limit
        self.uid = uid
        self.stop = threading.Event()  # nobody waits for the server any more

    def prepare(self) -> bool:
        """Make the index where there is none; give whether it has the settings that it should have."""
        is_right = self.is_right()
        if is_right is None:
            self.create()
        return is_right is not False

    def is_right(self) -> bool | None:
        """Whether the index has the settings that it should have; None where there is no index."""
        try:
            kept = self._client.index(self.uid).get_settings()
        except MeilisearchApiError as refused:
            if refused.code != "index_not_found":
                raise SearchUnavailable(str(refused)) from refused
            return None
        except (MeilisearchCommunicationError, MeilisearchTimeoutError) as away:
            raise SearchUnavailable(str(away)) from away
        return all(kept.get(name) == value for name, value in self._settings.items())

    def create(self) -> None:
        """Make the index anew, empty, with its settings, which alone make one where there is none."""
        if self.is_right() is not None:
            self.drop()
        self._done(self._sent(self._client.index(self.uid).update_settings, self._settings))

    def drop(self) -> None:
        """Remove the index where there is one."""
        try:
            self._done(self._sent(self._client.delete_index, self.uid))
        except TaskFailed as failed:
            if failed.code != "index_not_found":
                raise

    def put(self, changes: Sequence[Change], state: Mapping[str, Any], aside: Mapping[str, str]) -> dict[str, str]:
        """Put, replace and remove, the last of several changes of one document, and keep the state beside them.

        Gives what is refused now, by id, with the reason: of what was `aside` before, and of these; the rest is put all
        the same.
        """
        last = {change.id: change for change in changes}
        made = [
            change if isinstance(change, Ready | Removed) else made_ready(self._spec, change)
            for change in last.values()
        ]
        if gone := [change.id for change in made if isinstance(change, Removed)]:
            self._done(self._sent(self._delete, one_of("id", gone)))
        still = {one: reason for one, reason in aside.items() if one not in last}
        refused = self._put([*(change for change in made if isinstance(change, Ready)), _carrier(state, still)])
        if refused:
            still |= refused
            self._put([_carrier(state, still)])
        return still

    def effective(self, changes: Sequence[Change], aside: Mapping[str, str]) -> Sequence[Change]:
        """Return the changes without removals of what is not there, for which the server would do a task."""
        removed = [change.id for change in changes if isinstance(change, Removed) and change.id not in aside]
        if not removed:
            return changes
        try:
            there = {one["id"] for one in self.found(removed, ("id",))}
        except (MeilisearchCommunicationError, MeilisearchTimeoutError) as away:
            raise SearchUnavailable(f"the search server is away: {away}") from away
        except MeilisearchApiError:  # of an id that it takes for none
            return changes
        put = {change.id for change in changes if not isinstance(change, Removed)}
        kept = there | put | aside.keys()
        return [change for change in changes if not isinstance(change, Removed) or change.id in kept]

    def _put(self, documents: Sequence[Ready]) -> dict[str, str]:
        try:
            self._done(self._sent_raw(documents))
        except TaskFailed as failed:
            if not failed.is_own_fault or failed.code == "index_not_found":
                raise
            if len(documents) == 1:
                log.warning("document_set_aside", id=documents[0].id, reason=str(failed))
                return {documents[0].id: str(failed)}
            half = len(documents) // 2
            return self._put(documents[:half]) | self._put(documents[half:])
        return {}

    def swap(self, other: str) -> None:
        """Let the other index take this one's name, at once, and this one the other's where there is one."""
        pair = [self.uid, other]
        try:
            self._done(self._sent(self._client.swap_indexes, [{"indexes": pair}]))
        except TaskFailed as failed:
            if failed.code != "index_not_found":
                raise
            self._done(self._sent(self._client.swap_indexes, [{"indexes": [other, self.uid], "rename": True}]))

    def count(self) -> int:
        """How many documents the index holds."""
        return int(self._client.index(self.uid).get_stats().number_of_documents) - 1  # and the one with the state

    def found(self, ids: Sequence[str], fields: Sequence[str]) -> list[dict[str, Any]]:
        """Those fields of the documents with these ids that are there."""
        parameters = {"ids": list(ids), "fields": list(fields), "limit": len(ids)}
        return [dict(one) for one in self._client.index(self.uid).get_documents(parameters).results]

    def ids(self, offset: int, limit: int) -> list[str]:
        """The next ids of the index, in its own order."""
        parameters = {"fields": ["id"], "offset": offset, "limit": limit}
        page = self._client.index(self.uid).get_documents(parameters)
        return [str(one.id) for one in page.results if one.id != POSITION_ID]

    def _delete(self, which: str) -> Any:
        return self._client.index(self.uid).delete_documents(filter=which)

    def _sent_raw(self, documents: Sequence[Ready]) -> int:
        body = b"\n".join(one.content for one in documents)
        return self._sent(self._client.index(self.uid).add_documents_raw, body, "id", NDJSON)

    def _sent(self, call: Any, *args: Any) -> int:
        """The number of the task that the call asked for."""
        try:
            return int(call(*args).task_uid)
        except MeilisearchApiError as refused:
            raise SearchUnavailable(f"the search server refused: {refused}") from refused
        except (MeilisearchCommunicationError, MeilisearchTimeoutError) as away:
            raise SearchUnavailable(f"the search server is away: {away}") from away

    def _done(self, task: int) -> None:
        """Wait until the task is done; raises TaskFailed where it failed."""
        pause, until = FIRST_LOOK, time.monotonic() + self._time_limit
        while time.monotonic() < until:
            try:
                found = self._client.get_task(task)
            except (MeilisearchApiError, MeilisearchCommunicationError, MeilisearchTimeoutError) as away:
                raise SearchUnavailable(f"the search server is away: {away}") from away
            if ended(found.status, found.error):
                return
            if self.stop.wait(pause):
                raise SearchUnavailable("the search engine is closed")
            pause = min(pause * 1.5, LONGEST_LOOK)
        raise SearchUnavailable(f"task {task} is not done after {self._time_limit} s")

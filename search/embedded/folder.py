"""The folder of the embedded index: whose it is, which generation answers, and what a crash left behind."""

import json
import os
import shutil
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from tantivy import Index, IndexWriter, Order, Query

from search.documents import Change, Removed
from search.embedded.answers import View
from search.embedded.schema import POSITION_ID, form_of, indexed, make_schema, position_document
from search.engine import SearchUnavailable
from search.index_spec import IndexSpec

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_FEEDING_HEAP = 20_000_000
_FILLING_HEAP = 60_000_000  # two segments for 27,500 patents; one would cost the server 60 MB more


class Generation:
    """One tantivy index: documents, and the stream position they stand at, changed and committed together."""

    def __init__(self, spec: IndexSpec, path: Path) -> None:
        """Open the index in this folder, or make one where there is none; OSError or ValueError if it is damaged."""
        self.path, self._spec = path, spec
        path.mkdir(parents=True, exist_ok=True)
        self._schema = make_schema(spec)
        self._index = Index(self._schema, str(path), sort_by_field=spec.newest.sort_key, sort_order=Order.Desc)
        self._index.config_reader("Manual")
        self._writer: IndexWriter | None = None
        self._states = 0
        self._ids: dict[int, str] = {}

    def put(self, changes: Sequence[Change], *, heap: int = _FEEDING_HEAP) -> None:
        """Put, replace and remove documents; `commit` makes it last and `forget` undoes it."""
        writer = self._open_writer(heap)
        for change in changes:
            writer.delete_documents_by_term("id", change.id)
            if not isinstance(change, Removed):
                writer.add_document(indexed(self._spec, change, self._schema))

    def fill(self, changes: Sequence[Change]) -> None:
        """Put documents into an index that does not answer yet."""
        self.put(changes, heap=_FILLING_HEAP)

    def commit(self, position: int, *, changed: bool = True) -> None:
        """Make what was put last, together with the stream position."""
        writer = self._open_writer(_FEEDING_HEAP)
        writer.delete_documents_by_term("id", POSITION_ID)
        writer.add_document(position_document(self._spec, position))
        writer.commit()
        self._states += changed

    def forget(self) -> None:
        """Undo what was put since the last commit."""
        if self._writer is not None:
            try:
                self._writer.rollback()
                self._writer.garbage_collect_files()
            except (OSError, ValueError):  # broken, by a full disk say: the next change opens another
                self._writer = None

    def settle(self) -> None:
        """Wait for background merges, and let go of the writer."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def view(self) -> View:
        """The last committed state."""
        self._index.reload()
        searcher = self._index.searcher()
        found = searcher.search(Query.term_query(self._schema, "id", POSITION_ID, "basic"), 1).hits
        position = int(searcher.doc(found[0][1]).get_first("position") or 0) if found else 0
        documents = searcher.num_docs - len(found)
        return View(
            self._spec, self._schema, searcher, f"{self.path.name}.{self._states}", position, documents, self._ids
        )

    def _open_writer(self, heap: int) -> IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(heap, 1)
            # A kill may have left a file of deletions that no commit names, and the next one would want its name.
            self._writer.garbage_collect_files()
        return self._writer


class Folder:
    """The folder of one index: a lock that says whose it is, the generation that answers, and its name on disk.

    Raises SearchUnavailable when another process holds it.
    """

    def __init__(self, spec: IndexSpec, path: Path) -> None:
        self.path, self._spec = path, spec
        path.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(path / "lock")
        try:
            self.generation, self.is_complete = self._open() or (self.fresh(), False)
            self.adopt(self.generation, complete=self.is_complete)
        except BaseException:
            self._lock.close()
            raise

    def fresh(self) -> Generation:
        """A new, empty generation that does not answer yet."""
        return Generation(self._spec, self.path / f"generation-{uuid4().hex[:12]}")

    def adopt(self, generation: Generation, *, complete: bool) -> None:
        """Make this the generation that answers, from one instant to the next, and drop the others."""
        state = {"form": form_of(self._spec), "generation": generation.path.name, "complete": complete}
        _write_durably(self.path / "current.json", json.dumps(state).encode())
        replaced, self.generation, self.is_complete = self.generation, generation, complete
        if replaced is not generation:
            replaced.settle()
        self.sweep()

    def close(self) -> None:
        """Let go of the folder."""
        self.generation.settle()
        self._lock.close()

    def _open(self) -> tuple[Generation, bool] | None:
        """The generation that answered last and whether it was complete; nothing if it is missing or damaged."""
        try:
            state = json.loads((self.path / "current.json").read_bytes())
            path = self.path / state["generation"]
            if state["form"] != form_of(self._spec) or not _is_sound(path):
                return None
            generation = Generation(self._spec, path)
            generation.view()
            return generation, bool(state["complete"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def sweep(self) -> None:
        """Remove what does not answer: replaced generations and what an interrupted rebuild left."""
        for path in self.path.glob("generation-*"):
            if path != self.generation.path:
                shutil.rmtree(path, ignore_errors=True)


def _locked(path: Path) -> BinaryIO:
    lock = path.open("ab")
    try:
        if sys.platform == "win32":
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as taken:
        lock.close()
        raise SearchUnavailable(f"another process holds the search index in {path.parent}") from taken
    return lock


def _is_sound(path: Path) -> bool:
    """Whether every file of the last commit is as it was written; tantivy ends each with the checksum of the rest."""
    for segment in json.loads((path / "meta.json").read_bytes())["segments"]:
        name, deletes = segment["segment_id"].replace("-", ""), segment["deletes"]
        files = [file for file in path.glob(f"{name}.*") if file.suffix != ".del"]
        if deletes:
            files.append(path / f"{name}.{deletes['opstamp']}.del")
        if not files or not all(map(_has_right_checksum, files)):
            return False
    return True


def _has_right_checksum(file: Path) -> bool:
    content = memoryview(file.read_bytes())
    end = len(content) - 8
    start = end - int.from_bytes(content[end : end + 4], "little")
    return 0 <= start < end and json.loads(bytes(content[start:end]))["crc"] == zlib.crc32(content[:start])


def _write_durably(path: Path, content: bytes) -> None:
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)

"""Computes the vectors that texts of listed patents lack, a few texts at a time, beside everything else."""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Final

from backend.core.database.dialects import insert_into
from backend.core.database.sessions import Database
from backend.core.jobs.queue import HandedBack
from backend.core.platform import WorkRuntime
from backend.text_vectors import queries
from backend.text_vectors.codes import VectorStage
from backend.text_vectors.process_service import NAME, TextVectors
from backend.text_vectors.queries import VECTOR
from backend.text_vectors.texts import PatentTexts, Text, is_due
from search.semantic.embedder import Embedder
from search.semantic.quantised import packed

AT_ONCE: Final = 16  # texts computed and kept together: what a killed process does again …
CHARACTERS: Final = 3_000  # … and how much they may have, a second's work
GIVES_WAY: Final = 10  # nice(2): requests and other work get the processor first
LOOK: Final = 0.1  # seconds between two looks for the model of a process that has just started


class ModelNotHere(Exception):
    """There is no model in this process: another one is asked, or this one after its next start."""


def compute(runtime: WorkRuntime, patent_ids: Sequence[str]) -> None:
    """Compute what the texts of these patents lack, or of all that are listed where none are named.

    What is there already is not computed again, so that it goes on where it was left, however it ended.
    """
    embedder = _model_of(runtime)
    with ThreadPoolExecutor(1, thread_name_prefix="text-vectors", initializer=_give_way) as thread:
        work = _Computing(runtime.database, embedder, thread, runtime.stopping)
        runtime.run(work.run(patent_ids))
    if runtime.stopping.is_set():
        raise HandedBack


def _model_of(runtime: WorkRuntime) -> Embedder:
    """Return the model of the process, which is loaded after its work has begun; raise ModelNotHere, HandedBack."""
    while True:
        service: TextVectors | None = runtime.platform.services().get(NAME)
        if service is not None and service.embedder is not None:
            return service.embedder
        if service is not None and service.is_over:
            raise ModelNotHere
        runtime.run(asyncio.sleep(LOOK))


def _give_way() -> None:
    """Let the other threads of this machine go first, where a thread can be told so by itself."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), GIVES_WAY)


class _Computing:
    """One piece of work from its beginning to its end."""

    def __init__(
        self, database: Database, embedder: Embedder, thread: ThreadPoolExecutor, stopping: threading.Event
    ) -> None:
        self._database, self._embedder = database, embedder
        self._thread, self._stopping = thread, stopping

    async def run(self, patent_ids: Sequence[str]) -> None:
        """Compute all titles, then all titles with abstracts; ends early where the process stops."""
        for stage in VectorStage:
            async for texts in self._pages(patent_ids):
                for batch in _batches(await self._due(texts, stage)):
                    if self._stopping.is_set():
                        return
                    await self._compute(batch)

    async def _pages(self, patent_ids: Sequence[str]) -> AsyncIterator[list[PatentTexts]]:
        if not patent_ids:
            async for texts in queries.all_listed_texts(self._database):
                yield texts
        for start in range(0, len(patent_ids), queries.PAGE):
            async with self._database.read() as session:
                texts = await queries.texts_of_listed(session, patent_ids[start : start + queries.PAGE])
            yield texts

    async def _due(self, texts: Sequence[PatentTexts], stage: VectorStage) -> list[Text]:
        async with self._database.read() as session:
            hashes = [text.hash for one in texts for text in one]
            known = await queries.known_hashes(session, self._embedder.name, hashes)
        due = (one.of_stage(stage) for one in texts if is_due(one, stage, known))
        return list({text.hash: text for text in due if text is not None}.values())

    async def _compute(self, batch: Sequence[Text]) -> None:
        """Compute some vectors and keep them in one transaction; one that is there by now stays as it is."""
        compute = partial(self._embedder.passages, [text.text for text in batch])
        vectors = await asyncio.get_running_loop().run_in_executor(self._thread, compute)
        now = self._database.clock.real()
        rows = [
            _row(self._embedder.name, text, packed(vector), now) for text, vector in zip(batch, vectors, strict=True)
        ]
        async with self._database.write() as session:
            await session.execute(insert_into(session, VECTOR).on_conflict_do_nothing(), rows)


def _row(model: str, text: Text, vector: bytes, now: datetime) -> dict[str, object]:
    return {"model": model, "text_hash": text.hash, "stage": text.stage, "vector": vector, "created_at": now}


def _batches(texts: Sequence[Text]) -> Iterator[list[Text]]:
    """Yield the texts a few at a time, so that none takes long."""
    batch: list[Text] = []
    length = 0
    for text in texts:
        if batch and (len(batch) == AT_ONCE or length + len(text.text) > CHARACTERS):
            yield batch
            batch, length = [], 0
        batch.append(text)
        length += len(text.text)
    if batch:
        yield batch

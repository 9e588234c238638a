"""The vectors of all listed patents, as a process has them in memory: read at its start, then kept up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.patent_search.affected_patents import UNLISTED, touched
from backend.text_vectors import queries
from backend.text_vectors.texts import PatentTexts
from search.semantic.vector_matrix import VectorMatrix

PAGE: Final = queries.PAGE


@dataclass(frozen=True, slots=True)
class _Hashes:
    """A patent's texts, by their hashes alone."""

    title: bytes
    full: bytes | None


class ListedVectors:
    """By patent the vector of title and abstract, or of the title as long as that is all there is.

    A patent that is not listed has none here, whatever is kept of its texts.
    """

    def __init__(self, database: Database, model: str, dimensions: int) -> None:
        self._database, self._model = database, model
        self.matrix: VectorMatrix[str] = VectorMatrix(dimensions)
        self.is_filled = False
        self._position, self._number = 0, 0
        self._full: set[str] = set()  # whose vector is that of title and abstract
        self._awaited: dict[bytes, set[str]] = {}  # patents by the hash of a text without a vector
        self._lacking: dict[str, _Hashes] = {}

    @property
    def lacking(self) -> list[str]:
        """The patents of which a text has no vector."""
        return list(self._lacking)

    @property
    def lacks_any(self) -> bool:
        """Whether a text of a listed patent has no vector."""
        return bool(self._lacking)

    def progress(self) -> str:
        """Return how many patents have a vector of their title, and how many one of title and abstract."""
        listed = len(self.matrix) + sum(patent_id not in self.matrix for patent_id in self._lacking)
        return f"{len(self.matrix):,} of {listed:,} titles, {len(self._full):,} full"

    async def step(self) -> int:
        """Take in the next events and vectors, all at first; return how many those were."""
        if not self.is_filled:
            await self._fill()
            return 1
        events, behind = await stream.events_after(self._database, self._position, without=UNLISTED)
        if events:
            await self.renew(await touched(self._database, events))
        taken, self._position = behind - self._position, behind
        return taken + (await self._take_fresh() if self._lacking else 0)

    async def renew(self, patent_ids: Sequence[str]) -> None:
        """Read again the texts of these patents, and what vectors they have."""
        for start in range(0, len(patent_ids), PAGE):
            some = patent_ids[start : start + PAGE]
            async with self._database.read() as session:
                texts = await queries.texts_of_listed(session, some)
            listed = {one.patent_id for one in texts}
            self._forget([patent_id for patent_id in some if patent_id not in listed])
            await self._take(texts)
        self.matrix.settle()

    async def _fill(self) -> None:
        self._position = await stream.head(self._database)
        async with self._database.read() as session:
            self._number = await queries.last_number(session)
        async for texts in queries.all_listed_texts(self._database):
            await self._take(texts)
        self.matrix.settle()
        self.is_filled = True

    async def _take(self, texts: Sequence[PatentTexts]) -> None:
        """Take in the best vectors that there are of listed patents; what is lacking is waited for."""
        async with self._database.read() as session:
            hashes = {one.full.hash for one in texts if one.full is not None}
            full = await queries.vectors_of(session, self._model, hashes)
            others = {one.title.hash for one in texts if one.full is None or one.full.hash not in full}
            titles = await queries.vectors_of(session, self._model, others)
        vectors: dict[str, bytes] = {}
        for one in texts:
            self._forget_text(one.patent_id)
            if one.full is not None and one.full.hash in full:
                vectors[one.patent_id] = full[one.full.hash]
                self._full.add(one.patent_id)
                continue
            self._full.discard(one.patent_id)
            if one.title.hash in titles:
                vectors[one.patent_id] = titles[one.title.hash]
            else:
                self.matrix.remove([one.patent_id])  # what is there is of a title that it had before
            self._await(one, {*titles})
        self.matrix.put(vectors)

    def _await(self, texts: PatentTexts, known: set[bytes]) -> None:
        missing = [text.hash for text in texts if text.hash not in known]
        if missing:
            full = None if texts.full is None else texts.full.hash
            self._lacking[texts.patent_id] = _Hashes(texts.title.hash, full)
        for text_hash in missing:
            self._awaited.setdefault(text_hash, set()).add(texts.patent_id)

    async def _take_fresh(self) -> int:
        """Take in the vectors that were added since, of texts that are waited for."""
        async with self._database.read() as session:
            rows = await queries.vectors_after(session, self._model, self._number)
        for row in rows:
            self._number = row.number
            for patent_id in self._awaited.pop(row.text_hash, set()):
                self._arrived(patent_id, row.text_hash, row.vector)
        if rows:
            self.matrix.settle()
        return len(rows)

    def _arrived(self, patent_id: str, text_hash: bytes, vector: bytes) -> None:
        texts = self._lacking[patent_id]
        self.matrix.put({patent_id: vector})
        if text_hash == texts.full:
            self._full.add(patent_id)
        if text_hash == texts.full or texts.full is None:
            self._forget_text(patent_id)  # where title and abstract have one, the title's is not needed

    def _forget(self, patent_ids: Sequence[str]) -> None:
        self.matrix.remove(patent_ids)
        for patent_id in patent_ids:
            self._full.discard(patent_id)
            self._forget_text(patent_id)

    def _forget_text(self, patent_id: str) -> None:
        """Wait no longer for vectors of what was this patent's text."""
        texts = self._lacking.pop(patent_id, None)
        for text_hash in (texts.title, texts.full) if texts is not None else ():
            if text_hash is None or (waiting := self._awaited.get(text_hash)) is None:
                continue
            waiting.discard(patent_id)
            if not waiting:
                del self._awaited[text_hash]

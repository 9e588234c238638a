"""What turns texts into vectors that lie close to each other where the texts mean the same, in whichever language."""

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LONGEST: Final = 800  # characters of a text that are looked at: the rest moves its vector little and costs as much


class Embedder(Protocol):
    """A model. Both methods may be called by several threads at once, and return vectors of length 1."""

    @property
    def name(self) -> str:
        """What vectors can be compared with: those of another name mean nothing beside them."""

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""

    def passages(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of texts that are looked for, one a row."""

    def query(self, text: str) -> Floats:
        """Return the vector of a text that looks for others."""


class ModelMissing(Exception):
    """The model is not installed here."""

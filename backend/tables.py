"""Every table of the platform, in one metadata, for migrations."""

import importlib
import pkgutil
from typing import Final

from sqlmodel import SQLModel

import backend


def _load() -> None:
    for domain in pkgutil.iter_modules(backend.__path__, "backend."):
        if domain.ispkg and importlib.util.find_spec(f"{domain.name}.models"):
            importlib.import_module(f"{domain.name}.models")


for _module in ("idempotency", "events", "stream", "work", "blobs", "movable", "quota"):
    importlib.import_module(f"backend.core.{_module}")
_load()
METADATA: Final = SQLModel.metadata

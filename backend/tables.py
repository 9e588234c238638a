"""Every table of the platform, in one metadata, for migrations."""

import importlib
import pkgutil
from typing import Final

from sqlmodel import SQLModel

import backend

CORE: Final = (
    "demo_clock",
    "database.quota",
    "events.log",
    "events.stream",
    "http.idempotency",
    "jobs.records",
    "storage.blobs",
)
for _module in CORE:
    importlib.import_module(f"backend.core.{_module}")
for _found in pkgutil.walk_packages(backend.__path__, "backend."):
    if _found.name.endswith(".models") and ".terms." not in _found.name:
        importlib.import_module(_found.name)
METADATA: Final = SQLModel.metadata

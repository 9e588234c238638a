"""A platform after a busy session, once for each database, and a copy of it for each test."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from backend.core.settings import Settings
from tests.fsck.busy import Kept, worked_with


@pytest_asyncio.fixture(scope="module")
async def original(settings: Settings) -> AsyncIterator[Kept]:
    folder = Path(tempfile.mkdtemp(prefix="patentmart-fsck-"))
    yield await worked_with(folder, settings.is_sqlite)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def kept(original: Kept, tmp_path: Path) -> Kept:
    return original.copy(tmp_path / "copy")

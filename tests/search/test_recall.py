"""Any piece of a title finds the titles that hold it."""

from pathlib import Path

import pytest

from tests.bench.relevance import substring_recall_of_embedded


@pytest.mark.usefixtures("shared")
async def test_pieces_of_real_titles_find_them(tmp_path: Path) -> None:
    assert await substring_recall_of_embedded(tmp_path) >= 0.99

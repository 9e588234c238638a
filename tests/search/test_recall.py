"""Any piece of a title finds the titles that hold it."""

from pathlib import Path

import pytest

from search.engine import Query
from tests.bench.corpus import in_batches
from tests.bench.relevance_sets import substring_recall, title_patents
from tests.search.conftest import ENGINES, engine_of


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("kind", ENGINES)
async def test_pieces_of_real_titles_find_them(kind: str, tmp_path: Path) -> None:
    titles = title_patents()
    async with engine_of(kind, tmp_path) as engine:
        await engine.rebuild(in_batches(titles), 1)

        async def find(text: str, most: int) -> list[str]:
            found = await engine.search(Query(text=text, limit=most, highlight=False, ids_only=True))
            return list(found.ids)

        assert await substring_recall(find, titles) >= 0.99

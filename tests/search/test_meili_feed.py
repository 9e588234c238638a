"""What a Meilisearch server refuses of a batch is told, and stops nothing else of it."""

import pytest

from search.engine import Query
from search.meilisearch import MeilisearchEngine
from tests.search.conftest import patent


@pytest.mark.parametrize("engine", ["meilisearch"], indirect=True)
async def test_a_document_at_fault_is_set_aside_with_its_reason(engine: MeilisearchEngine) -> None:
    patents = [patent(f"p{number}", "气凝胶") for number in range(9)]
    await engine.apply([*patents[:5], patent("编号 不许", "气凝胶"), *patents[5:]], 3)
    assert {hit.id for hit in (await engine.search(Query(text="气凝胶"))).hits} == {one.id for one in patents}
    assert await engine.position() == 3
    assert engine.set_aside.keys() == {"编号 不许"}
    assert "invalid_document_id" in engine.set_aside["编号 不许"]

"""Searches of patents use what texts mean once it is known, and say whether they did."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.scenarios.members import Member
from tests.scenarios.text_vectors import until_complete
from tests.scenarios.waiting import wait_until
from tests.small_embedder import SmallEmbedder
from tests.text_vectors.test_vectors import listed

pytestmark = pytest.mark.both_databases


async def meaning(client: httpx.AsyncClient, text: str) -> str:
    answer = await client.get("/v1/patents/search", params={"q": text})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["query"]["meaning"])


async def test_a_search_uses_the_meaning_once_it_is_known_and_words_alone_while_the_model_is_busy(
    app: FastAPI, client: httpx.AsyncClient, university: Member, model: SmallEmbedder
) -> None:
    pump, _ = await listed(client, university, "一种陶瓷叶轮水泵")
    await until_complete(app, pump)

    async def used() -> Any:
        return await meaning(client, "陶瓷叶轮") == "used"

    await wait_until(used, "a search by meaning")
    assert "陶瓷叶轮" in model.queries
    assert await meaning(client, "ZL201910123456.7") == "not_used"
    model.waits = True
    try:
        assert await meaning(client, "叶轮 水泵") == "busy"
    finally:
        model.waits = False
        model.go.set()

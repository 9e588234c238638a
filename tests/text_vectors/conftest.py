"""A platform that searches by meaning, with a small model of the tests' own."""

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from backend.core.settings import Settings
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.waiting import wait_until
from tests.small_embedder import FACTORY, LOADED, SmallEmbedder


@pytest.fixture(scope="module")
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"patentmart_semantic": "auto", "patentmart_semantic_model": FACTORY})


@pytest_asyncio.fixture
async def model(app: FastAPI) -> SmallEmbedder:
    service = app.state.services["text_vectors"]

    async def found() -> SmallEmbedder | None:
        return service.embedder  # type: ignore[no-any-return]

    model = await wait_until(found, "the model")
    assert model in LOADED
    return model  # type: ignore[no-any-return]


@pytest_asyncio.fixture
async def university(client: httpx.AsyncClient) -> Member:
    return await register_organisation(client)

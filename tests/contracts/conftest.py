"""The app with a domain that draws up contracts, and an authority whose certificates it trusts."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI

from backend.app import create_app
from backend.core.domain import Registry
from backend.core.settings import Settings
from backend.domains import DOMAINS
from tests.sample_contracts.domain import DOMAIN
from tests.scenarios.signing_authority import AUTHORITY

REGISTRY = Registry((*DOMAINS, DOMAIN))


@pytest.fixture(scope="module")
def settings(settings: Settings) -> Settings:
    """The settings with the authority among the trusted roots."""
    place = settings.patentmart_data_dir / "roots.pem"
    place.write_bytes(AUTHORITY.pem)
    return settings.model_copy(update={"signing_trust_roots": place})


@pytest_asyncio.fixture(scope="module")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_app(settings, registry=REGISTRY)
    async with app.router.lifespan_context(app):
        yield app

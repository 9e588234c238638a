"""Members whom all tests of open licences share, a set for each database: what differs is the patent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest_asyncio
from fastapi import FastAPI

from tests.scenarios import members as factories
from tests.scenarios.members import Member


@dataclass(frozen=True, slots=True)
class People:
    """Two holders, two licensees, the platform."""

    university: Member
    institute: Member
    enterprise: Member
    inventor: Member
    office: Member


@pytest_asyncio.fixture(scope="module")
async def people(app: FastAPI) -> AsyncIterator[People]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield People(
            university=await factories.organisation(client),
            institute=await factories.organisation(client),
            enterprise=await factories.organisation(client, "enterprise"),
            inventor=await factories.organisation(client, "individual"),
            office=await factories.platform(client),
        )

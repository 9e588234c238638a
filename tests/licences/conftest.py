"""Members whom all tests of open licences share, a set for each database: what differs is the patent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest_asyncio
from fastapi import FastAPI

from tests.scenarios.members import Member, register_organisation, sign_in_platform


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
            university=await register_organisation(client),
            institute=await register_organisation(client),
            enterprise=await register_organisation(client, "enterprise"),
            inventor=await register_organisation(client, "individual"),
            office=await sign_in_platform(client),
        )

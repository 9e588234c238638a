"""A platform that sends e-mails to a catcher, once for each module and database."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from backend.core.settings import Settings
from tests.scenarios.emails import BOUNCE_TOKEN, Catcher, Moved, mail_settings, run_catcher, running_platform


@pytest_asyncio.fixture(scope="module")
async def catcher() -> AsyncIterator[Catcher]:
    async with run_catcher() as catcher:
        yield catcher


@pytest.fixture(scope="module")
def moved() -> Moved:
    return Moved()


@pytest_asyncio.fixture(scope="module")
async def app(settings: Settings, catcher: Catcher, moved: Moved) -> AsyncIterator[FastAPI]:
    async with running_platform(
        mail_settings(settings, catcher.port, email_bounce_token=SecretStr(BOUNCE_TOKEN)), moved
    ) as app:
        yield app


@pytest_asyncio.fixture(autouse=True)
async def as_ever(catcher: Catcher) -> None:
    """Have the catcher take everything, whatever the test before had it refuse."""
    catcher.answer, catcher.taken = (lambda _address: None), (lambda _received: None)

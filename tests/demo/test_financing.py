"""The demonstration's request for financing: one that two banks read, and nothing of it differs."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlmodel import col

from backend.core.clock import Clock
from backend.core.database.sessions import Database
from backend.core.settings import Settings
from backend.demo.load import load
from backend.financing.codes import OfferStatus, ProductStatus, RequestStatus
from backend.financing.models import Disclosure, FinancingOffer, FinancingProduct, FinancingQuestion, FinancingRequest
from tests.demo.test_seed import fresh

pytestmark = pytest.mark.slow
SIZE = 600


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = fresh("sqlite", tmp_path_factory.mktemp("financing"), "financing")

    async def run() -> None:
        database = Database(settings, Clock())
        await load(database, SIZE, lambda _: None)
        await database.close()

    asyncio.run(run())
    return settings


@pytest_asyncio.fixture
async def database(seeded: Settings) -> AsyncIterator[Database]:
    database = Database(seeded, Clock())
    yield database
    await database.close()


async def test_a_newcomer_sees_a_request_at_two_banks_with_a_question_and_an_offer(database: Database) -> None:
    async with database.read() as session:
        (request,) = (await session.scalars(sa.select(FinancingRequest))).all()
        disclosures = (await session.scalars(sa.select(Disclosure))).all()
        (question,) = (await session.scalars(sa.select(FinancingQuestion))).all()
        (offer,) = (await session.scalars(sa.select(FinancingOffer))).all()
        offered = sa.select(FinancingProduct).where(col(FinancingProduct.status) == ProductStatus.OFFERED)
        assert len((await session.scalars(offered)).all()) == 2
    assert request.purpose.startswith("演示数据")
    assert len(disclosures) == 2
    assert question.text.startswith("演示数据")
    expected = {OfferStatus.STANDING: RequestStatus.OFFERED, OfferStatus.DRAFTED: RequestStatus.IN_REVIEW}
    assert request.status is expected[offer.status]

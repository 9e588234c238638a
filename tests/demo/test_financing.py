"""The demonstration's financing: requests, offers, two deals and pledged income, all made up, and nothing differs."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from backend.contracts.codes import ContractStatus, SigningMeans
from backend.contracts.models import Contract, ContractSignature
from backend.core.clock import Clock
from backend.core.consistency import Line, Site
from backend.core.database.engines import make_job_engine
from backend.core.database.sessions import Database
from backend.core.events.domain_event import MUTED_FOR
from backend.core.events.log import EVENT
from backend.core.settings import Settings
from backend.core.storage.blobs import make_blobs
from backend.demo.load import load
from backend.domains import REGISTRY
from backend.financing.codes import GuaranteeStatus, OfferStatus, ProductStatus, RequestStatus
from backend.financing.models import (
    Disclosure,
    FinancingGuarantee,
    FinancingOffer,
    FinancingProduct,
    FinancingQuestion,
    FinancingRequest,
)
from backend.loans.codes import LoanStatus, RepaymentStatus
from backend.loans.models import Loan, LoanRepayment
from backend.pledges.codes import PledgeStatus
from backend.pledges.models import Pledge
from backend.receivable_pledges.codes import ReceivablePledgeStatus
from backend.receivable_pledges.models import ReceivablePledge
from tests.demo.test_seed import fresh

pytestmark = pytest.mark.slow
SIZE = 600
CHECKED = (
    "financing", "disclosures", "contracts", "loans", "compensations", "pledges", "answer", "figures of how",
    "rights", "claims",
)  # fmt: skip
TOLD = {
    "financing_request.submitted", "financing_question.asked", "financing_offer.made", "loan.overdue",
    "receivable_pledge.registered",
}  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def seeded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = fresh(request.param, tmp_path_factory.mktemp("financing"), "financing")

    async def run() -> None:
        database = Database(settings, Clock())
        await load(database, SIZE, lambda _: None)
        await load(database, SIZE, lambda _: None)
        await database.close()

    asyncio.run(run())
    return settings


@pytest_asyncio.fixture
async def database(seeded: Settings) -> AsyncIterator[Database]:
    database = Database(seeded, Clock())
    yield database
    await database.close()


async def rows(database: Database, model: Any) -> list[Any]:
    async with database.read() as session:
        return list(await session.scalars(sa.select(model)))


async def test_a_newcomer_sees_products_a_request_that_waits_and_one_with_two_offers(database: Database) -> None:
    products = await rows(database, FinancingProduct)
    assert Counter(one.status for one in products) == {ProductStatus.OFFERED: 3}
    requests = await rows(database, FinancingRequest)
    statuses = Counter(one.status for one in requests)
    assert statuses == {RequestStatus.IN_REVIEW: 1, RequestStatus.OFFERED: 1, RequestStatus.ACCEPTED: 2}
    (waiting,) = [one for one in requests if one.status is RequestStatus.IN_REVIEW]
    disclosures = await rows(database, Disclosure)
    assert sum(one.request_id == waiting.id for one in disclosures) == 2
    (question,) = await rows(database, FinancingQuestion)
    assert question.request_id == waiting.id
    offers = Counter(one.status for one in await rows(database, FinancingOffer))
    assert offers == {OfferStatus.STANDING: 2, OfferStatus.ACCEPTED: 2}
    (guarantee,) = await rows(database, FinancingGuarantee)
    assert guarantee.status is GuaranteeStatus.AGREED
    assert all(text.startswith("演示") for text in [question.text, *(one.purpose for one in requests)])
    assert all(one.name.startswith("演示") for one in products)


async def test_one_loan_is_paid_on_its_day_and_another_is_overdue(database: Database) -> None:
    loans = {one.status: one for one in await rows(database, Loan)}
    assert set(loans) == {LoanStatus.DISBURSED, LoanStatus.OVERDUE}
    (paid,) = await rows(database, LoanRepayment)
    assert paid.loan_id == loans[LoanStatus.DISBURSED].id
    assert (paid.status, paid.principal_fen, paid.surplus_fen) == (RepaymentStatus.COUNTED, 0, 0)
    assert paid.interest_fen == paid.amount_fen > 0
    assert loans[LoanStatus.OVERDUE].guarantor_organisation_id
    pledges = await rows(database, Pledge)
    assert {one.offer_id for one in pledges} == {one.offer_id for one in loans.values()}
    assert {one.status for one in pledges} == {PledgeStatus.REGISTERED}
    assert all(one.registration_number.startswith("DEMO-") for one in pledges)


async def test_its_contracts_say_that_nobody_signed(database: Database) -> None:
    contracts = await rows(database, Contract)
    assert [one.status for one in contracts] == [ContractStatus.EFFECTIVE] * 2
    assert {one.means for one in await rows(database, ContractSignature)} == {SigningMeans.DEMONSTRATION}


async def test_what_a_licence_brings_in_is_pledged(database: Database) -> None:
    (row,) = await rows(database, ReceivablePledge)
    assert row.status is ReceivablePledgeStatus.REGISTERED
    assert row.note.startswith("演示")
    assert row.registration_number.startswith("DEMO-")


async def test_inboxes_tell_of_what_is_under_way(database: Database) -> None:
    async with database.read() as session:
        happened = (await session.execute(sa.select(EVENT.c.type, EVENT.c.audience, EVENT.c.data))).all()
    told = {one.type for one in happened if set(one.audience) - set(one.data.get(MUTED_FOR, ()))}
    assert told >= TOLD


async def test_nothing_of_it_differs(seeded: Settings, database: Database) -> None:
    engine = make_job_engine(seeded)
    site = Site(database, {}, make_blobs(seeded, engine), repair=False, follows=True)
    checks = [one for domain in REGISTRY.domains for one in domain.consistency_checks]
    asked = [(name, check) for name, check in checks if any(word in name for word in CHECKED)]
    assert len(asked) > 8
    for name, check in asked:
        line = Line(name)
        await check(site, line)
        assert line.differences == 0, (name, line.examples)
    engine.dispose()

"""A made-up request for financing of the demonstration: a university pledges for an enterprise, two banks read it."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Member
from backend.demo.load_context import Stage
from backend.financing import queries
from backend.financing.access import DisclosedRequest, OwnRequest
from backend.financing.checks import service as checks
from backend.financing.checks.service import DebtTerm, PatentToPledge
from backend.financing.codes import DocumentKind, Ground, Part
from backend.financing.disclosures import service as disclosures
from backend.financing.disclosures.schemas import DisclosureIn
from backend.financing.models import FinancingRequest
from backend.financing.offers import service as offers
from backend.financing.offers.access import HeldOffer
from backend.financing.offers.schemas import FinancingOfferIn
from backend.financing.policy import financing_policy
from backend.financing.products import service as products
from backend.financing.products.schemas import ProductIn
from backend.financing.questions import service as questions
from backend.financing.questions.schemas import FinancingQuestionIn
from backend.financing.requests import pledgors
from backend.financing.requests import service as requests
from backend.financing.requests.schemas import DocumentIn, FinancingRequestIn, PatentIn, PledgorAgreement
from backend.loan_terms.codes import DayCount, LprTenor, RepaymentMethod
from backend.patents.codes import HoldingState, LegalStatus, ListingStatus, PatentKind
from backend.patents.legal_events.term_rules import add_months
from backend.patents.models import Holding, Listing, Patent

ENTERPRISE: Final = "yuli"
BANKS: Final = ("bank_jiangbei", "bank_rural")
CANDIDATES: Final = 20
DAYS: Final = 60
AMOUNT: Final = 300_000_000
TERM: Final = 12


async def finance(stage: Stage) -> None:
    """Publish a product of each bank, and have a request go to both: one asks a question, the other offers."""
    for key in BANKS:
        await _publish(stage, await _caller(stage, key))
    request = await _submitted(stage)
    if request is not None:
        await _ask(stage, request, BANKS[0])
        await _offer(stage, request, BANKS[1])


async def _caller(stage: Stage, key: str) -> Caller:
    return await stage.caller(stage.places[key].organisation_id)


async def _publish(stage: Stage, bank: Caller) -> None:
    given = ProductIn(
        name="演示产品：专利质押贷",
        name_en="Demonstration: loan on patents",
        amount_min_fen=50_000_000,
        amount_max_fen=1_000_000_000,
        term_min_months=6,
        term_max_months=36,
        rate_tenor=LprTenor.ONE_YEAR,
        rate_bp=45,
        ltv_bp=4_000,
        documents=[DocumentKind.BUSINESS_LICENCE],
        methods=[RepaymentMethod.INTEREST_FIRST],
    )
    product = await products.draft(stage.session, bank, given, stage.now)
    await products.publish(stage.session, product, bank, stage.now)


async def _submitted(stage: Stage) -> FinancingRequest | None:
    """Return a request on the first patent to whose pledge nothing stands, submitted to both banks."""
    single = sa.select(col(Holding.patent_id)).group_by(col(Holding.patent_id)).having(sa.func.count() == 1)
    sound = (
        sa.select(col(Patent.id), col(Holding.party_id), col(Holding.organisation_id))
        .join(Listing, col(Listing.patent_id) == col(Patent.id))
        .join(Holding, col(Holding.patent_id) == col(Patent.id))
        .where(
            col(Listing.status) == ListingStatus.LISTED,
            col(Patent.kind) == PatentKind.INVENTION,
            col(Patent.legal_status) == LegalStatus.IN_FORCE,
            col(Holding.state) == HoldingState.VERIFIED,
            col(Holding.organisation_id).is_not(None),
            col(Patent.id).in_(single),
        )
    )
    rows = (await stage.session.execute(sound.order_by(col(Patent.id)).limit(CANDIDATES))).all()
    term = DebtTerm(ends_on=add_months(stage.today, TERM))
    for patent_id, party_id, holder_id in rows:
        pledged = PatentToPledge(patent_id=patent_id, pledgors=frozenset({party_id}), confirmed=frozenset(Ground))
        (found,) = await checks.run(stage.session, [pledged], term, stage.now)
        if holder_id is not None and not found.against:
            return await _request(stage, patent_id, holder_id)
    return None


async def _request(stage: Stage, patent_id: str, holder_id: str) -> FinancingRequest:
    session, now, policy = stage.session, stage.now, financing_policy(stage.settings)
    enterprise, holder = await _caller(stage, ENTERPRISE), await stage.caller(holder_id)
    (licence,) = await stage.evidence(enterprise)
    given = FinancingRequestIn(
        amount_fen=AMOUNT,
        term_months=TERM,
        purpose="演示数据：采购原材料，扩大产线",
        patents=[PatentIn(patent_id=patent_id)],
        annual_revenue_fen=2_400_000_000,
        net_profit_fen=180_000_000,
        employees=86,
        first_loan=True,
        documents=[DocumentIn(kind=DocumentKind.BUSINESS_LICENCE, file_id=licence)],
    )
    request = await requests.draft(session, enterprise, given, stage.quotas, now)
    agreement = PledgorAgreement(confirmed=list(Ground))
    for consent in await queries.consents_of(session, request.id):
        await pledgors.agree(session, consent, request, agreement, holder, now)
    own = OwnRequest(request, enterprise)
    for key in BANKS:
        shown = DisclosureIn(
            organisation_id=stage.places[key].organisation_id,
            purpose="演示数据：专利质押贷款审批",
            parts=list(Part),
            ends_on=stage.today + timedelta(days=DAYS),
        )
        await disclosures.disclose(session, own, shown, policy, stage.quotas, now)
    return await requests.submit(session, own, policy, now)


async def _disclosed(stage: Stage, request: FinancingRequest, bank: Caller) -> DisclosedRequest:
    found = await queries.readable(stage.session, request.id, bank.organisation_id, stage.today, lock=True)
    if found is None:
        raise LookupError(request.id)
    return DisclosedRequest(request, found, bank)


async def _ask(stage: Stage, request: FinancingRequest, key: str) -> None:
    held = await _disclosed(stage, request, await _caller(stage, key))
    given = FinancingQuestionIn(text="演示数据：请补充近三年的销售合同。")
    await questions.ask(stage.session, held, given, financing_policy(stage.settings), stage.now)


async def _offer(stage: Stage, request: FinancingRequest, key: str) -> None:
    """Have one person of a bank draft an offer, and another approve it where the bank has another."""
    bank = await _caller(stage, key)
    given = FinancingOfferIn(
        amount_fen=AMOUNT,
        term_months=TERM,
        rate_tenor=LprTenor.ONE_YEAR,
        rate_bp=45,
        method=RepaymentMethod.INTEREST_FIRST,
        day_count=DayCount.ACTUAL_360,
        interest_every=3,
        conditions="演示数据：办理质押登记后放款。",
        penalty_bp=150,
        valid_until=stage.today + timedelta(days=DAYS // 2),
    )
    held = await _disclosed(stage, request, bank)
    offer = await offers.draft(stage.session, held, given, financing_policy(stage.settings), stage.now)
    others = sa.select(col(Member.user_id)).where(
        col(Member.organisation_id) == bank.organisation_id, col(Member.user_id) != bank.user_id
    )
    colleague = (await stage.session.scalars(others.order_by(col(Member.user_id)).limit(1))).first()
    if colleague is not None:
        await offers.approve(stage.session, HeldOffer(request, offer, replace(bank, user_id=colleague)), stage.now)

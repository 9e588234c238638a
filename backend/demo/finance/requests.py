"""Made-up requests for financing of the demonstration: products of banks, requests, who reads them, what they ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.demo.load_context import Stage
from backend.financing import queries
from backend.financing.access import DisclosedRequest, OwnRequest
from backend.financing.checks import service as checks
from backend.financing.checks.service import DebtTerm, PatentToPledge
from backend.financing.codes import DocumentKind, Ground, Part
from backend.financing.disclosures import service as disclosures
from backend.financing.disclosures.schemas import DisclosureIn
from backend.financing.models import FinancingRequest
from backend.financing.policy import financing_policy
from backend.financing.products import service as products
from backend.financing.products.schemas import ProductIn
from backend.financing.questions import service as questions
from backend.financing.questions.schemas import FinancingQuestionIn
from backend.financing.requests import pledgors
from backend.financing.requests import service as requests
from backend.financing.requests.schemas import FinancingRequestIn, PledgorAgreement, RequestDocumentIn, RequestPatentIn
from backend.loan_terms.codes import LprTenor, RepaymentMethod
from backend.open_licences.models import OpenLicence
from backend.patents.codes import HoldingState, LegalStatus, ListingStatus, PatentKind
from backend.patents.legal_events.term_rules import add_months
from backend.patents.models import Holding, Listing, Patent

CANDIDATES: Final = 30
DISCLOSED_DAYS: Final = 60
AMOUNT: Final = 300_000_000
TERM: Final = 12
DEBT_MONTHS: Final = TERM + 2
"""Until when a debt may run that is drawn up after the request: longer than any of the demonstration."""


@dataclass(frozen=True, slots=True)
class ProductOfBank:
    """What one of the demonstration's banks offers."""

    bank: str
    name: str
    name_en: str
    most_fen: int
    over_lpr_bp: int
    method: RepaymentMethod


PRODUCTS: Final = (
    ProductOfBank("bank_jiangbei", "演示产品：专利质押贷", "Demonstration: loan on patents", 1_000_000_000, 45,
                  RepaymentMethod.INTEREST_FIRST),
    ProductOfBank("bank_rural", "演示产品：科创知产贷", "Demonstration: loan for new technology", 500_000_000, 60,
                  RepaymentMethod.INTEREST_FIRST),
    ProductOfBank("bank_shancheng", "演示产品：小微专利贷", "Demonstration: loan for small companies", 300_000_000, 85,
                  RepaymentMethod.EQUAL_PRINCIPAL),
)  # fmt: skip


async def caller_of(stage: Stage, key: str) -> Caller:
    """Return the owner of one of the demonstration's organisations as a caller."""
    return await stage.caller(stage.places[key].organisation_id)


async def publish(stage: Stage, offered: ProductOfBank) -> None:
    """Publish a product of a bank."""
    bank = await caller_of(stage, offered.bank)
    body = ProductIn(
        name=offered.name,
        name_en=offered.name_en,
        amount_min_fen=50_000_000,
        amount_max_fen=offered.most_fen,
        term_min_months=6,
        term_max_months=36,
        rate_tenor=LprTenor.ONE_YEAR,
        rate_bp=offered.over_lpr_bp,
        ltv_bp=4_000,
        documents=[DocumentKind.BUSINESS_LICENCE],
        methods=[offered.method],
    )
    product = await products.draft(stage.session, bank, body, stage.now)
    await products.publish(stage.session, product, bank, stage.now)


async def submit(stage: Stage, enterprise: str, recipients: Sequence[str]) -> FinancingRequest | None:
    """Return a request submitted to banks and guarantors, on a patent to whose pledge nothing stands.

    None where the register has no such patent left.
    """
    session, now, policy = stage.session, stage.now, financing_policy(stage.settings)
    asker = await caller_of(stage, enterprise)
    found = await _pledgeable(stage, asker.organisation_id)
    if found is None:
        return None
    patent_id, holder_id = found
    request = await requests.draft(session, asker, await _content(stage, asker, patent_id), stage.quotas, now)
    holder = await stage.caller(holder_id)
    agreement = PledgorAgreement(confirmed=list(Ground))
    for consent in await queries.consents_of(session, request.id):
        await pledgors.agree(session, consent, request, agreement, holder, now)
    own = OwnRequest(request, asker)
    for key in recipients:
        shown = DisclosureIn(
            organisation_id=stage.places[key].organisation_id,
            purpose="演示数据：专利质押贷款审批",
            parts=list(Part),
            ends_on=stage.today + timedelta(days=DISCLOSED_DAYS),
        )
        await disclosures.disclose(session, own, shown, policy, stage.quotas, now)
    return await requests.submit(session, own, policy, now)


async def _pledgeable(stage: Stage, enterprise_id: str) -> tuple[str, str] | None:
    """Return a patent that can be pledged with its holder, the enterprise's own first; each is found once."""
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
            col(Patent.id).not_in(sa.select(col(OpenLicence.patent_id))),
            col(Patent.id).not_in(sorted(stage.touched)),
        )
        .order_by(col(Holding.organisation_id) != enterprise_id, col(Patent.application_number))
        .limit(CANDIDATES)
    )
    term = DebtTerm(ends_on=add_months(stage.today, DEBT_MONTHS))
    for patent_id, party_id, holder_id in (await stage.session.execute(sound)).all():
        pledged = PatentToPledge(patent_id=patent_id, pledgors=frozenset({party_id}), confirmed=frozenset(Ground))
        (found,) = await checks.run(stage.session, [pledged], term, stage.now)
        if holder_id is not None and not found.against:
            stage.touched.add(patent_id)
            return str(patent_id), str(holder_id)
    return None


async def _content(stage: Stage, asker: Caller, patent_id: str) -> FinancingRequestIn:
    (licence,) = await stage.evidence(asker)
    return FinancingRequestIn(
        amount_fen=AMOUNT,
        term_months=TERM,
        purpose="演示数据：采购原材料，扩大产线",
        patents=[RequestPatentIn(patent_id=patent_id, confirmed=list(Ground))],
        annual_revenue_fen=2_400_000_000,
        net_profit_fen=180_000_000,
        employees=86,
        first_loan=True,
        documents=[RequestDocumentIn(kind=DocumentKind.BUSINESS_LICENCE, file_id=licence)],
    )


async def disclosed_to(stage: Stage, request: FinancingRequest, reader: Caller) -> DisclosedRequest:
    """Return the request as it is disclosed to a bank or guarantor."""
    found = await queries.readable(stage.session, request.id, reader.organisation_id, stage.today, lock=True)
    if found is None:
        raise LookupError(request.id)
    return DisclosedRequest(request, found, reader)


async def ask(stage: Stage, request: FinancingRequest, bank: str) -> None:
    """Have a bank ask a question, so that its clock stands."""
    held = await disclosed_to(stage, request, await caller_of(stage, bank))
    body = FinancingQuestionIn(text="演示数据：请补充近三年的销售合同。")
    await questions.ask(stage.session, held, body, financing_policy(stage.settings), stage.now)

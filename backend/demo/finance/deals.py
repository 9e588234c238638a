"""Made-up deals of the demonstration, all the way: offer accepted, pledge contract, registration, loan, instalments.

They lie months back, so that an instalment can be paid and another be late. Nobody signs while the demonstration is
loaded: its signatures say so (`demonstration`), and so does each contract.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.contracts import queries as contract_queries
from backend.contracts import signing
from backend.contracts.access import HeldContract
from backend.contracts.codes import SigningMeans
from backend.contracts.policy import contract_policy
from backend.contracts.schemas import SignatureIn
from backend.demo.finance.offers import guarantee, offer
from backend.demo.finance.requests import caller_of, submit
from backend.demo.load_context import Stage
from backend.financing import queries as financing_queries
from backend.financing.models import FinancingOffer, FinancingRequest
from backend.financing.offers import service as offers
from backend.financing.offers.access import HeldOffer
from backend.loans import queries as loan_queries
from backend.loans import service as loans
from backend.loans.access import HeldLoan
from backend.loans.accounting.entries import account_of
from backend.loans.accounting.posting import follow
from backend.loans.event_handlers import SYNC_HANDLERS
from backend.loans.models import Loan
from backend.loans.policy import loan_policy
from backend.loans.repayments import service as repayments
from backend.loans.repayments.schemas import RepaymentIn
from backend.patents import queries as patent_queries
from backend.pledges import service as pledges
from backend.pledges.access import hold
from backend.pledges.codes import RegistrationOutcome, SecuredItem
from backend.pledges.collateral.accepted_offer import Collateral, pledgee_of
from backend.pledges.drafting import service as drafting
from backend.pledges.models import Pledge
from backend.pledges.policy import pledge_policy
from backend.pledges.schemas import PledgeFilingIn, PledgeIn, RegistrationDecisionIn

REQUESTED, OFFERED, ACCEPTED, SIGNED, FILED, REGISTERED, DISBURSED = 130, 126, 124, 122, 121, 116, 115
"""How many days ago each step was taken; a first quarter of interest has fallen due since."""
NOBODY_SIGNED: Final = "演示数据，纯属虚构：由演示装载程序生成，无人签署。"


@dataclass(frozen=True, slots=True)
class Deal:
    """Who borrows of whom, with which guarantor, and whether the first instalment was paid."""

    enterprise: str
    bank: str
    guarantor: str | None
    number: str
    is_paid: bool


DEALS: Final = (
    Deal("yunlian", "bank_rural", None, "DEMO-P000001", is_paid=True),
    Deal("hongyan", "bank_jiangbei", "guarantor_yu", "DEMO-P000002", is_paid=False),
)


async def make_deal(stage: Stage, deal: Deal) -> None:
    """Make a deal from the request to the first instalment, which is paid or overdue."""
    accepted = await _accepted(stage, deal)
    if accepted is None:
        return
    request, taken = accepted
    pledge = await _signed(stage, deal, request, taken)
    await _registered(stage, deal, pledge)
    loan = await loan_queries.loan_of_offer(stage.session, taken.id, lock=True)
    if loan is None:
        raise LookupError(taken.id)
    lender = await caller_of(stage, deal.bank)
    at = _days_ago(stage, DISBURSED)
    await loans.disburse(stage.session, loan, at.today, at.now, by=lender)
    if deal.is_paid:
        await _pay(stage, loan, lender)
    else:
        today = await account_of(stage.session, loan, stage.today)
        await follow(stage.session, loan, today, stage.now)


def _days_ago(stage: Stage, days: int) -> Stage:
    return replace(stage, now=stage.now - timedelta(days=days))


async def _accepted(stage: Stage, deal: Deal) -> tuple[FinancingRequest, FinancingOffer] | None:
    recipients = [deal.bank, *([deal.guarantor] if deal.guarantor else [])]
    request = await submit(_days_ago(stage, REQUESTED), deal.enterprise, recipients)
    if request is None:
        return None
    at = _days_ago(stage, OFFERED)
    if deal.guarantor:
        await guarantee(at, request, deal.enterprise, deal.guarantor)
    made = await offer(at, request, deal.bank, over_lpr_bp=60, guarantor=deal.guarantor)
    held = HeldOffer(request, made, await caller_of(stage, deal.enterprise))
    with stage.followed(SYNC_HANDLERS):
        taken = await offers.accept(stage.session, held, _days_ago(stage, ACCEPTED).now)
    await stage.session.flush()
    return request, taken


async def _signed(stage: Stage, deal: Deal, request: FinancingRequest, taken: FinancingOffer) -> Pledge:
    """Return the pledge, whose contract stands as if all its sides had signed it."""
    at = _days_ago(stage, SIGNED)
    session, policy = stage.session, contract_policy(stage.settings)
    body = PledgeIn(
        financing_offer_id=taken.id,
        secures=[SecuredItem.PRINCIPAL, SecuredItem.INTEREST, SecuredItem.REALISATION_COSTS],
        special_terms=NOBODY_SIGNED,
    )
    collateral = await _collateral(stage, request, taken, await caller_of(stage, deal.bank))
    pledge = await drafting.draw_up(session, collateral, body, policy, at.now)
    await session.flush()
    contract = await contract_queries.locked(session, str(pledge.contract_id))
    sides = (await contract_queries.sides(session, [contract.id]))[contract.id]
    version = await contract_queries.open_version(session, contract.id)
    if version is None:
        raise LookupError(contract.id)
    for side in sides:
        held = HeldContract(contract, sides, await stage.caller(str(side.organisation_id)))
        signature = SignatureIn(bound_hash=version.bound_hash, side=side.code)
        await signing.sign(session, held, signature, SigningMeans.DEMONSTRATION, policy, at.now)
    return pledge


async def _collateral(stage: Stage, request: FinancingRequest, taken: FinancingOffer, bank: Caller) -> Collateral:
    named = [one.patent_id for one in await financing_queries.patents_of(stage.session, request.id)]
    wholes = await patent_queries.lock_all(stage.session, sorted(named))
    pledgors = {
        whole.patent.id: [await stage.session.get_one(Party, holding.party_id) for holding, _ in whole.living]
        for whole in wholes
    }
    return Collateral(
        offer=taken,
        debtor_organisation_id=request.organisation_id,
        pledgee_organisation_id=pledgee_of(taken),
        wholes=wholes,
        pledgors=pledgors,
        caller=bank,
    )


async def _registered(stage: Stage, deal: Deal, pledge: Pledge) -> None:
    at, bank = _days_ago(stage, FILED), await caller_of(stage, deal.bank)
    filing = PledgeFilingIn(filed_on=at.today, evidence_files=await stage.evidence(bank))
    await pledges.file(stage.session, await hold(stage.session, pledge.id, bank), filing, at.now)
    at = _days_ago(stage, REGISTERED)
    decision = RegistrationDecisionIn(
        outcome=RegistrationOutcome.REGISTERED, decided_on=at.today, registration_number=deal.number
    )
    held = await hold(stage.session, pledge.id, bank)
    await pledges.decide(stage.session, held, decision, pledge_policy(stage.settings), at.now)
    await stage.session.flush()


async def _pay(stage: Stage, loan: Loan, lender: Caller) -> None:
    """Record, as the lender, that the first instalment was paid on its day."""
    due_on = loan.next_due_on
    if due_on is None:
        raise LookupError(loan.id)
    at = _days_ago(stage, (stage.today - due_on).days)
    due = (await account_of(stage.session, loan, due_on)).due
    body = RepaymentIn(
        paid_on=due_on, amount_fen=due.total_fen, source="debtor", note="演示数据：首期利息",
        evidence_files=await stage.evidence(lender),
    )  # fmt: skip
    policy = loan_policy(stage.settings)
    await repayments.record(stage.session, HeldLoan(loan, lender), body, policy, at.now)

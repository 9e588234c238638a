"""Default, its cure, and the realisation of a pledge to the last fen."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.parties.directory import find_or_make_party
from backend.core.ids import new_id
from backend.loans import queries as loan_queries
from backend.loans import service as loans
from backend.loans.codes import LoanStatus, RepaymentSource
from backend.loans.models import Loan
from backend.pledges import queries
from backend.pledges.access import HeldPledge
from backend.pledges.codes import DisposalMethod, PledgeKind
from backend.pledges.enforcement.transfer import pass_to_buyer
from backend.pledges.errors import NoLoanInDefault
from backend.pledges.events import PledgeCured, PledgeDefaulted, PledgeDisposalRecorded, PledgeDisposed
from backend.pledges.models import Pledge, PledgeDisposal
from backend.pledges.registration.registering import leave_ledger
from backend.pledges.release.deal_end import let_go_of_request
from backend.pledges.rules import Action, next_status
from backend.pledges.schemas import DisposalIn, PledgeDefaultIn
from backend.pledges.service import announce, attach_evidence, check_day


async def default(session: AsyncSession, held: HeldPledge, given: PledgeDefaultIn, now: datetime) -> None:
    """Record a default, or its cure, of the pledge and of its loan.

    A guarantor as the pledgee records that of a loan that is overdue; any other event is the lender's to name.

    Raises PledgeNotInState, DayOutOfOrder, NoLoanInDefault.
    """
    pledge, is_cure = held.pledge, given.outcome == "cured"
    pledge.status = next_status(pledge.status, Action.CURE if is_cure else Action.DEFAULT)
    after = pledge.defaulted_on if is_cure else pledge.registered_on
    check_day(given.on, "/on", after=after, now=now)
    loan = await _loan(session, held)
    if is_cure:
        await loans.cure(session, loan, given.on, now, actor=held.caller.user_id)
        pledge.cured_on = given.on
    else:
        by_lender = held.caller.organisation_id == loan.lender_organisation_id
        if loan.status is not LoanStatus.OVERDUE and (given.event is None or not by_lender):
            raise NoLoanInDefault
        await loans.mark_default(session, loan, given.on, given.event, now, actor=held.caller.user_id)
        pledge.defaulted_on, pledge.default_note, pledge.cured_on = given.on, given.event, None
    pledge.version += 1
    await attach_evidence(session, held, given.evidence_files, now)
    await announce(session, held, PledgeCured if is_cure else PledgeDefaulted, now)


async def _loan(session: AsyncSession, held: HeldPledge) -> Loan:
    loan = await loan_queries.loan_of_offer(session, held.pledge.offer_id, lock=True)
    if loan is None:
        raise NoLoanInDefault
    return loan


async def dispose(session: AsyncSession, held: HeldPledge, given: DisposalIn, now: datetime) -> PledgeDisposal:
    """Return the realisation: its proceeds go to costs, interest and principal, what is left to the pledgors.

    Where it closes the realisation, as that of the last patent does, the scheme's compensation for what is still owed
    is computed. A debt that is paid while others are pledged is no default any more: they are to be released. What
    is sold passes to its buyer.
    Raises PledgeNotInState, PatentNotInPledge, DayOutOfOrder.
    """
    pledge = held.pledge
    named = held.still_pledged(given.patent_ids)
    ends = given.method is not DisposalMethod.LICENCE_INCOME
    closes = given.closes or (ends and len(named) == len(held.still_pledged()))
    status = next_status(pledge.status, Action.CLOSE_DISPOSAL if closes else Action.RECORD_DISPOSAL)
    check_day(given.disposed_on, "/disposed_on", after=pledge.defaulted_on, now=now)
    loan = await _loan(session, held)
    pledge.status = status
    pledge.version += 1
    await session.flush()  # before the money counts: a debt that it pays cures a default that goes on
    disposal = await _record(session, held, loan, given, now)
    if ends:
        await leave_ledger(session, held, named, given.disposed_on, given.method.value, now)
        for one in named:
            one.disposed_on = given.disposed_on
        await session.flush()
        await pass_to_buyer(session, held, named, given, now)
    await attach_evidence(session, held, given.evidence_files, now)
    await announce(session, held, PledgeDisposalRecorded, now, disposal_id=disposal.id, method=given.method)
    if closes:
        await _close(session, held, loan, given.disposed_on, now)
    return disposal


async def _close(session: AsyncSession, held: HeldPledge, loan: Loan, on: date, now: datetime) -> None:
    held.pledge.disposed_on = on
    await leave_ledger(session, held, held.still_pledged(), on, "realisation_closed", now)
    if held.caller.organisation_id == loan.lender_organisation_id:
        await loans.close_after_disposal(session, loan, on, now, actor=held.caller.user_id)
    await let_go_of_request(session, held.pledge, now)
    await announce(session, held, PledgeDisposed, now)


async def close_loan(session: AsyncSession, pledge: Pledge, loan: Loan, now: datetime, actor: str) -> None:
    """Close the loan of a realisation that a guarantor closed, once the lender has confirmed all that it brought."""
    waiting = await loan_queries.claims_waiting(session, loan.id)
    if loan.status is LoanStatus.DEFAULTED and pledge.disposed_on is not None and not waiting:
        on = max(pledge.disposed_on, loan.last_entry_on or pledge.disposed_on)
        await loans.close_after_disposal(session, loan, on, now, actor=actor)


async def _record(
    session: AsyncSession, held: HeldPledge, loan: Loan, given: DisposalIn, now: datetime
) -> PledgeDisposal:
    disposal_id = new_id("dsp")
    left = given.proceeds_fen - given.costs_fen
    for_debt = await _for_debt(session, held, left, given.costs_fen)
    credited = await loans.credit(
        session, loan, for_debt, given.disposed_on, source=RepaymentSource.DISPOSAL, about=disposal_id, by=held.caller,
        now=now,
    )  # fmt: skip
    own = held.caller.organisation_id
    buyer = await find_or_make_party(session, given.buyer_name, by=own, now=now) if given.buyer_name else None
    disposal = PledgeDisposal(
        id=disposal_id,
        pledge_id=held.pledge.id,
        method=given.method,
        patent_ids=sorted(given.patent_ids),
        buyer_party_id=buyer.id if buyer else None,
        disposed_on=given.disposed_on,
        proceeds_fen=given.proceeds_fen,
        costs_fen=given.costs_fen,
        distribution={
            "realisation_costs_fen": given.costs_fen,
            "loan_costs_fen": credited.costs_fen,
            "interest_fen": credited.interest_fen,
            "principal_fen": credited.principal_fen,
            "surplus_to_pledgor_fen": left - for_debt + credited.surplus_fen,
        },
        recorded_at=now,
        recorded_by=own,
    )
    session.add(disposal)
    return disposal


async def _for_debt(session: AsyncSession, held: HeldPledge, left_fen: int, costs_fen: int) -> int:
    """Return how much of what is left after the costs may go to the debt.

    A maximum amount bounds all that the pledge pays, the costs of realisation too (Supreme People's Court, security
    system, art. 15).
    """
    pledge = held.pledge
    if pledge.kind is not PledgeKind.MAXIMUM_AMOUNT:
        return left_fen
    earlier = (await session.scalars(queries.disposals(pledge.id))).all()
    paid = sum(one.proceeds_fen - one.distribution["surplus_to_pledgor_fen"] for one in earlier)
    return int(min(left_fen, max(0, pledge.secured_fen - paid - costs_fen)))

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
from backend.pledges.errors import LoanNotOverdue
from backend.pledges.events import PledgeCured, PledgeDefaulted, PledgeDisposalRecorded, PledgeDisposed
from backend.pledges.models import Pledge, PledgeDisposal
from backend.pledges.registration.ledger_entries import leave_ledger
from backend.pledges.release.kept_disclosures import end_kept_disclosures
from backend.pledges.rules import Action, next_status
from backend.pledges.schemas import DisposalIn, PledgeDefaultIn
from backend.pledges.service import DEFAULTED, REGISTERED, announce, attach_evidence, check_day


async def default(session: AsyncSession, held: HeldPledge, body: PledgeDefaultIn, now: datetime) -> None:
    """Record a default, or its cure, of the pledge and of its loan.

    A guarantor as the pledgee records that of a loan that is overdue; any other event is the lender's to name.

    Raises PledgeNotInState, DayOutOfOrder, LoanNotOverdue.
    """
    pledge, is_cure = held.pledge, body.outcome == "cured"
    pledge.status = next_status(pledge.status, Action.CURE if is_cure else Action.DEFAULT)
    after = (DEFAULTED, pledge.defaulted_on) if is_cure else (REGISTERED, pledge.registered_on)
    check_day(body.on, "/on", after=after, now=now)
    loan = await _loan(session, held)
    if is_cure:
        await loans.cure(session, loan, body.on, now, actor=held.caller.user_id)
        pledge.cured_on = body.on
    else:
        by_lender = held.caller.organisation_id == loan.lender_organisation_id
        if loan.status is not LoanStatus.OVERDUE and (body.event is None or not by_lender):
            raise LoanNotOverdue
        await loans.mark_default(session, loan, body.on, body.event, now, actor=held.caller.user_id)
        pledge.defaulted_on, pledge.default_note, pledge.cured_on = body.on, body.event, None
    pledge.version += 1
    await attach_evidence(session, held, body.evidence_files, now)
    await announce(session, held, PledgeCured if is_cure else PledgeDefaulted, now)


async def _loan(session: AsyncSession, held: HeldPledge) -> Loan:
    loan = await loan_queries.loan_of_offer(session, held.pledge.offer_id, lock=True)
    if loan is None:
        raise LoanNotOverdue
    return loan


async def dispose(session: AsyncSession, held: HeldPledge, body: DisposalIn, now: datetime) -> PledgeDisposal:
    """Return the realisation: its proceeds go to costs, interest and principal, what is left to the pledgors.

    Where it closes the realisation, as that of the last patent does, the scheme's compensation for what is still owed
    is computed. A debt that is paid while others are pledged is no default any more: they are to be released. What
    is sold passes to its buyer.
    Raises PledgeNotInState, PatentNotInPledge, DayOutOfOrder.
    """
    pledge = held.pledge
    named = held.still_pledged(body.patent_ids)
    ends = body.method is not DisposalMethod.LICENCE_INCOME
    closes = body.closes or (ends and len(named) == len(held.still_pledged()))
    status = next_status(pledge.status, Action.CLOSE_DISPOSAL if closes else Action.RECORD_DISPOSAL)
    check_day(body.disposed_on, "/disposed_on", after=(DEFAULTED, pledge.defaulted_on), now=now)
    loan = await _loan(session, held)
    pledge.status = status
    pledge.version += 1
    await session.flush()  # before the money counts: a debt that it pays cures a default that goes on
    disposal = await _record(session, held, loan, body, now)
    if ends:
        await leave_ledger(session, held, named, body.disposed_on, body.method.value, now)
        for one in named:
            one.disposed_on = body.disposed_on
        await session.flush()
        await pass_to_buyer(session, held, named, body, now)
    await attach_evidence(session, held, body.evidence_files, now)
    await announce(session, held, PledgeDisposalRecorded, now, disposal_id=disposal.id, method=body.method)
    if closes:
        await _close(session, held, loan, body.disposed_on, now)
    return disposal


async def _close(session: AsyncSession, held: HeldPledge, loan: Loan, on: date, now: datetime) -> None:
    held.pledge.disposed_on = on
    await leave_ledger(session, held, held.still_pledged(), on, "realisation_closed", now)
    if held.caller.organisation_id == loan.lender_organisation_id:
        await loans.close_after_disposal(session, loan, on, now, actor=held.caller.user_id)
    await end_kept_disclosures(session, held.pledge, now)
    await announce(session, held, PledgeDisposed, now)


async def close_loan(session: AsyncSession, pledge: Pledge, loan: Loan, now: datetime, actor: str) -> None:
    """Close the loan of a realisation that a guarantor closed, once the lender has confirmed all that it brought."""
    waiting = await loan_queries.claims_waiting(session, loan.id)
    if loan.status is LoanStatus.DEFAULTED and pledge.disposed_on is not None and not waiting:
        on = max(pledge.disposed_on, loan.last_entry_on or pledge.disposed_on)
        await loans.close_after_disposal(session, loan, on, now, actor=actor)


async def _record(
    session: AsyncSession, held: HeldPledge, loan: Loan, body: DisposalIn, now: datetime
) -> PledgeDisposal:
    disposal_id = new_id("dsp")
    left = body.proceeds_fen - body.costs_fen
    for_debt = await _for_debt(session, held, left, body.costs_fen)
    credited = await loans.credit(
        session, loan, for_debt, body.disposed_on, source=RepaymentSource.DISPOSAL, about=disposal_id, by=held.caller,
        now=now,
    )  # fmt: skip
    own = held.caller.organisation_id
    buyer = await find_or_make_party(session, body.buyer_name, by=own, now=now) if body.buyer_name else None
    disposal = PledgeDisposal(
        id=disposal_id,
        pledge_id=held.pledge.id,
        method=body.method,
        patent_ids=sorted(body.patent_ids),
        buyer_party_id=buyer.id if buyer else None,
        disposed_on=body.disposed_on,
        proceeds_fen=body.proceeds_fen,
        costs_fen=body.costs_fen,
        distribution={
            "realisation_costs_fen": body.costs_fen,
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

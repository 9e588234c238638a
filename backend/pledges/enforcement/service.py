"""Default, its cure, and the realisation of a pledge to the last fen."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.parties.directory import find_or_make_party
from backend.core.ids import new_id
from backend.loans import queries as loan_queries
from backend.loans import service as loans
from backend.loans.codes import LoanStatus, RepaymentSource
from backend.loans.models import Loan
from backend.pledges.access import HeldPledge
from backend.pledges.codes import DisposalMethod
from backend.pledges.errors import NoLoanInDefault
from backend.pledges.events import PledgeCured, PledgeDefaulted, PledgeDisposalRecorded, PledgeDisposed
from backend.pledges.models import PledgeDisposal
from backend.pledges.registration.registering import leave_ledger
from backend.pledges.rules import Action, next_status
from backend.pledges.schemas import DisposalIn, PledgeDefaultIn
from backend.pledges.service import announce, attach_evidence, check_day


async def default(session: AsyncSession, held: HeldPledge, given: PledgeDefaultIn, now: datetime) -> None:
    """Record a default, or its cure, of the pledge and of its loan.

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
        if loan.status is not LoanStatus.OVERDUE and given.event is None:
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

    Where it closes the realisation, the scheme's compensation for what is still owed is computed.
    Raises PledgeNotInState, PatentNotInPledge, DayOutOfOrder.
    """
    pledge = held.pledge
    named = held.still_pledged(given.patent_ids)
    status = next_status(pledge.status, Action.CLOSE_DISPOSAL if given.closes else Action.RECORD_DISPOSAL)
    check_day(given.disposed_on, "/disposed_on", after=pledge.defaulted_on, now=now)
    loan = await _loan(session, held)
    disposal = await _record(session, held, loan, given, now)
    if given.method is not DisposalMethod.LICENCE_INCOME:
        await leave_ledger(session, held, named, given.disposed_on, given.method.value, now)
        for one in named:
            one.disposed_on = given.disposed_on
    await attach_evidence(session, held, given.evidence_files, now)
    await announce(session, held, PledgeDisposalRecorded, now, disposal_id=disposal.id, method=given.method)
    pledge.status = status
    pledge.version += 1
    if given.closes:
        pledge.disposed_on = given.disposed_on
        rest = held.still_pledged()
        await leave_ledger(session, held, rest, given.disposed_on, "realisation_closed", now)
        await loans.close_after_disposal(session, loan, given.disposed_on, now, actor=held.caller.user_id)
        await announce(session, held, PledgeDisposed, now)
    return disposal


async def _record(
    session: AsyncSession, held: HeldPledge, loan: Loan, given: DisposalIn, now: datetime
) -> PledgeDisposal:
    disposal_id = new_id("dsp")
    left = given.proceeds_fen - given.costs_fen
    credited = await loans.credit(
        session, loan, left, given.disposed_on, source=RepaymentSource.DISPOSAL, about=disposal_id, by=held.caller,
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
            "surplus_to_pledgor_fen": credited.surplus_fen,
        },
        recorded_at=now,
        recorded_by=own,
    )
    session.add(disposal)
    return disposal

"""What follows for pledges from events of patents, licences, loans and contracts, in the same transaction."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.domain import MergeRule
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext, SyncHandlerTable
from backend.licences.events import (
    LicenceEffective,
    LicenceExpired,
    LicencePaymentRecorded,
    LicencePaymentStruck,
    LicencePaymentWithdrawn,
    LicenceTerminated,
    LicenceVoid,
)
from backend.loans import queries as loan_queries
from backend.loans.accounting.entries import account_of
from backend.loans.codes import RepaymentSource
from backend.loans.events import (
    LoanRepaid,
    RepaymentClaimWithdrawn,
    RepaymentRecorded,
    RepaymentRefused,
    RepaymentReversed,
)
from backend.loans.models import LoanRepayment
from backend.patents.events import LegalEventRecorded, PatentsMerged
from backend.pledges import queries
from backend.pledges.codes import PledgeStatus, WatchKind
from backend.pledges.collateral import proceeds
from backend.pledges.collateral.watch import OF_LEGAL_EVENT, Occurrence, notice_on_patent
from backend.pledges.enforcement import service as enforcement
from backend.pledges.models import Pledge, PledgeDisposal, PledgedPatent, PledgeProceeds, PledgeWatch, Pledgor
from backend.pledges.policy import pledge_policy
from backend.pledges.release import service as release
from backend.pledges.rules import Action, next_status
from backend.rights.errors import GrantsConflict


async def _legal_event(session: AsyncSession, event: DomainEvent[LegalEventRecorded], context: EventContext) -> None:
    kind = OF_LEGAL_EVENT.get(event.payload.kind)
    if kind is not None:
        occurrence = Occurrence(kind, event.payload.legal_event_id)
        await notice_on_patent(session, event.payload.patent_id, occurrence, context.now)


async def _licence_ended(
    session: AsyncSession, event: DomainEvent[LicenceTerminated | LicenceExpired], context: EventContext
) -> None:
    occurrence = Occurrence(WatchKind.LICENCE_ENDED, event.payload.licence_id)
    await notice_on_patent(session, event.payload.patent_id, occurrence, context.now)


async def _paid(
    session: AsyncSession, event: DomainEvent[LicenceEffective | LicencePaymentRecorded], context: EventContext
) -> None:
    await proceeds.receive(session, event.payload.licence_id, context.now)


async def _unpaid(
    session: AsyncSession,
    event: DomainEvent[LicencePaymentWithdrawn | LicencePaymentStruck | LicenceVoid],
    context: EventContext,
) -> None:
    await proceeds.strike(session, event.payload.licence_id, context.now)


async def _repaid(session: AsyncSession, event: DomainEvent[LoanRepaid], context: EventContext) -> None:
    """A paid debt starts the pledgee's time to release; a default that was paid is cured by it."""
    found = await queries.of_offer(session, event.payload.offer_id)
    if found is None:
        return
    pledge = await queries.locked(session, found.id)
    if pledge.status is PledgeStatus.DEFAULTED:
        pledge.status = next_status(pledge.status, Action.CURE)
    if pledge.status is PledgeStatus.REGISTERED:
        await release.fall_due(session, pledge, pledge_policy(context.settings), context.now)


async def _confirmed(session: AsyncSession, event: DomainEvent[RepaymentRecorded], context: EventContext) -> None:
    """With the last proceeds that the lender confirms, a realisation that the guarantor closed ends the loan too."""
    row = await session.get_one(LoanRepayment, event.payload.repayment_id)
    found = await queries.of_offer(session, event.payload.offer_id) if row.about is not None else None
    loan = await loan_queries.loan_of_offer(session, event.payload.offer_id, lock=True)
    if found is None or loan is None or found.pledgee_organisation_id == loan.lender_organisation_id:
        return
    pledge = await queries.locked(session, found.id)
    account = await account_of(session, loan, row.paid_on)
    if pledge.status is PledgeStatus.DISPOSED and not account.is_settled:
        await enforcement.close_loan(session, pledge, loan, context.now, event.actor or row.recorded_by)


async def _uncounted(
    session: AsyncSession,
    event: DomainEvent[RepaymentReversed | RepaymentRefused | RepaymentClaimWithdrawn],
    context: EventContext,
) -> None:
    row = await session.get_one(LoanRepayment, event.payload.repayment_id)
    if row.source is RepaymentSource.PROCEEDS and row.about is not None:
        await proceeds.reopen(session, row.about, context.now)


async def _merged(session: AsyncSession, event: DomainEvent[PatentsMerged], _: EventContext) -> None:
    """A pledge follows its patent into another; the rights that it stands by have been found to stand apart.

    A private row has none: a request is submitted on patents that are everybody's.
    """
    of, into = event.payload.patent_id, event.payload.into
    both = sa.select(col(PledgedPatent.pledge_id)).where(col(PledgedPatent.patent_id).in_([of, into]))
    if (await session.execute(both.group_by(col(PledgedPatent.pledge_id)).having(sa.func.count() > 1))).first():
        raise GrantsConflict
    named = sa.select(col(PledgedPatent.pledge_id)).where(col(PledgedPatent.patent_id) == of)
    pledge_ids = list(await session.scalars(named))
    for table in (PledgedPatent, Pledgor, PledgeWatch, PledgeProceeds):
        await session.execute(sa.update(table).where(col(table.patent_id) == of).values(patent_id=into))
    for pledge in await session.scalars(sa.select(Pledge).where(col(Pledge.id).in_(pledge_ids))):
        own = {"patent_id": into}
        pledge.confirmations = [one | own if one["patent_id"] == of else one for one in pledge.confirmations]
        pledge.version += 1
    for disposal in await session.scalars(
        sa.select(PledgeDisposal).where(col(PledgeDisposal.pledge_id).in_(pledge_ids))
    ):
        disposal.patent_ids = sorted(into if one == of else one for one in disposal.patent_ids)


MERGE_RULES: Final = (
    MergeRule(
        tables=("pledge", "pledged_patent", "pledgor", "pledge_watch", "pledge_proceeds", "pledge_disposal"),
        follow=_merged,
    ),
)
SYNC_HANDLERS: Final[SyncHandlerTable] = {
    LegalEventRecorded: [_legal_event],
    LicenceTerminated: [_licence_ended],
    LicenceExpired: [_licence_ended],
    LicenceEffective: [_paid],
    LicencePaymentRecorded: [_paid],
    LicencePaymentWithdrawn: [_unpaid],
    LicencePaymentStruck: [_unpaid],
    LicenceVoid: [_unpaid],
    LoanRepaid: [_repaid],
    RepaymentRecorded: [_confirmed],
    RepaymentReversed: [_uncounted],
    RepaymentRefused: [_uncounted],
    RepaymentClaimWithdrawn: [_uncounted],
}

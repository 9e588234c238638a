"""What follows for pledges from events of patents, licences, loans and contracts, in the same transaction."""

from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
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
from backend.loans.events import LoanRepaid, RepaymentRecorded
from backend.loans.models import LoanRepayment
from backend.patents.events import LegalEventRecorded, PatentJoined, PatentsMerged
from backend.pledges import queries
from backend.pledges.codes import PledgeStatus, WatchKind
from backend.pledges.collateral import proceeds
from backend.pledges.collateral.watch import OF_LEGAL_EVENT, Occurrence, notice_on_patent
from backend.pledges.enforcement import service as enforcement
from backend.pledges.models import PledgedPatent, PledgeProceeds, PledgeWatch, Pledgor
from backend.pledges.policy import pledge_policy
from backend.pledges.release import service as release
from backend.pledges.rules import Action, next_status
from backend.rights.availability import reassess_patent
from backend.rights.codes import RightKind
from backend.rights.errors import GrantsConflict
from backend.rights.ledger import Entry
from backend.rights.models import RightEntry
from backend.rights.permissions.grant_conflict_rules import stand_apart
from backend.rights.queries import entries_of, entry_of, was_known
from backend.rights.scope_rules import Period


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


async def _merged(session: AsyncSession, event: DomainEvent[PatentsMerged | PatentJoined], _: EventContext) -> None:
    """A pledge follows its patent into another; the rights that it stands by have been found to stand apart."""
    merged_id, into = event.payload.patent_id, event.payload.into
    pledges_of_both = sa.select(col(PledgedPatent.pledge_id)).where(col(PledgedPatent.patent_id).in_([merged_id, into]))
    if (
        await session.execute(pledges_of_both.group_by(col(PledgedPatent.pledge_id)).having(sa.func.count() > 1))
    ).first():
        raise GrantsConflict
    for table in (PledgedPatent, Pledgor, PledgeWatch, PledgeProceeds):
        await session.execute(sa.update(table).where(col(table.patent_id) == merged_id).values(patent_id=into))


async def _joined(session: AsyncSession, event: DomainEvent[PatentJoined], context: EventContext) -> None:
    """A pledge follows a private row, whose other rights a holder or an office takes or leaves.

    What the office registered is no word of the row's author alone. Two pledges of one patent keep the rows apart.
    """
    joined_id, into = event.payload.patent_id, event.payload.into
    await _merged(session, event, context)
    pledge_entries = sa.select(RightEntry).where(
        col(RightEntry.patent_id) == joined_id,
        col(RightEntry.id).in_(sa.select(col(PledgedPatent.right_id)).where(col(PledgedPatent.patent_id) == into)),
    )
    entries, today = (await session.scalars(pledge_entries)).all(), china_day(context.now)
    if not entries:
        return
    joined_entries = [entry_of(row) for row in entries if was_known(row)]
    present_entries = [entry_of(row) for row in await entries_of(session, into) if was_known(row)]
    both_pledged = all(
        any(_is_pledge_on(entry, today) for entry in entries_of_one)
        for entries_of_one in (joined_entries, present_entries)
    )
    if both_pledged or not stand_apart(joined_entries, present_entries, today):
        raise GrantsConflict
    for row in entries:
        row.patent_id = into
    await session.flush()
    await reassess_patent(session, into, context)


def _is_pledge_on(entry: Entry, today: date) -> bool:
    return entry.kind is RightKind.PLEDGE and entry.period.overlaps(Period(today))


MERGE_RULES: Final = (
    MergeRule(tables=("pledged_patent", "pledgor", "pledge_watch", "pledge_proceeds"), follow=_merged),
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
    PatentJoined: [_joined],
}

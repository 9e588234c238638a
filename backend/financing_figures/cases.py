"""How the requests of a year are read, page by page in the order of their enterprises, with what became of them."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Organisation
from backend.core.clock import begin_of_day, china_day
from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.financing.codes import OfferStatus, RecipientKind
from backend.financing.models import Disclosure, FinancingOffer, FinancingPatent, FinancingRequest
from backend.financing_figures.case_rules import Case, Deal
from backend.introductions.figures.rules import province_of
from backend.loans.codes import LoanStatus
from backend.loans.models import Loan
from backend.patents.models import Listing

PAGE: Final = 200  # whoever waits for this process meanwhile waits some hundredths of a second
REQUEST: Final = table_of(FinancingRequest)
ORDER: Final = (REQUEST.c.organisation_id, REQUEST.c.created_at, REQUEST.c.id)
OVERDUE: Final = frozenset({LoanStatus.OVERDUE, LoanStatus.DEFAULTED, LoanStatus.CLOSED})


@dataclass(slots=True)
class _Outcome:
    """What became of a request, as it is put together."""

    banks: set[str]
    guarantors: set[str]
    days_to_offer: dict[str, int]
    deal: Deal | None = None
    cluster: str | None = None


async def first_submitted_on(session: AsyncSession) -> date | None:
    """Return the day on which the first request was submitted."""
    first = (await session.execute(sa.select(sa.func.min(col(FinancingRequest.submitted_at))))).scalar_one_or_none()
    return None if first is None else china_day(first)


async def pages(database: Database, year: int, known_by: datetime, size: int = PAGE) -> AsyncIterator[list[Case]]:
    """Yield the requests submitted in a year with what was known of each before a moment, each of them once.

    Each page is read in a session of its own, so that no long reading keeps others from cleaning up behind them.
    """
    after: tuple[Any, ...] | None = None
    while True:
        async with database.read() as session:
            rows = await _requests(session, year, after, size)
            found = await _cases(session, rows, known_by)
        if found:
            yield found
        if len(rows) < size:
            return
        after = (rows[-1].organisation_id, rows[-1].created_at, rows[-1].id)


async def _requests(session: AsyncSession, year: int, after: tuple[Any, ...] | None, size: int) -> list[Any]:
    submitted_at = REQUEST.c.submitted_at
    columns = (*ORDER, submitted_at, REQUEST.c.amount_fen, REQUEST.c.first_loan, col(Organisation.region))
    statement: sa.Select[Any] = (
        sa.select(*columns)
        .join(Organisation, col(Organisation.id) == REQUEST.c.organisation_id)
        .where(submitted_at >= begin_of_day(date(year, 1, 1)), submitted_at < begin_of_day(date(year + 1, 1, 1)))
        .order_by(*ORDER)
        .limit(size)
    )
    if after is not None:
        bound = sa.tuple_(*(sa.literal(value, key.type) for key, value in zip(ORDER, after, strict=True)))
        statement = statement.where(sa.tuple_(*ORDER) > bound)
    return list(await session.execute(statement))


async def _cases(session: AsyncSession, rows: Sequence[Any], known_by: datetime) -> list[Case]:
    submitted = {row.id: row.submitted_at for row in rows}
    outcomes: defaultdict[str, _Outcome] = defaultdict(lambda: _Outcome(set(), set(), {}))
    if rows:
        await _add_recipients(session, outcomes, submitted, known_by)
        await _add_offers(session, outcomes, submitted, known_by)
        await _add_clusters(session, outcomes, submitted)
    return [_case(row, outcomes[row.id]) for row in rows]


def _case(row: Any, outcome: _Outcome) -> Case:
    return Case(
        enterprise_id=row.organisation_id,
        requested_fen=row.amount_fen,
        region=None if row.region is None else province_of(row.region),
        cluster=outcome.cluster,
        first_loan=row.first_loan,
        banks=frozenset(outcome.banks),
        guarantors=frozenset(outcome.guarantors),
        days_to_offer=outcome.days_to_offer,
        deal=outcome.deal,
    )


def _days(submitted_at: datetime, day: date) -> int:
    return max(0, (day - china_day(submitted_at)).days)


async def _add_recipients(
    session: AsyncSession, outcomes: dict[str, _Outcome], submitted: dict[str, datetime], known_by: datetime
) -> None:
    sent = sa.select(col(Disclosure.request_id), col(Disclosure.organisation_id), col(Disclosure.recipient)).where(
        col(Disclosure.request_id).in_(list(submitted)), col(Disclosure.sent_at) < known_by
    )
    for request_id, organisation_id, recipient in await session.execute(sent):
        outcome = outcomes[request_id]
        (outcome.banks if recipient is RecipientKind.BANK else outcome.guarantors).add(organisation_id)


async def _add_offers(
    session: AsyncSession, outcomes: dict[str, _Outcome], submitted: dict[str, datetime], known_by: datetime
) -> None:
    columns: tuple[Any, ...] = (
        col(FinancingOffer.request_id), col(FinancingOffer.organisation_id), col(FinancingOffer.approved_at),
        col(FinancingOffer.status), col(FinancingOffer.closed_at), col(FinancingOffer.amount_fen),
        col(Loan.disbursed_on), col(Loan.disbursed_at), col(Loan.amount_fen).label("lent_fen"),
        col(Loan.status).label("loan_status"),
    )  # fmt: skip
    approved = (
        sa.select(*columns)
        .outerjoin(Loan, col(Loan.offer_id) == col(FinancingOffer.id))
        .where(col(FinancingOffer.request_id).in_(list(submitted)), col(FinancingOffer.approved_at) < known_by)
    )
    for row in await session.execute(approved):
        submitted_at, outcome = submitted[row.request_id], outcomes[row.request_id]
        days, before = _days(submitted_at, china_day(row.approved_at)), outcome.days_to_offer.get(row.organisation_id)
        outcome.days_to_offer[row.organisation_id] = days if before is None else min(days, before)
        if row.status is OfferStatus.ACCEPTED and row.closed_at < known_by:
            outcome.deal = _deal(row, submitted_at, known_by)


def _deal(row: Any, submitted_at: datetime, known_by: datetime) -> Deal:
    is_disbursed = row.disbursed_at is not None and row.disbursed_at < known_by
    return Deal(
        bank_id=row.organisation_id,
        amount_fen=row.amount_fen,
        days=_days(submitted_at, china_day(row.closed_at)),
        disbursed_fen=row.lent_fen if is_disbursed else None,
        days_to_disbursement=_days(submitted_at, row.disbursed_on) if is_disbursed else None,
        is_overdue=is_disbursed and row.loan_status in OVERDUE,
    )


async def _add_clusters(session: AsyncSession, outcomes: dict[str, _Outcome], submitted: dict[str, datetime]) -> None:
    """Set the cluster of each request: the first one of its first patent that was listed with any."""
    listed = (
        sa.select(col(FinancingPatent.request_id), col(Listing.clusters))
        .join(Listing, col(Listing.patent_id) == col(FinancingPatent.patent_id))
        .where(col(FinancingPatent.request_id).in_(list(submitted)), col(Listing.listed_at).is_not(None))
        .order_by(
            col(FinancingPatent.request_id), col(FinancingPatent.number), col(Listing.listed_at).desc(), col(Listing.id)
        )
    )
    for request_id, clusters in await session.execute(listed):
        if clusters and outcomes[request_id].cluster is None:
            outcomes[request_id].cluster = clusters[0]

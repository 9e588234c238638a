"""How a bank's loans and the patents pledged for them are read."""

from collections import defaultdict
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.financing_figures.exposure.rules import OwedLoan, PledgedPatentFacts
from backend.loans.codes import LoanStatus
from backend.loans.models import Loan
from backend.loans.rules import OWED
from backend.patents.models import Listing, Patent
from backend.pledges.models import Pledge, PledgedPatent
from backend.pledges.queries import STILL_PLEDGED
from backend.pledges.rules import STANDING
from backend.reference.ipc import main_technology_field

COUNTED: Final = (LoanStatus.AGREED, *OWED)


async def owed_loans(session: AsyncSession, bank_id: str) -> list[OwedLoan]:
    """Return the loans of a bank that are agreed or owed, with the patents that registered pledges hold for them."""
    patents = await _patents(session, bank_id)
    columns = (col(Loan.id), col(Loan.status), col(Loan.outstanding_fen))
    statement = sa.select(*columns).where(*_of_bank(bank_id)).order_by(col(Loan.id))
    return [
        OwedLoan(loan_id, status, outstanding_fen, patents[loan_id])
        for loan_id, status, outstanding_fen in await session.execute(statement)
    ]


def _of_bank(bank_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return col(Loan.lender_organisation_id) == bank_id, col(Loan.status).in_(COUNTED)


def _pledged(bank_id: str, *columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(Loan)
        .join(Pledge, col(Pledge.offer_id) == col(Loan.offer_id))
        .join(PledgedPatent, col(PledgedPatent.pledge_id) == col(Pledge.id))
        .where(
            *_of_bank(bank_id),
            col(Pledge.status).in_(sorted(STANDING)),
            STILL_PLEDGED,
        )
    )


async def _patents(session: AsyncSession, bank_id: str) -> dict[str, list[PledgedPatentFacts]]:
    clusters = await _clusters(session, bank_id)
    found: dict[str, list[PledgedPatentFacts]] = defaultdict(list)
    statement = (
        _pledged(bank_id, col(Loan.id), col(Patent.id), col(Patent.ipc))
        .join(Patent, col(Patent.id) == col(PledgedPatent.patent_id))
        .order_by(col(Loan.id), col(Patent.id))
    )
    for loan_id, patent_id, ipc in await session.execute(statement):
        field = main_technology_field(ipc)
        facts = PledgedPatentFacts(patent_id, None if field is None else str(field), clusters.get(patent_id))
        found[loan_id].append(facts)
    return found


async def _clusters(session: AsyncSession, bank_id: str) -> dict[str, str]:
    """Return the first cluster with which each pledged patent was listed last."""
    listed = (
        sa.select(col(Listing.patent_id), col(Listing.clusters))
        .where(
            col(Listing.patent_id).in_(_pledged(bank_id, col(PledgedPatent.patent_id))),
            col(Listing.listed_at).is_not(None),
        )
        .order_by(col(Listing.listed_at).desc(), col(Listing.id))
    )
    found: dict[str, str] = {}
    for patent_id, clusters in await session.execute(listed):
        if clusters:
            found.setdefault(patent_id, clusters[0])
    return found

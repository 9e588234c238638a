"""How pledges are found; who may see them is built in: their sides theirs, offices that there are any."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.loans.models import Loan
from backend.patents.queries import is_office
from backend.pledges.models import (
    Pledge,
    PledgeChange,
    PledgeDisposal,
    PledgedPatent,
    PledgeProceeds,
    PledgeWatch,
    Pledgor,
)
from backend.pledges.rules import STANDING
from backend.pledges.schemas import PledgesQuery

CREATED_AT: Final = col(Pledge.created_at)
ID: Final = col(Pledge.id)
STILL_PLEDGED: Final = sa.and_(col(PledgedPatent.released_on).is_(None), col(PledgedPatent.disposed_on).is_(None))


def _pledged_by(organisation_id: str) -> sa.ColumnElement[bool]:
    pledge_ids = sa.select(col(Pledgor.pledge_id)).where(col(Pledgor.organisation_id) == organisation_id)
    return ID.in_(pledge_ids)


def _secures_loan_of(organisation_id: str) -> sa.ColumnElement[bool]:
    lent = sa.select(col(Loan.offer_id)).where(col(Loan.lender_organisation_id) == organisation_id)
    return col(Pledge.offer_id).in_(lent)


def of_organisation(organisation_id: str) -> sa.ColumnElement[bool]:
    """Return which pledges an organisation has part in, also as the lender where a guarantor is the pledgee."""
    return sa.or_(
        col(Pledge.pledgee_organisation_id) == organisation_id,
        col(Pledge.debtor_organisation_id) == organisation_id,
        _pledged_by(organisation_id),
        _secures_loan_of(organisation_id),
    )


def visible_to(caller: Caller) -> sa.ColumnElement[bool]:
    """Return which pledges a caller may know of: offices those that were filed, without what they secure."""
    if is_office(caller):
        return sa.or_(col(Pledge.filed_on).is_not(None), of_organisation(caller.organisation_id))
    return of_organisation(caller.organisation_id)


def pledges(caller: Caller, query: PledgesQuery) -> sa.Select[Any]:
    """Return the pledges that the caller may know of and asks for."""
    statement = sa.select(Pledge).where(visible_to(caller))
    organisation_id = caller.organisation_id
    of_role = {
        "pledgee": col(Pledge.pledgee_organisation_id) == organisation_id,
        "debtor": col(Pledge.debtor_organisation_id) == organisation_id,
        "pledgor": _pledged_by(organisation_id),
        "lender": _secures_loan_of(organisation_id),
    }
    if query.role is not None:
        statement = statement.where(of_role[query.role])
    if query.status:
        statement = statement.where(col(Pledge.status).in_(query.status))
    if query.patent_id is not None:
        pledge_ids = sa.select(col(PledgedPatent.pledge_id)).where(col(PledgedPatent.patent_id) == query.patent_id)
        statement = statement.where(ID.in_(pledge_ids))
    return statement


async def pledge(session: AsyncSession, caller: Caller, pledge_id: str) -> Pledge | None:
    """Return the pledge, or None where the caller may not know of it."""
    return (await session.scalars(sa.select(Pledge).where(col(Pledge.id) == pledge_id, visible_to(caller)))).first()


async def locked(session: AsyncSession, pledge_id: str) -> Pledge:
    """Return the pledge, held until the end of the transaction; its patents are held before it."""
    return await session.get_one(Pledge, pledge_id, with_for_update=True, populate_existing=True)


async def patents_of(session: AsyncSession, pledge_ids: Iterable[str]) -> dict[str, list[PledgedPatent]]:
    """Return the patents of pledges, by the pledge's id, in the order of their ids."""
    found: dict[str, list[PledgedPatent]] = {pledge_id: [] for pledge_id in pledge_ids}
    if found:
        rows = sa.select(PledgedPatent).where(col(PledgedPatent.pledge_id).in_(list(found)))
        ordered = rows.order_by(col(PledgedPatent.patent_id)).execution_options(populate_existing=True)
        for row in await session.scalars(ordered):
            found[row.pledge_id].append(row)
    return found


async def pledgors_of(session: AsyncSession, pledge_ids: Iterable[str]) -> dict[str, list[Pledgor]]:
    """Return who pledges what, by the pledge's id, in the order of patents and parties."""
    found: dict[str, list[Pledgor]] = {pledge_id: [] for pledge_id in pledge_ids}
    if found:
        rows = sa.select(Pledgor).where(col(Pledgor.pledge_id).in_(list(found)))
        for row in await session.scalars(rows.order_by(col(Pledgor.patent_id), col(Pledgor.party_id))):
            found[row.pledge_id].append(row)
    return found


async def lenders_of(session: AsyncSession, pledges: Iterable[Pledge]) -> dict[str, str]:
    """Return who lent what pledges secure, by the pledge's id: the pledgee, or the bank beside a guarantor."""
    by_offer = {pledge.id: pledge.offer_id for pledge in pledges}
    columns: tuple[Any, ...] = (col(Loan.offer_id), col(Loan.lender_organisation_id))
    found = await session.execute(sa.select(*columns).where(col(Loan.offer_id).in_(set(by_offer.values()))))
    lenders = {row.offer_id: row.lender_organisation_id for row in found}
    return {pledge_id: lenders[offer_id] for pledge_id, offer_id in by_offer.items()}


async def audiences_of(session: AsyncSession, pledges: Iterable[Pledge]) -> dict[str, list[str]]:
    """Return the organisations that have part in pledges, by the pledge's id."""
    rows = list(pledges)
    pledgors, lenders = await pledgors_of(session, [row.id for row in rows]), await lenders_of(session, rows)
    return {row.id: audience_of(row, pledgors[row.id], lenders[row.id]) for row in rows}


def audience_of(pledge: Pledge, pledgors: Iterable[Pledgor], lender: str) -> list[str]:
    """Return the organisations that have part in a pledge."""
    of_pledgors = {one.organisation_id for one in pledgors}
    return sorted({pledge.pledgee_organisation_id, pledge.debtor_organisation_id, lender, *of_pledgors})


async def of_offer(session: AsyncSession, offer_id: str) -> Pledge | None:
    """Return the pledge of an offer that was not given up."""
    statement = sa.select(Pledge).where(col(Pledge.offer_id) == offer_id, col(Pledge.status) != "revoked")
    return (await session.scalars(statement)).first()


async def standing_on(session: AsyncSession, patent_ids: Iterable[str]) -> Sequence[tuple[Pledge, PledgedPatent]]:
    """Return the registered pledges of patents, each with the patent in it that is still pledged."""
    columns: tuple[Any, ...] = (Pledge, PledgedPatent)
    statement = (
        sa.select(*columns)
        .join(PledgedPatent, col(PledgedPatent.pledge_id) == ID)
        .where(
            col(PledgedPatent.patent_id).in_(list(patent_ids)),
            STILL_PLEDGED,
            col(Pledge.status).in_(sorted(STANDING)),
        )
        .order_by(ID)
    )
    return [(one, patent) for one, patent in await session.execute(statement)]


def changes(pledge_id: str) -> sa.Select[Any]:
    """Return the changes of a pledge."""
    return sa.select(PledgeChange).where(col(PledgeChange.pledge_id) == pledge_id)


def disposals(pledge_id: str) -> sa.Select[Any]:
    """Return the realisations of a pledge."""
    return sa.select(PledgeDisposal).where(col(PledgeDisposal.pledge_id) == pledge_id)


def proceeds(pledge_id: str) -> sa.Select[Any]:
    """Return what licences of a pledge's patents brought in."""
    return sa.select(PledgeProceeds).where(col(PledgeProceeds.pledge_id) == pledge_id)


def watches(pledge_id: str) -> sa.Select[Any]:
    """Return what happened to a pledge's patents."""
    return sa.select(PledgeWatch).where(col(PledgeWatch.pledge_id) == pledge_id)

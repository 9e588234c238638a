"""How requests to be heard as a holder are found; who may see them is built in."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Organisation, OrganisationStatus
from backend.establishment.codes import EstablishmentState
from backend.establishment.models import Establishment
from backend.establishment.rules import LIVING
from backend.establishment.schemas import EstablishmentsQuery
from backend.patents.codes import HoldingState
from backend.patents.fact_rules import NUMBERS
from backend.patents.models import ESTABLISHED, Holding, Patent
from backend.patents.visibility import is_established, is_office

ROWS_AT_ONCE: Final = 100
WITH_NAME: Final[tuple[Any, ...]] = (Establishment, col(Organisation.name))


def visible_to(caller: Caller) -> sa.ColumnElement[bool]:
    """Return which requests the caller may see: its own, proposed ones about what it holds, offices all."""
    if is_office(caller):
        return sa.true()
    condition = sa.exists().where(
        col(Holding.patent_id) == col(Establishment.patent_id),
        col(Holding.organisation_id) == caller.organisation_id,
        col(Holding.state).in_((HoldingState.ASSERTED, HoldingState.VERIFIED)),
    )
    proposed = col(Establishment.state) != EstablishmentState.ASKED
    return sa.or_(col(Establishment.organisation_id) == caller.organisation_id, sa.and_(proposed, condition))


def requests_for(caller: Caller, query: EstablishmentsQuery) -> sa.Select[Any]:
    """Return the requests, with their askers' names, that the caller may see and asks for."""
    asker = col(Organisation.id) == col(Establishment.organisation_id)
    statement = sa.select(*WITH_NAME).join(Organisation, asker)
    found = statement.where(visible_to(caller))
    if query.state:
        found = found.where(col(Establishment.state).in_(query.state))
    if query.batch_id is not None:
        found = found.where(col(Establishment.batch_id) == query.batch_id)
    if query.patent_id is not None:
        own = sa.and_(
            col(Establishment.row_id) == query.patent_id,
            sa.true() if is_office(caller) else col(Establishment.organisation_id) == caller.organisation_id,
        )
        known = sa.or_(
            col(Establishment.organisation_id) != caller.organisation_id,
            col(Establishment.state) == EstablishmentState.ACCEPTED,
        )
        found = found.where(sa.or_(own, sa.and_(col(Establishment.patent_id) == query.patent_id, known)))
    if query.mine:
        found = found.where(col(Establishment.organisation_id) == caller.organisation_id)
    return found


async def visible(session: AsyncSession, caller: Caller, establishment_id: str) -> sa.Row[Any] | None:
    """Return the request with its asker's name, or None where the caller may not see it."""
    statement = requests_for(caller, EstablishmentsQuery()).where(col(Establishment.id) == establishment_id)
    row: sa.Row[Any] | None = (await session.execute(statement)).first()
    return row


async def lock_rows(session: AsyncSession, patent_ids: Iterable[str]) -> None:
    """Hold the patents until the end of the transaction: all that it needs at once, in the order of their ids."""
    await _lock(session, col(Patent.id).in_(sorted(set(patent_ids))))


async def lock_rows_of_batch(session: AsyncSession, batch_id: str) -> None:
    """Hold the patents and the rows of a batch's requests likewise."""
    ids = (
        sa.select(column).where(col(Establishment.batch_id) == batch_id, column.is_not(None))
        for column in (col(Establishment.row_id), col(Establishment.patent_id))
    )
    await _lock(session, col(Patent.id).in_(sa.union(*ids)))


async def _lock(session: AsyncSession, which: sa.ColumnElement[bool]) -> None:
    await session.execute(sa.select(col(Patent.id)).where(which).order_by(col(Patent.id)).with_for_update())


async def locked(session: AsyncSession, establishment_id: str) -> Establishment:
    """Return the request as it stands now, held until the end of the transaction."""
    return await session.get_one(Establishment, establishment_id, with_for_update=True, populate_existing=True)


async def living_of_row(session: AsyncSession, row_ids: Iterable[str]) -> dict[str, Establishment]:
    """Return the undecided request about each of the rows that has one, locked."""
    statement = sa.select(Establishment).where(col(Establishment.row_id).in_(set(row_ids)), _living())
    in_order = statement.order_by(col(Establishment.id)).with_for_update()
    return {one.row_id or "": one for one in await session.scalars(in_order)}


def renewal(establishment_id: str) -> sa.Update:
    """Have a request be about its row as it is now, where the row was changed since it was proposed."""
    version = sa.select(col(Patent.version)).where(col(Patent.id) == col(Establishment.row_id)).scalar_subquery()
    renewed = sa.update(Establishment).where(
        col(Establishment.id) == establishment_id,
        col(Establishment.state).in_((EstablishmentState.PROPOSED, EstablishmentState.REFUSED)),
        col(Establishment.row_version) != version,
    )
    values = {"row_version": version, "version": col(Establishment.version) + 1}
    return renewed.values(values).execution_options(synchronize_session=False)


async def remaining_of_batch(session: AsyncSession, caller: Caller, batch_id: str) -> int:
    """Return how many requests of a batch wait for the caller."""
    query = EstablishmentsQuery(batch_id=batch_id, state=[EstablishmentState.PROPOSED])
    statement = requests_for(caller, query).where(col(Establishment.organisation_id) != caller.organisation_id)
    return int((await session.execute(sa.select(sa.func.count()).select_from(statement.subquery()))).scalar_one())


async def open_of_row(session: AsyncSession, row_id: str) -> Sequence[Establishment]:
    """Return the requests about the row that may still be accepted, locked: undecided ones, and refused ones."""
    states = sorted({*LIVING, EstablishmentState.REFUSED})
    statement = sa.select(Establishment).where(
        col(Establishment.row_id) == row_id, col(Establishment.state).in_(states)
    )
    return await _in_order(session, statement)


async def about(session: AsyncSession, patent_id: str) -> Sequence[Establishment]:
    """Return all requests about an established patent, locked."""
    return await _in_order(session, sa.select(Establishment).where(col(Establishment.patent_id) == patent_id))


async def living_without_row(session: AsyncSession, patent_id: str) -> Sequence[Establishment]:
    """Return the undecided requests about a patent by organisations that have no row of it, locked."""
    statement = sa.select(Establishment).where(
        col(Establishment.patent_id) == patent_id, col(Establishment.row_id).is_(None), _living()
    )
    return await _in_order(session, statement)


async def _in_order(session: AsyncSession, asked: sa.Select[Any]) -> Sequence[Establishment]:
    return (await session.scalars(asked.order_by(col(Establishment.id)).with_for_update())).all()


async def living_about(session: AsyncSession, organisation_id: str, patent_id: str) -> Establishment | None:
    """Return the organisation's undecided request about a patent that everybody sees."""
    statement = sa.select(Establishment).where(
        col(Establishment.organisation_id) == organisation_id, col(Establishment.patent_id) == patent_id, _living()
    )
    return (await session.scalars(statement)).first()


def _living() -> sa.ColumnElement[bool]:
    return col(Establishment.state).in_(sorted(LIVING))


async def batch_of(session: AsyncSession, one: Establishment, states: Iterable[EstablishmentState]) -> Sequence[str]:
    """Return the ids of the requests made together with one, itself apart, that are in one of these states."""
    statement = sa.select(col(Establishment.id)).where(
        col(Establishment.batch_id) == one.batch_id,
        col(Establishment.id) != one.id,
        col(Establishment.state).in_(sorted(states)),
    )
    return (await session.scalars(statement.order_by(col(Establishment.patent_id), col(Establishment.id)))).all()


async def private_rows(session: AsyncSession, organisation_id: str, after: tuple[Any, str] | None) -> Sequence[Any]:
    """Return id and day of entry of the organisation's next private rows, in the order in which they were entered."""
    statement = sa.select(col(Patent.id), col(Patent.created_at)).where(
        col(Patent.private_to) == organisation_id, col(Patent.merged_into).is_(None)
    )
    if after is not None:
        since, last = after
        later = sa.or_(col(Patent.created_at) > since, sa.and_(col(Patent.created_at) == since, col(Patent.id) > last))
        statement = statement.where(later)
    return (await session.execute(statement.order_by(col(Patent.created_at), col(Patent.id)).limit(ROWS_AT_ONCE))).all()


async def counterparts(session: AsyncSession, row_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return for each of the private rows that has some the ids of the established rows with one of its numbers."""
    row, other = aliased(Patent), aliased(Patent)
    found: dict[str, list[str]] = {}
    for name in NUMBERS:
        same = sa.and_(
            col(other.office) == col(row.office),
            getattr(other, name) == getattr(row, name),
            col(other.private_to) == ESTABLISHED,
        )
        statement = sa.select(col(row.id), col(other.id)).join(other, same).where(col(row.id).in_(row_ids))
        for row_id, other_id in (await session.execute(statement)).all():
            ids = found.setdefault(row_id, [])
            if other_id not in ids and other_id != row_id:
                ids.append(other_id)
    return found


def requests_about_established(organisation_id: str) -> sa.Select[Any]:
    """The organisation's requests that wait, about established rows: the id, the row's, whether the row is its own."""
    about = sa.func.coalesce(col(Establishment.row_id), col(Establishment.patent_id))
    columns: tuple[Any, ...] = (col(Establishment.id), col(Patent.id), col(Establishment.row_id).is_not(None))
    return (
        sa.select(*columns)
        .join(Patent, col(Patent.id) == about)
        .where(
            col(Establishment.organisation_id) == organisation_id,
            col(Establishment.state) == EstablishmentState.ASKED,
            is_established(),
        )
        .order_by(col(Patent.id))
    )


async def asking_for_all(session: AsyncSession, organisation_id: str) -> Sequence[Establishment]:
    """Return the organisation's undecided requests for all patents of a former holder, the first made last."""
    statement = sa.select(Establishment).where(
        col(Establishment.organisation_id) == organisation_id, col(Establishment.of_party).is_not(None), _living()
    )
    return (await session.scalars(statement.order_by(col(Establishment.asked_at).desc()))).all()


async def kept_waiting(session: AsyncSession, since: datetime) -> list[str]:
    """Return the verified organisations whose requests nobody has looked at since a moment."""
    statement = (
        sa.select(col(Establishment.organisation_id))
        .join(Organisation, col(Organisation.id) == col(Establishment.organisation_id))
        .where(col(Establishment.state) == EstablishmentState.ASKED, col(Establishment.asked_at) < since)
        .where(col(Organisation.status) == OrganisationStatus.VERIFIED)
        .distinct()
    )
    return sorted(await session.scalars(statement))


async def has_private_rows(session: AsyncSession, organisation_ids: Iterable[str]) -> list[str]:
    """Return those of the organisations that have rows of their own which are not established."""
    statement = (
        sa.select(col(Patent.private_to))
        .where(col(Patent.private_to).in_(sorted(set(organisation_ids))), col(Patent.private_to) != "")
        .where(col(Patent.merged_into).is_(None))
        .distinct()
    )
    return sorted(await session.scalars(statement))

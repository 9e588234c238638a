"""How needs are found; who may see them, and how much of them, is built in.

| viewer | sees |
|---|---|
| the asker | its own, whole, in every state |
| the platform | whatever was published at any time, without a secret budget |
| an organisation named in a confidential need, while it is verified | it, while it is open, without a secret budget |
| everybody | open needs that are not confidential, without a secret budget; of confidential ones the abstract |
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Organisation, OrganisationKind, OrganisationStatus
from backend.needs.codes import NeedStatus
from backend.needs.faces import NOBODY, Face, Viewer, face_kind, face_of
from backend.needs.models import Need, NeedShown
from backend.needs.rules import OPEN
from backend.needs.schemas import NeedsQuery

IS_OPEN: Final = col(Need.status).in_(sorted(OPEN))
IS_PUBLIC: Final = sa.and_(IS_OPEN, sa.or_(col(Need.confidential).is_(False), col(Need.abstract).is_not(None)))
MAY_BE_NAMED: Final = (
    OrganisationKind.OPERATION_CENTRE,
    OrganisationKind.UNIVERSITY,
    OrganisationKind.ENTERPRISE,
    OrganisationKind.INDIVIDUAL,
    OrganisationKind.SERVICE_INSTITUTION,
)
SHOWN_SINCE: Final = sa.func.coalesce(col(Need.published_at), col(Need.created_at))


def named(organisation_id: str | None) -> sa.ColumnElement[bool]:
    """Return whether a need is confidential, open, and names the organisation, which is verified."""
    if organisation_id is None:
        return sa.false()
    its_own_row = (
        sa.select(sa.literal(1))
        .select_from(NeedShown)
        .join(Organisation, col(Organisation.id) == col(NeedShown.organisation_id))
        .where(
            col(NeedShown.need_id) == col(Need.id),
            col(NeedShown.organisation_id) == organisation_id,
            col(NeedShown.ended_at).is_(None),
            col(Organisation.status) == OrganisationStatus.VERIFIED,
        )
        .exists()
    )
    return sa.and_(IS_OPEN, col(Need.confidential).is_(True), its_own_row)


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return which needs a viewer may know of, be it by their abstract alone."""
    return sa.or_(IS_PUBLIC, _concerns(viewer))


def _concerns(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return which needs are the viewer's own, are shown to it by name, or are the platform's to watch over."""
    if viewer.organisation_id is None:
        return sa.false()
    own = col(Need.organisation_id) == viewer.organisation_id
    others = col(Need.published_at).is_not(None) if viewer.is_platform else named(viewer.organisation_id)
    return sa.or_(own, others)


def _with_asker(viewer: Viewer, *which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    columns: tuple[Any, ...] = (
        Need,
        col(Organisation.name).label("organisation_name"),
        named(viewer.organisation_id).label("is_named"),
    )
    return sa.select(*columns).join(Organisation, col(Organisation.id) == col(Need.organisation_id)).where(*which)


def needs_for(viewer: Viewer, query: NeedsQuery) -> sa.Select[Any]:
    """Return the viewer's own needs and those shown to it by name, as asked for; the platform's, all that it watches.

    Others are shown the status of an open need as `published` alone, so that is what they can ask for.
    """
    found = _with_asker(viewer, _concerns(viewer))
    own = col(Need.organisation_id) == viewer.organisation_id
    if query.mine:
        found = found.where(own)
    if query.status:
        asked: sa.ColumnElement[bool] = col(Need.status).in_(query.status)
        if not viewer.is_platform:
            shown = sa.true() if NeedStatus.PUBLISHED in query.status else sa.false()
            asked = sa.or_(sa.and_(own, asked), sa.and_(sa.not_(own), shown))
        found = found.where(asked)
    return found


def face_from(row: sa.Row[Any], viewer: Viewer) -> Face:
    """Return what the viewer is shown of a need that it may know of."""
    return face_of(row.Need, row.organisation_name, face_kind(row.Need, viewer, is_named=bool(row.is_named)))


async def faces(session: AsyncSession, viewer: Viewer, need_ids: Iterable[str]) -> dict[str, Face]:
    """Return what the viewer is shown of those of the needs that it may know of, by their ids."""
    statement = _with_asker(viewer, col(Need.id).in_(list(need_ids)), visible_to(viewer))
    return {row.Need.id: face_from(row, viewer) for row in await session.execute(statement)}


async def face(session: AsyncSession, viewer: Viewer, need_id: str) -> Face | None:
    """Return what the viewer is shown of the need, or None where it may not know of it."""
    return (await faces(session, viewer, [need_id])).get(need_id)


async def public_faces(session: AsyncSession, need_ids: Iterable[str]) -> dict[str, Face]:
    """Return what everybody is shown of the needs."""
    return await faces(session, NOBODY, need_ids)


def standing_ids() -> sa.Select[Any]:
    """Select the ids of all open needs, whoever may see them: for what is computed for each side by its own faces."""
    return sa.select(col(Need.id)).where(IS_OPEN)


async def named_ids(session: AsyncSession, organisation_id: str | None) -> set[str]:
    """Return the confidential open needs that the organisation is shown whole."""
    return set(await session.scalars(sa.select(col(Need.id)).where(named(organisation_id))))


async def locked(session: AsyncSession, viewer: Viewer, need_id: str) -> Need | None:
    """Return the need, held until the end of the transaction, or None where the viewer may not know of it."""
    statement = sa.select(Need).where(col(Need.id) == need_id, visible_to(viewer)).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def locked_by_id(session: AsyncSession, need_id: str) -> Need | None:
    """Return the need, held until the end of the transaction, for what follows from something else."""
    return await session.get(Need, need_id, with_for_update=True, populate_existing=True)


async def names_of(session: AsyncSession, need_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the organisations named in each of the needs, by the needs' ids."""
    statement = (
        sa.select(col(NeedShown.need_id), col(NeedShown.organisation_id))
        .where(col(NeedShown.need_id).in_(list(need_ids)), col(NeedShown.ended_at).is_(None))
        .order_by(col(NeedShown.need_id), col(NeedShown.organisation_id))
    )
    found: dict[str, list[str]] = {}
    for need_id, organisation_id in await session.execute(statement):
        found.setdefault(need_id, []).append(organisation_id)
    return found


async def namings(session: AsyncSession, need_id: str) -> dict[str, NeedShown]:
    """Return the rows of the organisations that are or were named in the need, by organisation."""
    rows = await session.scalars(sa.select(NeedShown).where(col(NeedShown.need_id) == need_id))
    return {row.organisation_id: row for row in rows}


async def may_be_named(session: AsyncSession, organisation_ids: Collection[str]) -> set[str]:
    """Return those of the organisations that a confidential need can be shown to: verified centres and holders."""
    if not organisation_ids:
        return set()
    statement = sa.select(col(Organisation.id)).where(
        col(Organisation.id).in_(organisation_ids),
        col(Organisation.status) == OrganisationStatus.VERIFIED,
        col(Organisation.kind).in_(MAY_BE_NAMED),
    )
    return set(await session.scalars(statement))


async def has_reference(session: AsyncSession, organisation_id: str, reference: str, but: str) -> bool:
    """Whether another need of the organisation has the reference."""
    statement = sa.select(col(Need.id)).where(
        col(Need.organisation_id) == organisation_id, col(Need.reference) == reference, col(Need.id) != but
    )
    return (await session.execute(statement.limit(1))).first() is not None


async def own(session: AsyncSession, organisation_id: str, need_id: str) -> Need:
    """Return a need of the organisation's own, held until the end of the transaction."""
    statement = sa.select(Need).where(col(Need.id) == need_id, col(Need.organisation_id) == organisation_id)
    return (await session.scalars(statement.with_for_update())).one()


async def open_needs_of(session: AsyncSession, organisation_id: str, *, lock: bool = True) -> int:
    """Return how many open needs the organisation has; its row is held, so that two do not count at once."""
    if lock:
        held = sa.select(col(Organisation.id)).where(col(Organisation.id) == organisation_id)
        await session.execute(held.with_for_update())
    statement = sa.select(sa.func.count()).where(col(Need.organisation_id) == organisation_id, IS_OPEN)
    return int((await session.execute(statement)).scalar_one())


async def locked_open_of(session: AsyncSession, organisation_id: str) -> Sequence[Need]:
    """Return the open needs of an organisation, held until the end of the transaction."""
    statement = sa.select(Need).where(col(Need.organisation_id) == organisation_id, IS_OPEN)
    return (await session.scalars(statement.order_by(col(Need.id)).with_for_update())).all()

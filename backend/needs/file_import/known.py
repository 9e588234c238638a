"""A need as an import sees it: as it is kept, or as earlier rows of the file have left it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Organisation, OrganisationStatus
from backend.needs.codes import NeedStatus
from backend.needs.file_import.row_reader import NeedDraft
from backend.needs.models import Need
from backend.needs.queries import MAY_BE_NAMED, names_of
from backend.needs.schemas import NeedTerms

VALUES: Final = ("title", "problem", *(name for name in NeedTerms.model_fields if name != "shown_to"))


@dataclass(slots=True)
class KnownNeed:
    """What is known of one need; `stored` where it was kept before this batch."""

    id: str
    status: NeedStatus
    values: dict[str, Any]
    names: set[str] = field(default_factory=set)
    mended: bool = True
    stored: bool = True

    @property
    def wanted_by(self) -> date | None:
        """The day by which it is wanted."""
        day: date | None = self.values.get("wanted_by")
        return day


def key_of(draft: NeedDraft) -> str | None:
    """Return by what the row's need is known again: its reference, else its title and problem; None without both."""
    values = draft.values
    if values.get("reference"):
        return f"reference:{values['reference']}"
    if values.get("title") and values.get("problem"):
        return f"text:{values['title']}\n{values['problem']}"
    return None


def _known(need: Need) -> KnownNeed:
    values = {name: getattr(need, name) for name in VALUES}
    return KnownNeed(need.id, need.status, values, mended=need.mended)


async def known_needs(
    session: AsyncSession, organisation_id: str, drafts: Sequence[NeedDraft], *, lock: bool
) -> dict[str, KnownNeed]:
    """Return the organisation's needs that the rows may be about, by their keys."""
    references = {draft.values["reference"] for draft in drafts if draft.values.get("reference")}
    titles = {draft.values["title"] for draft in drafts if draft.values.get("title")}
    which = sa.or_(col(Need.reference).in_(references), col(Need.title).in_(titles))
    statement = sa.select(Need).where(col(Need.organisation_id) == organisation_id, which).order_by(col(Need.id))
    needs = (await session.scalars(statement.with_for_update() if lock else statement)).all()
    names = await names_of(session, [need.id for need in needs])
    found: dict[str, KnownNeed] = {}
    for need in needs:
        known = _known(need)
        known.names = set(names.get(need.id, ()))
        if need.reference is not None:
            found[f"reference:{need.reference}"] = known
        if need.status is not NeedStatus.CLOSED:
            found.setdefault(f"text:{need.title}\n{need.problem}", known)
    return found


async def nameable(session: AsyncSession, names: Collection[str], but: str) -> dict[str, list[str]]:
    """Return by name or id the organisations that a need can be shown to, other than its own."""
    if not names:
        return {}
    statement = sa.select(col(Organisation.id), col(Organisation.name)).where(
        sa.or_(col(Organisation.id).in_(names), col(Organisation.name).in_(names)),
        col(Organisation.status) == OrganisationStatus.VERIFIED,
        col(Organisation.kind).in_(MAY_BE_NAMED),
        col(Organisation.id) != but,
    )
    found: dict[str, list[str]] = {}
    for organisation_id, name in await session.execute(statement):
        for by in {organisation_id, name} & set(names):
            found.setdefault(by, []).append(organisation_id)
    return found

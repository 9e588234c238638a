"""When an organisation's private rows are looked at again: it was verified, or somebody named it as a holder."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core import jobs
from backend.core.events import PUBLIC, BatchHandler, Happened, InlineHandler
from backend.establishment import relocation
from backend.establishment.queries import has_private_rows
from backend.establishment.service import MATCH


async def _organisation_verified(session: AsyncSession, happened: Happened, _at: datetime) -> None:
    await jobs.enqueue(session, MATCH, happened.subject)


async def _holder_named(session: AsyncSession, happened: Happened, at: datetime) -> None:
    await _match_those_named(session, [happened], at)


async def _match_those_named(
    session: AsyncSession, happenings: Sequence[Happened], _at: datetime | None = None
) -> None:
    """A row of which several organisations hear names some of them beside who entered it, unless it says it does not.

    Each of them is looked at as a whole, which a file that only writes facts must not ask for with every batch.
    """
    naming = (happened for happened in happenings if happened.data.get("holders_named", True))
    audiences = ([one for one in happened.audience if one != PUBLIC] for happened in naming)
    named = {one for audience in audiences if len(audience) > 1 for one in audience}
    if not named:
        return
    for organisation_id in await has_private_rows(session, named):
        await jobs.enqueue(session, MATCH, organisation_id)


INLINE: Final[dict[str, list[InlineHandler]]] = {
    **relocation.INLINE,
    "organisation.verified": [_organisation_verified],
    "holding.asserted": [_holder_named],
    "holding.verified": [_holder_named],
}
BATCHES: Final[dict[str, list[BatchHandler]]] = {
    "patent.registered": [_match_those_named],
    "patent.updated": [_match_those_named],
}

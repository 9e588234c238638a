"""How requests to be heard as a holder are shown to who asks."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.establishment.access import EVIDENCE
from backend.establishment.codes import EstablishmentState, Proposal
from backend.establishment.models import Establishment
from backend.establishment.schemas import ClaimedFact, ClaimedFacts, EstablishmentOut
from backend.files.service import attached
from backend.patents.fact_rules import NUMBERS, fill_or_conflict
from backend.patents.models import Patent
from backend.patents.provenance_rules import stated
from backend.patents.visibility import is_office

SHOWN = frozenset({"id", "batch_id", "state", "organisation_id", "of_party", "evidence", "reason", "asked_at"})


async def present(session: AsyncSession, caller: Caller, rows: Sequence[Any]) -> list[EstablishmentOut]:
    """Return the requests, each with its asker's name, as the caller may see them."""
    files = await attached(session, EVIDENCE, [row[0].id for row in rows])
    patents = await _patents(session, [row[0] for row in rows])
    return [_present(one, name, caller, patents, files.get(one.id, [])) for one, name, *_ in rows]


async def _patents(session: AsyncSession, requests: Sequence[Establishment]) -> dict[str, Patent]:
    ids = {patent_id for one in requests for patent_id in (one.row_id, one.patent_id) if patent_id}
    found = await session.scalars(sa.select(Patent).where(col(Patent.id).in_(ids))) if ids else ()
    return {patent.id: patent for patent in found}


def _present(
    one: Establishment, name: str, caller: Caller, patents: dict[str, Patent], files: Sequence[Any]
) -> EstablishmentOut:
    is_asker = one.organisation_id == caller.organisation_id
    sees_both = is_office(caller)
    known = one.row_id is None or one.state is EstablishmentState.ACCEPTED  # by the asker
    return EstablishmentOut(
        **one.model_dump(include=set(SHOWN)),
        organisation_name=name,
        row_id=one.row_id if is_asker or sees_both else None,
        patent_id=one.patent_id if sees_both or not is_asker or known else None,
        evidence_files=list(files),
        claimed=None if is_asker and not sees_both else _claimed(one, patents),
        taken=[Proposal(proposal) for proposal in one.proposals],
        decided_at=one.decided_at if known or one.state is not EstablishmentState.PROPOSED else None,
        version=one.version,
    )


def _claimed(one: Establishment, patents: dict[str, Patent]) -> ClaimedFacts | None:
    row, target = patents.get(one.row_id or ""), patents.get(one.patent_id or "")
    if row is None or target is None or one.state is not EstablishmentState.PROPOSED:
        return None
    kept = stated(target.set_by)
    fills, differs = fill_or_conflict(target, row.model_dump(), may_overwrite=False, kept=kept)
    numbers = {number: getattr(row, number) for number in NUMBERS}
    facts = [
        ClaimedFact(fact=name, mine=_fact_text(getattr(target, name)), theirs=_fact_text(getattr(row, name)))
        for name in sorted((*fills, *differs))
    ]
    return ClaimedFacts(title=row.title, **numbers, fills=sorted(fills), differs=sorted(differs), facts=facts)


def _fact_text(value: Any) -> str | list[str] | None:
    return value if value is None or isinstance(value, list) else str(value)

"""Who may do what with rights: path id → loaded, permitted thing.

| act | offices | established holder | the entry's party | who may see the patent |
|---|---|---|---|---|
| see the standing, announced entries | x | x | x | x |
| see permissions | x | x | while it holds | x |
| see every entry with its evidence, agreements | x | x | its own entries | |
| record an entry, enter an agreement | x | x | a sub-licence under its own licence | |
| ask for consents | x | x | its licensor's, to a sub-licence | |
| end an entry | x | who recorded it | x | |
| correct an entry | x | who recorded it | a sub-licence that it recorded | |
| end an agreement that all have entered | x | | | |

The entry's party is the licensee, pledgee or holder of an option, whether or not the patent is listed.

What names or binds others (an entry, a correction, an agreement, a question for consent) asks for a verified
organisation; ending an entry for one that is verified or was.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import Depends, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import MaybeCaller, OnceVerifiedEditor, VerifiedEditor, Viewer
from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.core.clock import Today
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.patents import queries as patent_queries
from backend.patents.access import Act as PatentAct
from backend.patents.access import (
    PatentId,
    Permitted,
    RecordedPatent,
    SeenPatent,
    Sees,
    locked_patent,
    may,
    permit,
    seen_patent,
)
from backend.patents.errors import NotTheHolder
from backend.patents.queries import PatentAggregate
from backend.rights import queries
from backend.rights.codes import Act, Origin, RightKind
from backend.rights.errors import (
    AgreementOfAll,
    NoSuchRight,
    NotTheLicensee,
    RightNotYours,
)
from backend.rights.ledger import Holder
from backend.rights.models import RightEntry
from backend.rights.permissions.schemas import ConsentIn
from backend.rights.schemas import RightCorrection, RightIn

HELD_BY_OTHERS: Final = frozenset({RightKind.LICENCE, RightKind.PLEDGE, RightKind.OPTION})

RightId = Annotated[
    str, Path(pattern=id_pattern("rgt"), description="The entry's id.", examples=["rgt_01h455vb4pex5vsknk084sn02q"])
]


@dataclass(frozen=True, slots=True)
class Recording:
    """An entry that somebody may record, on a patent held for a change."""

    whole: PatentAggregate
    caller: Caller
    body: RightIn


@dataclass(frozen=True, slots=True)
class HeldRight:
    """An entry held for a change together with its patent, and who changes it."""

    whole: PatentAggregate
    caller: Caller
    entry: RightEntry
    by_recorder: bool  # who recorded it and has part in the patent still, or an office; else its party


def sees_records(caller: Caller | None, whole: PatentAggregate) -> bool:
    """Whether somebody sees every entry of the patent with its evidence: offices and established holders."""
    return may(PatentAct.RECORD, caller, whole)


async def _is_party_of_any(session: AsyncSession, caller: Caller | None, whole: PatentAggregate) -> bool:
    """Whether an entry of the patent was ever made in the caller's favour."""
    return caller is not None and await _has_right(session, caller, whole)


def _is_party_on(day: date) -> Sees:
    """Whether an entry of the patent in the caller's favour holds."""

    async def holds(session: AsyncSession, caller: Caller | None, whole: PatentAggregate) -> bool:
        return caller is not None and await _has_right(session, caller, whole, _not_ended(day))

    return holds


async def _seen_by_party(
    request: Request, patent_id: PatentId, caller: MaybeCaller, session: ReadDb
) -> PatentAggregate:
    return await seen_patent(request, session, caller, patent_id, also=_is_party_of_any)


async def _is_requested_party(
    request: Request, patent_id: PatentId, caller: MaybeCaller, session: ReadDb, today: Today
) -> PatentAggregate:
    return await seen_patent(request, session, caller, patent_id, also=_is_party_on(today))


async def _recording(
    request: Request, patent_id: PatentId, caller: VerifiedEditor, body: RightIn, session: Db, today: Today
) -> Recording:
    whole = await locked_patent(request, session, caller, patent_id, also=_is_party_on(today))
    await _permit_entry(session, caller, whole, body, today)
    return Recording(whole, caller, body)


async def _asking(
    request: Request, patent_id: PatentId, caller: VerifiedEditor, body: ConsentIn, session: Db, today: Today
) -> Permitted:
    whole = await locked_patent(request, session, caller, patent_id, also=_is_party_on(today))
    if not (body.act is Act.SUB_LICENSE and await _has_licence(session, caller, whole, today)):
        permit(PatentAct.RECORD, caller, whole)
    return Permitted(whole, caller)


async def _permit_entry(
    session: AsyncSession, caller: Caller, whole: PatentAggregate, body: RightIn, today: date
) -> None:
    under = body.licence if body.kind is RightKind.LICENCE else None
    sub_licenses = under is not None and await _has_licence(session, caller, whole, today, under)
    if under is not None and body.origin is Origin.HERE and not sub_licenses:
        raise NotTheLicensee
    if not sub_licenses:
        permit(PatentAct.RECORD, caller, whole)


async def _has_licence(
    session: AsyncSession, caller: Caller, whole: PatentAggregate, today: date, right_id: str | None = None
) -> bool:
    """Whether the caller is the licensee of a licence of the patent, or of this very one, that is not over."""
    which = [
        col(RightEntry.kind) == RightKind.LICENCE,
        *([col(RightEntry.id) == right_id] if right_id else []),
    ]
    return await _has_right(session, caller, whole, _not_ended(today), *which)


def _not_ended(day: date) -> sa.ColumnElement[bool]:
    """Which entries are not over on a day; an end ahead takes nothing yet, a pledge outlives its debt's day."""
    in_term = sa.or_(
        col(RightEntry.ends_on).is_(None), col(RightEntry.ends_on) >= day, col(RightEntry.kind) == RightKind.PLEDGE
    )
    return sa.and_(in_term, sa.or_(col(RightEntry.ended_on).is_(None), col(RightEntry.ended_on) > day))


async def _has_right(
    session: AsyncSession, caller: Caller, whole: PatentAggregate, *which: sa.ColumnElement[bool]
) -> bool:
    if not whole.patent.is_established:  # its author names whomever it likes
        return False
    statement = (
        sa.select(col(RightEntry.id))
        .join(Party, col(Party.id) == col(RightEntry.party_id))
        .where(
            col(RightEntry.patent_id) == whole.patent.id,
            col(RightEntry.kind).in_(HELD_BY_OTHERS),
            col(RightEntry.corrected_at).is_(None),
            col(Party.organisation_id) == caller.organisation_id,
            *which,
        )
    )
    return (await session.execute(statement)).first() is not None


async def _is_party(session: AsyncSession, caller: Caller, party_id: str | None) -> bool:
    party = await session.get(Party, party_id) if party_id else None
    return party is not None and party.organisation_id == caller.organisation_id


async def _changing(
    request: Request, patent_id: PatentId, right_id: RightId, caller: OnceVerifiedEditor, session: Db, today: Today
) -> HeldRight:
    whole = await locked_patent(request, session, caller, patent_id, also=_is_party_of_any)
    entries = await queries.entries_of(session, whole.patent.id)
    entry = next((row for row in entries if row.id == right_id), None)
    if entry is None:
        raise NoSuchRight
    is_party = await _is_party(session, caller, entry.party_id)
    recorded = entry.recorded_by == caller.organisation_id
    if not (recorded or is_party or entry.announced_on or sees_records(caller, whole)):
        raise NoSuchRight
    by_recorder = patent_queries.is_office(caller) or (
        recorded and await _has_part(session, caller, whole, entry.details.get("under"), today)
    )
    if not (by_recorder or is_party) or entry.granted_for is not None:
        raise RightNotYours
    return HeldRight(whole, caller, entry, by_recorder)


async def _has_part(
    session: AsyncSession, caller: Caller, whole: PatentAggregate, under: str | None, today: date
) -> bool:
    """Whether the caller's organisation holds the patent still, or is the licensee under whose licence it granted."""
    holds = bool(whole.held_by(caller.organisation_id))
    return holds or (under is not None and await _has_licence(session, caller, whole, today, under))


async def _ending(held: Annotated[HeldRight, Depends(_changing)]) -> HeldRight:
    holders = [Holder(h.party_id, h.organisation_id) for h in queries.living(held.whole)]
    is_agreement = held.entry.kind is RightKind.CO_OWNER_AGREEMENT
    if is_agreement and queries.is_signed(held.entry, holders) and not patent_queries.is_office(held.caller):
        raise AgreementOfAll
    return held


async def _correcting(
    _: VerifiedEditor, held: Annotated[HeldRight, Depends(_changing)], body: RightCorrection, session: Db, today: Today
) -> HeldRight:
    if not held.by_recorder:
        raise RightNotYours
    await _permit_entry(session, held.caller, held.whole, body, today)
    return held


async def _agreeing(_: VerifiedEditor, held: RecordedPatent) -> Permitted:
    return held


async def _agreed(caller: Viewer, whole: SeenPatent) -> PatentAggregate:
    if not sees_records(caller, whole):
        raise NotTheHolder
    return whole


RightsOf = Annotated[PatentAggregate, Depends(_seen_by_party)]
PermissionsOf = Annotated[PatentAggregate, Depends(_is_requested_party)]
AskedPatent = Annotated[Permitted, Depends(_asking)]
RecordedRight = Annotated[Recording, Depends(_recording)]
OwnRight = Annotated[HeldRight, Depends(_ending)]
CorrectedRight = Annotated[HeldRight, Depends(_correcting)]
AgreedPatent = Annotated[Permitted, Depends(_agreeing)]
AgreementsOf = Annotated[PatentAggregate, Depends(_agreed)]

"""Parties: whoever can hold a patent or a licence, on the platform or not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import OrganisationKind, OrganisationStatus
from backend.accounts.models import Organisation, Party, PartyName
from backend.accounts.rules import name_key
from backend.core.database.bulk_writes import put_many
from backend.core.database.columns import table_of
from backend.core.errors import NotFound, Text
from backend.core.ids import new_id

PARTY: Final = table_of(Party)
AT_ONCE: Final = 400
CREDIT_CODE_FLAWS: Final[Mapping[str, Text]] = {
    "credit_code_form": Text(
        "应为 18 位，不含字母 I、O、S、V、Z，第 3 至 8 位为数字。",
        "It has 18 characters, none of I, O, S, V, Z, and digits at places 3 to 8.",
    ),
    "credit_code_check_digit": Text(
        "校验码不符；如确属早期代码，请在 credit_code_override 中说明。",
        "The check digit is wrong; if it is one of the early codes, say so in credit_code_override.",
    ),
}


async def party_of(session: AsyncSession, organisation_id: str) -> Party:
    """Return the party that the organisation is; raise NotFound where there is no such organisation."""
    found = (await session.scalars(sa.select(Party).where(col(Party.organisation_id) == organisation_id))).first()
    if found is None:
        raise NotFound
    return found


async def is_verified(session: AsyncSession, organisation_id: str) -> bool:
    """Return whether the organisation is verified at this moment."""
    statement = sa.select(col(Organisation.status)).where(col(Organisation.id) == organisation_id)
    return (await session.execute(statement)).scalar_one_or_none() is OrganisationStatus.VERIFIED


def stand_in_key(party: Party, *, verified: bool) -> str | None:
    """Return the folded name under which others may have named the organisation whose party this is.

    None unless it is a legal person that was verified by its credit code.
    """
    is_identified = verified and party.person == "legal" and party.identifier_kind == "credit_code"
    return party.name_key if is_identified else None


async def find_or_make_party(
    session: AsyncSession, name: str, *, by: str, now: datetime, person: str = "legal"
) -> Party:
    """Return the party that the organisation `by` means with this name; make it where there is none.

    By the folded name: its own party, else that of a legal person verified by its credit code, else one that it entered
    before, else a new one. A natural person is never meant by a name alone, since many bear one.
    """
    return (await find_or_make_parties(session, [name], by=by, now=now, person=person))[name]


async def find_or_make_parties(
    session: AsyncSession, names: Iterable[str], *, by: str, now: datetime, person: str = "legal"
) -> dict[str, Party]:
    """Return for each name the party that `find_or_make_party` would give."""
    keys = {name: name_key(name) for name in names}
    known = await parties_by_key(session, keys.values(), by=by)
    given: dict[str, Party] = {}
    for name, key in keys.items():
        if key not in known:
            known[key] = new_party(session, name, person=person, by=by, now=now)
        given[name] = known[key]
    await session.flush()
    return given


async def parties_by_key(session: AsyncSession, keys: Iterable[str], *, by: str) -> dict[str, Party]:
    """Return the parties there are that the organisation `by` means, by their folded names (`rules.name_key`)."""
    wanted = sorted(set(keys))
    known: dict[str, Party] = {}
    for start in range(0, len(wanted), AT_ONCE):
        known |= await _known(session, wanted[start : start + AT_ONCE], by)
    return known


async def _known(session: AsyncSession, keys: Sequence[str], by: str) -> dict[str, Party]:
    verified = (
        sa.select(col(Organisation.id))
        .where(
            col(Organisation.id) == col(Party.organisation_id),
            col(Organisation.status) == OrganisationStatus.VERIFIED,
            col(Organisation.kind) != OrganisationKind.INDIVIDUAL,
            col(Organisation.credit_code).is_not(None),
        )
        .exists()
    )
    own = col(Party.organisation_id) == by
    statement = sa.select(Party).where(
        col(Party.name_key).in_(keys),
        sa.or_(own, verified, sa.and_(col(Party.created_by) == by, col(Party.organisation_id).is_(None))),
    )
    found = sorted((await session.scalars(statement)).all(), key=lambda p: (_nearness(p, by), p.id), reverse=True)
    return {p.name_key: p for p in found}  # the nearest is written last, and stays


def _nearness(party: Party, by: str) -> int:
    if party.organisation_id == by:
        return 0
    return 1 if party.organisation_id else 2


async def formerly_by_key(session: AsyncSession, keys: Iterable[str], *, by: str) -> dict[str, Party]:
    """Return by folded name the parties off the platform that the organisation `by` entered and that bore it before."""
    statement = (
        sa.select(col(PartyName.name_key), Party)
        .join(Party, col(Party.id) == col(PartyName.party_id))
        .where(
            col(PartyName.name_key).in_(sorted(set(keys))),
            col(Party.created_by) == by,
            col(Party.organisation_id).is_(None),
        )
        .order_by(col(Party.id).desc())
    )
    return {row[0]: row[1] for row in (await session.execute(statement)).all()}


async def names_then(
    session: AsyncSession, parties: Iterable[str], *, valid_on: date, known_at: datetime
) -> dict[str, str]:
    """Return the name that a party bore on a day, by what was known at a moment, where that is not its present one."""
    statement = sa.select(PartyName).where(col(PartyName.party_id).in_(set(parties))).order_by(col(PartyName.id))
    borne: dict[str, list[PartyName]] = defaultdict(list)
    for former in await session.scalars(statement):
        borne[former.party_id].append(former)
    then = {party: _name_then(formers, valid_on, known_at) for party, formers in borne.items()}
    return {party: name for party, name in then.items() if name is not None}


def _name_then(formers: Sequence[PartyName], valid_on: date, known_at: datetime) -> str | None:
    """Return the former name that still held on the day, else the one of which nobody knew yet that it had ended."""
    ended = [(former.valid_to, former.name) for former in formers if former.recorded_at <= known_at and former.valid_to]
    held = min((last for last in ended if last[0] > valid_on), default=None, key=lambda last: last[0])
    unknown = next((former.name for former in formers if former.recorded_at > known_at), None)
    return held[1] if held else unknown


async def make_parties(session: AsyncSession, names: Iterable[str], *, by: str, now: datetime) -> dict[str, str]:
    """Return the ids of new legal persons with these names, in one statement; the caller has looked them up before."""
    made = {name: new_id("pty") for name in names}
    same = {"person": "legal", "country": "CN", "created_by": by, "created_at": now, "version": 1}
    rows = [{"id": party_id, "name": name, "name_key": name_key(name), **same} for name, party_id in made.items()]
    await put_many(session, PARTY, rows)
    return made


def new_party(session: AsyncSession, name: str, *, person: str, by: str | None, now: datetime) -> Party:
    """Return a fresh party with its first dated name, added to the session; flushed by whoever asks."""
    party = Party(id=new_id("pty"), person=person, name=name, name_key=name_key(name), created_by=by, created_at=now)
    session.add(party)
    return party

"""The names of organisations and parties: how they change, and what an office confirms first."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.codes import OrganisationKind
from backend.accounts.errors import NameChangeDiffers, NoNameChange, OfficeOnly
from backend.accounts.events import (
    NameChangeAsked,
    NameChangeConfirmed,
    NameChangeRefused,
    NameChangeWithdrawn,
    name_change_decided,
    organisation_updated,
    organisation_waits,
)
from backend.accounts.models import NameChange, Organisation, Party, PartyName
from backend.accounts.queries import offices
from backend.accounts.rules import name_key
from backend.accounts.schemas import NameDecision
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.log import append

NAMES: Final[tuple[str, ...]] = ("name", "name_en")
OFFICES: Final = frozenset({OrganisationKind.AUTHORITY, OrganisationKind.PLATFORM})
REASON_NEEDED: Final = Text("拒绝时须说明理由。", "A refusal needs a reason.")


def needs_confirmation(organisation: Organisation, caller: Caller) -> bool:
    """Whether another name waits for an office: others have known the organisation by a name that was verified."""
    return organisation.first_verified_at is not None and not caller.is_platform


def rename(session: AsyncSession, party: Party, name: str, name_en: str | None, *, on: date, now: datetime) -> None:
    """Rename the party, and keep the old name with its last day."""
    if party.name != name:
        former = PartyName(
            party_id=party.id, name=party.name, name_en=party.name_en, name_key=party.name_key, valid_to=on,
            recorded_at=now,
        )  # fmt: skip
        session.add(former)
    party.name, party.name_en, party.name_key = name, name_en, name_key(name)
    party.version += 1


async def waiting_changes(session: AsyncSession, organisation_ids: Iterable[str]) -> dict[str, NameChange]:
    """Return the change of name that waits for an office, by organisation."""
    statement = sa.select(NameChange).where(
        col(NameChange.organisation_id).in_(sorted(organisation_ids)), col(NameChange.outcome).is_(None)
    )
    return {row.organisation_id: row for row in await session.scalars(statement)}


def _end(waiting: NameChange | None, outcome: str, now: datetime) -> None:
    if waiting is not None:
        waiting.outcome, waiting.decided_at = outcome, now


async def ask(
    session: AsyncSession,
    organisation: Organisation,
    sent: Mapping[str, Any],
    *,
    on: date | None,
    caller: Caller,
    now: datetime,
) -> None:
    """Have the names that were sent wait for an office; what waited before gives way, the present names end it."""
    waiting = (await waiting_changes(session, [organisation.id])).get(organisation.id)
    before = waiting or organisation
    names = {name: sent.get(name, getattr(before, name)) for name in NAMES}
    is_present = all(names[name] == getattr(organisation, name) for name in NAMES)
    if (waiting is None and is_present) or (waiting is not None and _is(waiting, names, on)):
        return
    organisation.version += 1
    _end(waiting, "withdrawn" if is_present else "replaced", now)
    await session.flush()
    if not is_present:
        parameters = {**names, "organisation_id": organisation.id, "asked_by": caller.user_id, "asked_at": now}
        session.add(NameChange.model_validate(parameters | {"renamed_on": on}))
    kind = NameChangeWithdrawn if is_present else NameChangeAsked
    audience = [organisation.id, *await offices(session)]
    await append(session, organisation_waits(organisation, kind, names["name"], audience, caller.user_id), now)


def _is(waiting: NameChange, names: Mapping[str, Any], on: date | None) -> bool:
    return all(getattr(waiting, name) == value for name, value in {**names, "renamed_on": on}.items())


async def overtake(session: AsyncSession, organisation: Organisation, now: datetime) -> None:
    """End what waits, since the platform has entered the name itself."""
    _end((await waiting_changes(session, [organisation.id])).get(organisation.id), "overtaken", now)


async def decide(
    session: AsyncSession,
    organisation: Organisation,
    party: Party,
    decision: NameDecision,
    *,
    caller: Caller,
    now: datetime,
    today: date,
) -> None:
    """Record what an office found about the name that is asked for.

    Raises OfficeOnly where only the platform may, NoNameChange, or NameChangeDiffers where another name waits by now.
    """
    if decision.outcome == "refused" and decision.reason is None:
        raise Malformed(errors=[FieldError("/reason", "missing", REASON_NEEDED)])
    if organisation.kind in OFFICES and not caller.is_platform:
        raise OfficeOnly
    waiting = (await waiting_changes(session, [organisation.id])).get(organisation.id)
    if waiting is None:
        raise NoNameChange
    if (waiting.name, waiting.name_en) != (decision.name, decision.name_en):
        raise NameChangeDiffers(name=waiting.name, name_en=waiting.name_en or "—")
    _end(waiting, decision.outcome, now)
    waiting.reason, waiting.decided_by = decision.reason, caller.organisation_id
    organisation.version += 1
    if decision.outcome == "confirmed":
        organisation.name, organisation.name_en = waiting.name, waiting.name_en
        rename(session, party, waiting.name, waiting.name_en, on=waiting.renamed_on or today, now=now)
        await append(session, organisation_updated(organisation, NAMES, caller.user_id, renamed=True), now)
    kind = NameChangeConfirmed if decision.outcome == "confirmed" else NameChangeRefused
    await append(session, name_change_decided(organisation, kind, waiting.name, decision.reason, caller.user_id), now)

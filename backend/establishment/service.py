"""How requests to be heard as a holder are made, refused and withdrawn; what others hold is looked at later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_quota
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.core.jobs import queue
from backend.establishment import queries
from backend.establishment.access import EVIDENCE, Asking, Deciding, is_own_row
from backend.establishment.codes import EstablishmentState
from backend.establishment.errors import AlreadyAsked
from backend.establishment.events import (
    EstablishmentAccepted,
    EstablishmentAsked,
    EstablishmentEvent,
    EstablishmentRefused,
    EstablishmentWithdrawn,
)
from backend.establishment.models import Establishment
from backend.establishment.rules import Step, next_state
from backend.establishment.schemas import EstablishmentIn
from backend.files.service import attach
from backend.patents import queries as patent_queries
from backend.patents.codes import HoldingState
from backend.patents.queries import PatentAggregate

MATCH: Final = "establishment.match"  # the job's name
NOT_OWN: Final = Text("不是贵机构录入的专利记录。", "It is no row that your organisation entered.")
PAPER: Final = Text("请附上证明文件。", "Attach the paper that shows it.")


async def ask(
    session: AsyncSession, asking: Asking, given: EstablishmentIn, quotas: QuotaPolicy, now: datetime
) -> list[Establishment]:
    """Return the requests as `take_in` makes them; a job looks later at what others hold."""
    asked = await take_in(session, asking, given, quotas, now)
    await queue.enqueue(session, MATCH, asking.caller.organisation_id)
    return asked


async def take_in(
    session: AsyncSession, asking: Asking, given: EstablishmentIn, quotas: QuotaPolicy, now: datetime
) -> list[Establishment]:
    """Return the new requests, one for each row. Raises Malformed, AlreadyAsked."""
    caller = asking.caller
    if given.of_party is not None and not given.evidence_files:
        raise Malformed(errors=[FieldError("/evidence_files", "missing", PAPER)])
    rows = [asking.whole, *await _further(session, asking, given.patent_ids)]
    known = await queries.living_of_row(session, [row.patent.id for row in rows])
    batch_id = new_id("est")
    asked = [_request(row, caller, given, batch_id, now) for row in rows if row.patent.id not in known]
    about = await queries.living_about(session, caller.organisation_id, asking.whole.patent.id)
    if asking.whole.patent.id in known or about is not None:
        raise AlreadyAsked(establishment_id=(about or known[asking.whole.patent.id]).id)
    await use_quota(session, caller, Quota.CLAIMS, quotas, len(asked))
    for one in asked:
        session.add(one)
        files = given.evidence_files
        await attach(session, caller, files, kind=EVIDENCE, subject=one.id, pointer="/evidence_files", now=now)
        await append(
            session, event_of(one, EstablishmentAsked, [caller.organisation_id], caller, names_patent=False), now
        )
    return asked


async def _further(session: AsyncSession, asking: Asking, patent_ids: Sequence[str]) -> list[PatentAggregate]:
    """Return the further rows, locked; each must have been entered by the caller's organisation."""
    wanted = [one for one in dict.fromkeys(patent_ids) if one != asking.whole.patent.id]
    found = {row.patent.id: row for row in await patent_queries.lock_all(session, wanted)}
    own = asking.caller.organisation_id
    wrong = [
        FieldError(f"/patent_ids/{patent_ids.index(one)}", "not_your_row", NOT_OWN)
        for one in wanted
        if one not in found or not is_own_row(found[one], own) or found[one].patent.merged_into
    ]
    if wrong:
        raise Malformed(errors=wrong)
    return [found[one] for one in wanted]


def _request(
    row: PatentAggregate, caller: Caller, given: EstablishmentIn, batch_id: str, now: datetime
) -> Establishment:
    is_own = is_own_row(row, caller.organisation_id)
    return Establishment(
        id=new_id("est"),
        batch_id=batch_id,
        organisation_id=caller.organisation_id,
        asked_by=caller.user_id,
        row_id=row.patent.id if is_own else None,
        patent_id=None if is_own else row.patent.id,
        of_party=given.of_party,
        state=EstablishmentState.ASKED,
        evidence=given.evidence,
        asked_at=now,
    )


def event_of(
    one: Establishment,
    kind: type[EstablishmentEvent],
    audience: Sequence[str],
    caller: Caller | None,
    *,
    names_patent: bool = True,
) -> DomainEvent[EstablishmentEvent]:
    """Return what happened to a request; members of who did it are not told by their inbox."""
    payload = kind(establishment_id=one.id, patent_id=one.patent_id if names_patent else None)
    if caller is None:
        return DomainEvent(payload, one.id, audience)
    return DomainEvent(payload, one.id, audience, caller.user_id, [caller.organisation_id])


async def append_events(
    session: AsyncSession,
    one: Establishment,
    kind: type[EstablishmentEvent],
    hearers: Sequence[str],
    caller: Caller | None,
    now: datetime,
) -> None:
    """Tell whoever heard of an undecided request what became of it, and its asker apart, without the patent's id."""
    others = sorted({*hearers} - {one.organisation_id})
    if others:
        await append(session, event_of(one, kind, others, caller), now)
    asked_of_public = one.row_id is None
    await append(session, event_of(one, kind, [one.organisation_id], caller, names_patent=asked_of_public), now)


def hearers_of(target: PatentAggregate) -> list[str]:
    """Return the organisations that hear of requests about a patent: who holds it, and not by a disputed holding."""
    firm = [holding for holding, _ in target.living if holding.state is not HoldingState.DISPUTED]
    return sorted({holding.organisation_id for holding in firm if holding.organisation_id})


async def settle(session: AsyncSession, one: Establishment, patent_id: str, now: datetime) -> None:
    """Note that what was asked for has come about without anybody's decision."""
    one.state = next_state(one.state, Step.ESTABLISH, by_office=False)
    one.patent_id, one.decided_at = patent_id, now
    one.version += 1
    await append(session, event_of(one, EstablishmentAccepted, [one.organisation_id], None), now)


async def refuse(session: AsyncSession, decision: Deciding, reason: str, now: datetime) -> Establishment:
    """Return the request as refused, with the reason; an office may still accept it."""
    one, caller = decision.establishment, decision.caller
    one.state = next_state(one.state, Step.REFUSE, by_office=patent_queries.is_office(caller))
    one.reason, one.decided_at, one.decided_by = reason, now, caller.organisation_id
    one.version += 1
    await append_events(session, one, EstablishmentRefused, hearers_of(decision.target), caller, now)
    return one


async def withdraw(session: AsyncSession, one: Establishment, caller: Caller, now: datetime) -> Establishment:
    """Return the request as withdrawn; holders hear of it where they had heard of the request."""
    proposed = one.state is EstablishmentState.PROPOSED
    one.state = next_state(one.state, Step.WITHDRAW, by_office=False)
    one.version += 1
    target = await patent_queries.load(session, one.patent_id) if proposed and one.patent_id else None
    await append_events(session, one, EstablishmentWithdrawn, hearers_of(target) if target else (), caller, now)
    return one

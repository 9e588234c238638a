"""What becomes of an organisation's private rows: looked at by a job, after every answer that could depend on it.

A row whose numbers no established row has is established, where its author is verified. One whose author holds the
established patent joins it. Of the others, those that were asked about become proposals to the holders and offices.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Party
from backend.accounts.parties.directory import is_verified, party_of, stand_in_key
from backend.accounts.rules import name_key
from backend.core.database.sessions import Database
from backend.core.database.write_retries import write_or_retry
from backend.core.errors import Problem
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.establishment import queries
from backend.establishment.acceptance import end_listings, join
from backend.establishment.access import EVIDENCE
from backend.establishment.codes import EstablishmentState
from backend.establishment.events import EstablishmentProposed, EstablishmentWaiting
from backend.establishment.models import Establishment
from backend.establishment.rules import Step, next_state
from backend.establishment.service import event_of, hearers_of, settle
from backend.files.service import attach_alike
from backend.patents import queries as patent_queries
from backend.patents.events import patent_updated
from backend.patents.fact_rules import contradictions
from backend.patents.holdings.placeholder_holders import stands_in, take_place
from backend.patents.models import Patent
from backend.patents.numbers.row_establishment import establish
from backend.patents.queries import PatentAggregate
from backend.patents.visibility import is_established

TRIES: Final = 3


@dataclass(slots=True)
class Author:
    """Whose rows are looked at, and which of its names a former holder's patents are asked for by."""

    organisation_id: str
    party: Party
    verified: bool
    of_parties: dict[str, Establishment] = field(default_factory=dict)  # by folded name, the request that names it

    @property
    def key(self) -> str | None:
        """The folded name of its stand-ins."""
        return stand_in_key(self.party, verified=self.verified)


async def match_all(database: Database, organisation_id: str) -> None:
    """Look at all that the organisation entered or is named for, in the order of entry, a batch a transaction."""
    await _take_places(database, organisation_id)
    await _match_requests(database, organisation_id)
    for _ in range(TRIES):
        if not await _go_through(database, organisation_id):
            break


async def _take_places(database: Database, organisation_id: str) -> None:
    """Have the organisation take the place of its stand-ins, in the order of the patents' ids."""
    after = ""
    while True:
        ids = await write_or_retry(database, partial(_take_some, organisation_id, after, database.clock.now()))
        if not ids:
            return
        after = ids[-1]


async def _take_some(organisation_id: str, after: str, now: datetime, session: AsyncSession) -> Sequence[str]:
    author = await _author(session, organisation_id)
    if author.key is None:
        return ()
    named = sa.select(col(Patent.id)).where(
        is_established(), stands_in(author.key, organisation_id), col(Patent.id) > after
    )
    ids = (await session.scalars(named.order_by(col(Patent.id)).limit(queries.ROWS_AT_ONCE))).all()
    for target in await patent_queries.lock_all(session, ids):
        if await take_place(session, target.patent.id, author.party, author.key):
            audience = target.concerned(organisation_id)
            await append(session, patent_updated(target.patent.id, audience, muted_for=[organisation_id]), now)
    return ids


async def _match_requests(database: Database, organisation_id: str) -> None:
    """Settle what was asked about rows that are established already, and propose what was asked about others'."""
    async with database.read() as session:
        waiting = (await session.execute(queries.requests_about_established(organisation_id))).all()
    for establishment_id, patent_id, is_own in waiting:
        await write_or_retry(database, partial(_match_one, establishment_id, patent_id, is_own, database.clock.now()))


async def _match_one(establishment_id: str, patent_id: str, is_own: bool, now: datetime, session: AsyncSession) -> None:
    target = await patent_queries.load(session, patent_id, lock=True)
    request = await queries.locked(session, establishment_id)
    about = request.row_id or request.patent_id
    if target is None or request.state is not EstablishmentState.ASKED or about != patent_id:
        return
    if is_own:
        await settle(session, request, target.patent.id, now)
    else:
        await propose(session, request, None, target, now)


async def _go_through(database: Database, organisation_id: str) -> bool:
    """Look at every private row; return whether some have to be looked at again, since others were faster."""
    after, again = None, False
    while True:
        async with database.read() as session:
            rows = await queries.private_rows(session, organisation_id, after)
        if not rows:
            return again
        after, ids = (rows[-1].created_at, rows[-1].id), [row.id for row in rows]
        again |= await write_or_retry(database, partial(_match_some, organisation_id, ids, database.clock.now()))


async def _match_some(organisation_id: str, row_ids: list[str], now: datetime, session: AsyncSession) -> bool:
    """Return whether others were faster; the rows and those with their numbers are locked in the order of ids."""
    author = await _author(session, organisation_id)
    before = await queries.counterparts(session, row_ids)
    locked = {
        one.patent.id: one for one in await patent_queries.lock_all(session, {*row_ids, *chain(*before.values())})
    }
    rows = [locked[one] for one in row_ids if one in locked and _is_private(locked[one], organisation_id)]
    others = await queries.counterparts(session, [row.patent.id for row in rows])
    asked = await queries.living_of_row(session, [row.patent.id for row in rows])
    again = False
    for row in rows:
        targets = [locked.get(one) for one in others.get(row.patent.id, [])]
        known = [target for target in targets if target is not None]
        if len(known) < len(targets) or not await _match(session, author, row, known, asked.get(row.patent.id), now):
            again = True
    return again


def _is_private(row: PatentAggregate, organisation_id: str) -> bool:
    return row.patent.private_to == organisation_id and row.patent.merged_into is None


async def _author(session: AsyncSession, organisation_id: str) -> Author:
    party = await party_of(session, organisation_id)
    by_name = {name_key(one.of_party or ""): one for one in await queries.asking_for_all(session, organisation_id)}
    return Author(organisation_id, party, await is_verified(session, organisation_id), by_name)


async def _match(
    session: AsyncSession,
    author: Author,
    row: PatentAggregate,
    targets: list[PatentAggregate],
    request: Establishment | None,
    now: datetime,
) -> bool:
    """Return False where others were faster."""
    if not targets:
        return not author.verified or await establish(session, row, now)
    joined = await _join_own(session, author, row, targets, now)
    if joined is not None:
        if request is not None:
            await settle(session, request, joined.patent.id, now)
        return True
    request = request or await _for_all_of(session, author, row, targets[0], now)
    if request is not None and request.state is EstablishmentState.ASKED:
        await propose(session, request, row, targets[0], now)
    return True


async def _join_own(
    session: AsyncSession, author: Author, row: PatentAggregate, targets: list[PatentAggregate], now: datetime
) -> PatentAggregate | None:
    """Return the established patent that the author holds and its row has joined, or None.

    What cannot be joined without a question stays a private row, for people to decide.
    """
    for target in targets:
        mine = await _held_patent(session, author, target)
        if mine is None or contradictions(row.patent, mine.patent):
            continue
        with contextlib.suppress(Problem):
            async with session.begin_nested():
                joined = await join(session, row, mine, now, by=None, quotas=None)
                await end_listings(session, row.patent.id, now, actor=None)
                return joined
    return None


async def _held_patent(session: AsyncSession, author: Author, target: PatentAggregate) -> PatentAggregate | None:
    """Return the established patent where the author holds it, or takes the place of its stand-in."""
    if await take_place(session, target.patent.id, author.party, author.key):
        return await patent_queries.load(session, target.patent.id, lock=True)
    return target if target.held_by(author.organisation_id) else None


async def _for_all_of(
    session: AsyncSession, author: Author, row: PatentAggregate, target: PatentAggregate, now: datetime
) -> Establishment | None:
    """Return a request for the row where all patents of one of the target's holders are asked for, on its evidence."""
    names = {name_key(name) for _, name in target.living}
    first = next((one for key, one in author.of_parties.items() if key in names), None)
    if first is None:
        return None
    copied = first.model_dump(include={"batch_id", "organisation_id", "asked_by", "of_party", "evidence", "asked_at"})
    request = Establishment(id=new_id("est"), row_id=row.patent.id, state=EstablishmentState.ASKED, **copied)
    session.add(request)
    await session.flush()
    await attach_alike(session, kind=EVIDENCE, of=first.id, to=request.id, now=now)
    return request


async def propose(
    session: AsyncSession, request: Establishment, row: PatentAggregate | None, target: PatentAggregate, now: datetime
) -> None:
    """Tell the holders and the offices who asks, and on what evidence; nothing else changes."""
    request.state = next_state(request.state, Step.MATCH, by_office=False)
    request.patent_id, request.proposed_at = target.patent.id, now
    request.row_version = None if row is None else row.patent.version
    request.version += 1
    await session.flush()
    hearers = {*hearers_of(target), *await patent_queries.offices(session)} - {request.organisation_id}
    await append(session, event_of(request, EstablishmentProposed, sorted(hearers), None), now)
    asker = [request.organisation_id]
    await append(session, event_of(request, EstablishmentWaiting, asker, None, names_patent=False), now)

"""How an import finds the patents of a batch, and writes what was planned: few statements, many rows each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Party
from backend.accounts.parties.directory import make_parties
from backend.core.database.bulk_writes import change_many, put_bound, put_many
from backend.core.database.columns import table_of
from backend.core.events.domain_event import PUBLIC, DomainEvent
from backend.core.events.log import append_many
from backend.core.ids import new_id
from backend.patents import queries
from backend.patents.codes import HoldingState, ListingStatus
from backend.patents.events import patent_registered, patent_status_changed, patent_updated
from backend.patents.fact_rules import FACTS, NUMBERS
from backend.patents.holdings.placeholder_holders import CERTAIN, renamed_since
from backend.patents.legal_events.derived_status import STANDING
from backend.patents.legal_events.withdrawal import counted
from backend.patents.models import ESTABLISHED, Assessment, Holding, Listing
from backend.patents.register.merge import merge
from backend.register_import.holder_planner import Names
from backend.register_import.holder_writer import ended, holding_of, parties_in, write_changes, write_renames
from backend.register_import.import_terms import Terms
from backend.register_import.new_rows import EVENT, PATENT, event_row, patent_row
from backend.register_import.patent_state import Graded, PatentState
from backend.register_import.prepared_rows import PreparedChange

HOLDING: Final = table_of(Holding)
LISTING: Final = table_of(Listing)
PARTY: Final = table_of(Party)
ASSESSMENT: Final = table_of(Assessment)

IDS: Final[sa.BindParameter[Any]] = sa.bindparam("ids", expanding=True)
ROW: Final = (*NUMBERS, *FACTS)
MORE: Final = ("id", "office", "private_to", "facts_by", "set_by", "created_at", "expiry_override", "merged_into")
PATENTS: Final = (
    sa.select(*(PATENT.c[name] for name in (*ROW, *STANDING, *MORE)))
    .where(PATENT.c.id.in_(IDS))  # merged_into is looked at here, since its index would mislead the planner
    .order_by(PATENT.c.id)
)
HOLDINGS: Final = (
    sa.select(
        HOLDING.c.patent_id,
        HOLDING.c.party_id,
        HOLDING.c.state,
        HOLDING.c.organisation_id,
        PARTY.c.name_key,
        PARTY.c.person,
        PARTY.c.organisation_id.label("platform_id"),
        renamed_since(PARTY.c, HOLDING.c).label("is_renamed"),
    )
    .join(PARTY, PARTY.c.id == HOLDING.c.party_id)
    .where(HOLDING.c.patent_id.in_(IDS))
)
LISTED: Final = sa.select(LISTING.c.patent_id).where(
    LISTING.c.patent_id.in_(IDS), queries.apart_from_index(LISTING.c.status) == ListingStatus.LISTED
)
EVENTS: Final = sa.select(EVENT).where(EVENT.c.patent_id.in_(IDS)).order_by(EVENT.c.id)
GRADES: Final = (
    sa.select(ASSESSMENT.c.patent_id, ASSESSMENT.c.grade, ASSESSMENT.c.assessed_on, ASSESSMENT.c.method)
    .where(ASSESSMENT.c.patent_id.in_(IDS), ASSESSMENT.c.organisation_id == sa.bindparam("by"))
    .order_by(ASSESSMENT.c.assessed_on, ASSESSMENT.c.id)
)


Burdens = Sequence[sa.Select[Any]]  # of the patents `ids`, those on which something stands


async def load_known(
    session: AsyncSession, ids: Collection[str], by: str, *, lock: bool, graded: bool
) -> dict[str, PatentState]:
    """Return the patents with these ids as an import sees them, locked in the order of their ids if asked."""
    if not ids:
        return {}
    connection = await session.connection()
    statement = PATENTS.with_for_update() if lock else PATENTS
    rows = (await connection.execute(statement, {"ids": sorted(ids)})).mappings()
    known = {row["id"]: _known(row) for row in rows if row["merged_into"] is None}
    parameters = {"ids": list(known)}
    for holder in await connection.execute(HOLDINGS, parameters):
        _add_holder(known[holder.patent_id], holder)
    for (patent_id,) in await connection.execute(LISTED, parameters):
        known[patent_id].listed = True
    events: Any = await connection.execute(EVENTS, parameters)
    for event in events:
        if counted(event.details):
            known[event.patent_id].recorded.append(event)
    if graded:
        for patent_id, grade, assessed_on, method in await connection.execute(GRADES, {**parameters, "by": by}):
            known[patent_id].grade = Graded(grade, assessed_on, method)
    return known


async def mark_burdened(session: AsyncSession, known: Mapping[str, PatentState], burdens: Burdens) -> None:
    """Mark the patents on which rights stand: two of them are not joined unasked, since their rights may conflict."""
    if not known or not burdens:
        return
    for patent_id in await session.scalars(sa.union(*burdens), {"ids": sorted(known)}):
        known[patent_id].burdened = True


def _known(row: Any) -> PatentState:
    return PatentState(
        row["id"],
        row["office"],
        stored=True,
        created_at=row["created_at"],
        row={name: row[name] for name in ROW},
        facts_by=row["facts_by"],
        private_to=row["private_to"],
        expiry_override=row["expiry_override"],
        stored_status=row["legal_status"],
        standing={name: row[name] for name in STANDING},
        set_by=row["set_by"],
    )


def _add_holder(known: PatentState, holder: Any) -> None:
    if holder.state is HoldingState.ENDED:
        known.holders.setdefault(holder.party_id, holder.state)
        return
    known.holders[holder.party_id] = holder.state
    if holder.organisation_id:
        known.organisations.add(holder.organisation_id)
    elif holder.state in CERTAIN and holder.person == "legal" and holder.platform_id is None:
        known.stand_ins.setdefault(holder.name_key, holder.party_id)
        if holder.is_renamed:
            known.renamed.add(holder.party_id)


class Writer:
    """Writes the plans of one batch in the session's transaction."""

    def __init__(self, session: AsyncSession, terms: Terms, actor: str) -> None:
        self.session = session
        self.terms = terms
        self.actor = actor

    async def write(
        self, touched: Sequence[PatentState], names: Names, name: str, landings: Sequence[PreparedChange] = ()
    ) -> None:
        """Write what is planned for each patent; `name` is the importing organisation's, who grades.

        `landings` are fresh patents that nothing else in the batch is about.
        """
        made, renamed = await self._parties(touched, names, landings)
        await self._patents(touched, landings)
        await self._holdings(touched, names, made, landings)
        events = [event_row(known.id, fact, self.terms.organisation_id) for known in touched for fact in known.events]
        await put_bound(self.session, EVENT, [event for landing in landings for event in landing.fresh.events])
        await put_many(self.session, EVENT, events)
        graded = [(known.id, known.graded) for known in touched]
        graded += [(landing.fresh.id, landing.fresh.graded) for landing in landings]
        assessed = [self._assessment(patent_id, grade, name) for patent_id, grade in graded if grade]
        await put_many(self.session, ASSESSMENT, assessed)
        happenings = [h for known in touched if known.is_news for h in self._happened(known, names)]
        happenings += [self._registered(landing, names) for landing in landings]
        await append_many(self.session, [*renamed, *happenings], self.terms.now)

    async def _parties(
        self, touched: Sequence[PatentState], names: Names, landings: Sequence[PreparedChange]
    ) -> tuple[dict[str, str], list[DomainEvent[Any]]]:
        """Make the parties that are not there yet, give their ids, and give those their new names that changed them."""
        wanted = parties_in(touched, names.renames).union(*(landing.holders for landing in landings))
        spelled = {party: names.spelled[party] for party in wanted if party in names.spelled}
        ids = await make_parties(self.session, spelled.values(), by=self.terms.organisation_id, now=self.terms.now)
        made = {party: ids[written] for party, written in spelled.items()}
        return made, await write_renames(self.session, names.renames, made, self.terms, self.actor)

    async def _patents(self, touched: Sequence[PatentState], landings: Sequence[PreparedChange]) -> None:
        await self._merge([known for known in touched if known.merges])
        await put_bound(self.session, PATENT, [landing.fresh.patent for landing in landings])
        fresh = [patent_row(known, self.terms.now) for known in touched if not known.stored]
        await put_many(self.session, PATENT, fresh)
        await self._take_over([known for known in touched if known.taken_over])
        await self._update([known for known in touched if known.stored])

    async def _holdings(
        self, touched: Sequence[PatentState], names: Names, made: Mapping[str, str], landings: Sequence[PreparedChange]
    ) -> None:
        await write_changes(self.session, touched)
        held: list[tuple[str, str, Sequence[str]]] = [(known.id, known.private_to, known.holds) for known in touched]
        held += [(one.fresh.id, one.fresh.private_to, one.holders) for one in landings]
        holdings = [
            self._holding(patent_id, made.get(key, key), self._concerned(private_to, names.organisations.get(key)))
            for patent_id, private_to, keys in held
            for key in keys
        ]
        begun = [
            holding_of(known, period, made.get(period.party, period.party), self.terms)
            for known in touched
            for period in known.begun
        ]
        await put_many(self.session, HOLDING, holdings)
        await put_many(self.session, HOLDING, begun)

    async def _merge(self, winners: Sequence[PatentState]) -> None:
        for known in winners:
            for loser in known.merges:
                wholes = await queries.lock_all(self.session, (known.id, loser))
                await merge(self.session, wholes[0], wholes[1], self.terms.now, actor=self.actor)
        if winners:
            await self.session.flush()

    async def _take_over(self, touched: Sequence[PatentState]) -> None:
        by = self.terms.organisation_id
        rows = [{"in_patent": known.id, "of_party": known.taken_over} for known in touched]
        if rows:
            mine = {"party_id": self.terms.own, "organisation_id": by, "version": HOLDING.c.version + 1}
            of_party = HOLDING.c.party_id == sa.bindparam("of_party")
            living = sa.and_(of_party, HOLDING.c.state != HoldingState.ENDED)
            change = sa.update(HOLDING).where(HOLDING.c.patent_id == sa.bindparam("in_patent"), living).values(mine)
            await (await self.session.connection()).execute(change, rows)
        for known in touched:
            known.organisations.add(by)

    async def _update(self, stored: Iterable[PatentState]) -> None:
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for known in stored:
            row = {**known.writes, "updated_at": self.terms.now, "known_id": known.id}
            alike[*sorted(known.writes), "updated_at"].append(row)
        for names, rows in alike.items():
            await change_many(self.session, PATENT, names, rows)

    @staticmethod
    def _concerned(private_to: str, organisation_id: str | None) -> str | None:
        return organisation_id if private_to in (ESTABLISHED, organisation_id) else None

    def _holding(self, patent_id: str, party_id: str, organisation_id: str | None) -> dict[str, Any]:
        return {
            "id": new_id("hld"),
            "patent_id": patent_id,
            "party_id": party_id,
            "organisation_id": organisation_id,
            "state": HoldingState.ASSERTED,
            "evidence": self.terms.source,
            "recorded_at": self.terms.now,
            "recorded_by": self.terms.organisation_id,
            "version": 1,
        }

    def _assessment(self, patent_id: str, graded: Graded, name: str) -> dict[str, Any]:
        return {
            "id": new_id("asm"),
            "patent_id": patent_id,
            "organisation_id": self.terms.organisation_id,
            "grade": graded.grade,
            "method": graded.method or self.terms.source,
            "assessor": name,
            "assessed_on": graded.assessed_on,
            "recorded_at": self.terms.now,
        }

    def _registered(self, landing: PreparedChange, names: Names) -> DomainEvent[Any]:
        patent_id = landing.fresh.id
        private_to = landing.fresh.private_to
        holders = (self._concerned(private_to, names.organisations.get(holder)) for holder in landing.holders)
        audience = sorted({*filter(None, holders)})
        return patent_registered(patent_id, audience, self.actor)

    def _happened(self, known: PatentState, names: Names) -> list[DomainEvent[Any]]:
        known.organisations.update(filter(None, (known.concerns(names.organisations.get(h)) for h in known.holds)))
        audience = [*([PUBLIC] if known.listed else []), *sorted(known.organisations)]
        event_of = patent_updated if known.stored else patent_registered
        holders_named = bool(known.names_holders or known.merges)
        events: list[DomainEvent[Any]] = [event_of(known.id, audience, self.actor, holders_named=holders_named)]
        if known.stored and known.status is not known.stored_status:
            before = known.stored_status
            events.append(patent_status_changed(known.id, known.status, before, audience, self.actor))
        return [*events, *ended(known, self.actor)]

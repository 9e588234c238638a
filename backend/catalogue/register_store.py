"""How an import finds the patents of a batch, and writes what was planned: few statements, many rows each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Party
from backend.accounts.service import find_or_make_parties
from backend.catalogue.codes import EventKind, HoldingState, LegalStatus, ListingStatus
from backend.catalogue.fact_rules import FACTS, NUMBERS
from backend.catalogue.models import Assessment, Holding, LegalEvent, Listing, Patent
from backend.catalogue.register_plan import Graded, Known, Terms, compact
from backend.catalogue.status_rules import Fact
from backend.core.events import PUBLIC, Happened, append_many
from backend.core.ids import new_id

PATENT: Final[sa.Table] = Patent.__table__  # type: ignore[attr-defined]  # SQLModel makes it at run time
HOLDING: Final[sa.Table] = Holding.__table__  # type: ignore[attr-defined]  # SQLModel makes it at run time
EVENT: Final[sa.Table] = LegalEvent.__table__  # type: ignore[attr-defined]  # SQLModel makes it at run time
LISTING: Final[sa.Table] = Listing.__table__  # type: ignore[attr-defined]  # SQLModel makes it at run time
ASSESSMENT: Final[sa.Table] = Assessment.__table__  # type: ignore[attr-defined]  # SQLModel makes it at run time

IDS: Final[sa.BindParameter[Any]] = sa.bindparam("ids", expanding=True)
ROW: Final = (*NUMBERS, *FACTS)
MORE: Final = ("id", "office", "facts_by", "expiry_override", "annuity_paid_through", "expiry_date", "legal_status")
PATENTS: Final = (
    sa.select(*(PATENT.c[name] for name in (*ROW, *MORE, "status_checked_on")))
    .where(PATENT.c.id.in_(IDS), PATENT.c.merged_into.is_(None))
    .order_by(PATENT.c.id)
)
HOLDINGS: Final = sa.select(HOLDING.c.patent_id, HOLDING.c.party_id, HOLDING.c.state, HOLDING.c.organisation_id).where(
    HOLDING.c.patent_id.in_(IDS)
)
LISTED: Final = sa.select(LISTING.c.patent_id).where(
    LISTING.c.patent_id.in_(IDS), LISTING.c.status == ListingStatus.LISTED
)
EVENTS: Final = sa.select(EVENT).where(EVENT.c.patent_id.in_(IDS)).order_by(EVENT.c.id)
GRADES: Final = (
    sa.select(ASSESSMENT.c.patent_id, ASSESSMENT.c.grade, ASSESSMENT.c.assessed_on, ASSESSMENT.c.method)
    .where(ASSESSMENT.c.patent_id.in_(IDS), ASSESSMENT.c.organisation_id == sa.bindparam("by"))
    .order_by(ASSESSMENT.c.assessed_on, ASSESSMENT.c.id)
)
NOTHING: Final[Mapping[str, Any]] = {
    **dict.fromkeys(column.name for column in PATENT.columns),
    "ipc": [],
    "inventors": [],
    "applicants": [],
    "legal_status": LegalStatus.UNKNOWN,
    "version": 1,
}


def fact_of(event: Any) -> Fact:
    """Give a stored legal event as the rules of status read it."""
    reported = event.details.get("status") if event.kind is EventKind.STATUS_REPORTED else None
    return Fact(
        event.kind,
        event.effective_on,
        event.recorded_at,
        event.by_authority,
        event.source,
        event.announced_on,
        LegalStatus(reported) if reported else None,
        event.id,
    )


async def load_known(
    session: AsyncSession, ids: Collection[str], by: str, *, lock: bool, graded: bool
) -> dict[str, Known]:
    """Give the patents with these ids as an import sees them, locked in the order of their ids if asked."""
    if not ids:
        return {}
    connection = await session.connection()
    asked = {"ids": sorted(ids)}
    known: dict[str, Known] = {}
    for row in (await connection.execute(PATENTS.with_for_update() if lock else PATENTS, asked)).mappings():
        known[row["id"]] = Known(
            row["id"], row["office"], True, compact({name: row[name] for name in ROW}), row["facts_by"],
            row["expiry_override"], row["annuity_paid_through"], row["expiry_date"], row["legal_status"],
            row["status_checked_on"],
        )  # fmt: skip
    asked = {"ids": sorted(known)}
    for patent_id, party_id, state, organisation_id in await connection.execute(HOLDINGS, asked):
        _add_holder(known[patent_id], party_id, state, organisation_id)
    for (patent_id,) in await connection.execute(LISTED, asked):
        known[patent_id].listed = True
    for event in await connection.execute(EVENTS, asked):
        known[event.patent_id].history.append(fact_of(event))
    if graded:
        for patent_id, grade, assessed_on, method in await connection.execute(GRADES, {**asked, "by": by}):
            known[patent_id].grade = Graded(grade, assessed_on, method)
    return known


def _add_holder(known: Known, party_id: str, state: HoldingState, organisation_id: str | None) -> None:
    if state is HoldingState.ENDED:
        known.holders.setdefault(party_id, state)
        return
    known.holders[party_id] = state
    if organisation_id:
        known.organisations.add(organisation_id)


class Writer:
    """Writes the plans of one batch in the session's transaction."""

    def __init__(self, session: AsyncSession, terms: Terms, actor: str) -> None:
        self.session = session
        self.terms = terms
        self.actor = actor

    async def write(
        self, touched: Sequence[Known], parties: Mapping[str, Party], names: Mapping[str, str], name: str
    ) -> None:
        """Write what is planned for each patent; `names` has the name of each party that is still to be made.

        `name` is the importing organisation's, who grades.
        """
        now, by = self.terms.now, self.terms.organisation_id
        connection = await self.session.connection()
        made = await find_or_make_parties(self.session, sorted(set(names.values())), by=by, now=now)
        whole = {**parties, **{key: made[named] for key, named in names.items()}}
        fresh = [known for known in touched if not known.stored]
        if fresh:
            await connection.execute(sa.insert(PATENT), [self._patent(known) for known in fresh])
        await self._update([known for known in touched if known.stored])
        holdings = [self._holding(known, whole[key]) for known in touched for key in known.holds]
        events = [self._event(known, fact) for known in touched for fact in known.events]
        graded = [self._assessment(known, known.graded, name) for known in touched if known.graded]
        for table, rows in ((HOLDING, holdings), (EVENT, events), (ASSESSMENT, graded)):
            if rows:
                await connection.execute(sa.insert(table), rows)
        await append_many(self.session, [h for known in touched for h in self._happened(known)], now)

    def _patent(self, known: Known) -> dict[str, Any]:
        now = self.terms.now
        own = {"id": known.id, "office": known.office, "facts_by": known.facts_by, "created_at": now, "updated_at": now}
        return {**NOTHING, **known.writes, **own}

    async def _update(self, stored: Iterable[Known]) -> None:
        alike: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
        for known in stored:
            values = {f"new_{name}": value for name, value in known.writes.items()}
            alike[frozenset(known.writes)].append({**values, "known_id": known.id})
        connection = await self.session.connection()
        for names, rows in alike.items():
            values = {name: sa.bindparam(f"new_{name}", type_=PATENT.c[name].type) for name in names}
            await connection.execute(
                sa.update(PATENT)
                .where(PATENT.c.id == sa.bindparam("known_id"))
                .values(**values, updated_at=self.terms.now, version=PATENT.c.version + 1),
                rows,
            )

    def _holding(self, known: Known, party: Party) -> dict[str, Any]:
        if party.organisation_id:
            known.organisations.add(party.organisation_id)
        return {
            "id": new_id("hld"),
            "patent_id": known.id,
            "party_id": party.id,
            "organisation_id": party.organisation_id,
            "state": HoldingState.ASSERTED,
            "evidence": self.terms.source,
            "recorded_at": self.terms.now,
            "recorded_by": self.terms.organisation_id,
            "version": 1,
        }

    def _event(self, known: Known, fact: Fact) -> dict[str, Any]:
        details = {"status": fact.status.value} if fact.status else {}
        digest = blake2b(f"{fact.kind} {fact.effective_on} {sorted(details.items())}".encode(), digest_size=16).digest()
        return {
            "id": new_id("leg"),
            "patent_id": known.id,
            "kind": fact.kind,
            "effective_on": fact.effective_on,
            "announced_on": fact.announced_on,
            "recorded_at": fact.recorded_at,
            "recorded_by": self.terms.organisation_id,
            "source": fact.source,
            "by_authority": fact.by_authority,
            "details": details,
            "digest": digest,
        }

    def _assessment(self, known: Known, graded: Graded, name: str) -> dict[str, Any]:
        return {
            "id": new_id("asm"),
            "patent_id": known.id,
            "organisation_id": self.terms.organisation_id,
            "grade": graded.grade,
            "method": graded.method or self.terms.source,
            "assessor": name,
            "assessed_on": graded.assessed_on,
            "recorded_at": self.terms.now,
        }

    def _happened(self, known: Known) -> list[Happened]:
        audience = [PUBLIC] if known.listed else sorted(known.organisations)
        data = {"patent_id": known.id}
        kind = "patent.updated" if known.stored else "patent.registered"
        happenings = [Happened(kind, known.id, audience, data, self.actor)]
        if known.stored and "legal_status" in known.writes:
            told = {**data, "legal_status": known.status.value}
            happenings.append(Happened("patent.status_changed", known.id, audience, told, self.actor))
        return happenings

"""Files of offers: the kind `listings` of imports. What is new lands as a draft; publishing is a step of its own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.bulk_writes import change_many, put_many
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append_many
from backend.core.ids import new_id
from backend.imports.import_kinds import ColumnError, Importer, ImportKind, RowResult
from backend.imports.rules import Mode, Outcome
from backend.imports.scratch_store import Earlier, Scratch
from backend.listings.events import ListingCreated, ListingEvent, ListingUpdated
from backend.listings.row_reader import ListingDraft, read_listing
from backend.listings.rules import LIVING
from backend.listings.service import TERMS, event_of
from backend.patents.codes import HoldingState, ListingStatus
from backend.register_import import messages
from backend.register_import.number_lookup import ids_by_number, meant_rows
from backend.register_import.patent_import import NEEDS
from backend.register_import.writer import HOLDING, IDS, LISTING

FIELDS: Final = frozenset({*NEEDS[0], *TERMS, "price_yuan", "price_wan"})
HELD: Final = sa.select(HOLDING.c.patent_id).where(
    HOLDING.c.patent_id.in_(IDS),
    HOLDING.c.organisation_id == sa.bindparam("by"),
    HOLDING.c.state != HoldingState.ENDED,
)
LISTINGS: Final = (
    sa.select(*(LISTING.c[name] for name in ("id", "patent_id", "organisation_id", "status", *TERMS)))
    .where(LISTING.c.patent_id.in_(IDS), LISTING.c.status.in_(LIVING))
    .order_by(LISTING.c.id)
)
OFFERS: Final = "offer"
EMPTY: Final[Mapping[str, Any]] = {
    **dict.fromkeys(column.name for column in LISTING.columns),
    "deal_types": [],
    "clusters": [],
    "keywords": [],
    "version": 1,
}


@dataclass(slots=True)
class Offer:
    """A living listing as the import sees it; `writes` is what the next batch writes."""

    id: str
    patent_id: str
    organisation_id: str
    status: ListingStatus
    stored: bool
    terms: dict[str, Any]
    writes: dict[str, Any]


class ListingRun:
    """One file of offers on its way through the register."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer
        self._checks = importer.mode is Mode.CHECK
        self._scratch = Scratch()  # checking: what applying would have written, by patent
        self._earlier = Earlier(self._scratch, importer.import_id)
        self._named: set[str] = set()

    async def take(self, session: AsyncSession, drafts: Sequence[ListingDraft], now: datetime) -> list[RowResult]:
        """Return the results of the next rows; applying, write them too."""
        ids = await ids_by_number(session, drafts, meant_rows(self._importer, None))
        connection = await session.connection()
        asked = {"ids": sorted(set(ids.values()))}
        by = self._importer.organisation_id
        held = {row.patent_id for row in await connection.execute(HELD, {**asked, "by": by})}
        found: Any = await connection.execute(LISTINGS if self._checks else LISTINGS.with_for_update(), asked)
        offers = {row["patent_id"]: _offer(row) for row in found.mappings()}
        offers |= self._scratch.get(OFFERS, held)
        self._named = await self._earlier.among(session, {offer.id for offer in offers.values()})
        results = [self._plan(draft, ids, held, offers) for draft in drafts]
        touched = [offer for offer in offers.values() if offer.writes]
        if self._checks:
            self._remember(touched)
            fresh = {offer.id for offer in touched if not offer.stored}
            return [RowResult(r.outcome, None if r.subject in fresh else r.subject, r.errors) for r in results]
        await self._write(session, touched, now)
        return results

    def kept(self) -> None:
        """Know from now on what the last rows were about."""
        self._earlier.kept()

    def close(self) -> None:
        """Forget what the way remembered."""
        self._scratch.close()

    def _plan(
        self, draft: ListingDraft, ids: Mapping[tuple[str, str], str], held: set[str], offers: dict[str, Offer]
    ) -> RowResult:
        if not draft.numbers:
            return RowResult(Outcome.REJECTED, None, [*draft.errors, ColumnError("", "number_missing")])
        patents = {ids.get((draft.office, number)) for number in draft.numbers.values()}
        column, number = next((draft.columns[name], number) for name, number in draft.numbers.items())
        patent_id = next(iter(patents))
        if len(patents) > 1 or patent_id is None or patent_id not in held:
            code = "numbers_of_two_patents" if len(patents) > 1 and patents <= held else "patent_not_held"
            return RowResult(Outcome.REJECTED, None, [*draft.errors, ColumnError(column, code, number)])
        known = offers.get(patent_id)
        if known is None:
            return self._create(draft, patent_id, offers)
        if known.organisation_id != self._importer.organisation_id:
            error = ColumnError(column, "already_listed", number)
            return RowResult(Outcome.CONFLICT, None, [*draft.errors, error])
        return self._change(draft, known)

    def _create(self, draft: ListingDraft, patent_id: str, offers: dict[str, Offer]) -> RowResult:
        terms = {**{name: EMPTY[name] for name in TERMS}, **draft.terms}
        by = self._importer.organisation_id
        offer = Offer(new_id("lst"), patent_id, by, ListingStatus.DRAFT, stored=False, terms=terms, writes=dict(terms))
        offers[patent_id] = offer
        self._earlier.add(offer.id)
        return RowResult(Outcome.CREATED, offer.id, draft.errors)

    def _change(self, draft: ListingDraft, known: Offer) -> RowResult:
        is_named = known.id in self._named or known.id in self._earlier.fresh
        self._earlier.add(known.id)
        changes, errors = {}, list(draft.errors)
        for name, value in draft.terms.items():
            if known.terms[name] == value:
                continue
            if is_named and known.terms[name] not in (None, []):
                errors.append(ColumnError(draft.columns.get(name, name), "differs_from_earlier_row", str(value)))
            else:
                changes[name] = value
        known.terms |= changes
        known.writes |= changes
        is_differing = len(errors) > len(draft.errors)
        outcome = Outcome.CONFLICT if is_differing else Outcome.UPDATED if changes else Outcome.UNCHANGED
        return RowResult(outcome, known.id, errors)

    def _remember(self, touched: Sequence[Offer]) -> None:
        for offer in touched:
            offer.writes = {}
        self._scratch.put(OFFERS, {offer.patent_id: offer for offer in touched})

    async def _write(self, session: AsyncSession, touched: Sequence[Offer], now: datetime) -> None:
        fresh = [
            {
                **EMPTY,
                **offer.writes,
                "id": offer.id,
                "patent_id": offer.patent_id,
                "organisation_id": offer.organisation_id,
                "status": offer.status,
                "created_at": now,
            }
            for offer in touched
            if not offer.stored
        ]
        await put_many(session, LISTING, fresh)
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for offer in touched:
            if offer.stored:
                alike[tuple(sorted(offer.writes))].append({**offer.writes, "known_id": offer.id})
        for names, rows in alike.items():
            await change_many(session, LISTING, names, rows)
        await append_many(session, [self._happened(offer) for offer in touched], now)

    def _happened(self, offer: Offer) -> DomainEvent[ListingEvent]:
        kind = ListingUpdated if offer.stored else ListingCreated
        public = offer.status is ListingStatus.LISTED
        by = self._importer.user_id
        return event_of(kind, offer.id, offer.patent_id, offer.organisation_id, public=public, actor=by)


def _offer(row: Mapping[str, Any]) -> Offer:
    terms = {name: row[name] for name in TERMS}
    return Offer(
        row["id"], row["patent_id"], row["organisation_id"], row["status"], stored=True, terms=terms, writes={}
    )


IMPORT_KINDS: Final = {
    "listings": ImportKind(
        FIELDS,
        NEEDS,
        messages.TEXTS,
        reader=lambda _importer: lambda cells, _now: read_listing(cells),
        begin=ListingRun,
    )
}

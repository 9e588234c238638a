"""Files of offers: the kind `listings` of imports. What is new lands as a draft; publishing is a step of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.ids import new_id
from backend.imports.import_kinds import ColumnError, Importer, ImportKind, RowResult
from backend.imports.rules import Mode, Outcome
from backend.imports.scratch_store import Earlier, Scratch
from backend.listings.change_rules import TERMS, Change, new_row
from backend.listings.queries import IS_LIVING, LISTING, Row
from backend.listings.row_reader import ListingDraft, read_listing
from backend.listings.service import accepted, apply
from backend.patents.codes import HoldingState
from backend.register_import import messages
from backend.register_import.number_lookup import ids_by_number, meant_rows
from backend.register_import.patent_import import NEEDS
from backend.register_import.writer import HOLDING, IDS

FIELDS: Final = frozenset({*NEEDS[0], *TERMS, "price_yuan", "price_wan"})
HELD: Final = sa.select(HOLDING.c.patent_id).where(
    HOLDING.c.patent_id.in_(IDS),
    HOLDING.c.organisation_id == sa.bindparam("by"),
    HOLDING.c.state != HoldingState.ENDED,
)
ROW: Final = ("id", "patent_id", "organisation_id", "status", "suspended_by", "version", *TERMS)
LISTINGS: Final = (
    sa.select(*(LISTING.c[name] for name in ROW)).where(LISTING.c.patent_id.in_(IDS), IS_LIVING).order_by(LISTING.c.id)
)
OFFERS: Final = "offer"


@dataclass(slots=True)
class Offer:
    """A living listing as the import sees it; `writes` is what the next batch writes."""

    row: Row
    stored: bool
    terms: dict[str, Any]
    writes: dict[str, Any]

    @property
    def id(self) -> str:
        """Return the listing's id."""
        return str(self.row["id"])


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
        parameters = {"ids": sorted(set(ids.values()))}
        by = self._importer.organisation_id
        held = {row.patent_id for row in await connection.execute(HELD, {**parameters, "by": by})}
        found: Any = await connection.execute(LISTINGS if self._checks else LISTINGS.with_for_update(), parameters)
        offers = {row["patent_id"]: _offer(dict(row)) for row in found.mappings()}
        offers |= self._scratch.get(OFFERS, held)
        self._named = await self._earlier.among(session, {offer.id for offer in offers.values()})
        results = [self._plan(draft, ids, held, offers, now) for draft in drafts]
        touched = {patent_id: offer for patent_id, offer in offers.items() if offer.writes}
        if self._checks:
            self._remember(touched)
            fresh = {offer.id for offer in touched.values() if not offer.stored}
            return [RowResult(r.outcome, None if r.subject in fresh else r.subject, r.errors) for r in results]
        changes = [Change(listing=offer.row, is_new=not offer.stored, terms=offer.writes) for offer in touched.values()]
        accepted(await apply(session, changes, now, actor=self._importer.user_id))
        return results

    def kept(self) -> None:
        """Know from now on what the last rows were about."""
        self._earlier.kept()

    def close(self) -> None:
        """Forget what the way remembered."""
        self._scratch.close()

    def _plan(
        self,
        draft: ListingDraft,
        ids: Mapping[tuple[str, str], str],
        held: set[str],
        offers: dict[str, Offer],
        now: datetime,
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
            return self._create(draft, patent_id, offers, now)
        if known.row["organisation_id"] != self._importer.organisation_id:
            error = ColumnError(column, "already_listed", number)
            return RowResult(Outcome.CONFLICT, None, [*draft.errors, error])
        return self._change(draft, known)

    def _create(self, draft: ListingDraft, patent_id: str, offers: dict[str, Offer], now: datetime) -> RowResult:
        row = new_row(new_id("lst"), patent_id, self._importer.organisation_id, now)
        terms = {**{name: row[name] for name in TERMS}, **draft.terms}
        offers[patent_id] = offer = Offer(row, stored=False, terms=terms, writes=dict(terms))
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

    def _remember(self, touched: Mapping[str, Offer]) -> None:
        for offer in touched.values():
            offer.writes = {}
        self._scratch.put(OFFERS, touched)


def _offer(row: Row) -> Offer:
    return Offer(row, stored=True, terms={name: row[name] for name in TERMS}, writes={})


IMPORT_KINDS: Final = {
    "listings": ImportKind(
        FIELDS,
        NEEDS,
        messages.TEXTS,
        reader=lambda _importer: lambda cells, _now: read_listing(cells),
        begin=ListingRun,
    )
}

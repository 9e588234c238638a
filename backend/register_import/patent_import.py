"""Files of patents: the kind `patents` of imports."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Party
from backend.accounts.parties.directory import is_verified, party_of, stand_in_key
from backend.core.ids import new_id
from backend.imports.import_kinds import Importer, ImportKind, RowResult
from backend.imports.rules import Mode
from backend.imports.scratch_store import Earlier, Scratch
from backend.patents.fact_rules import NUMBERS
from backend.patents.queries import offices
from backend.patents.visibility import is_established
from backend.register_import import messages
from backend.register_import.holder_planner import Names
from backend.register_import.holder_writer import load_periods
from backend.register_import.import_terms import HOLDER_FIELDS, Terms
from backend.register_import.number_lookup import ids_by_number, meant_rows
from backend.register_import.party_names import load_names, remember_names
from backend.register_import.patent_state import PatentState
from backend.register_import.planner import plan_row
from backend.register_import.prepared_rows import PatentRow, PreparedChange, PreparedPatent, landed, patent_reader
from backend.register_import.reader import PatentDraft
from backend.register_import.taken_number_quota import count_questions, questions_of
from backend.register_import.writer import Burdens, Writer, load_known, mark_burdened

NEEDS: Final = (("application_number", "publication_number", "grant_number", "document_number", "number"),)
FIELDS: Final = frozenset(
    {
        *NEEDS[0], *HOLDER_FIELDS, "title", "title_en", "abstract", "abstract_en", "first_claim", "kind", "filing_date",
        "publication_date", "grant_date", "document_date", "ipc", "ipc_main", "inventors", "legal_status",
        "status_checked_on", "grade", "assessed_on", "method", "legal_events",
    }
)  # fmt: skip

Mark = tuple[str, str]  # office and number
KNOWN: Final = "known"
MARKS: Final = "mark"
SLICE: Final = 50  # rows planned at a stretch


class PatentRun:
    """One file of patents on its way through the register."""

    def __init__(self, importer: Importer, burdens: Burdens) -> None:
        self._importer = importer
        self._burdens = burdens
        self._checks = importer.mode is Mode.CHECK
        self._party: Party | None = None
        self._scratch = Scratch()  # checking: what applying would have written, by id, and the ids by number
        self._earlier = Earlier(self._scratch, importer.import_id)
        self._named: set[str] = set()
        self._offices: frozenset[str] | None = None
        self._merged: dict[str, str] = {}

    async def take(self, session: AsyncSession, drafts: Sequence[PatentRow], now: datetime) -> list[RowResult]:
        """Return the results of the next rows; applying, write them too."""
        own = await self._own(session)
        self._merged = {}
        self._offices = self._offices or await offices(session)
        verified = await is_verified(session, self._importer.organisation_id)
        key = stand_in_key(own, verified=verified)
        # Looked at first: what another import commits in between is then found as the importer's own, not as others'.
        established = {} if self._importer.for_all else await ids_by_number(session, drafts, is_established())
        known, ids = await self._load(session, drafts, key)
        hidden = {mark for mark, patent_id in established.items() if ids.get(mark) != patent_id}
        self._named = await self._earlier.among(session, known)
        questions = None if self._checks else await questions_of(session, self._importer)
        terms = Terms.of(
            self._importer, now, own=own.id, own_key=key, verified=verified, hidden=hidden, questions=questions,
            named=self._named, offices=self._offices,
        )  # fmt: skip
        names = await self._names(session, own, {name for row in drafts for name in row.named})
        if any(row.moves for row in drafts):
            await load_periods(session, known.values(), self._importer.organisation_id)
        taken = _taken(drafts, {*ids, *hidden})
        planned: list[RowResult] = []
        landings: list[PreparedChange] = []
        for number, row in enumerate(drafts):
            if number % SLICE == 0:
                await asyncio.sleep(0)  # searches have their turn meanwhile
            if row.fresh and row.fresh.private_to == terms.private_to and taken.isdisjoint(row.marks):
                planned.append(self._land(row, row.fresh, landings, names, terms))
            else:
                planned.append(self._plan(row.draft, known, ids, names, terms))
        results = [self._of_winner(result) for result in planned]
        touched = [one for one in known.values() if one.touched]
        if self._checks:
            self._remember(touched, names)
            unborn = {one.id for one in known.values() if not one.stored}  # checking, what would be new has no id
            return [replace(r, subject=None) if r.subject in unborn else r for r in results]
        if touched or landings:
            await Writer(session, terms, self._importer.user_id).write(touched, names, own.name, landings)
        await count_questions(session, self._importer, questions)
        return results

    async def _own(self, session: AsyncSession) -> Party:
        if self._party is None:
            self._party = await party_of(session, self._importer.organisation_id)
            session.expunge(self._party)  # it outlives the session, also one that is rolled back
        return self._party

    def _land(
        self, row: PatentRow, fresh: PreparedPatent, landings: list[PreparedChange], names: Names, terms: Terms
    ) -> RowResult:
        result, landing = landed(row, fresh, names, terms)
        if landing is not None:
            landings.append(landing)
            self._earlier.add(landing.fresh.id)
            names.used.update(landing.holders)
        return result

    def kept(self) -> None:
        """Know from now on what the last rows were about."""
        self._earlier.kept()

    def close(self) -> None:
        """Forget what the way remembered."""
        self._scratch.close()

    async def _load(
        self, session: AsyncSession, drafts: Sequence[PatentRow], key: str | None
    ) -> tuple[dict[str, PatentState], dict[Mark, str]]:
        """Return the patents that the rows' numbers name, by id, and the id of each number."""
        ids = await ids_by_number(session, drafts, meant_rows(self._importer, key))
        changed: dict[str, PatentState] = {}
        if self._checks:
            numbers = {_written(mark): mark for row in drafts for mark in row.marks}
            ids |= {numbers[written]: known for written, known in self._scratch.get(MARKS, numbers).items()}
            changed = self._scratch.get(KNOWN, set(ids.values()))
        by, graded = self._importer.organisation_id, "grade" in self._importer.fields
        strange = {patent_id for patent_id in ids.values() if patent_id not in changed}
        known = changed | await load_known(session, strange, by, lock=not self._checks, graded=graded)
        await mark_burdened(session, known, self._burdens)
        return known, ids

    async def _names(self, session: AsyncSession, own: Party, names: Collection[str]) -> Names:
        return await load_names(session, names, own, self._scratch if self._checks else None)

    def _plan(
        self,
        draft: PatentDraft,
        known: dict[str, PatentState],
        ids: dict[Mark, str],
        names: Names,
        terms: Terms,
    ) -> RowResult:
        marks = [(draft.office, number) for number in draft.numbers.values()]
        named = dict.fromkeys(ids[mark] for mark in marks if mark in ids)
        result, planned = plan_row(draft, [known[i] for i in named if i in known], names, terms, new_id("pat"))
        if planned is not None:
            self._earlier.add(planned.id)
            self._named.add(planned.id)
            for merged in (i for i in named if i != planned.id):
                known.pop(merged, None)
                self._merged[merged] = planned.id
                ids |= {mark: planned.id for mark, patent_id in ids.items() if patent_id == merged}
            known[planned.id] = planned
            names.used.update(planned.holders)
            ids |= dict.fromkeys(marks, planned.id)
        return result

    def _of_winner(self, result: RowResult) -> RowResult:
        """Return the result of the patent into which a later row of the same batch merged this one, or itself."""
        while result.subject in self._merged:
            result = replace(result, subject=self._merged[result.subject])
        return result

    def _remember(self, touched: Sequence[PatentState], names: Names) -> None:
        remember_names(self._scratch, names)
        for known in touched:
            known.remembered()
        self._scratch.put(KNOWN, {known.id: known for known in touched})
        marks = {_written((known.office, known.row[n])): known.id for known in touched for n in NUMBERS if known.row[n]}
        self._scratch.put(MARKS, marks)


def _taken(rows: Sequence[PatentRow], on_record: Iterable[Mark]) -> set[Mark]:
    """Return the numbers that patents on record have, and those that more than one of the rows name."""
    named, twice = set[Mark](), set(on_record)
    for row in rows:
        marks = row.marks
        twice |= named & marks
        named |= marks
    return twice


def _written(mark: Mark) -> str:
    return " ".join(mark)


def import_kinds(burdens: Burdens) -> dict[str, ImportKind]:
    """Return the kind of these files; `burdens` ask which of the patents `ids` other domains know to be burdened."""
    begin = partial(PatentRun, burdens=burdens)
    return {"patents": ImportKind(FIELDS, NEEDS, messages.TEXTS, reader=patent_reader, begin=begin)}

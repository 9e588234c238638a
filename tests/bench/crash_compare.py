"""Compares a database with what its server acknowledged before it was killed."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from backend.accounts.models import Party
from backend.core.database.columns import table_of
from backend.core.database.engines import make_job_engine
from backend.core.settings import Settings
from backend.imports.models import Import, ImportRow
from backend.patents.models import Holding, LegalEvent, Listing, Patent
from tests.bench.crash_clients import CHANGED_EACH, EditedPatent, Ledger

PATENT, PARTY, EVENT, LISTING = (table_of(model) for model in (Patent, Party, LegalEvent, Listing))
IMPORT, ROW, HOLDING = table_of(Import), table_of(ImportRow), table_of(Holding)


@dataclass
class Found:
    """What was acknowledged and is not there, what is there twice, and how many rows of files landed."""

    lost: int = 0
    doubled: int = 0
    rows: int = 0
    examples: list[str] = field(default_factory=list)

    def count(self, what: str, times: int, *, acknowledged: bool) -> None:
        """Count something that must be there once, or, not acknowledged, at most once."""
        lost, doubled = acknowledged and times == 0, times > 1
        self.lost += lost
        self.doubled += doubled
        if lost or doubled:
            self.examples.append(f"{what}: {'lost' if lost else f'{times} times'}")


def compare(settings: Settings, ledger: Ledger) -> Found:
    """Return what the database lost, or has twice, of what is in the ledger."""
    found = Found()
    engine = make_job_engine(settings)
    try:
        with engine.connect() as connection:
            _parties(connection, ledger, found)
            _patents(connection, ledger, found)
            _imports(connection, ledger, found)
    finally:
        engine.dispose()
    return found


def _counted(connection: sa.Connection, column: sa.ColumnElement[Any]) -> Counter[Any]:
    return Counter(connection.execute(sa.select(column)).scalars())


def _parties(connection: sa.Connection, ledger: Ledger, found: Found) -> None:
    names = _counted(connection, PARTY.c.name)
    for name, given in ledger.parties.items():
        found.count(name, names[name], acknowledged=given is not None)


def _patents(connection: sa.Connection, ledger: Ledger, found: Found) -> None:
    numbers = _counted(connection, PATENT.c.application_number)
    rows = {row.id: row for row in connection.execute(sa.select(PATENT.c.id, PATENT.c.title))}
    years = Counter((row.patent_id, row.details.get("year")) for row in connection.execute(sa.select(EVENT)))
    listed = _counted(connection, LISTING.c.patent_id)
    shown = set(connection.execute(sa.select(LISTING.c.id).where(LISTING.c.status == "listed")).scalars())
    for number, patent in ledger.patents.items():
        found.count(f"patent {number}", numbers[number], acknowledged=patent is not None)
        if patent is not None and patent.id in rows:
            _edits(patent, rows[patent.id].title, shown, found)
            found.count(f"listing of {number}", listed[patent.id], acknowledged=patent.listing_id is not None)
            for year in patent.years:
                found.count(f"annuity {year} of {number}", years[patent.id, year], acknowledged=True)


def _edits(patent: EditedPatent, title: str, shown: Iterable[str], found: Found) -> None:
    if title not in patent.titles[patent.acknowledged - 1 :]:
        found.count(f"title of {patent.number} ({title})", 0, acknowledged=True)
    if patent.listing_id is not None and patent.listing_id not in shown:
        found.count(f"publication of {patent.number}", 0, acknowledged=True)


def _held(connection: sa.Connection) -> dict[str, Counter[str]]:
    """Return how often each patent of a file is held, was held, and passed to others."""
    held: dict[str, Counter[str]] = defaultdict(Counter)
    number = PATENT.c.application_number
    holdings = sa.select(number, HOLDING.c.state).join(HOLDING, HOLDING.c.patent_id == PATENT.c.id)
    for name, state in connection.execute(holdings):
        held[name]["ended" if state == "ended" else "living"] += 1
    moves = sa.select(number).join(EVENT, EVENT.c.patent_id == PATENT.c.id).where(EVENT.c.kind == "holder_changed")
    for name in connection.execute(moves).scalars():
        held[name]["moved"] += 1
    return held


def _imports(connection: sa.Connection, ledger: Ledger, found: Found) -> None:
    names = _counted(connection, IMPORT.c.filename)
    there = {row.id: row for row in connection.execute(sa.select(IMPORT))}
    numbers = _counted(connection, PATENT.c.application_number)
    held = _held(connection)
    for name, import_id in ledger.imports.items():
        found.count(name, names[name], acknowledged=import_id is not None)
        if import_id not in there:
            continue
        row, sent = there[import_id], ledger.rows[name]
        told = connection.execute(sa.select(ROW.c.number).where(ROW.c.import_id == import_id)).scalars().all()
        times = Counter(told)
        for number in range(2, len(sent) + 2):
            found.count(f"row {number} of {name}", times[number], acknowledged=True)
        for place, number in enumerate(sent):
            found.count(f"{number} of {name}", numbers[number], acknowledged=True)
            whole = {"living"} if place % CHANGED_EACH else {"living", "ended", "moved"}
            for what in whole | held[number].keys():
                times = held[number][what] + (what not in whole)  # once too often
                found.count(f"{number} {what}", times, acknowledged=True)
        right = row.status.value == "done" and row.counts == {"created": len(sent)} and row.done == row.total
        found.count(f"end of {name}: {row.status.value}, {row.counts}, {row.done}", int(right), acknowledged=True)
        found.rows += len(told)

"""The work of an import: rows read in a thread, batches taken in one transaction each; killed half-way it goes on."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, cast

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Organisation, OrganisationKind, OrganisationStatus
from backend.core.apart import Apart, DiedApart, NoneApart
from backend.core.blobs import Blobs
from backend.core.errors import Problem
from backend.core.jobs import Runtime, work
from backend.imports import service
from backend.imports.cells import read_cells
from backend.imports.kinds import ColumnError, Importer, RowResult, Run
from backend.imports.layout import Layout
from backend.imports.models import Import
from backend.imports.rules import Mode, Outcome, Prefer

BATCH: Final = 500
TRIES: Final = 8
REST: Final = 0.05
IN_MEMORY: Final = 8 << 20

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Draft:
    """A row that was read: its number, what it says, and what was wrong with its cells."""

    number: int
    said: Any
    errors: Sequence[ColumnError]


@contextmanager
def stored_file(blobs: Blobs, digest: str) -> Iterator[BinaryIO]:
    """Give a kept file as one that can be read from any place; in memory while it is small."""
    with SpooledTemporaryFile(IN_MEMORY) as file:
        for piece in blobs.open(digest):
            file.write(piece)
        yield cast(BinaryIO, file)


def _importer(found: Import, organisation: Organisation, layout: Layout, runtime: Runtime) -> Importer:
    verified = organisation.status is OrganisationStatus.VERIFIED
    is_authority = organisation.kind is OrganisationKind.AUTHORITY and verified
    return Importer(
        import_id=found.id,
        organisation_id=found.organisation_id,
        user_id=found.user_id,
        for_all=organisation.kind is OrganisationKind.PLATFORM or is_authority,
        verified=verified,
        mode=found.mode,
        prefers_file=found.prefer is Prefer.FILE,
        fields=frozenset(field for field in layout.fields if field),
        settings=runtime.state.settings,
    )


async def _begin(runtime: Runtime, import_id: str) -> tuple[Import, Organisation] | None:
    async with runtime.database.write() as session:
        found = await service.begin(session, import_id, runtime.state.clock.now())
        if found is None:
            return None
        organisation = await session.get_one(Organisation, found.organisation_id)
        return found, organisation


async def _change(runtime: Runtime, import_id: str, change: Callable[[Import, datetime], None]) -> None:
    async with runtime.database.write() as session:
        found = await service.running(session, import_id)
        if found is not None:
            change(found, runtime.state.clock.now())


async def _results(
    session: AsyncSession, way: Run, drafts: Sequence[Draft], now: datetime
) -> list[tuple[int, RowResult]]:
    readable = [d.said for d in drafts if d.said is not None]
    taken = iter(await way.take(session, readable, now))
    results = []
    for draft in drafts:
        result = RowResult(Outcome.REJECTED) if draft.said is None else next(taken)
        if draft.errors:
            result = replace(result, errors=[*draft.errors, *result.errors])
        results.append((draft.number, result))
    return results


async def _take(runtime: Runtime, found: Import, layout: Layout, way: Run, drafts: Sequence[Draft]) -> bool:
    """Take one batch; again where another import got in between. Give False where the import was cancelled."""
    now, checked = runtime.state.clock.now(), None
    if found.mode is Mode.CHECK:
        async with runtime.database.read() as session:
            checked = await _results(session, way, drafts, now)
    for tries_left in reversed(range(TRIES)):
        try:
            async with runtime.database.write() as session:
                locked = await service.running(session, found.id)
                if locked is None:
                    return False
                results = await _results(session, way, drafts, now) if checked is None else checked
                await service.record(session, locked, layout, results)
            way.kept()
            return True
        except (IntegrityError, OperationalError):
            if not tries_left:
                raise
            await asyncio.sleep(REST * (TRIES - tries_left))
    raise AssertionError


def _read(layout: Layout, way: Run, rows: Iterator[tuple[int, list[str]]]) -> list[Draft]:
    drafts = []
    for number, row in islice(rows, BATCH):
        cells, errors = read_cells(layout, row)
        drafts.append(Draft(number, way.read(cells) if cells else None, errors))
    return drafts


def _go_through(runtime: Runtime, found: Import, layout: Layout, way: Run) -> None:
    def call(work_: Awaitable[Any]) -> Any:
        return runtime.run(work_)

    with stored_file(runtime.state.blobs, found.digest) as file:
        layout, total = layout.counted(file)
        call(_change(runtime, found.id, lambda row, _now: service.measure(row, layout, total)))
        rows = layout.rows(file)
        for _ in islice(rows, found.done):
            pass
        drafts = _read(layout, way, rows)
        while drafts:
            taking = runtime.start(_take(runtime, found, layout, way, drafts))
            try:
                drafts = _read(layout, way, rows)  # while the database writes what was read before
            finally:
                goes_on = taking.result()
            if not goes_on:
                return
    call(_change(runtime, found.id, service.finish))


@work("imports.run")
def run(runtime: Runtime, import_id: str) -> None:
    """Read the import's file to its end, or until it is cancelled."""
    begun = runtime.run(_begin(runtime, import_id))
    if begun is None:
        return
    found, organisation = begun
    try:
        layout = Layout.restored(found.layout)
        way = runtime.state.import_kinds[found.kind].begin(_importer(found, organisation, layout, runtime))
        with closing(way):
            _go_through(runtime, found, layout, way)
    except Problem as problem:
        code, facts = problem.code, problem.facts
        runtime.run(_change(runtime, import_id, lambda f, now: service.fail(f, code, facts, now)))
    except Exception:
        log.exception("import_failed", import_id=import_id)
        runtime.run(_change(runtime, import_id, lambda f, now: service.fail(f, "internal", {}, now)))
        raise


async def _rows_done(runtime: Runtime, import_id: str) -> int:
    async with runtime.database.read() as session:
        return (await session.get_one(Import, import_id)).done


@work("imports.run_large")
def run_large(runtime: Runtime, import_id: str) -> None:
    """Do the same in a process of its own, where the server has set one aside."""
    apart: Apart | None = runtime.state.apart
    if apart is None or not _done_by(apart, runtime, import_id):
        run(runtime, import_id)


def _done_by(apart: Apart, runtime: Runtime, import_id: str) -> bool:
    try:
        apart.run(runtime, "imports.run", import_id, progress=lambda: runtime.run(_rows_done(runtime, import_id)))
    except NoneApart:
        return False
    except DiedApart:
        runtime.run(_change(runtime, import_id, lambda f, now: service.fail(f, "internal", {}, now)))
        raise
    return True

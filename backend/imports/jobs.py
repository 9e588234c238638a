"""The work of an import: rows are read on, batches taken in one transaction each; killed half-way it goes on."""

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.errors import QuotaUsedUp
from backend.accounts.models import Organisation, OrganisationKind, OrganisationStatus
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota, Standing, standing_of
from backend.accounts.quotas.service import use_quota_of
from backend.core.database.write_retries import write_or_retry
from backend.core.platform import WorkRuntime
from backend.core.processes.worker_processes import DiedApart, NoneApart, WorkerProcesses
from backend.imports import service
from backend.imports.batch_reader import Batch, Draft, Failed, Measured, Piece, Wanted, pieces
from backend.imports.import_kinds import Importer, RowResult, Run
from backend.imports.layout import Layout
from backend.imports.models import Import
from backend.imports.rules import RUN, Mode, Outcome, Prefer

INTERNAL: Final = Failed("internal", {})

log = structlog.get_logger()


def _importer(found: Import, organisation: Organisation, layout: Layout, runtime: WorkRuntime) -> Importer:
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
        settings=runtime.database.settings,
    )


async def _begin(runtime: WorkRuntime, import_id: str) -> tuple[Import, Organisation] | None:
    async with runtime.database.write() as session:
        found = await service.begin(session, import_id, runtime.database.clock.now())
        if found is None:
            return None
        organisation = await session.get_one(Organisation, found.organisation_id)
        return found, organisation


async def _change(
    runtime: WorkRuntime, import_id: str, change: Callable[[Import, datetime], None], by: int | None = None
) -> None:
    async with runtime.database.write() as session:
        found = await service.running(session, import_id, by)
        if found is not None:
            change(found, runtime.database.clock.now())


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


async def _take(runtime: WorkRuntime, found: Import, layout: Layout, way: Run, batch: Batch) -> bool:
    """Take one batch; again where another import got in between. Give False where it goes no further."""
    drafts, now, checked = batch.drafts, batch.now, None
    if found.mode is Mode.CHECK:
        async with runtime.database.read() as session:
            checked = await _results(session, way, drafts, now)

    async def land(session: AsyncSession) -> bool:
        locked = await service.running(session, found.id, found.runs)
        if locked is None:
            return False
        results = await _results(session, way, drafts, now) if checked is None else checked
        await service.record(session, locked, layout, results)
        return True

    landed = await write_or_retry(runtime.database, land)
    if landed:
        way.kept()
    return landed


async def _measure(runtime: WorkRuntime, found: Import, trusted: Standing, measured: Measured) -> Failed | None:
    """Note how many rows there are and count them, once; give why the import ends where they are too many."""
    quotas = QuotaPolicy(runtime.database.settings, runtime.database.clock.real())
    try:
        async with runtime.database.write() as session:
            running = await service.running(session, found.id, found.runs)
            if running is not None:
                if running.total is None:
                    await use_quota_of(
                        session, found.organisation_id, trusted, Quota.IMPORT_ROWS, quotas, measured.total
                    )
                service.measure(running, measured.layout, measured.total)
    except QuotaUsedUp as refusal:
        return Failed(refusal.code, refusal.facts)
    return None


def _go_through(runtime: WorkRuntime, found: Import, trusted: Standing, way: Run, coming: Iterator[Piece]) -> None:
    """Take the pieces to their end; the next one is read while the database writes the one before."""
    layout = Layout.restored(found.layout)
    taken: Future[bool] = Future()
    taken.set_result(True)
    try:
        for piece in coming:
            if not taken.result():
                return
            if isinstance(piece, Batch):
                taken = runtime.start(_take(runtime, found, layout, way, piece))
                continue
            failed = piece if isinstance(piece, Failed) else runtime.run(_measure(runtime, found, trusted, piece))
            if failed is not None:
                runtime.run(_change(runtime, found.id, partial(_fail, failed), found.runs))
                return
            layout = piece.layout if isinstance(piece, Measured) else layout
        if taken.result():
            runtime.run(_change(runtime, found.id, service.finish, found.runs))
    finally:
        wait([taken])


def _fail(failed: Failed, found: Import, now: datetime) -> None:
    service.fail(found, failed.code, failed.facts, now)


def _pieces(runtime: WorkRuntime, wanted: Wanted) -> Generator[Piece, None, None]:
    platform = runtime.platform
    if platform.reader is not None:
        return platform.reader(wanted)
    return pieces(platform.blobs, runtime.database.clock, platform.registry.import_kinds, wanted)


def run(runtime: WorkRuntime, import_id: str) -> None:
    """Read the import's file to its end, or until it is cancelled."""
    begun = runtime.run(_begin(runtime, import_id))
    if begun is None:
        return
    found, organisation = begun
    try:
        layout = Layout.restored(found.layout)
        importer = _importer(found, organisation, layout, runtime)
        wanted = Wanted(found.kind, found.digest, layout, importer, found.done)
        with (
            closing(runtime.platform.registry.import_kinds[found.kind].begin(importer)) as way,
            closing(_pieces(runtime, wanted)) as coming,
        ):
            _go_through(runtime, found, standing_of(organisation.kind, organisation.status), way, coming)
    except Exception:
        log.exception("import_failed", import_id=import_id)
        runtime.run(_change(runtime, import_id, partial(_fail, INTERNAL), found.runs))
        raise


async def _rows_done(runtime: WorkRuntime, import_id: str) -> int:
    async with runtime.database.read() as session:
        return (await session.get_one(Import, import_id)).done


def run_large(runtime: WorkRuntime, import_id: str) -> None:
    """Do the same in a process of its own, where the server has set one aside."""
    apart = runtime.platform.worker_processes
    if apart is None or not _done_by(apart, runtime, import_id):
        run(runtime, import_id)


def _done_by(apart: WorkerProcesses, runtime: WorkRuntime, import_id: str) -> bool:
    try:
        apart.run(runtime, RUN, import_id, progress=lambda: runtime.run(_rows_done(runtime, import_id)))
    except NoneApart:
        return False
    except DiedApart:
        runtime.run(_change(runtime, import_id, partial(_fail, INTERNAL)))
        raise
    return True

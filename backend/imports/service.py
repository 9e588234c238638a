"""What changes about imports: begun, moved on batch by batch, ended."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.database.bulk_writes import put_many
from backend.core.database.columns import table_of
from backend.core.ids import new_id
from backend.core.jobs import queue
from backend.core.settings import Settings
from backend.imports import rules
from backend.imports.cells import sayable
from backend.imports.import_kinds import ColumnError, RowResult
from backend.imports.layout import Layout
from backend.imports.models import Import, ImportRow
from backend.imports.rules import RUN, RUN_LARGE, Action, Mode, Status
from backend.imports.storage_quota import make_sure_of_bytes
from backend.imports.upload import Arrived

LONGEST_VALUE: Final = 200
LARGE: Final = 1 << 17  # bytes of a file that is worth a process of its own
ROW: Final = table_of(ImportRow)
BEGINS: Final = {Mode.CHECK: Action.CHECK, Mode.APPLY: Action.APPLY}


async def receive(session: AsyncSession, settings: Settings, caller: Caller, arrived: Arrived, now: datetime) -> Import:
    """Return a new import of the file that arrived; its work begins once the transaction is committed.

    Raises ImportBytesWaiting.
    """
    await make_sure_of_bytes(session, settings, caller, arrived.blob.size)
    received = Import(
        id=new_id("imp"),
        organisation_id=caller.organisation_id,
        user_id=caller.user_id,
        kind=arrived.kind,
        mode=arrived.mode,
        prefer=arrived.prefer,
        status=Status.RECEIVED,
        filename=arrived.filename,
        digest=arrived.blob.digest,
        size=arrived.blob.size,
        layout=arrived.layout.stored(),
        created_at=now,
    )
    session.add(received)
    await session.flush()
    if received.size < LARGE:
        await queue.enqueue(session, RUN, received.id)
    else:
        await queue.enqueue(session, RUN_LARGE, received.id, queue=queue.LONG)
    return received


def cancel(running: Import, now: datetime) -> None:
    """Cancel the import; the batch under way is finished, nothing after it. Raises NoLongerRunning."""
    running.status = rules.after(running.status, Action.CANCEL)
    running.finished_at = now
    running.version += 1


async def begin(session: AsyncSession, import_id: str, now: datetime) -> Import | None:
    """Return the import, begun or begun again after a crash, or None where there is nothing left to do.

    Whoever began it before, and may only have been thought dead, changes nothing more.
    Applying goes on behind the last row whose effect is kept; checking keeps no effect and starts over.
    """
    found = await session.get(Import, import_id, with_for_update=True)
    if found is None or (found.status, BEGINS[found.mode]) not in rules.TRANSITIONS:
        return None
    found.status = rules.after(found.status, BEGINS[found.mode])
    found.started_at = found.started_at or now
    found.runs += 1
    found.version += 1
    if found.mode is Mode.CHECK and found.done:
        await session.execute(sa.delete(ImportRow).where(col(ImportRow.import_id) == import_id))
        found.done, found.with_errors, found.counts, found.tally = 0, 0, {}, {}
    return found


async def running(session: AsyncSession, import_id: str, run: int | None = None) -> Import | None:
    """Return the import, locked for its next batch, or None where it has ended, cancelled say, or was begun again."""
    found = await session.get(Import, import_id, with_for_update=True, populate_existing=True)
    if found is None or found.status not in rules.UNDER_WAY or run not in (None, found.runs):
        return None
    return found


def measure(found: Import, layout: Layout, total: int) -> None:
    """Note how many rows the file has, and of an archive where each of its files stands among them."""
    found.total = total
    if layout.members:
        found.layout = layout.stored()


def _stored(errors: Iterable[ColumnError], layout: Layout) -> list[dict[str, Any]]:
    return [
        {
            "column": layout.heading(error.field) if error.field else None,
            "field": error.field or None,
            "value": sayable(error.value[:LONGEST_VALUE]),
            "code": error.code,
            "facts": dict(error.facts),
        }
        for error in errors
    ]


async def record(
    session: AsyncSession, found: Import, layout: Layout, results: Sequence[tuple[int, RowResult]]
) -> None:
    """Keep what came of the next rows and move the import's progress, in the transaction of their effect."""
    counts, tally, rows = dict(found.counts), dict(found.tally), []
    with_errors = 0
    for number, result in results:
        errors = _stored(result.errors, layout.at(number)) if result.errors else []
        counts[result.outcome.value] = counts.get(result.outcome.value, 0) + 1
        for error in errors:
            first = {"row": number, **{name: error[name] for name in ("column", "value", "facts")}}
            known = tally.get(error["code"], {"count": 0, "columns": {}, **first})
            columns = {**known["columns"], error["column"] or "": known["columns"].get(error["column"] or "", 0) + 1}
            tally[error["code"]] = {**known, "count": known["count"] + 1, "columns": columns}
        rows.append(
            {
                "import_id": found.id,
                "number": number,
                "outcome": result.outcome,
                "subject": result.subject,
                "has_errors": bool(errors),
                "errors": errors,
            }
        )
        with_errors += bool(errors)
    await put_many(session, ROW, rows)
    found.done, found.with_errors = found.done + len(rows), found.with_errors + with_errors
    found.counts, found.tally = counts, tally
    found.version += 1


def finish(found: Import, now: datetime) -> None:
    """Mark the import as come to its end."""
    found.status = rules.after(found.status, Action.FINISH)
    found.finished_at = now
    found.version += 1


def fail(found: Import, code: str, facts: Mapping[str, object], now: datetime) -> None:
    """Mark the import as ended before its end; what was applied until then stays."""
    found.status = rules.after(found.status, Action.FAIL)
    found.failure, found.failure_facts, found.finished_at = code, dict(facts), now
    found.version += 1

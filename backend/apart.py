"""What the processes beside the server are made of: the parts of the app that their work needs, and nothing else."""

import asyncio
import socket
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace

from backend.core.apart import Order, Turns, answer
from backend.core.blobs import make_blobs
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.engines import make_job_engine
from backend.core.jobs import WORKS, Jobs, Runtime
from backend.core.memory import collect_regularly
from backend.core.observe import set_up_logging
from backend.core.pieces import Giver, fork_giver
from backend.imports.reading import Piece, Wanted, pieces
from backend.indexing.engines import made_ready
from backend.indexing.making import MAKE, make_ready
from backend.main import IMPORT_KINDS, inline_handlers


def work(order: Order, connection: socket.socket) -> None:
    """Do what is ordered; called in a process that was forked for it."""
    set_up_logging(order.settings.patentmart_log_level)
    if order.work == MAKE:
        with asyncio.Runner() as runner:
            database, form = Database(order.settings, Clock()), made_ready(order.settings)
            answer(connection, lambda asked: runner.run(make_ready(database, asked, form)))
    else:
        reader = fork_giver(partial(_read, order), [connection])
        asyncio.run(_work(order, reader, Turns(connection)))


def _clock(order: Order) -> Clock:
    clock = Clock()
    clock.offset = order.offset
    return clock


def _read(order: Order, wanted: Wanted) -> Iterator[Piece]:
    blobs = make_blobs(order.settings, make_job_engine(order.settings))
    return pieces(SimpleNamespace(blobs=blobs, clock=_clock(order), import_kinds=IMPORT_KINDS), wanted)


async def _work(order: Order, reader: Giver, turns: Turns) -> None:
    settings, clock = order.settings, _clock(order)
    beside = [asyncio.create_task(turns.listen()), asyncio.create_task(collect_regularly())]
    database = Database(settings, clock, inline_handlers(), turn=turns.turn)
    jobs = database.jobs = Jobs(settings)  # what a row causes may ask for more work
    jobs.connect()
    state = SimpleNamespace(
        settings=settings,
        clock=clock,
        database=database,
        blobs=make_blobs(settings, jobs.engine),
        import_kinds=IMPORT_KINDS,
        pieces=reader.ask,
    )
    failed = True
    try:
        await asyncio.to_thread(WORKS[order.work], Runtime(state, asyncio.get_running_loop()), *order.arguments)
        failed = False
    finally:
        await database.close()
        jobs.close()
        for task in beside:
            task.cancel()
        turns.end(failed=failed)

"""What the processes beside the server are made of: the parts of the app that their work needs, and nothing else."""

import asyncio
import socket
from collections.abc import Iterator
from functools import partial

from backend.core.clock import Clock
from backend.core.database.engines import make_job_engine
from backend.core.database.sessions import Database
from backend.core.jobs.queue import Jobs, Runtime
from backend.core.observability import set_up_logging
from backend.core.platform import Platform
from backend.core.processes.ipc import ValueProducer, fork_producer
from backend.core.processes.memory import collect_regularly
from backend.core.processes.worker_processes import Order, Turns, answer
from backend.core.search_indexing.document_dispatch import MAKE, make_ready
from backend.core.search_indexing.engines import made_ready
from backend.core.storage.blobs import make_blobs
from backend.domains import REGISTRY
from backend.imports.batch_reader import Piece, Wanted, pieces


def work(order: Order, connection: socket.socket) -> None:
    """Do what is ordered; called in a process that was forked for it."""
    set_up_logging(order.settings.patentmart_log_level)
    if order.work == MAKE:
        with asyncio.Runner() as runner:
            index = REGISTRY.index_by_name[order.arguments[0]]
            database, form = Database(order.settings, Clock()), made_ready(order.settings, index)
            answer(connection, lambda asked: runner.run(make_ready(index, database, asked, form)))
    else:
        reader = fork_producer(partial(_read, order), [connection])
        asyncio.run(_work(order, reader, Turns(connection)))


def _clock(order: Order) -> Clock:
    clock = Clock()
    clock.offset = order.offset
    return clock


def _read(order: Order, wanted: Wanted) -> Iterator[Piece]:
    blobs = make_blobs(order.settings, make_job_engine(order.settings))
    return pieces(blobs, _clock(order), REGISTRY.import_kinds, wanted)


async def _work(order: Order, reader: ValueProducer, turns: Turns) -> None:
    settings, clock = order.settings, _clock(order)
    beside = [asyncio.create_task(turns.listen()), asyncio.create_task(collect_regularly())]
    database = Database(settings, clock, REGISTRY.handlers, turn=turns.turn)
    jobs = database.jobs = Jobs(settings)  # what a row causes may ask for more work
    jobs.connect()
    platform = Platform(registry=REGISTRY, blobs=make_blobs(settings, jobs.engine), reader=reader.ask)
    runtime = Runtime(database, platform, asyncio.get_running_loop())
    failed = True
    try:
        await asyncio.to_thread(REGISTRY.jobs[order.work], runtime, *order.arguments)
        failed = False
    finally:
        await database.close()
        jobs.close()
        for task in beside:
            task.cancel()
        turns.end(failed=failed)

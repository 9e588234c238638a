"""What follows when the clock has been moved: whatever has come due meanwhile, at once."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core import demo_clock
from backend.core.jobs import queue
from backend.core.platform import WorkRuntime

KIND: Final = "demo.catch_up"


async def ask_to_catch_up(session: AsyncSession) -> None:
    """Have everything done that is due by the moved clock, once the session's transaction is committed."""
    await queue.enqueue(session, KIND)


def run(runtime: WorkRuntime) -> None:
    """Do what every minute does, by the clock as it was moved; in whichever process takes the work."""
    runtime.run(_catch_up(runtime))


async def _catch_up(runtime: WorkRuntime) -> None:
    database = runtime.database
    await demo_clock.load_offset(database)
    for sweep in runtime.sweeps:
        await sweep(database, database.clock.now())

"""The job that looks at what an organisation entered, after every answer that could depend on it."""

from datetime import datetime, timedelta
from typing import Final

from backend.core.database.sessions import Database
from backend.core.jobs import queue
from backend.core.platform import WorkRuntime
from backend.establishment import queries
from backend.establishment.matching import match_all
from backend.establishment.service import MATCH

PATIENCE: Final = timedelta(minutes=1)


def match(runtime: WorkRuntime, organisation_id: str) -> None:
    """Establish, join or propose the organisation's private rows; again after a crash, it finds what is left."""
    runtime.run(match_all(runtime.database, organisation_id))


async def sweep(database: Database, now: datetime) -> None:
    """Look again at what organisations asked about, where the job that they asked for came to nothing."""
    async with database.write() as session:
        for organisation_id in await queries.kept_waiting(session, now - PATIENCE):
            await queue.enqueue(session, MATCH, organisation_id)

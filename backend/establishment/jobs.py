"""The job that looks at what an organisation entered, after every answer that could depend on it."""

from backend.core.jobs import Runtime, work
from backend.establishment.matching import match_all
from backend.establishment.service import MATCH


@work(MATCH)
def match(runtime: Runtime, organisation_id: str) -> None:
    """Establish, join or propose the organisation's private rows; again after a crash, it finds what is left."""
    runtime.run(match_all(runtime.database, organisation_id))

"""`scripts/bench relevance --meilisearch`: how well searches find on both engines."""

from tests.bench import relevance
from tests.meili import NOT_RUN, meili


def run() -> dict[str, float]:
    """Return the figures; SystemExit where there is no server."""
    if (server := meili()) is None:
        raise SystemExit(NOT_RUN)
    return relevance.run(server)

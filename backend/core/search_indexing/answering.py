"""How an address of a domain asks its index."""

import contextlib
from collections.abc import Iterator

from fastapi import Request

from backend.core.search_indexing.errors import SearchAway, SearchTooLong
from search.engine import SearchEngine, SearchError, SearchTimeout
from search.index_spec import IndexSpec


def engine_of(request: Request, spec: IndexSpec) -> SearchEngine:
    """Return the engine of the index; raise SearchAway where another process has it."""
    engine: SearchEngine | None = request.app.state.search.get(spec.name)
    if engine is None:
        raise SearchAway
    return engine


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """Refuse in the platform's form where the engine cannot answer: raise SearchTooLong or SearchAway."""
    try:
        yield
    except SearchTimeout as late:
        raise SearchTooLong from late
    except SearchError as away:
        raise SearchAway from away

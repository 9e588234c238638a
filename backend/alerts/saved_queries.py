"""What an alert looks for, as it is stored and as the search engine is asked."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

from backend.alerts.codes import AlertKind
from backend.alerts.schemas import PARTS, AlertIn, SavedNeedSearch, SavedSearch
from backend.core.canonical import canonical
from backend.needs.search.index_fields import NEEDS
from backend.patent_search.index_fields import PATENTS
from search.engine import Query

INDEX_OF: Final = {
    AlertKind.SEARCH: PATENTS.name,
    AlertKind.CLASS: PATENTS.name,
    AlertKind.NEED_SEARCH: NEEDS.name,
}
HASH_BYTES: Final = 16


def stored_query(body: AlertIn) -> dict[str, Any]:
    """Return what the alert looks for, as it is stored and shown."""
    part = getattr(body, PARTS[body.kind])
    if isinstance(part, str):
        return {PARTS[body.kind]: part}
    found: dict[str, Any] = part.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return found


def _search(kind: AlertKind, stored: Mapping[str, Any]) -> SavedSearch | SavedNeedSearch:
    if kind is AlertKind.NEED_SEARCH:
        return SavedNeedSearch.model_validate(stored)
    if kind is AlertKind.CLASS:
        return SavedSearch.model_validate({name: [value] for name, value in stored.items()})
    return SavedSearch.model_validate(stored)


def query_of(kind: AlertKind, stored: Mapping[str, Any]) -> Query:
    """Return the question in the engine's terms; raise pydantic's ValidationError where a code is known no longer."""
    search = _search(kind, stored)
    return Query(text=search.q, filters=search.asked_filters(), highlight=False)


def hash_of(kind: AlertKind, stored: Mapping[str, Any]) -> bytes:
    """Return what is equal for alerts that look for the same in the same index."""
    if kind not in INDEX_OF:
        said: Any = dict(stored)
    else:
        said = [INDEX_OF[kind], _search(kind, stored).model_dump(mode="json", exclude_unset=True)]
    return blake2b(canonical(said), digest_size=HASH_BYTES).digest()

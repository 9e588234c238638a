"""The rows that an import writes of a patent, whichever process makes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from backend.core.database.columns import table_of
from backend.core.ids import new_id
from backend.patents.legal_events.status_rules import Fact
from backend.patents.models import LegalEvent, Patent
from backend.register_import.patent_state import PatentState, details_of, stored_digest

PATENT: Final = table_of(Patent)
EVENT: Final = table_of(LegalEvent)
NOTHING: Final[Mapping[str, Any]] = {
    **dict.fromkeys(column.name for column in PATENT.columns),
    "ipc": [],
    "inventors": [],
    "applicants": [],
    "version": 1,
}


def patent_row(known: PatentState, now: datetime) -> dict[str, Any]:
    """Return the row of a patent that is not on record yet."""
    own = {name: getattr(known, name) for name in ("id", "private_to", "office", "facts_by")}
    return {**NOTHING, **known.writes, **own, "created_at": now, "updated_at": now}


def event_row(patent_id: str, fact: Fact, by: str) -> dict[str, Any]:
    """Return the row of a legal event that the organisation `by` tells."""
    return {
        "id": new_id("leg"),
        "patent_id": patent_id,
        "kind": fact.kind,
        "effective_on": fact.effective_on,
        "announced_on": fact.announced_on,
        "recorded_at": fact.recorded_at,
        "recorded_by": by,
        "source": fact.source,
        "by_authority": fact.by_authority,
        "details": details_of(fact),
        "digest": stored_digest(fact),
    }

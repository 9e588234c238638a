"""The legal events that the days of a row tell: a publication, a grant."""

from collections.abc import Mapping
from typing import Any, Final

from backend.patents.codes import EventKind, LegalStatus
from backend.patents.legal_events.status_rules import Fact
from backend.register_import.import_terms import Terms
from backend.register_import.patent_state import PatentState
from backend.register_import.reader import PatentDraft

EVENT_OF: Final = {"publication_date": EventKind.PUBLISHED, "grant_date": EventKind.GRANTED}


def state_days(known: PatentState, days: Mapping[str, Any], terms: Terms) -> None:
    """Have happen what the days tell, as far as it is not known."""
    for name, kind in EVENT_OF.items():
        if days.get(name):
            known.happen(Fact(kind, days[name], terms.now, terms.for_all, terms.source))


def state_kept_days(known: PatentState, draft: PatentDraft, terms: Terms) -> None:
    """Have happen what the days tell that an earlier file gave beside a status that was not understood."""
    if known.status is not LegalStatus.UNKNOWN or draft.is_status_unread:
        return
    before = len(known.events)
    state_days(known, {name: day for name, day in draft.facts.items() if known.row.get(name) == day}, terms)
    if len(known.events) > before:
        known.recompute_status(terms)

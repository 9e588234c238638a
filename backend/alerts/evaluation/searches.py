"""What a batch of events changes in the results of saved searches."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
import sqlalchemy as sa

from backend.alerts.evaluation.batch import (
    Hit,
    Outcome,
    StandingAlert,
    causes_of,
    known_matches,
    standing_alerts,
)
from backend.alerts.evaluation.saved_searches import Found, SavedSearches
from backend.alerts.queries import ALERT
from backend.alerts.rules import Cause, Facts, hits_of
from backend.alerts.saved_queries import INDEX_OF
from backend.core.database.sessions import Database
from backend.core.events import stream
from search.documents import Document

AT_ONCE: Final = 200  # documents


async def search_outcome(
    database: Database,
    saved: SavedSearches,
    events: Sequence[sa.Row[Any]],
    starts: Mapping[str, tuple[int, int]],
    most: int,
    outcome: Outcome,
) -> None:
    """Add to the outcome what the events change for the searches of one index, which has come to their end."""
    kinds = [kind for kind, name in INDEX_OF.items() if name == saved.index.name]
    async with database.read() as session:
        alerts = await standing_alerts(session, ALERT.c.kind.in_(kinds), starts)
        await saved.refresh(session, {alert.query_hash for alert in alerts})
    if not alerts:
        return
    listed = [event for event in events if event.type not in saved.index.passed_over]
    causes = await causes_of(saved.index, database, listed)
    documents = await _documents(database, saved, list(causes))
    newest, began = saved.index.spec.newest.source, events[0].at
    for one, document in documents.items():
        causes[one].is_new = getattr(document, newest) >= began
    async with database.read() as session:
        known = await known_matches(session, causes)
    found = await saved.find(list(documents.values()))
    begun = [alert for alert in alerts if starts.get(alert.id, (None, None))[1] == alert.run]
    known_from = await _begin(database, saved, begun, most, outcome)
    _compare(alerts, known_from, causes, documents, known, found, outcome)


async def _documents(database: Database, saved: SavedSearches, ids: Sequence[str]) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for start in range(0, len(ids), AT_ONCE):
        async with database.read() as session:
            found |= await saved.index.documents(session, ids[start : start + AT_ONCE])
    return found


async def _begin(
    database: Database, saved: SavedSearches, alerts: Sequence[StandingAlert], most: int, outcome: Outcome
) -> Mapping[str, int | None]:
    """Note what the searches of new alerts find at their beginning, and return from where on all of it is kept.

    The index may be further than the batch: what has changed since an alert began is no part of its beginning.
    """
    results = {key: await saved.first_results(key, most) for key in {alert.query_hash for alert in alerts}}
    head = await stream.head(database) if alerts else 0
    kept = [alert for alert in alerts if results[alert.query_hash] is not None]
    known_from = {alert.id: None if results[alert.query_hash] is None else head for alert in alerts}
    outcome.started.update({alert.id: (alert.run, alert.started, known_from[alert.id]) for alert in alerts})
    found = {one for ids in results.values() for one in ids or ()}
    documents = await _documents(database, saved, list(found))
    changed = await _changed_between(database, saved, min(alert.started for alert in kept), head) if kept else {}
    for alert in kept:
        for one in results[alert.query_hash] or ():
            if one in documents and changed.get(one, 0) <= alert.started:
                outcome.matches[alert.id, one] = facts_of(documents[one])
    return known_from


async def _changed_between(database: Database, saved: SavedSearches, after: int, until: int) -> Mapping[str, int]:
    """Return the things that have changed behind a place in the stream, each with the place of its last change."""
    found: dict[str, int] = {}
    while after < until:
        events, behind = await stream.events_after(database, after, without=saved.index.passed_over)
        for event in events:
            found |= dict.fromkeys(await saved.index.affected(database, [event]), event.seq)
        after = behind if behind > after else until
    return found


def facts_of(document: Document) -> Facts:
    """Return what is compared of a document that stays in a result; of a need, nothing."""
    return Facts(getattr(document, "price_fen", None), getattr(document, "open_licence", False))


def _compare(
    alerts: Sequence[StandingAlert],
    known_from: Mapping[str, int | None],
    causes: Mapping[str, Cause],
    documents: Mapping[str, Document],
    known: Mapping[str, Mapping[str, Facts]],
    found: Found,
    outcome: Outcome,
) -> None:
    # The index may be further on than the events: what left by these is gone, so that its coming again is told.
    found = {key: {one for one in things if causes[one].left <= causes[one].entered} for key, things in found.items()}
    by_id = {alert.id: alert for alert in alerts}
    by_hash: dict[bytes, list[StandingAlert]] = defaultdict(list)
    for alert in alerts:
        by_hash[alert.query_hash].append(alert)
    for subject, holding in known.items():
        for alert_id in holding:
            left = by_id.get(alert_id)
            if left is not None and subject not in found.get(left.query_hash, ()):
                outcome.gone.add((alert_id, subject))
    facts = {one: (facts_of(document), _source(document)) for one, document in documents.items()}
    for key, things in found.items():
        for alert in by_hash[key]:
            kept_from = known_from.get(alert.id, alert.known_from)
            for one in things:
                before = known.get(one, {}).get(alert.id)
                _compare_one(alert, kept_from, one, causes[one], before, *facts[one], outcome)


def _compare_one(
    alert: StandingAlert,
    kept_from: int | None,
    subject: str,
    cause: Cause,
    before: Facts | None,
    after: Facts,
    source: str | None,
    outcome: Outcome,
) -> None:
    if cause.seq <= alert.started:
        return
    is_known = kept_from is not None and cause.seq > kept_from
    for change in hits_of(cause, before, after, started=alert.started, is_known=is_known):
        outcome.hits.append(Hit(alert.id, subject, change, cause.event_id, source))
    if kept_from is not None and before != after:
        outcome.matches[alert.id, subject] = after


def _source(document: Document) -> str | None:
    """Return the organisation whose listing or need it is, as everybody is shown it."""
    source: str | None = orjson.loads(document.served).get("organisation_id")
    return source

"""How alerts and their hits are shown to their owner."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import orjson
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.alerts.codes import AlertKind
from backend.alerts.models import Alert, AlertHit
from backend.alerts.rules import SEARCHING
from backend.alerts.saved_queries import query_of
from backend.alerts.schemas import AlertOut, HitOut, HitThing
from backend.needs.queries import public_faces
from backend.patent_search.document_builder import documents_of
from search.engine import SearchEngine, SearchError


def alert_out(alert: Alert) -> AlertOut:
    """Return the alert as its owner sees it."""
    is_started = alert.started_at_event is not None
    return AlertOut(
        id=alert.id,
        kind=alert.kind,
        name=alert.name,
        frequency=alert.frequency,
        paused=alert.paused,
        search=alert.query if alert.kind is AlertKind.SEARCH else None,
        need_search=alert.query if alert.kind is AlertKind.NEED_SEARCH else None,
        patent_id=alert.patent_id,
        holder_id=alert.holder_id,
        classification=alert.query if alert.kind is AlertKind.CLASS else None,
        is_broad=alert.kind in SEARCHING and alert.known_from is None if is_started else None,
        created_at=alert.created_at,
        next_notification_at=alert.notify_at,
        version=alert.version,
    )


async def things_of(session: AsyncSession, subjects: Collection[str]) -> Mapping[str, HitThing]:
    """Return what everybody is shown of the patents and needs now; of those that are not public nothing."""
    patents = [one for one in subjects if one.startswith("pat_")]
    needs = [one for one in subjects if one.startswith("need_")]
    found = {}
    for patent_id, document in (await documents_of(session, patents) if patents else {}).items():
        served = orjson.loads(document.served)
        names = {name: served[name] for name in HitThing.model_fields}
        found[patent_id] = HitThing(**names)
    for need_id, face in (await public_faces(session, needs) if needs else {}).items():
        found[need_id] = HitThing(title=face.title or face.abstract, title_en=None, listing_id=None)
    return found


async def matches_of(alert: Alert, engine: SearchEngine | None, subjects: Collection[str]) -> Mapping[str, list[str]]:
    """Return of those of the things that the alert's search finds now the fields that hold its words."""
    if engine is None or not subjects:
        return {}
    try:
        query = query_of(alert.kind, alert.query)
        answer = await engine.search(replace(query, among=tuple(subjects), limit=len(subjects), highlight=True))
    except (SearchError, ValidationError):  # what was found is told all the same
        return {}
    return {hit.id: list(hit.matched_on) for hit in answer.hits}


def hits_out(
    hits: Sequence[AlertHit], things: Mapping[str, HitThing], matches: Mapping[str, list[str]]
) -> list[HitOut]:
    """Return the hits as the alert's owner sees them."""
    return [
        HitOut(
            subject=hit.subject,
            change=hit.change,
            matched_on=matches.get(hit.subject),
            found_at=hit.found_at,
            notified_at=hit.notified_at,
            thing=things.get(hit.subject),
        )
        for hit in hits
    ]

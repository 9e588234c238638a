"""What a batch of events means for whoever watches a patent or a holder: public events alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.alerts.codes import AlertKind
from backend.alerts.evaluation.batch import Hit, Outcome, standing_alerts
from backend.alerts.models import Alert
from backend.alerts.queries import ALERT
from backend.alerts.rules import watched_change
from backend.core.events.domain_event import PUBLIC
from backend.patents.codes import HoldingState
from backend.patents.models import Holding

SHOWN = (HoldingState.ASSERTED, HoldingState.VERIFIED)
OF_HOLDING = "holding."


async def watch_outcome(
    session: AsyncSession,
    events: Sequence[sa.Row[Any]],
    starts: Mapping[str, tuple[int, int]],
    outcome: Outcome,
) -> None:
    """Add to the outcome what the public events say of patents and holders that are watched."""
    begun = sa.and_(ALERT.c.id.in_(list(starts)), ALERT.c.kind.in_([AlertKind.PATENT, AlertKind.HOLDER]))
    for alert in await standing_alerts(session, begun, starts) if starts else ():
        if starts[alert.id][1] == alert.run:
            outcome.started[alert.id] = (alert.run, alert.started, alert.started)
    public = [event for event in events if PUBLIC in event.audience and event.data.get("patent_id")]
    told = [(event, change) for event in public if (change := watched_change(event.type)) is not None]
    if not told:
        return
    holders = await _holders(session, [event for event, _ in told])
    targets = {event.data["patent_id"] for event, _ in told} | {one for ids in holders.values() for one in ids}
    watching = await _watching(session, targets, starts)
    for event, change in told:
        patent_id = event.data["patent_id"]
        for target in {patent_id, *holders.get(patent_id, ()), *_party_of(event)}:
            for alert_id, started in watching.get(target, ()):
                if event.seq > started:
                    source = next((one for one in event.audience if one != PUBLIC), None)
                    outcome.hits.append(Hit(alert_id, patent_id, change, event.id, source))


def _party_of(event: sa.Row[Any]) -> list[str]:
    """Return the party that a holding's event is about, which may hold the patent no more."""
    return [event.data["party_id"]] if event.type.startswith(OF_HOLDING) and event.data.get("party_id") else []


async def _holders(session: AsyncSession, events: Iterable[sa.Row[Any]]) -> Mapping[str, set[str]]:
    """Return by patent the parties and organisations that the public is shown as its holders."""
    found: dict[str, set[str]] = defaultdict(set)
    patents = {event.data["patent_id"] for event in events}
    for event in events:
        found[event.data["patent_id"]].update(_party_of(event))
    statement = sa.select(col(Holding.patent_id), col(Holding.party_id), col(Holding.organisation_id)).where(
        col(Holding.patent_id).in_(patents), col(Holding.state).in_(SHOWN)
    )
    for patent_id, *holders in await session.execute(statement):
        found[patent_id].update(one for one in holders if one)
    return found


async def _watching(
    session: AsyncSession, targets: set[str], starts: Mapping[str, tuple[int, int]]
) -> Mapping[str, list[tuple[str, int]]]:
    """Return by patent or holder the alerts that watch it, each with the place from which it does."""
    names = {"patent_id": AlertKind.PATENT, "holder_id": AlertKind.HOLDER}
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name, kind in names.items():
        which = sa.and_(ALERT.c.kind == kind, ALERT.c[name].in_(targets))
        started = {alert.id: alert.started for alert in await standing_alerts(session, which, starts)}
        if started:
            rows = await session.execute(sa.select(col(Alert.id), ALERT.c[name]).where(ALERT.c.id.in_(started)))
            for alert_id, target in rows:
                found[target].append((alert_id, started[alert_id]))
    return found

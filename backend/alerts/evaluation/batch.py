"""What a batch of events says of the things that alerts look at, and the alerts as they stand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.alerts.codes import AlertKind, HitChange
from backend.alerts.events import AlertStarted
from backend.alerts.models import AlertMatch
from backend.alerts.queries import ALERT
from backend.alerts.rules import Cause, Facts, entry_of, note_event
from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.core.search_indexing.index import SearchIndex

MATCH: Final = table_of(AlertMatch)
PORTION: Final = 500


class Hit(NamedTuple):
    """A hit as it is to be kept."""

    alert_id: str
    subject: str
    change: HitChange
    event_id: int
    source_organisation_id: str | None = None


@dataclass(slots=True)
class Outcome:
    """What a batch of events changes about alerts; kept in one transaction with the cursor."""

    started: dict[str, tuple[int, int, int | None]] = field(default_factory=dict)
    """By alert its run, the place from which it looks at changes, and from which all that it finds is kept."""
    matches: dict[tuple[str, str], Facts] = field(default_factory=dict)
    gone: set[tuple[str, str]] = field(default_factory=set)
    hits: list[Hit] = field(default_factory=list)

    @property
    def alert_ids(self) -> set[str]:
        """Return the alerts that are concerned."""
        pairs = {alert_id for alert_id, _ in (*self.matches, *self.gone)}
        return {*self.started, *pairs, *(hit.alert_id for hit in self.hits)}

    def portions(self, most: int) -> Iterator["Outcome"]:
        """Yield the outcome in parts of about so many rows; whatever concerns one alert stays together."""
        by_alert: dict[str, Outcome] = defaultdict(Outcome)
        for alert_id, start in self.started.items():
            by_alert[alert_id].started[alert_id] = start
        for pair, facts in self.matches.items():
            by_alert[pair[0]].matches[pair] = facts
        for pair in self.gone:
            by_alert[pair[0]].gone.add(pair)
        for hit in self.hits:
            by_alert[hit.alert_id].hits.append(hit)
        part, size = Outcome(), 0
        for alert_id in sorted(by_alert):
            own = by_alert[alert_id]
            part.started |= own.started
            part.matches |= own.matches
            part.gone |= own.gone
            part.hits += own.hits
            size += len(own.matches) + len(own.gone) + len(own.hits)
            if size >= most:
                yield part
                part, size = Outcome(), 0
        yield part


@dataclass(frozen=True, slots=True)
class StandingAlert:
    """An alert that looks at changes behind the place where it `started`."""

    id: str
    kind: AlertKind
    query_hash: bytes
    run: int
    started: int
    known_from: int | None


def starts_of(events: Iterable[sa.Row[Any]]) -> dict[str, tuple[int, int]]:
    """Return by alert the place in the stream at which it begins, and its run."""
    return {
        event.data["alert_id"]: (event.seq, event.data["run"]) for event in events if event.type == AlertStarted.type
    }


async def standing_alerts(
    session: AsyncSession, which: sa.ColumnElement[bool], starts: Mapping[str, tuple[int, int]]
) -> list[StandingAlert]:
    """Return the alerts that look at changes, with those that begin in this batch."""
    names = ("id", "kind", "query_hash", "run", "started_at_event", "known_from")
    rows = await session.execute(sa.select(*(ALERT.c[name] for name in names)).where(which, ALERT.c.paused.is_(False)))
    found = []
    for row in rows:
        began, run = starts.get(row.id, (None, None))
        started = began if run == row.run else row.started_at_event
        if started is not None:
            found.append(StandingAlert(row.id, row.kind, row.query_hash, row.run, started, row.known_from))
    return found


async def causes_of(index: SearchIndex, database: Database, events: Sequence[sa.Row[Any]]) -> dict[str, Cause]:
    """Return by id the things whose documents the events may have changed, with the last event of each.

    What changes many documents at once, such as a holder's new name, counts as the last event of the batch.
    """
    causes: dict[str, Cause] = {}
    affected = await index.affected(database, events)
    wanted = set(affected)
    for event in events:
        for thing in {event.subject, event.data.get("patent_id"), event.data.get("need_id")} & wanted:
            note_event(causes, thing, event.type, event.seq, event.id)
    for thing in affected:
        if thing not in causes and events:
            causes[thing] = Cause(events[-1].seq, events[-1].id, entry_of(thing))
    return causes


async def known_matches(session: AsyncSession, subjects: Collection[str]) -> Mapping[str, Mapping[str, Facts]]:
    """Return by thing the alerts whose searches found it last, with how it was then."""
    found: dict[str, dict[str, Facts]] = defaultdict(dict)
    ids = list(subjects)
    for start in range(0, len(ids), PORTION):
        statement = sa.select(
            col(AlertMatch.subject), col(AlertMatch.alert_id), col(AlertMatch.price_fen), col(AlertMatch.open_licence)
        ).where(col(AlertMatch.subject).in_(ids[start : start + PORTION]))
        for subject, alert_id, price_fen, open_licence in await session.execute(statement):
            found[subject][alert_id] = Facts(price_fen, open_licence)
    return found

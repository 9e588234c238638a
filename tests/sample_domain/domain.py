"""What samples bring to the platform: everything of a domain in one folder."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.consistency import Line, Site
from backend.core.database.sessions import Database
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import DomainEvent, events_in
from backend.core.events.handlers import EventContext
from backend.core.events.log import EVENT
from backend.core.events.notification_template import NotificationTemplate
from backend.core.platform import WorkRuntime
from tests.sample_domain import events, routes
from tests.sample_domain.events import SampleMade
from tests.sample_domain.search_index import INDEX

HANDLED: list[str] = []
SWEPT: list[datetime] = []


async def _on_made(_session: AsyncSession, event: DomainEvent[SampleMade], _context: EventContext) -> None:
    HANDLED.append(event.subject)


async def _sweep(_database: Database, now: datetime) -> None:
    SWEPT.append(now)


def _job(_runtime: WorkRuntime, *_arguments: Any) -> None:
    """Nothing that the test waits for."""


async def _named(site: Site, line: Line) -> None:
    """Every sample has a name."""
    async with site.database.read() as session:
        rows: Sequence[Any] = (await session.execute(sa.select(EVENT).where(EVENT.c.type == SampleMade.type))).all()
    line.looked_at = len(rows)
    for row in rows:
        if not row.data.get("name"):
            line.differs(f"{row.subject} has no name")


DOMAIN = Domain(
    name="samples",
    routers=(routes.router, routes.search_router),
    tags={"samples": "Samples."},
    scope="samples",
    events=events_in(events),
    sync_handlers={SampleMade: [_on_made]},
    notifications={SampleMade: NotificationTemplate("samples", Text("已创建样本。", "A sample was made."))},
    jobs={"samples.job": _job},
    sweeps=(_sweep,),
    search_indexes=(INDEX,),
    consistency_checks=(("samples", _named),),
)

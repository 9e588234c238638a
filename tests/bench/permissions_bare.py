"""The platform with one address more, mounted here only: it reads the rows that ours reads, and decides nothing."""

from datetime import date
from itertools import chain

from fastapi import APIRouter, Response

from backend import app as app_factory
from backend.accounts.access import MaybeCaller
from backend.core.clock import Now
from backend.core.http.middleware import middleware_stack
from backend.core.http.request_transaction import ReadDb
from backend.core.http.responses import plain
from backend.core.http.routing import ReadingRoute
from backend.core.settings import read_settings
from backend.patents.access import SeenPatent
from backend.patents.queries import facts_of
from backend.rights.codes import Act, Permission
from backend.rights.permissions.schemas import PermissionOut, PermissionsOut
from backend.rights.queries import CONSENTS, entries_of

router = APIRouter(route_class=ReadingRoute)
SAID = PermissionOut(act=Act.GRANT_EXCLUSIVE, answer=Permission.ALLOWED, reasons=[])


@router.get("/v1/patents/{patent_id}/bare")
async def bare(whole: SeenPatent, _caller: MaybeCaller, session: ReadDb, now: Now) -> Response:
    """The shape of an answer of `permissions` after the same reads."""
    patent_id = whole.patent.id
    await entries_of(session, patent_id)
    await facts_of(session, [patent_id])
    (await session.scalars(CONSENTS, {"patent_ids": [patent_id]})).all()
    return plain(PermissionsOut(patent_id=patent_id, by=[], valid_on=date(2026, 1, 1), known_at=now, items=[SAID]))


settings = read_settings()
app = app_factory.create_app(settings)
routes = chain(router.routes, *(part.routes for part in app_factory.ROUTERS))
app.middleware_stack = middleware_stack(app, routes)

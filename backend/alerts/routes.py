"""The alerts' addresses."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import col

from backend.accounts.access import Person
from backend.accounts.quotas.policy import Quotas
from backend.alerts import queries, service
from backend.alerts.access import ChangedAlert, OwnAlert
from backend.alerts.emails import subscription_page
from backend.alerts.emails.unsubscribe_link import alert_id_of
from backend.alerts.models import Alert, AlertHit
from backend.alerts.policy import Policy
from backend.alerts.presenters import alert_out, hits_out, matches_of, things_of
from backend.alerts.saved_queries import INDEX_OF
from backend.alerts.schemas import (
    AlertIn,
    AlertOut,
    AlertPatch,
    AlertsOut,
    AlertSubscriptionOut,
    HitsOut,
    HitsQuery,
)
from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import IfMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one, plain
from backend.delivery.email.one_click import ONE_CLICK, Token
from backend.delivery.email.subscription_page import is_asked_for

router = APIRouter(prefix="/v1/alerts", tags=["alerts"], route_class=WritingRoute)
CREATED_AT: Final[Any] = col(Alert.created_at)
ALERT_ID: Final[Any] = col(Alert.id)
NUMBER: Final[Any] = col(AlertHit.number)


@router.post("", summary="Make an alert", status_code=201, response_model=AlertOut,
             responses=problem_answers(401, 403, 409, 422, 429))  # fmt: skip
async def create_alert(
    caller: Person, body: AlertIn, session: Db, policy: Policy, quotas: Quotas, now: Now
) -> Response:
    """A saved search, or a watch on a patent, a holder or a class: what changes from now on is told to its owner.

    Nobody else sees it: not the organisation's other members, and not whoever is watched.
    """
    alert = await service.create(session, caller, body, policy, quotas, now)
    return created(alert_out(alert), alert.version, f"/v1/alerts/{alert.id}")


@router.get("", summary="One's alerts", response_model=AlertsOut, responses=problem_answers(401, 403, 422))
async def list_alerts(
    request: Request, caller: Person, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """The caller's own alerts in this organisation, newest first."""
    statement = queries.alerts_of(caller)
    rows, cursor = await page(session, request, query, statement, CREATED_AT, ALERT_ID, descending=True)
    return listed([alert_out(row[0]) for row in rows], cursor)


@router.get(
    "/unsubscribe/{token}",
    summary="What unsubscribing would do",
    response_model=AlertSubscriptionOut,
    responses=problem_answers(404),
)
async def read_alert_subscription(request: Request, token: Token, session: ReadDb) -> Response:
    """Tells what the link of an e-mail stands for, and changes nothing: programs open links unasked.

    A browser is shown a page with a button that pauses the alert.
    """
    alert = await session.get(Alert, alert_id_of(request.app.state.settings, token))
    return _subscription(request, alert)


@router.post(
    "/unsubscribe/{token}",
    summary="Pause an alert by its link",
    response_model=AlertSubscriptionOut,
    responses=problem_answers(404),
    openapi_extra=ONE_CLICK,
)
async def unsubscribe_alert(request: Request, token: Token, session: Db, now: Now) -> Response:
    """Pauses the alert without a sign-in (RFC 8058); a second time changes nothing. Its owner can let it go on."""
    alert = await queries.locked_alert(session, alert_id_of(request.app.state.settings, token))
    if alert is not None:
        await service.unsubscribe(session, alert, now)
    return _subscription(request, alert)


def _subscription(request: Request, alert: Alert | None) -> Response:
    """Return JSON, or for a person's browser a page."""
    out = AlertSubscriptionOut(name=alert.name if alert else None, subscribed=alert is not None and not alert.paused)
    return subscription_page.page_of(out, language_of(request)) if is_asked_for(request) else plain(out)


@router.get("/{alert_id}", summary="One alert", response_model=AlertOut, responses=problem_answers(401, 403, 404))
async def get_alert(request: Request, alert: OwnAlert) -> Response:
    """An alert of the caller's."""
    return one(request, alert_out(alert), alert.version)


@router.patch("/{alert_id}", summary="Change or pause an alert", response_model=AlertOut,
              responses=problem_answers(401, 403, 404, 412, 422, 428, 429))  # fmt: skip
async def change_alert(
    seen: IfMatch, held: ChangedAlert, body: AlertPatch, session: Db, policy: Policy, quotas: Quotas, now: Now
) -> Response:
    """The alert with what is named changed; what it looks for stays. One that goes on begins anew.

    What it had found before a pause and no digest has told of is told then, after `frequency`.
    """
    seen.check(held.alert.version)
    alert = await service.edit(session, held.caller, held.alert, body, policy, quotas, now)
    return changed(alert_out(alert), alert.version)


@router.delete("/{alert_id}", summary="Delete an alert", status_code=204, response_model=None,
               responses=problem_answers(401, 403, 404, 412, 428))  # fmt: skip
async def delete_alert(seen: IfMatch, held: ChangedAlert, session: Db, now: Now) -> Response:
    """Deletes the alert with all that it found."""
    seen.check(held.alert.version)
    await service.delete(session, held.alert, now)
    return Response(None, 204)


@router.get("/{alert_id}/hits", summary="What an alert found", response_model=HitsOut,
            responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_hits(
    request: Request, alert: OwnAlert, query: Annotated[HitsQuery, Query()], session: ReadDb
) -> Response:
    """What was found, when, and why, newest first; of each thing what everybody is shown now."""
    rows, cursor = await page(session, request, query, queries.hits_of(alert.id, query), NUMBER, descending=True)
    hits = [row[0] for row in rows]
    subjects = {hit.subject for hit in hits}
    engine = request.app.state.search.get(INDEX_OF.get(alert.kind))
    matches = await matches_of(alert, engine, subjects)
    return listed(hits_out(hits, await things_of(session, subjects), matches), cursor)

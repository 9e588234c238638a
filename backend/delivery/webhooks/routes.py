"""Webhooks: where an organisation wants to be told of events, signed as Standard Webhooks has it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlmodel import col, select

from backend.accounts.access import Editor, Owner, VerifiedOwner, Viewer
from backend.accounts.quotas.policy import Quotas
from backend.core.clock import Now, Real
from backend.core.events.log import event_token
from backend.core.http.idempotency import ShownOnce
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import IfMatch, MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import accepted, changed, created, listed, one, to_json
from backend.core.ids import id_pattern
from backend.core.settings import Settings
from backend.delivery.event_selection import check_types
from backend.delivery.models import Delivery, Webhook
from backend.delivery.webhooks import service as webhooks
from backend.delivery.webhooks import verification as webhook_verification
from backend.delivery.webhooks.codes import DeliveryStatus
from backend.delivery.webhooks.schemas import (
    DeliveriesOut,
    DeliveriesQuery,
    DeliveryOut,
    NewWebhook,
    WebhookChange,
    WebhookOut,
    WebhooksOut,
)

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], route_class=WritingRoute)

WebhookId = Annotated[str, Path(pattern=id_pattern("whk"), examples=["whk_01h455vb4pex5vsknk084sn02q"])]
DeliveryId = Annotated[str, Path(pattern=id_pattern("dlv"), examples=["dlv_01h455vb4pex5vsknk084sn02q"])]
ONE = "/{webhook_id}"


def _present(webhook: Webhook, secret: str | None = None) -> WebhookOut:
    stored = webhook.model_dump(include=set(WebhookOut.model_fields) - {"secret"})
    return WebhookOut(**stored, secret=secret)


def _delivery(settings: Settings, delivery: Delivery) -> DeliveryOut:
    stored = delivery.model_dump(exclude={"number", "webhook_id", "event_id", "next_at"})
    waits = delivery.status is DeliveryStatus.WAITING
    event_id = event_token(settings.key("event"), delivery.event_id)
    return DeliveryOut(**stored, event_id=event_id, next_at=delivery.next_at if waits else None)


@router.post(
    "", summary="Make a webhook", status_code=201, response_model=WebhookOut, responses=problem_answers(401, 403, 409)
)
async def create_webhook(
    request: Request, body: NewWebhook, caller: VerifiedOwner, session: Db, quotas: Quotas, now: Now
) -> Response:
    """Events are sent there once the address is proved: what is public, and one's own organisation's.

    At once it is sent one signed request of type `webhook.verification`, whose `data.token` it answers, as text or as
    JSON `{"token": …}`; then the webhook is `active`. The secret shows in this answer only. Each delivery is tried
    again for three days; those of one subject come in their order, and `sequence` counts them.
    """
    settings: Settings = request.app.state.settings
    check_types(body.types, request.app.state.registry.events)
    webhook = await webhooks.make(session, caller, body, settings, quotas, now)
    secret = webhooks.secret_of(settings, webhook)
    answer = created(_present(webhook, secret), webhook.version, f"/v1/webhooks/{webhook.id}")
    answer.headers["Cache-Control"] = "no-store"
    return ShownOnce(answer, to_json(_present(webhook)))


@router.get("", summary="List webhooks", response_model=WebhooksOut, responses=problem_answers(401, 403))
async def list_webhooks(
    request: Request, query: Annotated[PageQuery, Query()], caller: Viewer, session: ReadDb
) -> Response:
    """The organisation's webhooks."""
    statement = select(Webhook).where(col(Webhook.organisation_id) == caller.organisation_id)
    rows, cursor = await page(session, request, query, statement, col(Webhook.id))
    return listed([_present(row[0]) for row in rows], cursor)


@router.get(ONE, summary="Read a webhook", response_model=WebhookOut, responses=problem_answers(401, 403, 404))
async def read_webhook(request: Request, webhook_id: WebhookId, caller: Viewer, session: ReadDb) -> Response:
    """One webhook of the organisation."""
    webhook = await webhooks.own(session, caller, webhook_id)
    return one(request, _present(webhook), webhook.version)


@router.patch(
    ONE, summary="Change a webhook", response_model=WebhookOut, responses=problem_answers(401, 403, 404, 409, 412, 428)
)
async def change_webhook(
    request: Request,
    webhook_id: WebhookId,
    body: WebhookChange,
    caller: Owner,
    seen: IfMatch,
    session: Db,
    quotas: Quotas,
    now: Now,
) -> Response:
    """Its address, its kinds, and whether it is told at all; disabled, what waits for it is given up.

    Another address is proved as a new one is, and the webhook is told of nothing until then.
    """
    webhook = await webhooks.own(session, caller, webhook_id, lock=True)
    seen.check(webhook.version)
    check_types(body.types or (), request.app.state.registry.events)
    await webhooks.change(session, caller, webhook, body, request.app.state.settings, quotas, now)
    return changed(_present(webhook), webhook.version)


@router.delete(ONE, summary="Remove a webhook", status_code=204, responses=problem_answers(401, 403, 404, 412, 428))
async def delete_webhook(webhook_id: WebhookId, caller: Owner, seen: IfMatch, session: Db, now: Now) -> Response:
    """Removes it with its deliveries."""
    webhook = await webhooks.own(session, caller, webhook_id, lock=True)
    seen.check(webhook.version)
    await webhooks.remove(session, webhook, now)
    return Response(None, 204)


@router.post(
    ONE + "/verification",
    summary="Have a webhook's address proved",
    status_code=202,
    response_model=WebhookOut,
    responses=problem_answers(401, 403, 404, 409),
)
async def verify_webhook(webhook_id: WebhookId, caller: VerifiedOwner, session: Db, quotas: Quotas) -> Response:
    """Sends the address one more signed request with a token; once it answers with that, the webhook is `active`.

    The request is of type `webhook.verification`; the answer is 2xx with `data.token` as text, or as JSON
    `{"token": …}`. Only so many are sent for an organisation in an hour.
    """
    webhook = await webhooks.own(session, caller, webhook_id, lock=True)
    await webhook_verification.ask(session, caller, webhook, quotas)
    return accepted(_present(webhook), f"/v1/webhooks/{webhook_id}")


@router.post(
    ONE + "/secret-renewal",
    summary="Renew a webhook's secret",
    response_model=WebhookOut,
    responses=problem_answers(401, 403, 404, 412),
)
async def renew_secret(
    request: Request, webhook_id: WebhookId, caller: Owner, seen: MayMatch, session: Db, now: Now, real: Real
) -> Response:
    """The new secret shows in this answer only; for a day the one before signs besides."""
    webhook = await webhooks.own(session, caller, webhook_id, lock=True)
    seen.check(webhook.version)
    await webhooks.renew_secret(session, webhook, now=now, real=real)
    secret = webhooks.secret_of(request.app.state.settings, webhook)
    answer = changed(_present(webhook, secret), webhook.version)
    answer.headers["Cache-Control"] = "no-store"
    return ShownOnce(answer, to_json(_present(webhook)))


@router.get(
    ONE + "/deliveries",
    summary="List deliveries",
    response_model=DeliveriesOut,
    responses=problem_answers(401, 403, 404),
)
async def list_deliveries(
    request: Request,
    webhook_id: WebhookId,
    query: Annotated[DeliveriesQuery, Query()],
    caller: Viewer,
    session: ReadDb,
) -> Response:
    """What was sent to the webhook or waits to be, the newest first; kept for 90 days."""
    await webhooks.own(session, caller, webhook_id)
    statement = select(Delivery).where(col(Delivery.webhook_id) == webhook_id)
    if query.status is not None:
        statement = statement.where(col(Delivery.status) == query.status)
    rows, cursor = await page(session, request, query, statement, col(Delivery.number), descending=True)
    settings: Settings = request.app.state.settings
    return listed([_delivery(settings, row[0]) for row in rows], cursor)


@router.post(
    ONE + "/deliveries/{delivery_id}/redelivery",
    summary="Send a delivery again",
    status_code=202,
    response_model=DeliveryOut,
    responses=problem_answers(401, 403, 404, 409),
)
async def redeliver(
    request: Request, webhook_id: WebhookId, delivery_id: DeliveryId, caller: Editor, session: Db, real: Real
) -> Response:
    """The same event under the same id, at once, and again for three days where that fails."""
    webhook = await webhooks.own(session, caller, webhook_id, lock=True)
    delivery = await webhooks.send_again(session, webhook, delivery_id, real)
    return accepted(_delivery(request.app.state.settings, delivery), f"/v1/webhooks/{webhook_id}/deliveries")

"""Unsubscribing with one click, and reports of e-mails that came back."""

from hmac import compare_digest
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from backend.core.errors import Text
from backend.core.http.openapi import problem_answers
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import plain
from backend.delivery.email import subscription_page, subscriptions
from backend.delivery.email.bounces import reports
from backend.delivery.email.bounces.errors import BouncesClosed, BounceUnreadable
from backend.delivery.email.bounces.reports import Bounce
from backend.delivery.email.codes import BounceKind
from backend.delivery.email.messages.content import category_label
from backend.delivery.email.one_click import ONE_CLICK, Token
from backend.delivery.email.schemas import BounceOut, BounceReport, SubscriptionOut
from backend.delivery.email.subscriptions import DIGESTS, Subscription

router = APIRouter(prefix="/v1", tags=["inbox"], route_class=WritingRoute)
WHAT: Final = {
    "daily": Text("不再收到每日摘要邮件。", "You will get no daily digest any more."),
    "weekly": Text("不再收到每周摘要邮件。", "You will get no weekly digest any more."),
}
CATEGORY: Final = Text("不再收到“{category}”类邮件。", "You will get no e-mails on {category} any more.")
JSON: Final = "application/json"
NOTIFICATION: Final = "To: bounces+token@example.com\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b--\r\n"
REPORT: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": BounceReport.model_json_schema()},
            "message/rfc822": {
                "schema": {"type": "string", "description": "A delivery status notification."},
                "example": NOTIFICATION,
            },
        },
    }
}


def _answer(request: Request, found: Subscription, categories: list[str]) -> Response:
    """Return JSON, or for a person's browser a page."""
    language = language_of(request)
    facts = {"category": category_label(found.scope, language)}
    text = (WHAT[found.scope] if found.scope in DIGESTS else CATEGORY).say(language, facts)
    out = SubscriptionOut(scope=found.scope, text=text, categories=categories, subscribed=bool(categories))
    return subscription_page.page_of(out, language) if subscription_page.is_asked_for(request) else plain(out)


def _known(request: Request) -> set[str]:
    """Return the categories that digests tell of."""
    registry = request.app.state.registry
    apart = {kind for kind, template in registry.emails.items() if template.is_only_email}
    return {told.category for kind, told in registry.notifications.items() if kind not in apart}


@router.get(
    "/email-subscriptions/{token}",
    summary="What unsubscribing would do",
    response_model=SubscriptionOut,
    responses=problem_answers(404),
)
async def read_subscription(request: Request, token: Token, session: ReadDb) -> Response:
    """Tells what the link at the foot of an e-mail stands for, and changes nothing: programs open links unasked."""
    found = await subscriptions.subscription_of(session, request.app.state.settings, token)
    return _answer(request, found, found.categories(_known(request)))


@router.post(
    "/email-subscriptions/{token}",
    summary="Unsubscribe",
    response_model=SubscriptionOut,
    responses=problem_answers(404),
    openapi_extra=ONE_CLICK,
)
async def unsubscribe(request: Request, token: Token, session: Db) -> Response:
    """Switches the e-mails off without a sign-in (RFC 8058); a second time changes nothing. The inbox keeps telling.

    What has legal effect is sent all the same.
    """
    found = await subscriptions.subscription_of(session, request.app.state.settings, token)
    await subscriptions.unsubscribe(session, found, _known(request))
    return _answer(request, found, [])


async def _reported(request: Request) -> Bounce | None:
    """Return what a request reports, read before its transaction begins; raise what it is refused with."""
    secret = request.app.state.settings.email_bounce_token.get_secret_value()
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if not secret or scheme.lower() != "bearer" or not compare_digest(given.strip().encode(), secret.encode()):
        raise BouncesClosed
    raw = await request.body()
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        return reports.read_notification(raw)
    try:
        report = BounceReport.model_validate_json(raw)
    except ValidationError:
        raise BounceUnreadable from None
    return Bounce(report.returned_to, BounceKind(report.kind))


@router.post(
    "/email-bounces",
    summary="Report an e-mail that came back",
    response_model=BounceOut,
    responses=problem_answers(401, 413, 422),
    openapi_extra=REPORT,
)
async def report_bounce(
    request: Request, bounce: Annotated[Bounce | None, Depends(_reported)], session: Db
) -> Response:
    """Takes a delivery status notification (RFC 3464), or a service's report, with EMAIL_BOUNCE_TOKEN as the bearer.

    An e-mail counts once, however often it is reported. A hard bounce stops its address, soft ones do when several
    come within days; a report without a token of this platform in its address is refused.
    """
    stopped = bounce is not None and await reports.receive(session, request.app.state.database, bounce)
    return plain(BounceOut(taken=bounce is not None, stopped=stopped))

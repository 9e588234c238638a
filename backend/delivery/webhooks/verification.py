"""A webhook's address is proved: it is sent a token, signed, and answers with that before it is sent any event.

One request for each time that somebody asked, and none again by itself; how often one may ask is limited.
"""

from typing import Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_quota
from backend.core.settings import Settings
from backend.delivery.errors import NotToBeSent, WebhookProved
from backend.delivery.models import Webhook
from backend.delivery.webhooks.codes import WebhookStatus

TYPE: Final = "webhook.verification"


def token_of(settings: Settings, webhook: Webhook) -> str:
    """Return the token of the webhook's latest request; it is derived and kept nowhere."""
    return settings.key(f"webhook verification {webhook.id} {webhook.verification_number}").hex()


async def ask(session: AsyncSession, caller: Caller, webhook: Webhook, quotas: QuotaPolicy) -> None:
    """Have one request sent to the address; raise QuotaUsedUp, and NotToBeSent or WebhookProved at a wrong moment."""
    if webhook.status is WebhookStatus.DISABLED:
        raise NotToBeSent
    if webhook.status is WebhookStatus.ACTIVE:
        raise WebhookProved
    await use_quota(session, caller, Quota.WEBHOOK_VERIFICATIONS, quotas)
    webhook.verification_number += 1
    webhook.verification_due_at, webhook.verification_sent_at = quotas.real, None
    webhook.verification_answered, webhook.verification_failure = None, None
    session.add(webhook)


def is_answered(token: str, body: bytes) -> bool:
    """Whether an answer's body is the token, or JSON with it as `token`; one that only repeats the request is not."""
    if body.strip() == token.encode():
        return True
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(said, dict) and said.get("token") == token

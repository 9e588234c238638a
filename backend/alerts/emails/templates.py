"""The e-mail of an alert, at the times that its owner chose, with a link of its own to pause it."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.alerts.emails.unsubscribe_link import unsubscribe_path
from backend.alerts.events import AlertHitsFound
from backend.alerts.models import Alert
from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload, addressed
from backend.core.events.email_template import EmailRecipient, EmailTemplate
from backend.core.settings import Settings
from backend.delivery.email.audience import addressee
from backend.delivery.email.codes import Frequency

CATEGORY: Final = "alerts"


async def _of_hits(session: AsyncSession, settings: Settings, event: sa.Row[Any]) -> Sequence[EmailRecipient]:
    """Return the alert's owner, unless the alert is paused or its owner wants no e-mails of alerts.

    How often the owner is written to is the alert's own frequency; of the category's `off` alone counts.
    """
    organisation_id, user_id = addressed(event.audience[0])
    owner = await addressee(session, organisation_id, user_id or "")
    alert = await session.get(Alert, event.data["alert_id"])
    if owner is None or alert is None or alert.paused or owner.frequency(CATEGORY) is Frequency.OFF:
        return []
    recipient = EmailRecipient(
        address=owner.address,
        link=f"/v1/alerts/{alert.id}/hits",
        facts={"total": str(event.data["total"]), "name": alert.name},
        language=owner.language,
        user_id=owner.user_id,
        unsubscribe=unsubscribe_path(settings, alert.id),
    )
    return [recipient]


EMAIL_TEMPLATES: Final[dict[type[EventPayload], EmailTemplate]] = {
    AlertHitsFound: EmailTemplate(
        subject=Text("您的提醒有新结果", "Your alert has new results"),
        paragraphs=(
            Text("您的提醒“{name}”有 {total} 条新结果。", 'Your alert "{name}" has new results: {total}.'),
            Text(
                "邮件底部的链接打开一个页面，在那里点一下即可暂停该提醒。",
                "The link at the end of this e-mail opens a page where one click pauses the alert.",
            ),
        ),
        action=Text("查看结果", "See the results"),
        recipients=_of_hits,
        is_only_email=True,
        most_per_day=lambda settings: settings.emails_at_once_per_day,  # else whoever is watched sets their number
    ),
}

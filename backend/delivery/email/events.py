"""What happens to e-mail addresses, as events."""

from typing import Annotated

from backend.core.events.domain_event import INTERNAL, EventPayload
from backend.delivery.email.codes import BounceKind


class EmailAddressStopped(EventPayload, name="email_address.stopped", audience="the member's organisations"):
    """E-mails to a member's address came back: nothing is sent there until it is confirmed again."""

    user_id: Annotated[str, INTERNAL]
    because: BounceKind

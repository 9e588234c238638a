"""What members are told of needs, and in which words; no sentence carries a word of a need."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.needs.events import (
    NeedClosed,
    NeedOutcomeAsked,
    NeedShownToOrganisation,
    NeedSuspended,
    NeedTakenDown,
)

NEEDS: Final = "needs"

NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    NeedShownToOrganisation: NotificationTemplate(
        NEEDS,
        Text(
            "有机构向贵机构定向公开了一项保密需求，请登录查看。",
            "A confidential need was shown to your organisation; sign in to read it.",
        ),
    ),
    NeedTakenDown: NotificationTemplate(
        NEEDS,
        Text(
            "贵机构的一项需求已下架，原因见该需求；修改后可重新发布。",
            "A need of yours was taken down; it says why. Mend it and publish it again.",
        ),
    ),
    NeedOutcomeAsked: NotificationTemplate(
        NEEDS,
        Text(
            "贵机构的一项需求是否已解决？请结束该需求并说明结果，或重新发布以表示仍然需要。",
            "Was your need met? Close it and say how it ended, or publish it again to say that it still stands.",
        ),
    ),
    NeedSuspended: NotificationTemplate(
        NEEDS,
        Text(
            "贵机构的一项需求多次询问未答复，已暂停展示；重新发布即恢复。",
            "A need of yours is not shown any more, since nobody said what became of it; publish it again to show it.",
        ),
    ),
    NeedClosed: NotificationTemplate(
        NEEDS,
        Text("一项与贵机构有关的需求已结束。", "A need that concerns your organisation is closed."),
    ),
}

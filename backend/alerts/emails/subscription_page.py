"""The page behind the link at the foot of an alert's e-mail, for a person: which alert it pauses, and one button."""

from typing import Final

from fastapi.responses import HTMLResponse

from backend.alerts.schemas import AlertSubscriptionOut
from backend.core.errors import Text
from backend.delivery.email.subscription_page import rendered

ASKED: Final = (
    Text("暂停提醒", "Pause an alert"),
    Text(
        "提醒“{name}”将不再查找，也不再通知您。",
        'The alert "{name}" will look for nothing and tell you nothing any more.',
    ),
)
PAUSED: Final = (
    Text("提醒已暂停", "The alert is paused"),
    Text("提醒“{name}”不再查找，也不再通知您。", 'The alert "{name}" looks for nothing and tells you nothing.'),
)
GONE: Final = (Text("提醒已删除", "The alert is deleted"), Text("它不会再通知您。", "It tells you nothing any more."))
PAUSE: Final = Text("确认暂停", "Pause it")
NOTE: Final = Text(
    "您的其他提醒不受影响。登录后可随时恢复该提醒；暂停期间的变化不会补发。",
    "Your other alerts go on. Sign in to let this one go on at any time; what changes meanwhile is not found "
    "afterwards.",
)


def page_of(found: AlertSubscriptionOut, language: str) -> HTMLResponse:
    """Return the page."""
    heading, text = GONE if found.name is None else ASKED if found.subscribed else PAUSED
    return rendered(
        language,
        heading=heading,
        text=text.say(language, {"name": found.name}),
        button=PAUSE if found.subscribed else None,
        note=None if found.name is None else NOTE,
    )

"""The page behind the link at the foot of an e-mail, for a person: what it stands for, and one button."""

from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from backend.core.errors import Text
from backend.core.http.security_headers import policy, source_of
from backend.delivery.email.messages.rendering import CONTENT_LANGUAGES, LAYOUTS
from backend.delivery.email.schemas import SubscriptionOut

STYLE: Final = (
    "body{margin:0;background:#f1f4f8;color:#243746;font:16px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif}"
    "main{max-width:30rem;margin:4rem auto;padding:2rem;background:#fff;border:1px solid #dde4ec;border-radius:10px}"
    "h1{margin:0 0 .5rem;font-size:1.25rem;color:#12344d}.brand{margin:0 0 1.5rem;font-weight:700;color:#0b6bcb}"
    "button{padding:.7rem 1.4rem;border:0;border-radius:6px;background:#0b6bcb;color:#fff;font:inherit;font-weight:600;"
    "cursor:pointer}.note{margin:1.5rem 0 0;font-size:.85rem;color:#5d7387}"
)
POLICY: Final = policy(style_src=source_of(STYLE)).replace("form-action 'none'", "form-action 'self'")
ASKED: Final = Text("退订邮件", "Unsubscribe from e-mails")
DONE: Final = Text("您已退订", "You have unsubscribed")
CONFIRM: Final = Text("确认退订", "Unsubscribe")
NOTE: Final = Text(
    "收件箱不受影响；具有法律效力的通知仍会发送。可随时在通知设置中恢复。",
    "The inbox keeps telling you, and notices with legal effect are sent all the same. Your notification settings "
    "switch it on again at any time.",
)


def is_asked_for(request: Request) -> bool:
    """Whether a browser asks, by its Accept header."""
    return "text/html" in request.headers.get("accept", "").lower()


def page_of(found: SubscriptionOut, language: str) -> HTMLResponse:
    """Return the page of a category's or a digest's e-mails."""
    return rendered(
        language,
        heading=ASKED if found.subscribed else DONE,
        text=found.text,
        button=CONFIRM if found.subscribed else None,
        note=NOTE,
    )


def rendered(language: str, *, heading: Text, text: str, button: Text | None, note: Text | None) -> HTMLResponse:
    """Return a page whose button, if it has one, posts to the address that it is at."""
    page = LAYOUTS.get_template("subscription.html.j2").render(
        lang=CONTENT_LANGUAGES[language],
        style=Markup(STYLE),  # noqa: S704 - a constant of this module, which its policy names by its hash
        heading=heading.say(language, {}),
        text=text,
        button=button.say(language, {}) if button else "",
        note=note.say(language, {}) if note else "",
    )
    headers = {"Vary": "Accept, Accept-Language", "Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(page, headers=headers)

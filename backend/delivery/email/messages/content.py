"""What an e-mail says, before it takes the form of text and HTML."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from backend.core.clock import CHINA
from backend.core.errors import Text
from backend.core.events.email_template import EmailRecipient, EmailTemplate
from backend.core.events.notification_template import NotificationTemplate
from backend.delivery.email.codes import Frequency
from backend.delivery.email.rules import LISTED
from backend.delivery.event_rendering import sentence
from backend.reference.lists import label

LONGEST_SUBJECT: Final = 90
LONGEST_FACT: Final = 300
FIRST_SENTENCE: Final = re.compile(r"[。；;]|\. ")
CATEGORIES: Final = "notification-categories"
CONFIDENTIAL: Final = Text(
    "您有一条保密消息；内容请登录平台查看。", "You have a confidential message. Sign in to read it."
)
CONFIDENTIAL_HEADING: Final = Text("保密", "Confidential")
OPEN_INBOX: Final = Text("查看收件箱", "Open the inbox")
GREETING: Final = Text("{name}，您好：", "Dear {name},")
FOR_ORGANISATION: Final = Text("{organisation} 有新消息：", "There is news for {organisation}:")
LEGAL: Final = Text("具有法律效力", "Legal effect")
TIMES: Final = Text("时间为北京时间（UTC+8）。", "Times are China's (UTC+8).")
NEWS: Final = Text("{count} 条新消息", "{count}")
LEGAL_SUBJECT: Final = Text("{count} 条具有法律效力的通知", "{count} notices with legal effect")
DIGEST_SUBJECT: Final = {
    Frequency.DAILY: Text("每日摘要：{count} 条消息", "Your daily digest: {count}"),
    Frequency.WEEKLY: Text("每周摘要：{count} 条消息", "Your weekly digest: {count}"),
}
WHY_LEGAL: Final = Text(
    "此类通知具有法律效力或涉及期限，无法退订。",
    "Notices with legal effect, or in which a time runs, cannot be switched off.",
)
WHY_CHOSEN: Final = Text(
    "您收到此邮件，是因为您在 Patentmart 的通知设置中选择了接收。",
    "You receive this because of your notification settings on Patentmart.",
)
WHY_ACCOUNT: Final = Text(
    "如非您本人操作，请忽略此邮件；请勿将链接转发给他人。",
    "If you did not expect this, ignore it. Do not pass the link on to anybody.",
)
WHY_SUBSCRIBED: Final = Text("您收到此邮件，是因为您订阅了它。", "You receive this because you have subscribed to it.")
UNSUBSCRIBE: Final = Text("退订", "Unsubscribe")
MORE: Final = Text("另有 {more} 条，请在收件箱查看。", "And {more} more, in the inbox.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, as one sentence, with the patent that it is about and when it happened."""

    text: str
    detail: str
    at: str


@dataclass(frozen=True, slots=True)
class Section:
    """The events of one category."""

    heading: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that an e-mail says, in one language; every text is one line."""

    language: str
    subject: str
    heading: str
    paragraphs: Sequence[str]
    action: str
    link: str
    reason: str
    sections: Sequence[Section] = ()
    lines: Sequence[str] = ()
    more: str = ""
    badge: str = ""
    times: str = ""
    unsubscribe: str | None = None
    unsubscribe_label: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event that a member is told of, with its template and the names of its patent."""

    row: sa.Row[Any]
    template: NotificationTemplate
    patent: Mapping[str, Any] | None


def one_line(text: str, longest: int = LONGEST_FACT) -> str:
    """Return a text that others entered as one line of so many characters, in which no link is found."""
    plain = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text.replace("://", ":"))
    short = " ".join(plain.split())
    return short if len(short) <= longest else f"{short[: longest - 1]}…"


def _entry(event: Event, language: str) -> Entry:
    at = event.row.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    if event.template.confidential:
        return Entry(CONFIDENTIAL.say(language, {}), "", at)
    text = sentence(event.template, event.row.type, event.row.data, language)
    names = (event.patent or {}).get("title"), (event.patent or {}).get("application_number")
    return Entry(one_line(text), one_line(" · ".join(str(name) for name in names if name)), at)


def _sections(events: Sequence[Event], language: str) -> list[Section]:
    """Return the events by category, in the order in which the categories first come."""
    found: dict[str, list[Entry]] = {}
    for event in events:
        heading = (
            CONFIDENTIAL_HEADING.say(language, {})
            if event.template.confidential
            else category_label(event.template.category, language)
        )
        found.setdefault(heading, []).append(_entry(event, language))
    return [Section(heading, entries) for heading, entries in found.items()]


def category_label(category: str, language: str) -> str:
    """Return how a category is called."""
    return label(CATEGORIES, category, language)


def _subject(events: Sequence[Event], count: int, frequency: Frequency | None, language: str) -> str:
    if frequency in DIGEST_SUBJECT:
        return DIGEST_SUBJECT[frequency].say(language, {"count": _messages(count, language)})
    if count > 1:
        subject = LEGAL_SUBJECT if events[0].template.legal else NEWS
        return subject.say(language, {"count": count if events[0].template.legal else _messages(count, language)})
    (event,) = events
    first = _first_sentence(event, language)
    if event.template.confidential:
        return first
    return one_line(f"{category_label(event.template.category, language)}: {first}", LONGEST_SUBJECT)


def _first_sentence(event: Event, language: str) -> str:
    said = FIRST_SENTENCE.split(_entry(event, language).text, maxsplit=1)[0]
    return one_line(said.rstrip("。."), LONGEST_SUBJECT)


def _heading(events: Sequence[Event], count: int, frequency: Frequency | None, language: str) -> str:
    if count == 1 and frequency is None:
        return _first_sentence(events[0], language)
    text = NEWS if frequency is None else DIGEST_SUBJECT.get(frequency, NEWS)
    return text.say(language, {"count": _messages(count, language)})


def _messages(count: int, language: str) -> str:
    if language == "zh":
        return str(count)
    return f"{count} new message" if count == 1 else f"{count} new messages"


def of_events(
    events: Sequence[Event],
    *,
    language: str,
    name: str,
    organisation: str,
    frequency: Frequency | None,
    more: int,
    link: str,
    unsubscribe: str | None,
) -> Content:
    """Return what a member is told of these events; `more` others are counted only."""
    listed = events[: LISTED if frequency else LISTED * 4]
    more += len(events) - len(listed)
    facts = {"name": one_line(name, 60), "organisation": one_line(organisation, 100)}
    return Content(
        language=language,
        subject=_subject(listed, len(listed) + more, frequency, language),
        heading=_heading(listed, len(listed) + more, frequency, language),
        badge=LEGAL.say(language, {}) if unsubscribe is None else "",
        paragraphs=[GREETING.say(language, facts), FOR_ORGANISATION.say(language, facts)],
        times=TIMES.say(language, {}),
        sections=_sections(listed, language),
        more=MORE.say(language, {"more": more}) if more else "",
        action=OPEN_INBOX.say(language, {}),
        link=link,
        reason=(WHY_LEGAL if unsubscribe is None else WHY_CHOSEN).say(language, {}),
        unsubscribe=unsubscribe,
        unsubscribe_label=UNSUBSCRIBE.say(language, {}) if unsubscribe else "",
    )


def of_template(template: EmailTemplate, recipient: EmailRecipient, base: str) -> Content:
    """Return what an address is told by an e-mail of its own, whose links stand under `base`."""
    language = recipient.language
    facts = {name: one_line(str(fact)) for name, fact in recipient.facts.items()}
    unsubscribe = None if recipient.unsubscribe is None else base + recipient.unsubscribe
    subject = one_line(template.subject.say(language, facts), LONGEST_SUBJECT)
    return Content(
        language=language,
        subject=subject,
        heading=subject,
        paragraphs=[paragraph.say(language, facts) for paragraph in template.paragraphs],
        lines=[one_line(line) for line in recipient.lines],
        action=template.action.say(language, facts),
        link=base + recipient.link,
        reason=(WHY_ACCOUNT if unsubscribe is None else WHY_SUBSCRIBED).say(language, {}),
        unsubscribe=unsubscribe,
        unsubscribe_label=UNSUBSCRIBE.say(language, {}) if unsubscribe else "",
    )

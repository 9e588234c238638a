"""Rules of e-mails: how soon each goes, when it is tried again, what a refusal says of an address."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from backend.core.clock import CHINA
from backend.delivery.email.codes import BounceKind, EmailAction, EmailKind, EmailStatus, Frequency

# Time runs in what has legal effect, and that goes at once whatever is chosen. Of the rest one e-mail a day tells
# early enough, and a busy organisation's members are not taught to overlook what comes from here.
DEFAULT_FREQUENCY: Final = Frequency.DAILY
PRIORITY: Final = {EmailKind.ACCOUNT: 0, EmailKind.LEGAL: 1, EmailKind.NOTIFICATION: 2, EmailKind.DIGEST: 3}
SENT_AGAIN: Final = frozenset({EmailKind.ACCOUNT, EmailKind.LEGAL})  # where it is not known how an attempt ended
SINGLY: Final = 3  # events of one batch that are told one by one; more go into one e-mail
LISTED: Final = 50  # events in one e-mail; of more it says how many
# 1 min, 5 min, 15 min, 1 h, 2 h, then every 4 h
RETRY_DELAYS: Final = (60, 300, 900, 3_600, 7_200)
LAST_DELAY: Final = 14_400
JITTER: Final = 0.1
PATIENCE: Final = {
    EmailKind.ACCOUNT: timedelta(days=1),  # its link is good no longer
    EmailKind.LEGAL: timedelta(days=5),
    EmailKind.NOTIFICATION: timedelta(days=2),
    EmailKind.DIGEST: timedelta(days=2),
}
CLOSING: Final = timedelta(minutes=1)  # so long before its time a digest takes nothing more
HARD: Final = re.compile(r"5\.(1\.\d{1,3}|2\.1|4\.4|0\.0)")  # no such mailbox or host, or one that is closed
NO_SUCH_MAILBOX: Final = (550, 551, 553)

TRANSITIONS: Final[dict[tuple[EmailStatus, EmailAction], EmailStatus]] = {
    (EmailStatus.WAITING, EmailAction.BEGIN_ATTEMPT): EmailStatus.SENDING,
    (EmailStatus.WAITING, EmailAction.SUPPRESS): EmailStatus.SUPPRESSED,
    (EmailStatus.WAITING, EmailAction.FAIL): EmailStatus.FAILED,
    (EmailStatus.SENDING, EmailAction.DELIVER): EmailStatus.SENT,
    (EmailStatus.SENDING, EmailAction.RETRY): EmailStatus.WAITING,
    (EmailStatus.SENDING, EmailAction.FAIL): EmailStatus.FAILED,
    (EmailStatus.SENDING, EmailAction.LOSE): EmailStatus.UNKNOWN,
}
OPEN: Final = (EmailStatus.WAITING, EmailStatus.SENDING)


def frequency_of(chosen: Mapping[str, str], off: object, category: str) -> Frequency:
    """Return how often a member is told of a category; what he has switched off in the inbox, not at all."""
    if isinstance(off, list | tuple) and category in off:
        return Frequency.OFF
    return Frequency(chosen.get(category, DEFAULT_FREQUENCY))


def after_lost_attempt(kind: EmailKind) -> EmailAction:
    """Return what becomes of an e-mail when nobody knows how an attempt ended: only what must arrive may come twice."""
    return EmailAction.RETRY if kind in SENT_AGAIN else EmailAction.LOSE


def digest_due(frequency: Frequency, now: datetime, hour: int) -> datetime:
    """Return when the next digest goes that can still take something: daily, or weekly on Monday, at China's hour."""
    due = (now + CLOSING).astimezone(CHINA).replace(hour=hour, minute=0, second=0, microsecond=0)
    if due <= now + CLOSING:
        due += timedelta(days=1)
    if frequency is Frequency.WEEKLY:
        due += timedelta(days=-due.weekday() % 7)
    return due.astimezone(now.tzinfo)


def next_digest(frequency: Frequency, due: datetime) -> datetime:
    """Return when the digest after this one goes."""
    return due + timedelta(days=7 if frequency is Frequency.WEEKLY else 1)


def next_try(attempts: int, now: datetime, chance: float) -> datetime:
    """Return when an e-mail is tried again after so many attempts; `chance` < 1."""
    seconds = RETRY_DELAYS[attempts - 1] if attempts <= len(RETRY_DELAYS) else LAST_DELAY
    return now + timedelta(seconds=seconds * (1 + JITTER * chance))


def is_expired(kind: EmailKind, due_since: datetime, now: datetime) -> bool:
    """Whether an e-mail is given up that should have gone so long ago."""
    return now - due_since > PATIENCE[kind]


def bounce_of(enhanced: str | None, *, code: int | None = None) -> BounceKind:
    """Return what a permanent refusal says of its address, by RFC 3463's status or else by the reply's code.

    A full mailbox or a policy says nothing of the address itself.
    """
    if enhanced is not None:
        return BounceKind.HARD if HARD.fullmatch(enhanced) else BounceKind.SOFT
    return BounceKind.HARD if code in NO_SUCH_MAILBOX else BounceKind.SOFT

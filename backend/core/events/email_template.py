"""How a kind of event is told by e-mail to an address, beside what members find in their inboxes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.errors import Text
from backend.core.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailRecipient:
    """One address that an e-mail goes to: the facts for its sentences, and the path of its link, with its token.

    `lines` are listed under the paragraphs. What can be switched off brings `unsubscribe`, the path, with its token,
    at which a POST does so without a sign-in: it is named in the headers of RFC 8058. Such an e-mail is not sent again
    where nobody knows how its first attempt ended; one that cannot be switched off is.
    """

    address: str
    link: str
    facts: Mapping[str, str] = field(default_factory=dict)
    language: str = "zh"
    user_id: str | None = None
    lines: Sequence[str] = ()
    unsubscribe: str | None = None


Recipients = Callable[[AsyncSession, Settings, sa.Row[Any]], Awaitable[Sequence[EmailRecipient]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailTemplate:
    """An e-mail of its own that goes out at once, such as the link to a new password.

    `recipients` is given the stored event when the event is followed, and again when the e-mail is written: whoever is
    not named then is sent nothing. Settings switch it off only where `recipients` leaves out who wants none. A token is
    derived there from the id of what it is for, so that no event holds it. The e-mail by which a member confirms
    an address goes there although others came back from it: `despite_bounces`.
    """

    subject: Text
    paragraphs: Sequence[Text]
    action: Text
    recipients: Recipients
    despite_bounces: bool = False
    is_only_email: bool = False
    """Whether no other e-mail tells of the event: members who are not sent this one find it in the inbox alone."""
    most_per_day: Callable[[Settings], int] | None = lambda settings: settings.account_emails_per_day
    """How many go to one address in a day; None where that is bounded where it is asked for, so that strangers cannot
    use up a day of it for an address."""

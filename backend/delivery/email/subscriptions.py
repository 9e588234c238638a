"""One-click unsubscribing (RFC 8058): the signed path, what it would do, and doing it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.errors import NotFound
from backend.core.security.tokens import sign, unsign
from backend.core.settings import Settings
from backend.delivery.email.audience import Addressee, addressee
from backend.delivery.email.codes import Frequency
from backend.delivery.models import Inbox

PURPOSE: Final = "email-unsubscribe"
PATH: Final = "/v1/email-subscriptions/"
DIGESTS: Final = (Frequency.DAILY, Frequency.WEEKLY)
PARTS: Final = 3
INBOX: Final = table_of(Inbox)


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a link stands for: the e-mails of one category, or of a digest, to one member."""

    member: Addressee
    scope: str

    def categories(self, known: Collection[str]) -> list[str]:
        """Return the categories that are still told so, of those that there are."""
        if self.scope in DIGESTS:
            return sorted(category for category in known if self.member.frequency(category) == self.scope)
        return [] if self.member.frequency(self.scope) is Frequency.OFF else [self.scope]


def path_of(settings: Settings, organisation_id: str, user_id: str, scope: str) -> str:
    """Return the path that unsubscribes a member from a category or a digest; it is good for ever."""
    return PATH + sign(settings.key(PURPOSE), PURPOSE, [organisation_id, user_id, scope])


async def subscription_of(session: AsyncSession, settings: Settings, token: str) -> Subscription:
    """Return what a token stands for; raise NotFound where it is not one of ours, or of nobody any more."""
    found = unsign(settings.key(PURPOSE), PURPOSE, token)
    if not isinstance(found, list) or len(found) != PARTS:
        raise NotFound
    organisation_id, user_id, scope = map(str, found)
    member = await addressee(session, organisation_id, user_id)
    if member is None:
        raise NotFound
    return Subscription(member, scope)


async def unsubscribe(session: AsyncSession, subscription: Subscription, known: Collection[str]) -> None:
    """Have the member told of it by e-mail no more; a second time changes nothing."""
    categories, member = subscription.categories(known), subscription.member
    if categories:
        chosen = {**member.chosen, **dict.fromkeys(categories, Frequency.OFF.value)}
        own = {"organisation_id": member.organisation_id, "user_id": member.user_id}
        fresh = {**own, "read_through": 0, "off": list(member.off), "language": member.language, "version": 2}
        put = insert_into(session, INBOX).values({**fresh, "email": chosen})
        await session.execute(
            put.on_conflict_do_update(
                index_elements=list(own), set_={"email": put.excluded.email, "version": INBOX.c.version + 1}
            )
        )

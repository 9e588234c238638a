"""Whether e-mails go to a member's address, and what has them go there."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import User
from backend.core.errors import Text
from backend.core.settings import Settings
from backend.delivery.email.bounces.addresses import stopped
from backend.delivery.email.identity import address_hash
from backend.delivery.email.models import EmailAddress
from backend.delivery.inbox.schemas import AddressState, EmailAddressOut

CURES: Final = {
    AddressState.UNCONFIRMED: Text(
        "请先确认邮箱，确认后才会发送邮件。", "Confirm the address: e-mails go to confirmed ones alone."
    ),
    AddressState.STOPPED: Text(
        "发往该邮箱的邮件被退回；请检查邮箱后重新确认，或改用其他邮箱。",
        "E-mails came back from there. See to the mailbox and confirm the address again, or take another one.",
    ),
}


async def email_address_of(session: AsyncSession, settings: Settings, user_id: str, language: str) -> EmailAddressOut:
    """Return the address of an account, with what it takes to have e-mails sent there."""
    user = await session.get_one(User, user_id)
    found = await stopped(session, address_hash(settings, user.email), user.email_confirmed_at)
    state = _state(settings, user, found)
    cure = CURES.get(state)
    return EmailAddressOut(
        address=user.email,
        state=state,
        stopped_at=found.stopped_at if found else None,
        stopped_because=found.reason if found else None,
        cure=None if cure is None else cure.say(language, {}),
    )


def _state(settings: Settings, user: User, found: EmailAddress | None) -> AddressState:
    if not settings.sends_email:
        return AddressState.NOT_CONFIGURED
    if found is not None:
        return AddressState.STOPPED
    return AddressState.UNCONFIRMED if user.email_confirmed_at is None else AddressState.CONFIRMED

"""What becomes of the other accounts of an address once one account has proved that it is its own."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.codes import OrganisationKind
from backend.accounts.events import OwnerAddressTaken
from backend.accounts.models import Organisation
from backend.accounts.personal_data.erasure import end_accounts, lock_organisations_of, only_owned_by
from backend.accounts.queries import offices
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append_many
from backend.core.personal_data import PersonalData


def _counts(organisation: Organisation) -> bool:
    """Whether an office has found the organisation to be what it says: then no stranger's e-mail takes its owner."""
    return organisation.first_verified_at is not None or organisation.kind is OrganisationKind.PLATFORM


async def supersede(
    session: AsyncSession,
    user_ids: Collection[str],
    confirmed_by: str,
    sources: Sequence[PersonalData],
    *,
    now: datetime,
    real: datetime,
) -> None:
    """End the accounts, which never confirmed the address that another account has confirmed now.

    Whoever alone owns an organisation that is or was verified stays, since an address mistyped there would take it from
    everybody in it: his organisation and the offices are told, and he gives his account an address of his own.
    """
    if not user_ids:
        return
    await lock_organisations_of(session, user_ids)
    owned = [(user_id, one) for user_id, one in await only_owned_by(session, user_ids) if _counts(one)]
    staying = {user_id for user_id, _ in owned}
    ending = sorted(set(user_ids) - staying)
    if ending:
        await end_accounts(session, ending, sources, superseded=True, actor=confirmed_by, now=now, real=real)
    if owned:
        desks = await offices(session)
        organisations = {one.id: one for _, one in owned}
        taken = [
            DomainEvent(OwnerAddressTaken(organisation_id=one), one, sorted({one, *desks}))
            for one in sorted(organisations)
        ]
        await append_many(session, taken, now)

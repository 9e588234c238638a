"""A right that is restored: the licences that ended with it, and by nothing else, go on as if it had never ended.

Restoration puts the holder back where it stood (Implementing Regulations of the Patent Law, art. 6). That the licences
come back with the right is the platform's reading: what ended them is undone.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.licences.certificates.content import CertifiedStep, chained
from backend.licences.events import LicenceReinstated, append_event
from backend.licences.lifecycle.activation import flag
from backend.licences.lifecycle.licensor_contests import contest_where_displaced
from backend.licences.lifecycle.termination import expire_licence, is_over
from backend.licences.models import Licence
from backend.licences.payments.contests import is_contested
from backend.licences.policy import LicencePolicy
from backend.licences.royalties import service as royalties
from backend.licences.states import LicenceStep, next_licence
from backend.patents.codes import LegalStatus
from backend.patents.legal_events.status_rules import Standing
from backend.patents.queries import PatentAggregate
from backend.rights.entries import termination
from backend.rights.queries import in_this_patent, ledger_of

STANDS_AGAIN: Final = frozenset({LegalStatus.IN_FORCE, LegalStatus.IN_GRACE})
SILENT: Final = LegalStatus.UNKNOWN  # no authority has said anything: the term alone had ended the right
BECAUSE: Final = "right_restored"


def is_there_again(standing: Standing, whole: PatentAggregate) -> bool:
    """Whether the right stands by the authority's word; where it never said anything, by the register's."""
    status = whole.patent.legal_status if standing.status is SILENT else standing.status
    return status in STANDS_AGAIN


async def reinstate(
    session: AsyncSession, whole: PatentAggregate, licence: Licence, policy: LicencePolicy, now: datetime
) -> None:
    """Have a licence go on that ended with the right: its entry in the ledger, its reporting periods, its clocks.

    It is flagged where another that was granted meanwhile shuts it out: it had been there before.
    """
    today = china_day(now)
    waits = licence.starts_on > today
    licence.status = next_licence(licence.status, LicenceStep.REINSTATE_AHEAD if waits else LicenceStep.REINSTATE)
    if await is_contested(session, licence):
        licence.status = next_licence(licence.status, LicenceStep.CONTEST)
    since = licence.ended_on or today
    licence.status_reason, licence.ended_on, licence.next_check = None, None, today
    licence.chain = [*licence.chain, chained(CertifiedStep.REINSTATED, today)]
    licence.version += 1
    entry = await in_this_patent(session, whole, licence.right_id)
    if entry is not None and entry.ended_on is not None:
        flag(entry, await ledger_of(session, whole, now), today)
        await termination.lift_end(session, whole, entry, BECAUSE, now)
    await royalties.reopen(session, licence, since, policy, now)
    await append_event(session, licence, LicenceReinstated, now)
    await contest_where_displaced(session, whole, licence, now)
    if is_over(licence, now):
        await expire_licence(session, whole, licence, policy, now)

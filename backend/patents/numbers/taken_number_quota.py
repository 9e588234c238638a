"""The daily limit on questions whose answer reveals that a number is taken; beyond it nothing is revealed."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import count_although_refused, left_of, refusal_of
from backend.patents.visibility import is_office


async def check_number_quota(session: AsyncSession, caller: Caller, quotas: QuotaPolicy) -> None:
    """Raise QuotaUsedUp where the caller's organisation has been told of so many taken numbers today that it is enough.

    Asked before anything is looked up, so that a free number is not told by the refusal of a taken one.
    """
    if not is_office(caller) and await left_of(session, caller, Quota.NUMBER_QUESTIONS, quotas) == 0:
        raise refusal_of(caller, Quota.NUMBER_QUESTIONS, quotas)


def count_number_answers(session: AsyncSession, caller: Caller, quotas: QuotaPolicy) -> None:
    """Count that the caller's organisation is told of a taken number, by the refusal that follows."""
    if not is_office(caller):
        count_although_refused(session, caller, Quota.NUMBER_QUESTIONS, quotas)

"""Which two organisations are no strangers to each other, as far as the platform can tell."""

from collections.abc import Collection, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.accounts.models import Member

Pair = tuple[str, str]
AT_ONCE: Final = 1_000  # organisations in one statement


async def related_pairs(session: AsyncSession, pairs: Collection[Pair]) -> set[Pair]:
    """Return those of the pairs of organisations that are one, or that have or had a member in common."""
    distinct = {pair for pair in pairs if pair[0] != pair[1]}
    found = set(pairs) - distinct
    if not distinct:
        return found
    shared: set[Pair] = set()
    firsts = sorted({first for first, _ in distinct})
    for begin in range(0, len(firsts), AT_ONCE):
        shared |= await _sharing_members(session, firsts[begin : begin + AT_ONCE])
    return found | (distinct & shared)


async def _sharing_members(session: AsyncSession, organisation_ids: Sequence[str]) -> set[Pair]:
    one, other = aliased(Member), aliased(Member)
    statement = (
        sa.select(col(one.organisation_id), col(other.organisation_id))
        .join(other, col(other.user_id) == col(one.user_id))
        .where(col(one.organisation_id) != col(other.organisation_id))
        .where(col(one.organisation_id).in_(organisation_ids))
        .distinct()
    )
    return {(first, second) for first, second in await session.execute(statement)}

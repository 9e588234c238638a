"""Which two organisations are no strangers to each other, as far as the platform can tell."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.accounts.models import Member

Pair = tuple[str, str]


async def related_pairs(session: AsyncSession, pairs: Collection[Pair]) -> set[Pair]:
    """Return those of the pairs of organisations that are one, or that have or had a member in common."""
    wanted = {pair for pair in pairs if pair[0] != pair[1]}
    found = set(pairs) - wanted
    if not wanted:
        return found
    one, other = aliased(Member), aliased(Member)
    statement = (
        sa.select(col(one.organisation_id), col(other.organisation_id))
        .join(other, col(other.user_id) == col(one.user_id))
        .where(col(one.organisation_id) != col(other.organisation_id))
        .where(col(one.organisation_id).in_({first for first, _ in wanted}))
        .distinct()
    )
    shared = {(first, second) for first, second in await session.execute(statement)}
    return found | (wanted & shared)

"""What a number means to whoever gives it: an established row of its own, a row that it entered, or nothing.

Others' rows are looked at only to tell whether a number is free, and their ids are told to nobody.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.patents.errors import NumberBelongsToAnotherPatent
from backend.patents.holdings.placeholder_holders import stands_in
from backend.patents.models import Patent
from backend.patents.numbers.canonical import DOCUMENT_KINDS, Number, NumberRole
from backend.patents.numbers.taken_number_quota import check_number_quota, count_number_answers
from backend.patents.visibility import held_once, holds, is_established, is_office

AT_ONCE: Final = 400
NUMBER_COLUMNS: Final = (col(Patent.application_number), col(Patent.publication_number), col(Patent.grant_number))


def has_number(number: Number) -> sa.ColumnElement[bool]:
    """Which patent has the number; one without its kind code fits the publication and the grant."""
    if number.role is NumberRole.UNKNOWN and number.office == "CN":
        coded = [f"{number.canonical}{code}{part}" for code in DOCUMENT_KINDS for part in ("", *range(1, 10))]
        alike = (column.in_(coded) for column in NUMBER_COLUMNS[1:])
        return sa.and_(col(Patent.office) == "CN", sa.or_(*alike))
    same = (column == number.canonical for column in NUMBER_COLUMNS)
    return sa.and_(col(Patent.office) == number.office, sa.or_(*same))


def meant_by(organisation_id: str, stand_in_key: str | None, *, ever: bool = False) -> sa.ColumnElement[bool]:
    """Return which rows a number means to an organisation that is no office: those that it holds or entered.

    `stand_in_key` is the folded name under which an established holder may have named it; `ever`: also those that it
    held once.
    """
    mine = held_once(organisation_id) if ever else holds(organisation_id)
    if stand_in_key is not None:
        mine = sa.or_(mine, stands_in(stand_in_key, organisation_id))
    return sa.or_(col(Patent.private_to) == organisation_id, sa.and_(is_established(), mine))


async def find_by_numbers(
    session: AsyncSession, caller: Caller, office: str, numbers: Sequence[str], stand_in_key: str | None = None
) -> dict[str, str]:
    """Return the id of the patent that each canonical number means to the caller; an established row goes first."""
    which = is_established() if is_office(caller) else meant_by(caller.organisation_id, stand_in_key)
    found: dict[str, str] = {}
    for start in range(0, len(numbers), AT_ONCE):
        wanted = set(numbers[start : start + AT_ONCE])
        statement = sa.select(col(Patent.id), *NUMBER_COLUMNS).where(
            col(Patent.office) == office, _has_any(wanted), which
        )
        for patent_id, *has in (await session.execute(statement.order_by(col(Patent.private_to).desc()))).all():
            found |= {number: patent_id for number in has if number in wanted}
    return found


async def taken(session: AsyncSession, office: str, numbers: Iterable[str]) -> bool:
    """Return whether an established row has one of the numbers."""
    statement = sa.select(col(Patent.id)).where(col(Patent.office) == office, _has_any(set(numbers)), is_established())
    return (await session.execute(statement.limit(1))).first() is not None


def _has_any(numbers: Iterable[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.in_(sorted(numbers)) for column in NUMBER_COLUMNS))


async def check_free(
    session: AsyncSession, patent: Patent, numbers: Iterable[str], caller: Caller | None, quotas: QuotaPolicy | None
) -> None:
    """Raise NumberBelongsToAnotherPatent where an established row is to take a number that another one has.

    That counts as a question of the caller's organisation; raises QuotaUsedUp where it has none left. Work that nobody
    asked for has neither caller nor quotas.
    """
    new = sorted(set(numbers))
    if not patent.is_established or not new:
        return
    if caller is not None and quotas is not None:
        await check_number_quota(session, caller, quotas)
    if await taken(session, patent.office, new):
        if caller is not None and quotas is not None:
            count_number_answers(session, caller, quotas)
        raise NumberBelongsToAnotherPatent(number=new[0])

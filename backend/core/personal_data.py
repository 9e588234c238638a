"""What a domain keeps about a person: where, what for, and what becomes of it when the person's account is erased."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import Json, iso
from backend.core.database.sessions import Database
from backend.core.errors import Reason, Text

PAGE: Final = 500
NOBODY: Final = "usr_00000000000000000000000000"  # whose id stands where one was, once its time is over


class Erasure(StrEnum):
    """What becomes of what is kept when the account is erased."""

    DELETED = "deleted"
    OVERWRITTEN = "overwritten"  # the row stays without anything that tells whose it was
    KEPT = "kept"  # as it is, as long as the thing that it belongs to
    PSEUDONYMISED = "pseudonymised"  # the account's id stays, which names nobody any more, until its time is over


LeavingObstacle = Callable[[AsyncSession, str], Awaitable[Sequence[Reason]]]
Rows = Callable[[Collection[str]], sa.ColumnElement[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """One column that holds people's ids or addresses.

    `rows` selects those of the accounts with some ids; without it they are those whose column is one of the ids.
    `secrets` are columns of the table that go into no export.
    """

    column: sa.Column[Any]
    purpose: Text
    erasure: Erasure
    rows: Rows | None = None
    secrets: Sequence[str] = ()
    shows: Sequence[str] = ()
    """The columns that go into an export; empty: all but the secrets.

    Of what is an organisation's, they say what the person did and when, and nothing that changes later: who has left
    it would learn from that how its business goes on.
    """
    kept_because: Text | None = None
    """Of what is kept with the id of an erased account: what for."""

    def __post_init__(self) -> None:
        """Raise ValueError where something is kept without a reason."""
        stays = self.erasure in (Erasure.KEPT, Erasure.PSEUDONYMISED)
        if stays != (self.kept_because is not None):
            raise ValueError(f"{self.name}: what is kept has a reason, and nothing else has")

    @property
    def table(self) -> sa.Table:
        """Return the table of the column."""
        table = self.column.table
        assert isinstance(table, sa.Table)  # noqa: S101 - for the type checker: columns of models have one
        return table

    @property
    def name(self) -> str:
        """Return what it is called in an export: table and column."""
        return f"{self.table.name}.{self.column.name}"

    def of(self, user_ids: Collection[str]) -> sa.ColumnElement[bool]:
        """Return the condition that selects the rows of these accounts."""
        return self.column.in_(user_ids) if self.rows is None else self.rows(user_ids)

    def exported(self) -> list[sa.Column[Any]]:
        """Return the columns that go into an export."""
        return [c for c in self.table.c if (c.name in self.shows if self.shows else c.name not in self.secrets)]


async def export(database: Database, data: PersonalData, user_id: str) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield all that is kept of one person in one place, page by page, each in a session of its own."""
    key = list(data.table.primary_key.columns)
    place: Sequence[Any] | None = None
    columns = data.exported()
    while True:
        statement = sa.select(*columns, *[c.label(f"key_{n}") for n, c in enumerate(key)]).where(data.of([user_id]))
        if place is not None:
            statement = statement.where(sa.tuple_(*key) > sa.tuple_(*place))
        async with database.read() as session:
            rows = (await session.execute(statement.order_by(*key).limit(PAGE))).all()
        if rows:
            yield [{c.name: _plain(value) for c, value in zip(columns, row, strict=False)} for row in rows]
        if len(rows) < PAGE:
            return
        place = rows[-1][len(columns) :]


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return iso(value)
    return value.hex() if isinstance(value, bytes) else value


async def delete_at_once(session: AsyncSession, sources: Sequence[PersonalData], user_ids: Collection[str]) -> None:
    """Delete what nobody needs once the accounts are erased."""
    for data in sources:
        if data.erasure is Erasure.DELETED:
            await session.execute(sa.delete(data.table).where(data.of(user_ids)))


async def unlink(session: AsyncSession, sources: Sequence[PersonalData], user_ids: Collection[str]) -> None:
    """Put nobody's id where the ids of accounts stood that were erased so long ago that they need be kept no more."""
    for data in sources:
        if data.erasure is Erasure.PSEUDONYMISED and isinstance(data.column.type, Json):
            await _unlink_inside(session, data, user_ids)
        elif data.erasure is Erasure.PSEUDONYMISED:
            value = None if data.column.nullable else NOBODY
            await session.execute(sa.update(data.table).where(data.of(user_ids)).values({data.column.name: value}))


async def _unlink_inside(session: AsyncSession, data: PersonalData, user_ids: Collection[str]) -> None:
    key = list(data.table.primary_key.columns)
    for row in (await session.execute(sa.select(data.column, *key).where(data.of(user_ids)))).all():
        text = orjson.dumps(row[0])
        for user_id in user_ids:
            text = text.replace(user_id.encode(), NOBODY.encode())
        same = sa.and_(*[column == value for column, value in zip(key, row[1:], strict=True)])
        await session.execute(sa.update(data.table).where(same).values({data.column.name: orjson.loads(text)}))


def inside(column: sa.Column[Any]) -> Rows:
    """Return what selects the rows in whose JSON column an id of the people stands."""
    text = sa.cast(column, sa.Text)
    return lambda user_ids: sa.or_(*[text.contains(f'"{user_id}"', autoescape=True) for user_id in user_ids])


async def is_kept(session: AsyncSession, data: PersonalData, user_id: str) -> bool:
    """Whether anything of the person is kept there."""
    found = await session.execute(sa.select(sa.literal(1)).select_from(data.table).where(data.of([user_id])).limit(1))
    return found.first() is not None

"""Which patents the numbers in a file mean to whoever imports it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.imports.import_kinds import Importer
from backend.patents.numbers.lookup import meant_by
from backend.patents.visibility import is_established
from backend.register_import.new_rows import PATENT


class Marked(Protocol):
    """What a row says, as far as it tells which patent it is about."""

    @property
    def office(self) -> str:
        """Whose numbers they are."""

    @property
    def numbers(self) -> Mapping[str, str]:
        """The numbers, by sort."""


async def ids_by_number(
    session: AsyncSession, drafts: Iterable[Marked], which: sa.ColumnElement[bool]
) -> dict[tuple[str, str], str]:
    """Return the id of the patent, among `which`, that has each office's number; an established one goes first.

    Each sort of number is looked for in its own index.
    """
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for draft in drafts:
        for name, number in draft.numbers.items():
            wanted[draft.office, name].add(number)
    statement = [
        sa.select(PATENT.c.private_to, PATENT.c.office, PATENT.c[name], PATENT.c.id).where(
            PATENT.c.office == office, PATENT.c[name].in_(sorted(numbers)), which
        )
        for (office, name), numbers in wanted.items()
    ]
    if not statement:
        return {}
    found = (await (await session.connection()).execute(sa.union_all(*statement))).all()
    return {(office, number): patent_id for _, office, number, patent_id in sorted(found, reverse=True)}


def meant_rows(importer: Importer, own_key: str | None) -> sa.ColumnElement[bool]:
    """Return which patents a number in a file means: to an office all established ones, to others also former own."""
    return is_established() if importer.for_all else meant_by(importer.organisation_id, own_key, ever=True)

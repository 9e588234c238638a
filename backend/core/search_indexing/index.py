"""An index as a domain brings it: its fields, what builds its documents, and which events change them."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.sessions import Database
from search.documents import Document
from search.index_spec import IndexSpec

BATCH: Final = 100  # documents built in one go: small enough that requests are served in between
AFTER: Final[sa.BindParameter[str]] = sa.bindparam("after")
AMONG: Final[sa.BindParameter[Any]] = sa.bindparam("among", expanding=True)

Documents = Callable[[AsyncSession, Collection[str]], Awaitable[Mapping[str, Document]]]
Affected = Callable[[Database, Sequence[sa.Row[Any]]], Awaitable[Sequence[str]]]


@dataclass(frozen=True, kw_only=True, eq=False)
class SearchIndex:
    """One index, in whichever engine the settings name.

    `documents` builds those of the ids that belong in the index. `affected` gives the ids whose documents some events
    may have changed; events of the types `passed_over` are not read for it. `ids` selects all that belong in it,
    and `count` counts them where the database does that faster than by counting `ids`.
    """

    spec: IndexSpec
    documents: Documents
    affected: Affected
    ids: sa.Select[Any]
    count: sa.Select[Any] | None = None
    passed_over: frozenset[str] = frozenset()
    is_first: bool = False
    """Whether its folder, its index on a server, its job, leases, figures and line of `/readyz` go without its name."""

    @property
    def name(self) -> str:
        """The name of the index."""
        return self.spec.name

    @cached_property
    def suffix(self) -> str:
        """What the names of all that is kept for it end with."""
        return "" if self.is_first else f"_{self.name}"

    @cached_property
    def check(self) -> str:
        """The name of its line of `/readyz`."""
        return f"search{self.suffix}"

    @cached_property
    def title(self) -> str:
        """How a person knows it."""
        return "search index" if self.is_first else f"search index of {self.name}"

    @cached_property
    def ids_after(self) -> sa.Select[Any]:
        """Select the next ids `after` one, in their order."""
        (column,) = self.ids.selected_columns
        return self.ids.where(column > AFTER).order_by(column).limit(BATCH)

    @cached_property
    def ids_among(self) -> sa.Select[Any]:
        """Select those ids that are `among` some."""
        (column,) = self.ids.selected_columns
        return self.ids.where(column.in_(AMONG))

    async def due(self, session: AsyncSession) -> int:
        """Return how many documents the index should hold."""
        counted = sa.select(sa.func.count()).select_from(self.ids.subquery()) if self.count is None else self.count
        return int((await session.execute(counted)).scalar_one())

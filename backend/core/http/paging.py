"""Pages of a list by keyset: stable while others write, with opaque signed cursors."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, cast

import sqlalchemy as sa
from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.errors import InvalidCursor
from backend.core.security.tokens import sign, unsign
from backend.core.settings import Settings

LARGEST_PAGE: Final = 100
USUAL_PAGE: Final = 20


class PageQuery(BaseModel):
    """The query parameters of every list; a list with filters inherits and adds them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="How many items.")] = USUAL_PAGE
    cursor: Annotated[str | None, Field(max_length=2_000, description="The `next_cursor` of the page before.")] = None


def question(request: Request, query: PageQuery) -> str:
    """Return what a cursor belongs to: the address and the filters, without limit and cursor."""
    parameters = query.model_dump(mode="json", exclude={"limit", "cursor"}, exclude_none=True)
    return f"{request.url.path}?{sorted(parameters.items())}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _typed(column: sa.ColumnElement[Any], value: Any) -> Any:
    kind = column.type.python_type
    if value is None or not isinstance(value, str):
        return value
    if kind is datetime:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind is date else value


async def page(
    session: AsyncSession,
    request: Request,
    query: PageQuery,
    statement: sa.Select[*tuple[Any, ...]],
    *columns: sa.SQLColumnExpression[Any],
    descending: bool = False,
) -> tuple[Sequence[sa.Row[*tuple[Any, ...]]], str | None]:
    """Return one page of the statement's rows in the order of `columns` (unique, never null), and the next cursor.

    They must be among the selected columns or attributes of the first selected model.
    Raises InvalidCursor where the cursor was not given for this very question.
    """
    keys = cast("Sequence[sa.ColumnElement[Any]]", columns)  # what `col` gives at run time
    settings: Settings = request.app.state.settings
    key, purpose = settings.key("cursor"), question(request, query)
    if query.cursor is not None:
        after = unsign(key, purpose, query.cursor)
        if not isinstance(after, list) or len(after) != len(keys):
            raise InvalidCursor
        bound = sa.tuple_(*(sa.literal(_typed(k, v), k.type) for k, v in zip(keys, after, strict=True)))
        statement = statement.where(sa.tuple_(*keys) < bound if descending else sa.tuple_(*keys) > bound)
    order = [k.desc() if descending else k.asc() for k in keys]
    marks = [k.label(f"page_key_{n}") for n, k in enumerate(keys)]
    found = (await session.execute(statement.add_columns(*marks).order_by(*order).limit(query.limit + 1))).all()
    rows = found[: query.limit]
    if len(found) <= query.limit:
        return rows, None
    last = rows[-1]
    return rows, sign(key, purpose, [_plain(getattr(last, f"page_key_{n}")) for n in range(len(keys))])

"""How alembic runs here: on the connection that core.schema hands it."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from backend import tables
from backend.core.database.schema import ours


def rendered(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write SQLModel's text type as SQLAlchemy's own."""
    return "sa.String()" if kind == "type" and isinstance(thing, AutoString) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.METADATA,
    include_object=ours,
    render_as_batch=True,
    compare_type=True,
    render_item=rendered,
    transaction_per_migration=False,
)
assert tables.METADATA is SQLModel.metadata  # noqa: S101 - a second metadata would hide tables from the migrations

with context.begin_transaction():
    context.run_migrations()

"""How alembic runs here: on the connection that core.schema hands it."""

from alembic import context
from sqlmodel import SQLModel

from backend import tables
from backend.core.schema import ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.METADATA,
    include_object=ours,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
assert tables.METADATA is SQLModel.metadata  # noqa: S101 - a second metadata would hide tables from the migrations

with context.begin_transaction():
    context.run_migrations()

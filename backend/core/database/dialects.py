"""In what the two databases differ for whoever has a session."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession


def is_sqlite(session: AsyncSession) -> bool:
    """Return whether the session works on SQLite."""
    return session.get_bind().dialect.name == sqlite.dialect.name


def insert_into(session: AsyncSession, table: sa.Table) -> Any:
    """Return the database's own INSERT, which can say what is to be done where the row is there already."""
    return (sqlite.insert if is_sqlite(session) else postgresql.insert)(table)

"""The database's schema: brought up to date by alembic, and checked to be."""

from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from dbos import DBOS
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from backend.core.database.engines import make_job_engine
from backend.core.settings import Settings

FOLDER: Final = Path(__file__).parents[2] / "migrations"
MIGRATION_LOCK: Final = 7_262_001  # any number; PostgreSQL's advisory lock while a process migrates


class ReferencesLost(RuntimeError):
    """A migration left rows that refer to rows which are not there; it is undone."""


def alembic_config() -> Config:
    """Return alembic's settings, without a file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def ours(_object: Any, name: str | None, kind: str, reflected: bool, _compared: Any) -> bool:
    """Whether alembic shall look at it: DBOS keeps its tables in the same SQLite file."""
    return not (kind == "table" and reflected and name not in SQLModel.metadata.tables)


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Bring the schema up to `revision`; several processes may try at once, one does it."""
    _run(settings, lambda config: command.upgrade(config, revision))
    if not settings.is_sqlite:  # whoever answers may enqueue before the first process works
        url = make_url(settings.database).set(drivername="postgresql")
        DBOS.migrate(url.render_as_string(hide_password=False))  # under a lock of its own


def downgrade(settings: Settings, revision: str) -> None:
    """Take the schema back to `revision` (`base`: nothing left)."""
    _run(settings, lambda config: command.downgrade(config, revision))


def _prepare(cursor: Any) -> None:
    """Have the file keep a write-ahead log, and let a table be made anew without what refers to the old one.

    The switch to the log needs the file alone and waits for nobody: whoever opens it later finds it switched.
    """
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=OFF")


def _run(settings: Settings, work: Any) -> None:
    engine = make_job_engine(settings)
    try:
        with engine.connect() as connection:
            if settings.is_sqlite:
                _prepare(connection.connection.cursor())
            with connection.begin():
                if not settings.is_sqlite:
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": MIGRATION_LOCK})
                config = alembic_config()
                config.attributes["connection"] = connection
                work(config)
                if settings.is_sqlite and connection.execute(sa.text("PRAGMA foreign_key_check")).first():
                    raise ReferencesLost
    finally:
        engine.dispose()

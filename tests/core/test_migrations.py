import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from backend import tables
from backend.core.database import schema
from backend.core.database.engines import make_job_engine
from backend.core.settings import Settings, read_settings
from tests.machine import postgres_url

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Settings]:
    folder = Path(tempfile.mkdtemp(prefix="patentmart-migrations-"))
    url = "" if request.param == "sqlite" else postgres_url(f"migrations_{worker_id}")
    yield read_settings(patentmart_demo=True, patentmart_data_dir=folder, database_url=url)
    shutil.rmtree(folder)


def test_the_migrations_have_one_head() -> None:
    assert len(ScriptDirectory.from_config(schema.alembic_config()).get_heads()) == 1


def test_whoever_opens_an_upgraded_file_need_not_have_it_alone(tmp_path: Path) -> None:
    """The log is switched on by the upgrade: a first connection that had to do so found readers in its way."""
    settings = read_settings(patentmart_demo=True, patentmart_data_dir=tmp_path)
    schema.upgrade(settings)
    with contextlib.closing(sqlite3.connect(tmp_path / "patentmart.sqlite")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM patent").fetchone()
        with contextlib.closing(sqlite3.connect(tmp_path / "patentmart.sqlite", timeout=0.1)) as writer:
            assert writer.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)


def test_the_schema_goes_up_and_down_and_is_that_of_the_tables(fresh: Settings) -> None:
    schema.upgrade(fresh)
    schema.upgrade(fresh)  # a second time changes nothing
    engine = make_job_engine(fresh)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": schema.ours, "compare_type": True})
        assert compare_metadata(context, tables.METADATA) == []
    schema.downgrade(fresh, "base")
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    schema.upgrade(fresh)


BEFORE = """
INSERT INTO organisation (id, kind, status, name, country, party_id, created_at, version)
  VALUES ('org_1', 'university', 'verified', 'x', 'CN', 'pty_1', :at, 1);
INSERT INTO webhook
  (id, organisation_id, url, types, status, after, secret_number, secret_changed_at, created_at, version)
  VALUES ('whk_1', 'org_1', 'https://x.example/', '[]', 'active', 0, 1, :at, :at, 1);
INSERT INTO delivery (id, webhook_id, event_id, type, subject, sequence, status, attempts, next_at, created_at)
  VALUES ('dlv_1', 'whk_1', 1, 'party.entered', 'pty_1', 1, 'waiting', 0, :at, :at);
INSERT INTO file (id, organisation_id, sha256, size, media_type, filename, uploaded_by, uploaded_at)
  VALUES ('fil_1', 'org_1', 'a', 5, 'x', 'x', 'usr_1', :at), ('fil_2', 'org_1', 'b', 7, 'x', 'x', 'usr_1', :at)
"""


def test_webhooks_of_before_stay_active_with_what_waits_and_kept_files_are_counted(fresh: Settings) -> None:
    schema.upgrade(fresh)
    schema.downgrade(fresh, "0005")
    engine = make_job_engine(fresh)
    at = {"at": "2026-01-01 00:00:00.000000"}
    with engine.begin() as connection:
        for statement in BEFORE.split(";"):
            connection.execute(sa.text(statement), at)
    schema.upgrade(fresh)
    with engine.connect() as connection:
        asked = "SELECT status, verified_at IS NOT NULL, verification_number, verification_due_at FROM webhook"
        assert [tuple(row) for row in connection.execute(sa.text(asked))] == [("active", True, 0, None)]
        used = connection.execute(sa.text("SELECT kind, used FROM quota_use ORDER BY kind")).all()
        assert [tuple(row) for row in used] == [("file_bytes", 12), ("files", 2)]
        assert connection.execute(sa.text("SELECT id FROM delivery")).scalars().all() == ["dlv_1"]
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE webhook SET status = 'unproven'"))
    schema.downgrade(fresh, "0005")
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT status FROM webhook")).scalars().all() == ["disabled"]
        assert connection.execute(sa.text("SELECT id FROM delivery")).scalars().all() == ["dlv_1"]
    engine.dispose()

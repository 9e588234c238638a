import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from backend import tables
from backend.core import schema
from backend.core.engines import make_job_engine
from backend.core.settings import Settings, read_settings
from tests.machine import postgres_url


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Settings]:
    folder = Path(tempfile.mkdtemp(prefix="patentmart-migrations-"))
    url = "" if request.param == "sqlite" else postgres_url(f"migrations_{worker_id}")
    yield read_settings(patentmart_demo=True, patentmart_data_dir=folder, database_url=url)
    shutil.rmtree(folder)


def test_the_migrations_have_one_head() -> None:
    assert len(ScriptDirectory.from_config(schema.alembic_config()).get_heads()) == 1


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

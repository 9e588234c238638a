"""A database from before private rows: rows are not split, later claims become requests, nothing else moves."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from backend.core.database import schema
from backend.core.database.engines import make_job_engine
from backend.core.settings import Settings, read_settings
from tests.machine import postgres_url

BEFORE = "0005"
AT = datetime(2026, 1, 2, tzinfo=UTC)
JSON = sa.Text().with_variant(JSONB(), "postgresql")


@pytest.fixture(params=["sqlite", "postgres"])
def before(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Settings]:
    folder = Path(tempfile.mkdtemp(prefix="patentmart-upgrade-"))
    url = "" if request.param == "sqlite" else postgres_url(f"upgrade_{worker_id}")
    settings = read_settings(patentmart_demo=True, patentmart_data_dir=folder, database_url=url)
    schema.upgrade(settings)
    schema.downgrade(settings, BEFORE)
    yield settings
    shutil.rmtree(folder)


Row = tuple[str, dict[str, Any]]  # a table, and the values of one row


def put(settings: Settings, *rows: Row) -> None:
    engine = make_job_engine(settings)
    with engine.begin() as connection:
        for table, values in rows:
            columns = [sa.column(name) for name in values]
            connection.execute(sa.table(table, *columns).insert().values(values))
    engine.dispose()


def asked(settings: Settings, question: str) -> list[Any]:
    engine = make_job_engine(settings)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(question))]
    engine.dispose()
    return found


def organisation(name: str, status: str = "verified") -> tuple[Row, Row]:
    same = {"name": name, "country": "CN", "created_at": AT, "version": 1}
    party = {"id": f"pty_{name}", "person": "legal", "name_key": name, "organisation_id": f"org_{name}", **same}
    row = {"id": f"org_{name}", "kind": "university", "status": status, "party_id": f"pty_{name}", **same}
    return ("party", party), ("organisation", row)


def patent(name: str, by: str) -> Row:
    empty = dict.fromkeys(("ipc", "inventors", "applicants"), sa.cast("[]", JSON))
    row = {"id": f"pat_{name}", "office": "CN", "application_number": name, "title": "t", "legal_status": "unknown"}
    return "patent", {**row, **empty, "facts_by": f"org_{by}", "created_at": AT, "updated_at": AT, "version": 1}


def holding(name: str, of: str, holder: str, recorded_by: str, state: str = "asserted") -> Row:
    ids = {
        "id": f"hld_{name}",
        "patent_id": f"pat_{of}",
        "party_id": f"pty_{holder}",
        "organisation_id": f"org_{holder}",
    }
    more = {"state": state, "evidence": "paper", "recorded_at": AT, "recorded_by": f"org_{recorded_by}", "version": 1}
    return "holding", {**ids, "organisation_id": f"org_{holder}", **more}


def test_later_claims_become_requests_and_rows_of_the_unverified_private(before: Settings) -> None:
    put(
        before,
        *organisation("first"),
        *organisation("named"),
        *organisation("claimant"),
        *organisation("checked"),
        *organisation("pending", "pending"),
        patent("held", "first"),
        patent("own", "pending"),
        holding("first", "held", "first", "first"),
        holding("named", "held", "named", "first"),
        holding("claimed", "held", "claimant", "claimant"),
        holding("checked", "held", "checked", "checked", "verified"),
        holding("own", "own", "pending", "pending"),
    )
    schema.upgrade(before)
    assert asked(before, "SELECT id, private_to FROM patent ORDER BY id") == [
        ("pat_held", ""),
        ("pat_own", "org_pending"),
    ]
    assert asked(before, "SELECT id, state FROM holding ORDER BY id") == [
        ("hld_checked", "verified"),
        ("hld_claimed", "ended"),
        ("hld_first", "asserted"),
        ("hld_named", "asserted"),
        ("hld_own", "asserted"),
    ]
    requests = asked(before, "SELECT organisation_id, patent_id, row_id, state, evidence FROM establishment")
    assert requests == [("org_claimant", "pat_held", None, "proposed", "paper")]
    schema.downgrade(before, BEFORE)
    assert asked(before, "SELECT state FROM holding WHERE id = 'hld_claimed'") == [("asserted",)]
    assert asked(before, "SELECT count(*) FROM patent") == [(2,)]

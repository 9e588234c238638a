"""What stands in a database from before is brought along, up and down."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from backend.core.database import schema
from backend.core.database.engines import make_job_engine
from backend.core.settings import Settings, read_settings
from tests.machine import postgres_url

pytestmark = pytest.mark.slow

DAY, THEN = date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC)
FILLERS: dict[type, Any] = {str: "x", bool: False, int: 1, date: DAY, datetime: THEN, object: {}}
SCRIPTS = ScriptDirectory.from_config(schema.alembic_config())
OUTWARD = next(one for one in SCRIPTS.walk_revisions() if "outward" in Path(one.path).name)
BEFORE, AFTER = str(OUTWARD.down_revision), OUTWARD.revision
SOURCES = next(one for one in SCRIPTS.walk_revisions() if "licence_sources" in Path(one.path).name)


@pytest.fixture(params=["sqlite", "postgres"])
def before(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Settings]:
    folder = Path(tempfile.mkdtemp(prefix="patentmart-rows-"))
    url = "" if request.param == "sqlite" else postgres_url(f"rows_{worker_id}")
    settings = read_settings(patentmart_demo=True, patentmart_data_dir=folder, database_url=url)
    schema.upgrade(settings, BEFORE)
    yield settings
    schema.downgrade(settings, "base")
    shutil.rmtree(folder)


class Rows:
    """The rows of a database, whatever tables it has."""

    def __init__(self, settings: Settings) -> None:
        self.engine, self.is_sqlite = make_job_engine(settings), settings.is_sqlite

    def table(self, name: str, /) -> sa.Table:
        return sa.Table(name, sa.MetaData(), autoload_with=self.engine)

    def put(self, name: str, /, **values: Any) -> None:
        """Enter a row; what is not named and must be there is filled with anything."""
        table = self.table(name)
        needed = [c for c in table.columns if not c.nullable and c.name not in values and c.name != "id"]
        filled = {column.name: self._filler(column) for column in needed}
        given = {k: json.dumps(v) if self.is_sqlite and isinstance(v, dict | list) else v for k, v in values.items()}
        with self.engine.begin() as connection:
            connection.execute(sa.insert(table).values(filled | given))

    def _filler(self, column: sa.Column[Any]) -> Any:
        kind = column.type.python_type
        return FILLERS[kind]

    def read(self, name: str, what: str, row_id: str) -> Any:
        table = self.table(name)
        with self.engine.begin() as connection:
            found = connection.execute(sa.select(table.c[what]).where(table.c.id == row_id)).scalar_one()
        kept_as_json = self.is_sqlite and isinstance(found, str) and found[:1] in "[{"
        return json.loads(found) if kept_as_json else found


@pytest.fixture
def rows(before: Settings) -> Iterator[Rows]:
    found = Rows(before)
    yield found
    found.engine.dispose()


def test_who_was_verified_at_any_time_is_known_to_have_been(before: Settings, rows: Rows) -> None:
    for name, verified_at in (("never", None), ("now", THEN), ("refused", None)):
        rows.put("organisation", id=name, kind="bank", status="pending", verified_at=verified_at)
    rows.put("event", id=1, type="organisation.verified", subject="refused", audience=[], data={}, at=THEN)
    schema.upgrade(before, AFTER)
    known = {name: rows.read("organisation", "first_verified_at", name) for name in ("never", "now", "refused")}
    assert {name for name, at in known.items() if at} == {"now", "refused"}
    schema.downgrade(before, BEFORE)


def test_a_licence_names_its_sides_with_their_codes_and_its_papers_are_known_to_be_of_the_first_form(
    before: Settings, rows: Rows
) -> None:
    rows.put("party", id="pty_1", name="新名大学", identifier_kind="credit_code", identifier="12500000MB0000001X")
    rows.put("party_name", id=1, party_id="pty_1", name="旧名大学")
    rows.put("party", id="pty_2", name="张三", person="natural", identifier_kind="id_card", identifier="510000")
    rows.put("patent", id="pat_1")
    rows.put("open_licence", id="opl_1", patent_id="pat_1", status="announced", holders=["pty_1"])
    rows.put("notice", id="ntc_1", open_licence_id="opl_1", patent_id="pat_1", licensee_party_id="pty_2")
    facts = {"licensors": ["旧名大学", "别的共有人"], "licensee": {"name": "张三", "country": "CN"}, "territory": "CN"}
    rows.put("licence", id="lic_1", patent_id="pat_1", open_licence_id="opl_1", notice_id="ntc_1",
             licensee_party_id="pty_2", facts=facts)  # fmt: skip
    schema.upgrade(before, AFTER)
    assert rows.read("licence", "facts", "lic_1") == {
        "licensors": [
            {"party_id": "pty_1", "name": "旧名大学", "credit_code": "12500000MB0000001X"},
            {"party_id": None, "name": "别的共有人", "credit_code": None},
        ],
        "licensee": {"party_id": "pty_2", "name": "张三", "credit_code": None, "country": "CN"},
        "territory": "CN",
        "form": 1,
    }
    schema.downgrade(before, BEFORE)
    assert rows.read("licence", "facts", "lic_1") == facts


def test_a_licence_carries_what_its_notice_and_its_declaration_said_and_gives_it_back(
    before: Settings, rows: Rows
) -> None:
    schema.upgrade(before, str(SOURCES.down_revision))
    rows.put("party", id="pty_1", name="示例大学", identifier_kind="credit_code")
    rows.put("patent", id="pat_1")
    rows.put("open_licence", id="opl_1", patent_id="pat_1", status="withdrawn", holders=["pty_1"], withdrawn_on=DAY)
    rows.put("notice", id="ntc_1", open_licence_id="opl_1", patent_id="pat_1", licensee_party_id="pty_1",
             licensor_organisation_id="org_1", licensee_organisation_id="org_2", due_at_start_fen=5_000_000,
             starts_on=date(2026, 4, 1), pay_by=date(2026, 4, 30))  # fmt: skip
    declaration = {"number": "K2026000001", "announced_on": "2026-02-01"}
    sides = {
        "licensors": [],
        "licensee": {"party_id": "pty_1", "name": "示例大学", "credit_code": None, "country": "CN"},
    }
    facts = sides | {"declaration": declaration, "terms_version": 3, "terms_hash": "ab" * 32}
    rows.put("licence", id="lic_1", patent_id="pat_1", open_licence_id="opl_1", notice_id="ntc_1",
             licensee_party_id="pty_1", facts=facts)  # fmt: skip
    rows.put("payment", id="pay_1", notice_id="ntc_1", licence_id="lic_1", status="recorded")
    schema.upgrade(before, SOURCES.revision)
    carried = {
        "source": "open_licence", "source_id": "ntc_1", "offer_id": "opl_1", "offer_ended_on": DAY,
        "reference": "K2026000001", "reference_on": date(2026, 2, 1), "licence_type": "open", "sub_licensing": False,
        "terms_version": 3, "terms_hash": "ab" * 32, "due_at_start_fen": 5_000_000,
        "instalments_from": date(2026, 4, 1), "first_instalment_due_on": date(2026, 4, 30),
    }  # fmt: skip
    assert {name: rows.read("licence", name, "lic_1") for name in carried} == carried
    assert rows.read("licence", "facts", "lic_1") == sides
    paid = {"payable_id": "ntc_1", "patent_id": "pat_1", "licensor_organisation_id": "org_1",
            "licensee_organisation_id": "org_2"}  # fmt: skip
    assert {name: rows.read("payment", name, "pay_1") for name in paid} == paid
    schema.downgrade(before, str(SOURCES.down_revision))
    assert rows.read("licence", "facts", "lic_1") == facts
    assert [rows.read("licence", name, "lic_1") for name in ("notice_id", "open_licence_id")] == ["ntc_1", "opl_1"]
    assert rows.read("payment", "notice_id", "pay_1") == "ntc_1"

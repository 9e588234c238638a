"""The demonstration in a database of its own, on SQLite and on PostgreSQL."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlmodel import col

from backend.accounts.models import Organisation, User
from backend.accounts.sign_in.passwords import hashes_now, is_one_of
from backend.core.clock import Clock, china_day
from backend.core.database import schema
from backend.core.database.sessions import Database
from backend.core.events.domain_event import MUTED_FOR
from backend.core.events.log import EVENT
from backend.core.settings import Settings, read_settings
from backend.demo.load import BATCH, load
from backend.demo.organisations import organisations
from backend.demo.register import register
from backend.demo.seed import FIRST_SIGN_IN, PASSWORD, is_loaded, seed_with_progress, sign_in_lines
from backend.introductions.codes import IntroductionStatus, MatchSide
from backend.introductions.models import Introduction, IntroductionMessage
from backend.needs.codes import FaceKind, Language, NeedStatus
from backend.needs.models import Need
from backend.needs.queries import public_faces
from backend.open_licences.models import Notice
from backend.patent_search.index_fields import PATENTS
from backend.patents.codes import ListingStatus
from backend.patents.legal_events.derived_status import settled
from backend.patents.models import Assessment, Holding, Listing, Patent
from backend.patents.queries import facts_of
from backend.patents.visibility import is_established
from search.embedded.engine import EmbeddedEngine
from search.engine import Query
from tests.machine import postgres_url

pytestmark = pytest.mark.slow

SIZE = 500


class Killed(Exception):
    """The process ended here."""


def fresh(kind: str, folder: Path, name: str) -> Settings:
    """Return the settings of an empty database with our schema."""
    url = "" if kind == "sqlite" else postgres_url(name)
    settings = read_settings(patentmart_demo=True, patentmart_data_dir=folder, database_url=url)
    schema.upgrade(settings)
    return settings


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def seeded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = fresh(request.param, tmp_path_factory.mktemp("seeded"), "seeded")
    assert not is_loaded(settings)
    seed_with_progress(settings, SIZE)
    return settings


@pytest_asyncio.fixture
async def database(seeded: Settings) -> AsyncIterator[Database]:
    database = Database(seeded, Clock())
    yield database
    await database.close()


async def count(database: Database, model: Any, *where: Any) -> int:
    async with database.read() as session:
        return int((await session.execute(sa.select(sa.func.count()).select_from(model).where(*where))).scalar_one())


async def test_every_patent_is_assessed_and_the_offered_ones_are_listed(database: Database) -> None:
    patents = list(register(SIZE))
    assert await count(database, Patent, is_established()) == SIZE
    assert await count(database, Assessment) == SIZE
    loaded = col(Holding.patent_id).in_(sa.select(col(Patent.id)).where(is_established()))
    assert await count(database, Holding, loaded) == sum(len(p.holders) for p in patents)
    listed = await count(database, Listing, col(Listing.status) == ListingStatus.LISTED)
    assert 0.9 * SIZE < listed <= sum(1 for p in patents if p.listing)
    assert await count(database, Listing) == listed
    assert await count(database, Organisation) == len(organisations())


async def test_statuses_terms_and_annuities_are_those_that_the_catalogue_finds(database: Database) -> None:
    async with database.read() as session:
        patents = (await session.scalars(sa.select(Patent))).all()
        facts = await facts_of(session, [p.id for p in patents])
    now = database.clock.now()
    for patent in patents:
        found = settled(patent, facts[patent.id], today=china_day(now), now=now)
        assert {name: getattr(patent, name) for name in found} == found
    assert len({p.legal_status for p in patents}) > 4


async def test_the_stream_of_events_has_no_gap_and_tells_of_every_patent(database: Database) -> None:
    async with database.read() as session:
        events = (await session.execute(sa.select(EVENT).order_by(EVENT.c.seq))).all()
    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    assert sum(e.type == "patent.registered" for e in events) == await count(database, Patent)
    assert sum(e.type == "listing.published" for e in events) == await count(database, Listing)


async def test_no_inbox_tells_of_what_the_load_enters(database: Database) -> None:
    entered = EVENT.c.type.in_(["patent.registered", "listing.published", "open_licence.announced"])
    async with database.read() as session:
        rows = (await session.execute(sa.select(EVENT.c.audience, EVENT.c.data).where(entered))).all()
        by_hand = set((await session.scalars(sa.select(col(Patent.id)).where(~is_established()))).all())
    assert rows
    loaded = [row for row in rows if row.data.get("patent_id") not in by_hand]
    assert [row for row in loaded if set(row.audience) - set(row.data.get(MUTED_FOR, ()))] == []


async def test_enterprises_look_for_something_in_both_languages_and_some_in_confidence(database: Database) -> None:
    async with database.read() as session:
        needs = (await session.scalars(sa.select(Need))).all()
        public = await public_faces(session, [need.id for need in needs])
    assert len(needs) > 12
    assert {face.language for face in public.values()} == {Language.ZH, Language.EN}
    assert {need.status for need in needs} >= {NeedStatus.DRAFT, NeedStatus.PUBLISHED, NeedStatus.CLOSED}
    assert {face.face for face in public.values()} == {FaceKind.FULL, FaceKind.ABSTRACT}
    assert all("虚构" in f"{need.problem}" or "made up" in need.problem for need in needs)
    assert any(need.confidential and need.id not in public for need in needs)


async def test_introductions_stand_in_every_state_that_comes_without_time(database: Database) -> None:
    async with database.read() as session:
        rows = (await session.scalars(sa.select(Introduction))).all()
        messages = (await session.scalars(sa.select(IntroductionMessage))).all()
    assert {row.status for row in rows} == set(IntroductionStatus) - {IntroductionStatus.OVERDUE}
    assert {row.asked_by for row in rows} == set(MatchSide)
    assert messages
    assert all("演示" in message.text for message in messages)


async def test_the_index_is_filled_to_the_end_of_the_stream(seeded: Settings, database: Database) -> None:
    async with database.read() as session:
        asked = sa.select(Patent).join(Listing, col(Listing.patent_id) == col(Patent.id)).limit(1)
        patent = (await session.scalars(asked)).one()
        head = (await session.execute(sa.select(sa.func.max(EVENT.c.seq)))).scalar_one()
    engine = EmbeddedEngine(PATENTS, seeded.patentmart_data_dir / "index")
    try:
        assert not engine.needs_rebuild
        assert await engine.count() == await count(database, Listing)
        assert await engine.position() == head
        assert (await engine.search(Query(text=patent.application_number or ""))).total == 1
    finally:
        await engine.close()


async def test_every_sign_in_that_is_shown_is_there_with_the_shown_password(database: Database) -> None:
    async with database.read() as session:
        users = {u.email: u for u in (await session.scalars(sa.select(User))).all()}
    shown = " ".join(sign_in_lines())
    assert FIRST_SIGN_IN in shown
    assert PASSWORD in shown
    assert {word for word in shown.split() if "@" in word} <= set(users)
    kept = users[FIRST_SIGN_IN].password_hash
    assert is_one_of(kept, hashes_now(PASSWORD, [kept]))


def test_a_second_start_loads_nothing(seeded: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    assert is_loaded(seeded)
    seed_with_progress(seeded, SIZE)
    assert capfd.readouterr() == ("", "")


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    return fresh(request.param, tmp_path, "killed")


def test_a_load_killed_before_it_showed_what_is_under_way_shows_it_next_time_and_once(empty: Settings) -> None:
    def killed(done: int) -> None:
        if done == 200:
            raise Killed

    async def run() -> None:
        database = Database(empty, Clock())
        with contextlib.suppress(Killed):
            await load(database, 200, killed)
        assert await count(database, Notice) == 0
        assert not is_loaded(empty)
        await load(database, 200, lambda _: None)
        shown = await count(database, Notice)
        assert shown > 0
        await load(database, 200, lambda _: None)
        assert await count(database, Notice) == shown
        await database.close()

    asyncio.run(run())
    assert is_loaded(empty)


def test_a_load_that_was_killed_goes_on_where_it_stood(empty: Settings) -> None:
    def killed(done: int) -> None:
        if done:
            raise Killed

    async def run() -> None:
        database = Database(empty, Clock())
        with contextlib.suppress(Killed):
            await load(database, BATCH + 50, killed)
        assert await count(database, Patent) == BATCH
        assert await load(database, 10, lambda _: None) == BATCH + 50
        async with database.read() as session:
            numbers = (await session.scalars(sa.select(col(Patent.application_number)).where(is_established()))).all()
        assert set(numbers) == {p.application_number for p in register(BATCH + 50)}
        assert len(numbers) == BATCH + 50
        await database.close()

    asyncio.run(run())
    assert is_loaded(empty)

"""Every column in which people's ids or addresses stand is declared by a domain, exported, and erased or explained."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from fastapi import FastAPI

from backend.domains import REGISTRY
from backend.tables import METADATA
from tests.scenarios.accounts import confirm_address
from tests.scenarios.world import World, make_world

pytestmark = pytest.mark.slow

ID = re.compile(r"usr_[0-9a-z]{26}")
ADDRESS = re.compile(r"[a-z0-9.+-]+@[a-z0-9-]+\.[a-z]{3,}")
SOURCES = {(one.table.name, one.column.name): one for one in REGISTRY.personal_data}
NOT_ABOUT_PEOPLE = {  # columns in which an id or an address may stand, and why no person is looked for there
    ("account_user", "email"): "part of the account, which is declared by its id",
    ("message", "subject"): "of messages to one member, which are declared by their account",
    ("inbox", "email"): "how often a member wants e-mails of what; a row that is declared by its account",
    ("email_confirmation", "email"): "part of a row that is declared by its account",
}


@pytest_asyncio.fixture(scope="module")
async def world(app: FastAPI) -> AsyncIterator[World]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        made = await make_world(client)
        await confirm_address(app, client, made.people["own", "owner"])
        yield made


def columns() -> list[tuple[str, str]]:
    """Return every column of every table."""
    return [(table.name, column.name) for table in METADATA.sorted_tables for column in table.c]


async def test_every_column_with_the_id_or_the_address_of_a_person_is_declared(app: FastAPI, world: World) -> None:
    found: dict[tuple[str, str], str] = {}
    known = {person.user_email for person in world.people.values()}
    async with app.state.database.read() as session:
        for table, column in columns():
            values = sa.select(METADATA.tables[table].c[column]).distinct()
            for value in await session.scalars(values):
                if has := ID.search(str(value)) or known.intersection(ADDRESS.findall(str(value))):
                    found[table, column] = str(has)
    assert ("event", "actor") in found, "the walk finds none any more"
    assert {at: value for at, value in found.items() if at not in SOURCES and at not in NOT_ABOUT_PEOPLE} == {}


def test_every_column_that_leads_to_an_account_or_is_named_for_one_is_declared() -> None:
    """Also where nothing stands in it yet."""
    links = {(source.table.name, source.name) for source, to in REGISTRY.references if to.table.name == "account_user"}
    links |= {
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.c
        if column.name in ("user_id", "email", "actor")
        or any(key.column.table.name == "account_user" for key in column.foreign_keys)
    }
    assert links - SOURCES.keys() - NOT_ABOUT_PEOPLE.keys() == set()


def test_what_is_declared_has_both_languages_and_no_secret_in_an_export() -> None:
    for one in REGISTRY.personal_data:
        assert one.purpose.zh != one.purpose.en
        shown = {column.name for column in one.exported()}
        assert shown
        assert not {name for name in shown if "hash" in name or "secret" in name or name == "place"}, one.name

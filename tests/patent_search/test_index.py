"""The index follows the database: what changes there is found here, and a lost index comes back; on both databases."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.search_indexing.consumer import follow_stream
from backend.core.search_indexing.document_dispatch import all_documents
from backend.core.search_indexing.reindex import ask_for_reindex, rebuild
from backend.patent_search.index_fields import PATENTS
from backend.patent_search.search_index import INDEX
from search.embedded.engine import EmbeddedEngine
from search.engine import Query, SearchEngine
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.patents import application_number, enter_patent
from tests.scenarios.waiting import search_once_fed

pytestmark = pytest.mark.both_databases

SEARCH = "/v1/patents/search"


async def items(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    return list((await search_once_fed(client, SEARCH, **query))["items"])


@pytest.fixture
async def university(client: httpx.AsyncClient) -> Member:
    return await register_organisation(client)


async def test_register_facts_holders_and_grades_reach_the_index(client: httpx.AsyncClient, university: Member) -> None:
    patent = await enter_patent(client, university)
    await list_patent(client, university, patent["id"])
    address, headers = f"/v1/patents/{patent['id']}", university.headers
    changed = await client.patch(address, json={"title": "一种改名的卡扣"}, headers=headers | {"If-Match": "*"})
    assert changed.status_code == 200, changed.text
    found = await items(client, q=patent["application_number"], after_event=changed.headers["event-id"])
    assert found[0]["title"] == "一种改名的卡扣"
    graded = await client.post(
        f"{address}/assessments",
        json={"grade": "B", "method": "m", "assessor": "a", "assessed_on": "2025-01-01"},
        headers=headers,
    )
    assert graded.status_code == 201, graded.text
    found = await items(client, q=patent["application_number"], grade="B", after_event=graded.headers["event-id"])
    assert [item["id"] for item in found] == [patent["id"]]


async def test_a_renamed_organisation_is_found_by_its_new_name(client: httpx.AsyncClient, university: Member) -> None:
    patent = await enter_patent(client, university)
    await list_patent(client, university, patent["id"])
    name = f"改名大学{patent['id'][-6:]}"
    address = f"/v1/organisations/{university.organisation_id}"
    headers = (await sign_in_platform(client)).headers | {"If-Match": "*"}
    renamed = await client.patch(address, json={"name": name, "region": "500107"}, headers=headers)
    assert renamed.status_code == 200, renamed.text
    found = await items(client, holder=name, region="500107", after_event=renamed.headers["event-id"])
    assert [item["id"] for item in found] == [patent["id"]]


async def test_merged_rows_are_one_answer(client: httpx.AsyncClient, university: Member) -> None:
    number, publication = application_number(), f"CN1{patent_serial():08d}A"
    one = await enter_patent(client, university, application_number=number, title="一种并表装置")
    two = await enter_patent(
        client, university, application_number=None, publication_number=publication, title="一种并表装置"
    )
    for patent in (one, two):
        await list_patent(client, university, patent["id"])
    headers = university.headers | {"If-Match": "*"}
    merged = await client.patch(f"/v1/patents/{two['id']}", json={"application_number": number}, headers=headers)
    assert merged.status_code == 200, merged.text
    found = await items(client, q=publication, after_event=merged.headers["event-id"])
    assert [item["id"] for item in found] == [merged.json()["id"]]


async def catch_up(database: Database, engine: SearchEngine) -> None:
    """Follow to the last event committed so far; on PostgreSQL it has no place in the stream until it is given one."""
    while await stream.sequence(database):
        pass
    while await follow_stream(INDEX, database, engine):
        pass


def patent_serial() -> int:
    return int(application_number()[5:12]) + 10_000_000


async def test_a_lost_index_is_filled_again_and_goes_on(
    client: httpx.AsyncClient, app: FastAPI, university: Member, tmp_path: Path
) -> None:
    patent = await enter_patent(client, university)
    await list_patent(client, university, patent["id"])
    database = app.state.database
    engine = EmbeddedEngine(PATENTS, tmp_path / "fresh")
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(engine.close)
        assert engine.needs_rebuild
        count = await rebuild(INDEX, database, engine)
        assert count == sum([len(batch) async for batch in all_documents(INDEX, database)])
        assert [hit.id for hit in (await engine.search(Query(text=patent["application_number"]))).hits] == [
            patent["id"]
        ]
        later = await enter_patent(client, university)
        await list_patent(client, university, later["id"])
        await catch_up(database, engine)
        assert (await engine.search(Query(text=later["application_number"]))).total == 1
        assert await follow_stream(INDEX, database, engine) == 0


async def test_the_whole_stream_and_a_rebuild_give_the_same_index(
    client: httpx.AsyncClient, app: FastAPI, university: Member, tmp_path: Path
) -> None:
    patents = [await enter_patent(client, university) for _ in range(3)]
    listings = [await list_patent(client, university, p["id"]) for p in patents]
    await client.post(f"/v1/listings/{listings[0]['id']}/delisting", headers=university.headers)
    database = app.state.database
    engine = EmbeddedEngine(PATENTS, tmp_path / "followed")
    try:
        await catch_up(database, engine)
        followed = {found async for found in engine.ids()}
    finally:
        await engine.close()
    assert followed == {document.id async for batch in all_documents(INDEX, database) for document in batch}


async def test_a_reindex_asked_for_as_a_job_is_done_by_who_owns_the_index(
    client: httpx.AsyncClient, app: FastAPI, university: Member
) -> None:
    patent = await enter_patent(client, university)
    await list_patent(client, university, patent["id"])
    async with asyncio.timeout(30):
        while not await items(client, q=patent["application_number"]):  # noqa: ASYNC110 - what follows would be counted too
            await asyncio.sleep(0.05)
    database = app.state.database
    before = app.state.search[INDEX.name].generation
    async with database.write() as session:
        job = await ask_for_reindex(
            INDEX, session, app.state.settings, university.organisation_id, database.clock.now()
        )
    for _ in range(400):
        said = (await client.get(f"/v1/jobs/{job.id}", headers=university.headers)).json()
        if said["status"] == "done":
            break
        await asyncio.sleep(0.05)
    assert said["status"] == "done", said
    assert said["progress"]["done"] == said["summary"]["documents"] >= 1
    assert app.state.search[INDEX.name].generation != before
    assert await items(client, q=patent["application_number"])

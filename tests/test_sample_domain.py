"""A domain is added through its manifest alone: what app, commands and checks know of it, they know from there."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from backend.app import create_app
from backend.core.consistency import Line, Site
from backend.core.domain import Domain, Registry
from backend.core.search_indexing.reindex import ask_for_reindex
from backend.core.settings import Settings
from backend.domains import DOMAINS
from backend.fsck.run import checks_of
from search.documents import Removed
from tests.sample_domain.domain import DOMAIN, HANDLED
from tests.sample_domain.search_index import INDEX, SAMPLES
from tests.scenarios.members import Member, register_organisation

REGISTRY = Registry((*DOMAINS, DOMAIN))


@pytest_asyncio.fixture(scope="module")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The app with one domain more."""
    app = create_app(settings, registry=REGISTRY)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def owner(client: httpx.AsyncClient) -> Member:
    return await register_organisation(client)


async def test_its_address_asks_for_its_scope_and_its_event_reaches_handler_feed_and_settings(
    client: httpx.AsyncClient, owner: Member
) -> None:
    keys = {}
    for scope in ("samples:write", "catalogue:write"):
        body = {"name": "k", "scopes": [scope], "role": "editor"}
        said = await client.post("/v1/api-keys", json=body, headers=owner.headers)
        assert said.status_code == 201, said.text
        keys[scope] = Member(said.json()["secret"], owner.organisation_id, owner.user_email)
    refused = await client.post("/v1/samples", json={"name": "a"}, headers=keys["catalogue:write"].headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    made = await client.post("/v1/samples", json={"name": "a"}, headers=keys["samples:write"].headers)
    assert made.status_code == 200, made.text
    assert made.json()["id"] in HANDLED
    feed = await client.get("/v1/changes", params={"types": "sample.made", "wait": 10}, headers=owner.headers)
    assert [(change["subject"], change["data"]["name"]) for change in feed.json()["items"]] == [
        (made.json()["id"], "a")
    ]
    told = await client.get("/v1/me/notification-settings", headers=owner.headers)
    assert "samples" in told.json()["categories"]


async def test_its_scopes_addresses_and_tags_are_described(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    assert document["paths"]["/v1/samples"]["post"]["x-api-key-scopes"] == ["samples:write"]
    assert {"samples:read", "samples:write"} <= {*document["components"]["schemas"]["NewKey"]["properties"]["scopes"][
        "items"]["enum"]}  # fmt: skip
    assert "samples" in {tag["name"] for tag in document["tags"]}
    assert document["webhooks"]["sample.made"]["post"]["summary"] == "A sample was made."
    assert document["components"]["schemas"]["SampleMadeData"]["required"] == ["name", "colour", "grams"]


async def test_its_check_and_sweep_and_job_are_among_all(app: FastAPI) -> None:
    line = await checked(app, "samples")
    assert line.differences == 0
    assert "samples.job" in REGISTRY.jobs
    assert REGISTRY.sweeps[-1] in DOMAIN.sweeps


def test_a_handler_of_an_event_that_no_domain_brings_is_refused() -> None:
    with pytest.raises(ValueError, match="SampleMade"):
        Registry((*DOMAINS, Domain(name="second", sync_handlers=DOMAIN.sync_handlers)))


async def checked(app: FastAPI, name: str, *, repair: bool = False) -> Line:
    """Return what one of all checks says."""
    line = Line(name)
    site = Site(app.state.database, app.state.search, app.state.blobs, repair=repair, follows=True)
    await dict(checks_of(REGISTRY))[name](site, line)
    return line


async def made(client: httpx.AsyncClient, owner: Member, **sample: Any) -> str:
    answer = await client.post("/v1/samples", json=sample, headers=owner.headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def found(client: httpx.AsyncClient, total: int, **query: Any) -> dict[str, Any]:
    """Return the answer of the search for samples once it finds so many."""
    async with asyncio.timeout(30):
        while True:
            answer = await client.get("/v1/samples", params=query)
            assert answer.status_code == 200, answer.text
            if answer.json()["total"] == total:
                return dict(answer.json())
            await asyncio.sleep(0.05)


async def test_its_index_is_searched_filtered_sorted_and_counted_and_follows_its_events(
    client: httpx.AsyncClient, owner: Member
) -> None:
    blue = await made(client, owner, name="锂离子电池的隔膜", colour="blue", grams=30)
    red = await made(client, owner, name="A separator of lithium batteries", colour="red", grams=20)
    unweighed = await made(client, owner, name="H01M 锂电池", colour="red")
    answer = await found(client, 3, q="锂电池")
    assert {item["id"] for item in answer["items"]} == {blue, red, unweighed}, "words, and what means the same"
    assert answer["colours"] == {"red": 2, "blue": 1}
    [item] = (await found(client, 1, q="隔膜 锂离子", colour="blue"))["items"]
    assert (item["id"], item["grams"]) == (blue, 30)
    assert item["highlights"] == {"name": "<mark>锂离子</mark>电池的<mark>隔膜</mark>"}
    assert [item["id"] for item in (await found(client, 1, q="H01M"))["items"]] == [unweighed], "a word like any other"
    for sort, order in (("grams", [red, blue, unweighed]), ("-made_at", [unweighed, red, blue])):
        assert [item["id"] for item in (await found(client, 3, q="锂电池", sort=sort))["items"]] == order
    assert [item["id"] for item in (await found(client, 1, q="锂电池", grams_max=25))["items"]] == [red]
    await client.post(f"/v1/samples/{red}/removal", headers=owner.headers)
    assert (await found(client, 2, q="锂电池"))["colours"] == {"blue": 1, "red": 1}


async def test_its_index_is_rebuilt_measured_and_compared_with_the_database(
    client: httpx.AsyncClient, app: FastAPI, owner: Member
) -> None:
    sample, engine = await made(client, owner, name="石墨烯", colour="black"), app.state.search[SAMPLES.name]
    await found(client, 1, q="石墨烯")
    before, database = engine.generation, app.state.database
    async with database.write() as session:
        job = await ask_for_reindex(INDEX, session, app.state.settings, owner.organisation_id, database.clock.now())
    async with asyncio.timeout(60):
        while (said := (await client.get(f"/v1/jobs/{job.id}", headers=owner.headers)).json())["status"] != "done":
            assert said["status"] != "failed", said
            await asyncio.sleep(0.05)
    assert engine.generation != before
    total = said["summary"]["documents"]
    lines = {line["name"]: line["detail"] for line in (await client.get("/readyz")).json()["checks"]}
    assert lines["search_samples"].startswith(f"{total} documents, {total} listed, ")
    assert f"patentmart_index_samples_documents {float(total)}" in (await client.get("/metrics")).text
    assert (await checked(app, "the search index of samples")).looked_at == total
    await engine.apply([Removed(sample)], await engine.position())
    assert (await checked(app, "the search index of samples", repair=True)).repaired == 1
    await found(client, 1, q="石墨烯")


def test_two_domains_that_claim_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"imports\.run"):
        Registry((*DOMAINS, Domain(name="second", jobs={"imports.run": lambda *_: None})))
    with pytest.raises(ValueError, match="samples"):
        Registry((*DOMAINS, DOMAIN, Domain(name="second", search_indexes=(INDEX,))))

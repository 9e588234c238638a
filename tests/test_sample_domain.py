"""A domain is added through its manifest alone: what app, commands and checks know of it, they know from there."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from backend.app import create_app
from backend.core.consistency import Line, Site
from backend.core.database.sessions import Database
from backend.core.domain import Domain, Registry
from backend.domains import DOMAINS
from backend.fsck.run import checks_of
from tests.sample_domain.domain import DOMAIN, HANDLED
from tests.scenarios.members import Member, register_organisation

REGISTRY = Registry((*DOMAINS, DOMAIN))


@pytest_asyncio.fixture
async def further(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app that has the sample domain too, on the database of the tests' app."""
    sample = create_app(app.state.settings, registry=REGISTRY)
    state = sample.state
    state.database = Database(state.settings, state.clock, state.registry.handlers)
    state.jobs = state.database.jobs = app.state.jobs  # DBOS runs once in a process
    state.blobs, state.watch = app.state.blobs, app.state.watch
    transport = httpx.ASGITransport(app=sample, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
    await state.database.close()


async def test_its_address_asks_for_its_scope_and_its_event_reaches_handler_feed_and_settings(
    client: httpx.AsyncClient, further: httpx.AsyncClient
) -> None:
    owner = await register_organisation(client)
    keys = {}
    for scope in ("samples:write", "catalogue:write"):
        body = {"name": "k", "scopes": [scope], "role": "editor"}
        said = await further.post("/v1/api-keys", json=body, headers=owner.headers)
        assert said.status_code == 201, said.text
        keys[scope] = Member(said.json()["secret"], owner.organisation_id, owner.user_email)
    refused = await further.post("/v1/samples", json={"name": "a"}, headers=keys["catalogue:write"].headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    made = await further.post("/v1/samples", json={"name": "a"}, headers=keys["samples:write"].headers)
    assert made.status_code == 200, made.text
    assert made.json()["id"] in HANDLED
    feed = await further.get("/v1/changes", params={"types": "sample.made", "wait": 10}, headers=owner.headers)
    assert [(change["subject"], change["data"]) for change in feed.json()["items"]] == [
        (made.json()["id"], {"name": "a"})
    ]
    told = await further.get("/v1/me/notification-settings", headers=owner.headers)
    assert "samples" in told.json()["categories"]


async def test_its_scopes_addresses_and_tags_are_described(further: httpx.AsyncClient) -> None:
    document = (await further.get("/openapi.json")).json()
    assert document["paths"]["/v1/samples"]["post"]["x-api-key-scopes"] == ["samples:write"]
    assert {"samples:read", "samples:write"} <= {*document["components"]["schemas"]["NewKey"]["properties"]["scopes"][
        "items"]["enum"]}  # fmt: skip
    assert "samples" in {tag["name"] for tag in document["tags"]}
    assert document["webhooks"]["sample.made"]["post"]["summary"] == "A sample was made."
    assert document["components"]["schemas"]["SampleMadeData"]["required"] == ["name"]


async def test_its_check_and_sweep_and_job_are_among_all(app: FastAPI) -> None:
    checks = dict(checks_of(REGISTRY))
    line = Line("samples")
    site = Site(app.state.database, app.state.search, app.state.blobs, repair=False, follows=True)
    await checks["samples"](site, line)
    assert line.differences == 0
    assert "samples.job" in REGISTRY.jobs
    assert REGISTRY.sweeps[-1] in DOMAIN.sweeps


def test_a_handler_of_an_event_that_no_domain_brings_is_refused() -> None:
    with pytest.raises(ValueError, match="SampleMade"):
        Registry((*DOMAINS, Domain(name="second", sync_handlers=DOMAIN.sync_handlers)))


def test_two_domains_that_claim_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"imports\.run"):
        Registry((*DOMAINS, Domain(name="second", jobs={"imports.run": lambda *_: None})))

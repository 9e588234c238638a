"""The job that looks at what an organisation entered finds its way past who gets in between, and all it has to."""

import asyncio
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import col

from backend.establishment.codes import EstablishmentState
from backend.establishment.jobs import sweep
from backend.establishment.models import Establishment
from backend.patents.models import Patent
from tests.establishment.test_honest_roads import uploaded_register
from tests.scenarios.establishment import (
    ask_to_be_heard,
    count_looks,
    get_request,
    propose,
    wait_for_looks,
    wait_for_state,
)
from tests.scenarios.holdings import name_holder
from tests.scenarios.imports import wait_for_import
from tests.scenarios.members import (
    organisation_name,
    register_organisation,
    registration_body,
    sign_in,
    sign_in_platform,
    verify_organisation,
)
from tests.scenarios.patents import enter_patent
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases


async def test_a_request_whose_job_came_to_nothing_is_looked_at_again(client: httpx.AsyncClient, app: FastAPI) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    request = await propose(client, two, own["id"])
    await wait_for_looks(app)  # those that the rows themselves asked for may come after the request's own
    database = app.state.database
    left = sa.update(Establishment).where(col(Establishment.id) == request["id"])
    async with database.write() as session:  # as a job that died leaves it
        await session.execute(left.values(state=EstablishmentState.ASKED, patent_id=None, row_version=None))
        now = (await session.get_one(Establishment, request["id"])).asked_at
    await sweep(database, now + timedelta(seconds=30))
    await asyncio.sleep(1)
    assert (await get_request(client, two, request["id"]))["state"] == "asked", "its own job may still be at it"
    await sweep(database, now + timedelta(minutes=2))
    await wait_for_state(client, two, request["id"], "proposed")


async def test_a_job_that_the_database_gave_up_for_another_tries_again(client: httpx.AsyncClient, app: FastAPI) -> None:
    database = app.state.database
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    await wait_for_looks(app)  # those of their verification
    (request,) = await ask_to_be_heard(client, two, own["id"])
    asked = sa.select(Establishment).where(col(Establishment.id) == request["id"]).with_for_update()
    async with database.write() as session:  # whoever takes the locks the other way round: the job waits, then this
        await session.execute(asked)
        await asyncio.sleep(0.7)
        await session.execute(sa.select(Patent).where(col(Patent.id) == own["id"]).with_for_update())
    await wait_for_state(client, two, request["id"], "proposed")


async def test_more_double_rows_than_are_read_at_once_do_not_stop_the_taking_of_places(
    client: httpx.AsyncClient,
) -> None:
    staff = await sign_in_platform(client)
    body = registration_body()
    double = [await enter_patent(client, staff, holders=[{"name": body["name"]}]) for _ in range(100)]
    late = await enter_patent(client, staff, holders=[{"name": body["name"]}])
    assert (await client.post("/v1/organisations", json=body)).status_code == 201
    two = await sign_in(client, body["member"]["email"])
    for one in double:
        await name_holder(client, staff, one["id"], two)
    await verify_organisation(client, two.organisation_id)

    async def taken() -> bool:
        return (await client.get(f"/v1/patents/{late['id']}", headers=two.headers)).status_code == 200

    await wait_until(taken)


async def test_a_file_has_somebody_looked_at_where_it_names_holders_and_not_where_it_writes_facts(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    names = ";".join([await organisation_name(client, member) for member in (one, two)])
    patent = await enter_patent(client, one)
    number = patent["application_number"]
    elsewhere = await enter_patent(client, one)
    await enter_patent(client, two, application_number=elsewhere["application_number"])  # a private row to look at
    before = await count_looks(app.state.database)
    await uploaded_register(client, one, [(number, names)])
    named = await count_looks(app.state.database)
    assert named > before
    title = f"申请号,专利名称\n{number},一种改名的装置".encode()
    form = {"kind": "patents", "mode": "apply", "prefer": "file"}
    answer = await client.post("/v1/imports", data=form, files={"file": ("t.csv", title)}, headers=one.headers)
    done = await wait_for_import(client, one, answer.headers["Location"])
    assert done["counts"]["updated"] == 1, done
    assert await count_looks(app.state.database) == named

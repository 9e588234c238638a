"""What is kept of alerts stays right: after merges, with time, and as fsck sees it."""

from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.alerts.jobs import sweep
from tests.scenarios.alerts import caught_up, changes, checked, hits_of, make_alert, until_changes
from tests.scenarios.listings import list_patent
from tests.scenarios.members import register_organisation
from tests.scenarios.patents import application_number, enter_patent, patent_body, publication_number
from tests.scenarios.requests import get

pytestmark = pytest.mark.both_databases

TITLE = "一种钒液流电池"


async def run(app: FastAPI, statement: str, **values: str) -> None:
    async with app.state.database.write() as session:
        await session.execute(sa.text(statement), values)


async def test_an_alert_follows_its_patent_into_another_row(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    seeker = await register_organisation(client, "enterprise")
    numbers = {"application_number": application_number(), "publication_number": publication_number()}
    older = await enter_patent(client, holder, application_number=numbers["application_number"], title=TITLE)
    younger = await enter_patent(
        client,
        holder,
        application_number=None,
        publication_number=numbers["publication_number"],
        title=TITLE,
    )
    await list_patent(client, holder, younger["id"])
    await caught_up(client, seeker)
    watching = await make_alert(client, seeker, patent_id=younger["id"])
    searching = await make_alert(client, seeker, search={"q": "钒液流电池"})
    merged = await client.post("/v1/patents", json=patent_body(title=TITLE, **numbers), headers=holder.headers)
    assert merged.status_code == 200, merged.text
    assert merged.json()["id"] == older["id"]
    await caught_up(client, seeker)
    assert (await get(client, seeker, f"/v1/alerts/{watching['id']}"))["patent_id"] == older["id"]
    assert {hit["subject"] for hit in await hits_of(client, seeker, watching["id"])} <= {older["id"]}
    assert await hits_of(client, seeker, searching["id"]) == [], "it was found already, by the id of the younger row"


async def test_hits_are_forgotten_in_time(client: httpx.AsyncClient, app: FastAPI) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    alert = await make_alert(client, seeker, search={"q": "磁流变液"})
    listing = await list_patent(client, holder, (await enter_patent(client, holder, title="一种磁流变液"))["id"])
    await until_changes(client, seeker, alert["id"], (listing["patent_id"], "listed"))
    database = app.state.database
    days = database.settings.alert_hits_kept_days
    await sweep(database, database.clock.now() + timedelta(days=days - 1))
    assert changes(await hits_of(client, seeker, alert["id"])) == [(listing["patent_id"], "listed")]
    await sweep(database, database.clock.now() + timedelta(days=days + 1))
    assert await hits_of(client, seeker, alert["id"]) == []


async def test_fsck_finds_alerts_that_do_not_agree_with_what_is_kept(client: httpx.AsyncClient, app: FastAPI) -> None:
    seeker = await register_organisation(client, "enterprise")
    alert = await make_alert(client, seeker, search={"q": "压电陶瓷"})
    line = await checked(app)
    assert (line.differences, line.looked_at > 0) == (0, True), line.examples
    await run(app, "UPDATE alert SET notify_at = created_at WHERE id = :id", id=alert["id"])
    await run(app, "UPDATE alert SET paused = true WHERE id = :id", id=alert["id"])
    assert "does not say since when" in (await checked(app)).examples[0]
    await run(app, "UPDATE alert SET notify_at = NULL, known_from = NULL WHERE id = :id", id=alert["id"])
    await run(app, "INSERT INTO alert_match VALUES (:id, 'pat_x', NULL, false)", id=alert["id"])
    assert "though it is broad" in (await checked(app)).examples[0]
    await run(app, "DELETE FROM alert_match WHERE alert_id = :id", id=alert["id"])
    assert (await checked(app)).differences == 0

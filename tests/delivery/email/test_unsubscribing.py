"""Unsubscribing with one click: a GET shows, a POST does, for whoever holds the link and for nobody else."""

import httpx
import pytest
from fastapi import FastAPI

from tests.scenarios.emails import (
    EFFECTIVE,
    JOINED,
    SETTINGS,
    Catcher,
    caught_up,
    choose,
    email_of,
    happen,
    make_due,
    register_reader,
)

pytestmark = pytest.mark.both_databases
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


async def test_one_click_switches_a_category_off_and_a_look_changes_nothing(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app, email={"members": "at_once", "patents": "weekly"})
    await happen(app, mine, JOINED)
    (received,) = await catcher.until(mine.user_email)
    path = received.unsubscribe_path
    assert path in received.text
    for _ in range(2):
        shown = await client.get(path, headers={"Accept-Language": "en"})
        assert shown.json() == {
            "scope": "members",
            "text": "You will get no e-mails on Members any more.",
            "categories": ["members"],
            "subscribed": True,
        }
        assert mine.user_email not in shown.text
    for body in ({"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}, {}):
        done = await client.post(path, **body)
        assert (done.status_code, done.json()["subscribed"]) == (200, False)
    assert (await client.get(path)).json()["subscribed"] is False
    said = (await client.get(SETTINGS, headers=mine.headers)).json()
    assert (said["email"]["members"], said["email"]["patents"], said["off"]) == ("off", "weekly", [])
    assert said["version"] == 3, "once"
    await happen(app, mine, JOINED)
    await happen(app, mine, EFFECTIVE)
    assert [one.message["Subject"] for one in await catcher.until(mine.user_email, 2)][1].startswith("Licences")


async def test_a_person_finds_a_page_with_one_button(client: httpx.AsyncClient, app: FastAPI, catcher: Catcher) -> None:
    mine = await register_reader(client, app, email={"members": "at_once"})
    await happen(app, mine, JOINED)
    (received,) = await catcher.until(mine.user_email)
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "zh-CN,zh;q=0.9"}
    page = await client.get(received.unsubscribe_path, headers=browser)
    assert page.headers["Content-Type"].startswith("text/html")
    assert '<form method="post"><button type="submit">确认退订</button></form>' in page.text
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    done = await client.post(received.unsubscribe_path, headers=browser)
    assert "您已退订" in done.text
    assert "<form" not in done.text


async def test_one_click_switches_a_digest_off_and_leaves_what_comes_otherwise(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app, email={"patents": "weekly", "webhooks": "at_once"})
    await happen(app, mine, JOINED)
    await caught_up(app)
    await make_due(app, (await email_of(app, mine, kind="digest")).id)
    (received,) = await catcher.until(mine.user_email)
    shown = (await client.get(received.unsubscribe_path)).json()["categories"]
    done = await client.post(received.unsubscribe_path, data=ONE_CLICK)
    assert done.json()["scope"] == "daily"
    said = (await client.get(SETTINGS, headers=mine.headers)).json()["email"]
    assert {*shown, "patents", "webhooks", "alerts"} == {*said}
    assert said.pop("alerts") == "daily", "an alert's e-mails come in no digest, and have a link of their own"
    assert (said.pop("patents"), said.pop("webhooks"), set(said.values())) == ("weekly", "at_once", {"off"})
    await choose(client, mine, email={})
    assert (await client.get(SETTINGS, headers=mine.headers)).json()["email"]["members"] == "daily"


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t.swapcase(), lambda _: "x" * 30])
async def test_a_link_that_was_not_sent_does_nothing(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher, change: object
) -> None:
    mine = await register_reader(client, app, email={"members": "at_once"})
    await happen(app, mine, JOINED)
    (received,) = await catcher.until(mine.user_email)
    place, _, token = received.unsubscribe_path.rpartition("/")
    assert callable(change)
    for answer in (await client.get(f"{place}/{change(token)}"), await client.post(f"{place}/{change(token)}")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await client.get(SETTINGS, headers=mine.headers)).json()["email"]["members"] == "at_once"

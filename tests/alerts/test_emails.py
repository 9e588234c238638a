"""The e-mails of alerts, really received: whom they go to, what they say, and how they are stopped."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from fastapi import FastAPI

from backend.alerts.events import AlertHitsFound, alert_event
from backend.alerts.queries import ALERT
from backend.core.events.log import append
from backend.core.settings import Settings
from backend.delivery.email.codes import EmailKind
from backend.delivery.email.identity import address_hash
from tests.scenarios.alerts import alert_messages, change_alert, hits_of, make_alert, until_hits
from tests.scenarios.emails import (
    EMAIL,
    Catcher,
    choose,
    mail_settings,
    register_reader,
    run_catcher,
    running_platform,
)
from tests.scenarios.emails import caught_up as emails_caught_up
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import get

pytestmark = pytest.mark.both_databases

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
WORDS = {
    "zh": ("您的提醒有新结果", "您的提醒“碳化硅 <b>涂层</b>”有 1 条新结果。", "在那里点一下即可暂停该提醒。", "退订: "),
    "en": (
        "Your alert has new results",
        'Your alert "碳化硅 <b>涂层</b>" has new results: 1.',
        "opens a page where one click pauses the alert.",
        "Unsubscribe: ",
    ),
}


@pytest_asyncio.fixture(scope="module")
async def catcher() -> AsyncIterator[Catcher]:
    async with run_catcher() as catcher:
        yield catcher


@pytest_asyncio.fixture(scope="module")
async def app(settings: Settings, catcher: Catcher) -> AsyncIterator[FastAPI]:
    async with running_platform(mail_settings(settings, catcher.port)) as app:
        yield app


async def found(client: httpx.AsyncClient, seeker: Member, alert: dict[str, Any], *, many: int = 1) -> str:
    """Have the alert find a patent, and return its id."""
    holder = await register_organisation(client)
    patent = await enter_patent(client, holder, title=f"一种{alert['search']['q']}")
    await list_patent(client, holder, patent["id"])
    await until_hits(client, seeker, alert["id"], lambda hits: len(hits) == many)
    return str(patent["id"])


async def notified(client: httpx.AsyncClient, app: FastAPI, seeker: Member, *, times: int = 1) -> None:
    """Wait until the inbox tells of the alerts so often, and all e-mails that come of it are written."""
    for _ in range(200):
        if len(await alert_messages(client, seeker)) == times:
            return await emails_caught_up(app)
        await asyncio.sleep(0.05)
    raise AssertionError("the inbox does not tell of the alert")


async def written(app: FastAPI, member: Member) -> int:
    """Return how many e-mails were written to the member's address by themselves, but those about the account."""
    own = EMAIL.c.address_hash == address_hash(app.state.settings, member.user_email)
    counted = sa.select(sa.func.count()).where(own, EMAIL.c.kind == EmailKind.NOTIFICATION)
    async with app.state.database.read() as session:
        return int((await session.execute(counted)).scalar_one())


async def digested(app: FastAPI) -> int:
    """Return how many digests or common e-mails tell of an alert."""
    async with app.state.database.read() as session:
        counted = sa.text("SELECT count(*) FROM email_item WHERE category = 'alerts'")
        return int((await session.execute(counted)).scalar_one())


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_alert_comes_by_email_with_a_link_that_pauses_it(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher, language: str
) -> None:
    mine = await register_reader(client, app, language=language)
    alert = await make_alert(client, mine, name="碳化硅 <b>涂层</b>", search={"q": f"碳化硅涂层{language}"})
    await found(client, mine, alert)
    (received,) = await catcher.until(mine.user_email)
    subject, said, told, label = WORDS[language]
    assert received.message["Subject"] == subject
    assert received.message["Content-Language"] == {"zh": "zh-CN", "en": "en"}[language]
    assert said in received.text
    assert told in received.text
    assert "<b>" not in received.part("html")
    hits = f"https://patentmart.example/v1/alerts/{alert['id']}/hits"
    link = f"https://patentmart.example{received.unsubscribe_path}"
    lines = received.text.splitlines()
    assert any(line.endswith(f": {hits}") for line in lines)
    assert f"{label}{link}" in lines
    for there in (hits, link):
        assert f'href="{there}"' in received.part("html")
    assert received.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert received.unsubscribe_path.startswith("/v1/alerts/unsubscribe/")
    done = await client.post(received.unsubscribe_path, data={"List-Unsubscribe": "One-Click"})
    assert done.json() == {"name": "碳化硅 <b>涂层</b>", "subscribed": False}
    assert (await get(client, mine, f"/v1/alerts/{alert['id']}"))["paused"] is True
    await notified(client, app, mine)
    assert await digested(app) == 0, "one e-mail tells of it, not two"


@pytest.mark.parametrize("where", ["email", "inbox"])
async def test_no_alert_comes_by_email_to_whoever_has_switched_the_category_off(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher, where: str
) -> None:
    choice: dict[str, Any] = {"email": {"alerts": "off"}} if where == "email" else {"off": ["alerts"]}
    mine = await register_reader(client, app, **choice)
    alert = await make_alert(client, mine, search={"q": f"相变材料{where}"})
    await found(client, mine, alert)
    for _ in range(200):
        if await hits_of(client, mine, alert["id"], notified=True):
            break
        await asyncio.sleep(0.05)
    await emails_caught_up(app)
    assert await written(app, mine) == 0
    await choose(client, mine, email={})
    await found(client, mine, alert, many=2)
    await catcher.until(mine.user_email)
    assert await written(app, mine) == 1, "what came after it was switched on again"
    assert await digested(app) == 0


@pytest.mark.parametrize("chosen", ["at_once", "daily", "weekly"])
async def test_how_often_is_the_frequency_of_the_alert_and_not_of_the_category(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher, chosen: str
) -> None:
    mine = await register_reader(client, app, email={"alerts": chosen})
    alert = await make_alert(client, mine, search={"q": f"形状记忆合金{chosen}"})
    await found(client, mine, alert)
    await catcher.until(mine.user_email)
    await notified(client, app, mine)
    assert len(catcher.to(mine.user_email)) == 1
    assert await digested(app) == 0


async def test_an_alert_that_is_paused_comes_by_no_email_at_all(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    alert = await make_alert(client, mine, search={"q": "微弧氧化"})
    await change_alert(client, mine, alert["id"], paused=True)
    async with app.state.database.write() as session:  # as if it had notified at the moment before the pause
        user_id = (await session.execute(sa.select(ALERT.c.user_id).where(ALERT.c.id == alert["id"]))).scalar_one()
        happened = AlertHitsFound(alert_id=alert["id"], hits=1, more=0, total=1)
        await append(session, alert_event(happened, mine.organisation_id, user_id), app.state.clock.now())
    await notified(client, app, mine)
    assert (catcher.to(mine.user_email), await digested(app)) == ([], 0)


async def test_a_person_finds_a_page_whose_button_pauses_the_alert(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    alert = await make_alert(client, mine, name="<i>{涂层}</i>", search={"q": "等离子喷涂"})
    await found(client, mine, alert)
    (received,) = await catcher.until(mine.user_email)
    link = received.unsubscribe_path
    for language, words, button in (
        ("zh-CN", "提醒“&lt;i&gt;{涂层}&lt;/i&gt;”将不再查找", "确认暂停"),
        ("en", "will look for nothing and tell you nothing any more.", "Pause it"),
    ):
        page = await client.get(link, headers={**BROWSER, "Accept-Language": language})
        assert page.headers["Content-Type"].startswith("text/html")
        assert f'<form method="post"><button type="submit">{button}</button></form>' in page.text
        assert words in page.text
        assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert (await get(client, mine, f"/v1/alerts/{alert['id']}"))["paused"] is False, "a look changes nothing"
    for ask in (client.post, client.get):
        done = await ask(link, headers={**BROWSER, "Accept-Language": "en"})
        assert "The alert is paused" in done.text
        assert "<form" not in done.text
    assert (await get(client, mine, f"/v1/alerts/{alert['id']}"))["paused"] is True
    gone = await client.delete(f"/v1/alerts/{alert['id']}", headers=mine.headers | {"If-Match": "*"})
    assert gone.status_code == 204
    page = await client.get(link, headers={**BROWSER, "Accept-Language": "en"})
    assert "The alert is deleted" in page.text
    assert (await client.get(link)).json() == {"name": None, "subscribed": False}


async def test_whoever_is_watched_does_not_set_how_many_emails_come_in_a_day(
    client: httpx.AsyncClient, app: FastAPI, catcher: Catcher
) -> None:
    mine = await register_reader(client, app)
    alert = await make_alert(client, mine, search={"q": "熔盐储热"})
    most = app.state.settings.emails_at_once_per_day
    async with app.state.database.write() as session:
        user_id = (await session.execute(sa.select(ALERT.c.user_id).where(ALERT.c.id == alert["id"]))).scalar_one()
        happened = AlertHitsFound(alert_id=alert["id"], hits=1, more=0, total=1)
        for _ in range(most + 5):
            await append(session, alert_event(happened, mine.organisation_id, user_id), app.state.clock.now())
    await notified(client, app, mine, times=most + 5)
    await catcher.until(mine.user_email, most)
    assert len(catcher.to(mine.user_email)) == most

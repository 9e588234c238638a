"""A need is erased with all that was derived from what it said; what hangs on it stays, without a word of it."""

import asyncio
import secrets
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.events import stream
from backend.core.http.idempotency import WITHOUT_WORDS
from backend.matching.memory.needs import ABSTRACT_FACE
from backend.matching.models import Match
from backend.needs.schemas import NeedIn
from backend.needs.steps import ERASED
from backend.tables import METADATA
from tests.scenarios.alerts import make_alert
from tests.scenarios.api_keys import bearer, make_key
from tests.scenarios.introductions import (
    enter_match,
    get_introduction,
    introduce,
    make_pair,
    sweep_at,
)
from tests.scenarios.listings import list_patent
from tests.scenarios.matches import all_told, list_titled, match_with, of_one_trade, tellings
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.needs import change_need, draft_need, get_need, patch_need, publish_need, search_needs
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
COUNTED = {"clusters", "region", "confidential"}
SHOWN = {"face", "id", "version", "organisation_id", "organisation_name", "status", "outcome", "times_asked"}


async def erase(
    client: httpx.AsyncClient, member: Member | None, need_id: str, if_match: str | None = "*"
) -> httpx.Response:
    """Return the answer to somebody who erases a need."""
    headers = dict(member.headers if member else {}) | ({"If-Match": if_match} if if_match else {})
    return await client.delete(f"/v1/needs/{need_id}", headers=headers)


async def close(client: httpx.AsyncClient, asker: Member, need: dict[str, Any]) -> None:
    await post(client, asker, f"/v1/needs/{need['id']}/closure", {"outcome": "given_up"}, 200)


async def places_of(app: FastAPI, word: str) -> list[str]:
    """Return every column of the database in which the word stands."""
    found = []
    async with app.state.database.read() as session:
        for table in METADATA.sorted_tables:
            for row in (await session.execute(sa.select(table))).mappings():
                for name, value in row.items():
                    text = value.decode("utf-8", "ignore") if isinstance(value, bytes) else repr(value)
                    if word in text:
                        found.append(f"{table.name}.{name}")
    return sorted(set(found))


def test_whatever_a_need_says_is_erased_or_counted() -> None:
    assert set(ERASED) | COUNTED | {"shown_to"} == set(NeedIn.model_fields) | {"status_reason"}
    assert not set(ERASED) & COUNTED


async def test_an_erased_draft_is_gone(client: httpx.AsyncClient, app: FastAPI) -> None:
    asker, centre = await register_organisation(client, "enterprise"), await register_organisation(client)
    word = f"zq{secrets.token_hex(6)}"
    draft = await draft_need(client, asker, title=word, confidential=True, shown_to=[centre.organisation_id])
    patent = await enter_patent(client, centre)
    await enter_match(client, draft["id"], (await list_patent(client, centre, patent["id"]))["id"])
    assert await places_of(app, word) == ["need.title"]
    erased = await erase(client, asker, draft["id"])
    assert (erased.status_code, erased.content) == (204, b"")
    assert erased.headers["event-id"]
    assert (await get_need(client, asker, draft["id"])).status_code == 404
    assert (await erase(client, asker, draft["id"])).status_code == 404
    places = await places_of(app, draft["id"])
    assert set(places) == {"event.data", "event.subject"}
    assert await places_of(app, word) == []
    assert (await draft_need(client, asker, title=word))["title"] == word


async def test_of_an_erased_need_its_own_side_sees_that_there_was_one_and_nothing_that_it_said(
    client: httpx.AsyncClient,
) -> None:
    asker, staff = await register_organisation(client, "enterprise"), await sign_in_platform(client)
    other = await register_organisation(client)
    need = await publish_need(
        client, asker, region="500106", tried="试过", reference="R-9", budget_max_fen=5, wanted_by="2090-01-01",
        technology_fields=[8], ipc=["H01M10/0525"], language="zh", abstract="摘要",
    )  # fmt: skip
    await close(client, asker, need)
    closed = (await get_need(client, asker, need["id"])).json()
    assert (await erase(client, asker, need["id"])).status_code == 204
    seen = await get_need(client, asker, need["id"])
    left = {name: value for name, value in seen.json().items() if value not in (None, [])}
    assert left.keys() == SHOWN | {"clusters", "region", "confidential", "published_at", "created_at", "closed_at",
                                   "erased_at"}  # fmt: skip
    assert {name: left[name] for name in left.keys() - {"version", "erased_at"}} == {
        name: closed[name] for name in left.keys() - {"version", "erased_at"}
    }
    assert seen.json()["title"] is None
    assert left["version"] == closed["version"] + 1
    (listed,) = (await get(client, asker, "/v1/needs", status="closed"))["items"]
    assert listed == seen.json()
    watched = (await get_need(client, staff, need["id"])).json()
    assert (watched["title"], watched["outcome"], watched["status"]) == (None, None, "closed")
    assert watched["erased_at"]
    for somebody in (other, None):
        assert (await get_need(client, somebody, need["id"])).status_code == 404
    again = await draft_need(client, asker, reference="R-9")
    assert again["reference"] == "R-9"


async def test_no_word_of_an_erased_need_is_kept_anywhere(client: httpx.AsyncClient, app: FastAPI) -> None:
    made, looked_for = of_one_trade()
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    watcher = await register_organisation(client)
    word = f"zq{secrets.token_hex(6)}"
    alert = await make_alert(client, watcher, need_search={"q": looked_for["title"]})
    listing = await list_titled(client, holder, **made)
    texts = {name: f"{looked_for.get(name, '')} {word}" for name in ("title", "problem", "tried", "abstract")}
    keyed = asker.headers | {"Idempotency-Key": secrets.token_hex(8)}
    body = looked_for | texts | {"reference": word, "budget_max_fen": 76_123_459, "confidential": True}
    need = (await client.post("/v1/needs", json=body, headers=keyed)).json()
    await post(client, asker, f"/v1/needs/{need['id']}/publication", None, 200)
    need = await change_need(client, asker, need, confidential=False)
    await all_told(app)
    match = await match_with(client, asker, need["id"], listing["id"])
    noted = {"verdict": "not_relevant", "reasons": [], "note": word}
    again = asker.headers | {"Idempotency-Key": secrets.token_hex(8)}
    said = await client.post(f"/v1/matches/{match['id']}/feedback", json=noted, headers=again)
    assert said.json()["note"] == word
    assert {"need.title", "match_feedback.note", "kept_answer.body"} <= set(await places_of(app, word))
    assert "standing_pair.need_id" in await places_of(app, need["id"])
    closure = {"outcome": "given_up"}
    written = await client.post(f"/v1/needs/{need['id']}/closure", json=closure, headers=asker.headers)
    assert (await search_needs(client, written, q=word))["total"] == 0
    erased = await erase(client, asker, need["id"])
    assert erased.status_code == 204
    assert await places_of(app, word) == []
    assert "standing_pair.need_id" not in await places_of(app, need["id"])
    assert (await search_needs(client, erased, q=word))["total"] == 0
    await all_told(app)
    memory = app.state.services["matching"]
    assert need["id"] not in memory.needs.needs
    assert memory.needs.profile(need["id"]) is memory.needs.profile(need["id"] + ABSTRACT_FACE) is None
    await sweep_at(client, app)
    assert word not in str(await get(client, watcher, f"/v1/alerts/{alert['id']}/hits"))
    assert await places_of(app, word) == []
    again = await client.post("/v1/needs", json=body, headers=keyed)
    assert (again.status_code, again.content) == (201, WITHOUT_WORDS)
    assert again.headers["idempotency-replayed"] == "true"


async def test_nothing_more_is_said_or_computed_of_the_matches_of_an_erased_need(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    pair = await make_pair(client)
    place, said = f"/v1/matches/{pair.match_id}/feedback", {"verdict": "relevant", "reasons": []}
    for side in (pair.asker, pair.holder):
        await post(client, side, place, said, 200)
    await close(client, pair.asker, pair.need)
    await erase(client, pair.asker, pair.need["id"])
    for side in (pair.asker, pair.holder):
        assert (await client.post(place, json=said, headers=side.headers)).status_code == 404
        assert (await client.get(f"/v1/matches/{pair.match_id}", headers=side.headers)).status_code == 404
    assert (await get(client, pair.asker, f"/v1/needs/{pair.need['id']}/matches"))["items"] == []
    async with app.state.database.read() as session:
        assert await session.get(Match, pair.match_id) is not None


async def test_nothing_that_is_said_while_a_need_is_erased_outlives_it(client: httpx.AsyncClient, app: FastAPI) -> None:
    asker, holder = await register_organisation(client, "enterprise"), await register_organisation(client)
    for _ in range(4):
        pair, word = await make_pair(client, asker, holder), f"zq{secrets.token_hex(6)}"
        await close(client, asker, pair.need)
        said = {"verdict": "not_relevant", "reasons": [], "note": word}
        place = f"/v1/matches/{pair.match_id}/feedback"
        answers = await asyncio.gather(
            *(client.post(place, json=said, headers=asker.headers) for _ in range(2)),
            erase(client, asker, pair.need["id"]),
            *(client.post(place, json=said, headers=asker.headers) for _ in range(2)),
        )
        assert {answer.status_code for answer in answers} <= {200, 204, 404}
        assert await places_of(app, word) == []


async def test_introductions_about_an_erased_need_are_shown_to_both_sides_without_its_title(
    client: httpx.AsyncClient,
) -> None:
    pair = await make_pair(client, title="独一无二的标题")
    introduction = await introduce(client, pair)
    place = f"/v1/introductions/{introduction['id']}"
    await post(client, pair.asker, f"{place}/messages", {"text": "您好"}, 201)
    await close(client, pair.asker, pair.need)
    before = await get_introduction(client, pair.holder, introduction)
    assert (await erase(client, pair.asker, pair.need["id"])).status_code == 204
    assert await get_introduction(client, pair.holder, introduction) == before
    for side in (pair.asker, pair.holder, await sign_in_platform(client)):
        seen = await get_introduction(client, side, introduction)
        assert (seen["need_id"], seen["need_title"], seen["status"]) == (pair.need["id"], None, before["status"])
    for side in (pair.asker, pair.holder):
        (message,) = (await get(client, side, f"{place}/messages"))["items"]
        assert message["text"] == "您好"


async def test_an_introduction_that_was_not_answered_says_no_title_either(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    word = f"zq{secrets.token_hex(6)}"
    pair = await make_pair(client, title=word)
    keyed = pair.asker.headers | {"Idempotency-Key": secrets.token_hex(8)}
    path = f"/v1/matches/{pair.match_id}/introduction"
    asked = await client.post(path, json={"message": "希望进一步了解。"}, headers=keyed)
    assert asked.json()["need_title"] == word
    await close(client, pair.asker, pair.need)
    await erase(client, pair.asker, pair.need["id"])
    assert await places_of(app, word) == []
    assert (await get_introduction(client, pair.asker, asked.json()))["need_title"] is None
    renewed = await client.post(path, json={"message": "再问一次。"}, headers=pair.asker.headers)
    assert renewed.json()["code"] == "need_not_open"


async def test_an_open_need_is_closed_before_it_is_erased(client: httpx.AsyncClient) -> None:
    asker, staff = await register_organisation(client, "enterprise"), await sign_in_platform(client)
    need = await publish_need(client, asker)
    for status in ("published", "taken_down"):
        refused = await erase(client, asker, need["id"])
        assert (refused.status_code, refused.json()["code"]) == (409, "need_not_in_state")
        assert status in refused.json()["detail"]
        if status == "published":
            await post(client, staff, f"/v1/needs/{need['id']}/takedown", {"reason": "含联系方式"}, 200)
    assert (await get_need(client, asker, need["id"])).json()["title"] == need["title"]
    await close(client, asker, need)
    assert (await erase(client, asker, need["id"])).status_code == 204


async def test_only_editors_of_its_organisation_who_saw_it_as_it_is_erase_a_need(client: httpx.AsyncClient) -> None:
    asker, other = await register_organisation(client, "enterprise"), await register_organisation(client)
    staff, need = await sign_in_platform(client), await publish_need(client, asker)
    await close(client, asker, need)
    tag = (await get_need(client, asker, need["id"])).headers["etag"]
    assert (await erase(client, None, need["id"])).status_code == 401
    assert (await erase(client, other, need["id"])).status_code == 404
    assert (await erase(client, staff, need["id"])).json()["code"] == "need_step_not_yours"
    assert (await erase(client, asker, need["id"], None)).status_code == 428
    assert (await erase(client, asker, need["id"], '"1"')).status_code == 412
    assert (await get_need(client, asker, need["id"])).headers["etag"] == tag
    assert (await erase(client, asker, need["id"], tag)).status_code == 204
    assert (await erase(client, asker, need["id"], tag)).status_code == 412


async def test_an_erased_need_stays_erased_and_is_erased_once(client: httpx.AsyncClient, app: FastAPI) -> None:
    asker = await register_organisation(client, "enterprise")
    need = await publish_need(client, asker)
    await close(client, asker, need)
    await erase(client, asker, need["id"])
    seen = await get_need(client, asker, need["id"])
    assert (await erase(client, asker, need["id"])).status_code == 204
    assert (await patch_need(client, asker, need, title="另一标题")).json()["code"] == "need_not_in_state"
    for step, body in (("publication", None), ("closure", {"outcome": "contracted"})):
        answer = await client.post(f"/v1/needs/{need['id']}/{step}", json=body, headers=asker.headers)
        assert answer.json()["code"] == "need_not_in_state"
    assert (await get_need(client, asker, need["id"])).content == seen.content
    await stream.now(app.state.database)
    assert await tellings(client, asker, "need.erased") == [{"need_id": need["id"]}]


async def test_an_api_key_that_may_change_needs_may_erase_them(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise")
    drafts = [(await draft_need(client, asker))["id"] for _ in range(2)]
    answers = []
    for scope, draft in zip(("matchmaking:read", "matchmaking:write"), drafts, strict=True):
        key = bearer((await make_key(client, asker, scope))["secret"])
        answers.append(await client.delete(f"/v1/needs/{draft}", headers=key | {"If-Match": "*"}))
    assert [answer.status_code for answer in answers] == [403, 204]

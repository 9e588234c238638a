"""The feed of changes tells everything it may, once, in one order, and nothing else."""

import asyncio
import contextlib
import json
import secrets
import time
from typing import Any

import httpx
import pytest

from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent, post_legal_event

pytestmark = pytest.mark.both_databases

CHANGES = "/v1/changes"
NUMBERED = 0.3  # seconds in which PostgreSQL's events have their places


async def enter(client: httpx.AsyncClient, member: Member) -> str:
    """Have something happen that only the member is told; give its `Event-Id`."""
    body = {"person": "legal", "name": f"某公司 {secrets.token_hex(8)}", "country": "JP"}
    written = await client.post("/v1/parties", json=body, headers=member.headers)
    assert written.status_code == 201, written.text
    return str(written.headers["event-id"])


async def now(client: httpx.AsyncClient) -> str:
    """Return the place behind all that has happened by now."""
    answer = await client.get(CHANGES, params={"after": "now"})
    assert answer.json()["items"] == []
    return str(answer.json()["next_after"])


async def all_after(
    client: httpx.AsyncClient, place: str, member: Member | None = None, **asked: Any
) -> list[dict[str, Any]]:
    """Return everything that is told behind the place, page by page."""
    await asyncio.sleep(NUMBERED)
    items: list[dict[str, Any]] = []
    headers = member.headers if member else {}
    while True:
        answer = await client.get(CHANGES, params={"after": place, **asked}, headers=headers)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        place = answer.json()["next_after"]
        if not answer.json()["more"]:
            return items


async def test_everybody_is_told_what_is_public_and_a_member_its_own_besides(client: httpx.AsyncClient) -> None:
    mine, other = await register_organisation(client), await register_organisation(client)
    place = await now(client)
    patent = await enter_patent(client, mine)
    listing = await list_patent(client, mine, patent["id"])
    ended = await post_legal_event(client, mine, patent["id"], "surrendered", "2024-03-01")
    assert ended.status_code == 201, ended.text
    public = await all_after(client, place)
    told = [(item["type"], item["subject"], item["removed"]) for item in public]
    assert ("listing.published", listing["id"], False) in told
    assert ("listing.suspended", listing["id"], True) in told
    assert not {"patent.registered", "listing.submitted", "holding.verified"} & {kind for kind, *_ in told}
    assert await all_after(client, place, other) == public, "a member of another organisation is told no more"
    own = await all_after(client, place, mine)
    assert ("patent.registered", patent["id"]) in [(item["type"], item["subject"]) for item in own]
    assert [item for item in own if item in public] == public, "in the same order"
    published = next(item for item in public if item["type"] == "listing.published")
    assert published["data"]["patent_id"] == patent["id"]
    assert "actor" not in json.dumps(own)


async def test_who_was_never_verified_is_refused_in_private(client: httpx.AsyncClient) -> None:
    staff = await sign_in_platform(client)
    place = await now(client)
    new = await register_organisation(client, verified=False)
    verdict = {"outcome": "refused", "reason": "材料不全"}
    answer = await client.post(
        f"/v1/organisations/{new.organisation_id}/verification", json=verdict, headers=staff.headers
    )
    assert answer.status_code == 200, answer.text
    assert new.organisation_id not in [item["subject"] for item in await all_after(client, place)]
    assert "organisation.refused" in [item["type"] for item in await all_after(client, place, new)]


async def test_an_answers_event_id_is_the_id_of_the_change(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    place = await now(client)
    written = await enter(client, mine)
    assert written in [item["id"] for item in await all_after(client, place, mine)]


async def test_page_by_page_while_others_write_nothing_is_missed_or_told_twice(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    place = await now(client)
    writing = asyncio.gather(*(enter(client, mine) for _ in range(40)))
    told: list[str] = []
    until = time.monotonic() + 20
    while len(told) < 40 and time.monotonic() < until:
        asked = {"after": place, "limit": 3, "types": "party.entered"}
        said = (await client.get(CHANGES, params=asked, headers=mine.headers)).json()
        told += [item["id"] for item in said["items"]]
        place = said["next_after"]
    assert sorted(told) == sorted(await writing)
    assert await all_after(client, place, mine, types="party.entered") == []


async def test_only_the_kinds_that_were_asked_for_are_told(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    place = await now(client)
    patent = await enter_patent(client, mine)
    await list_patent(client, mine, patent["id"])
    kinds = {item["type"] for item in await all_after(client, place, mine, types="listing,patent.registered")}
    assert {"listing.published", "patent.registered"} <= kinds
    assert all(kind.startswith("listing.") or kind == "patent.registered" for kind in kinds)
    assert {i["type"] for i in await all_after(client, place, mine, types="listing.published")} == {"listing.published"}


async def test_a_place_tells_nothing_of_what_lies_between(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    place = await now(client)
    quiet = {(await client.get(CHANGES, params={"after": place})).json()["next_after"] for _ in range(3)}
    assert len(quiet) == 3, "the same place is never written twice alike"
    for _ in range(3):
        await enter(client, mine)
    said = (await client.get(CHANGES, params={"after": place})).json()
    assert (said["items"], said["more"]) == ([], False)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"after": "nonsense"}, "unknown_place"),
        ({"after": "0" * 26}, "unknown_place"),
        ({"types": "listing.*"}, "malformed"),
        ({"types": ",".join(["a"] * 51)}, "malformed"),
        ({"wait": "31"}, "malformed"),
        ({"limit": "0"}, "malformed"),
        ({"since": "1"}, "unknown_parameter"),
    ],
)
async def test_a_question_that_means_nothing_is_refused(
    client: httpx.AsyncClient, asked: dict[str, str], code: str
) -> None:
    answer = await client.get(CHANGES, params=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_who_waits_is_told_at_once_and_keeps_nobody_from_the_database(client: httpx.AsyncClient) -> None:
    members = [await register_organisation(client) for _ in range(4)]
    asked = {"after": await now(client), "wait": 20, "types": "party.entered"}
    waiting = {
        who: [asyncio.create_task(client.get(CHANGES, params=asked, headers=who.headers)) for _ in range(10)]
        for who in members
    }
    await asyncio.sleep(1)
    assert not any(task.done() for tasks in waiting.values() for task in tasks)
    began = time.monotonic()
    written = {who: await enter(client, who) for who in members}
    assert time.monotonic() - began < 5, "the waiting hold no connection"
    for who, tasks in waiting.items():
        for answer in await asyncio.gather(*tasks):
            assert [item["id"] for item in answer.json()["items"]] == [written[who]]
    assert time.monotonic() - began < 10


async def test_who_waits_counts_as_a_stream_while_there_is_nothing_to_tell(connected: httpx.AsyncClient) -> None:
    mine = await register_organisation(connected)
    place = await now(connected)
    asked: dict[str, Any] = {"after": place, "wait": 20, "types": "party.entered"}
    waiting = [asyncio.create_task(connected.get(CHANGES, params=asked, headers=mine.headers)) for _ in range(10)]
    await asyncio.sleep(1)
    further = [
        await connected.get(CHANGES, params=asked, headers=mine.headers),
        await connected.get(CHANGES, params=asked, headers={**mine.headers, "Accept": "text/event-stream"}),
    ]
    assert [(a.status_code, a.json()["code"]) for a in further] == [(429, "too_many_streams")] * 2
    assert (await connected.get(CHANGES, params={"after": place}, headers=mine.headers)).status_code == 200
    written = await enter(connected, mine)
    for answer in await asyncio.gather(*waiting):
        assert [item["id"] for item in answer.json()["items"]] == [written]
    told = await connected.get(CHANGES, params=asked, headers=mine.headers)
    assert [item["id"] for item in told.json()["items"]] == [written], "they are not counted any more"


async def test_who_waits_in_vain_is_told_so_when_the_time_is_over(client: httpx.AsyncClient) -> None:
    place, began = await now(client), time.monotonic()
    none = await client.get(CHANGES, params={"after": place, "wait": 1, "types": "party.entered"})
    assert none.json()["items"] == []
    assert time.monotonic() - began >= 1


async def test_a_stream_tells_the_same_and_goes_on_where_it_broke(connected: httpx.AsyncClient) -> None:
    mine = await register_organisation(connected)
    headers = {**mine.headers, "Accept": "text/event-stream"}
    first = asyncio.create_task(read(connected, headers, {"after": "now"}, 2))
    await asyncio.sleep(1)
    written = [await enter(connected, mine) for _ in range(3)]
    told = await asyncio.wait_for(first, 20)
    on = await asyncio.wait_for(read(connected, {**headers, "Last-Event-ID": told[1]["id"]}, {}, 1), 20)
    assert [one["event"] for one in (*told, *on)] == ["party.entered"] * 3
    assert [json.loads(one["data"])["id"] for one in (*told, *on)] == written


async def test_a_stream_that_told_nothing_yet_says_where_to_go_on(connected: httpx.AsyncClient) -> None:
    mine = await register_organisation(connected)
    headers = {**mine.headers, "Accept": "text/event-stream"}
    async with connected.stream("GET", CHANGES, headers=headers, params={"after": "now"}, timeout=10) as answer:
        place = next(line for line in (await anext(answer.aiter_text())).splitlines() if line.startswith("id: "))
    written = await enter(connected, mine)  # while nobody listens
    again = {**headers, "Last-Event-ID": place.removeprefix("id: ")}
    (told,) = await asyncio.wait_for(read(connected, again, {"after": "now"}, 1), 20)
    assert json.loads(told["data"])["id"] == written


async def test_streams_are_counted_while_they_are_open(connected: httpx.AsyncClient) -> None:
    mine = await register_organisation(connected)
    headers = {**mine.headers, "Accept": "text/event-stream"}
    async with contextlib.AsyncExitStack() as stack:
        statuses, reading = [], []
        for _ in range(11):
            answer = await stack.enter_async_context(connected.stream("GET", CHANGES, headers=headers, timeout=5))
            statuses.append(answer.status_code)
            reading.append(answer.aiter_raw())
            await anext(reading[-1])
        assert statuses == [200] * 10 + [429]
    await asyncio.sleep(1)
    async with connected.stream("GET", CHANGES, headers=headers, timeout=5) as again:
        assert again.status_code == 200, "those who went away are not counted any more"


async def read(
    client: httpx.AsyncClient, headers: dict[str, str], asked: dict[str, str], most: int
) -> list[dict[str, str]]:
    """Return the first events of a stream, each with its fields."""
    events: list[dict[str, str]] = []
    fields: dict[str, str] = {}
    async with client.stream("GET", CHANGES, headers=headers, params=asked, timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if line:
                fields[name] = value
                continue
            if "data" in fields:
                events.append(fields)
            fields = {}
            if len(events) == most:
                break
    return events

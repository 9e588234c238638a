"""The inbox: members are told what happened to what their organisation has, soon, once, and nobody else is."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.core.events import log as event_log
from backend.patents.codes import LegalStatus
from backend.patents.events import patent_status_changed
from tests.delivery.test_changes import all_after, now
from tests.scenarios.licences import take_licence
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, add_member, find_party, register_organisation, sign_in_platform
from tests.scenarios.open_licences import FREE
from tests.scenarios.patents import enter_patent, post_legal_event

pytestmark = pytest.mark.both_databases

INBOX = "/v1/inbox"
Told_ = dict[str, Any]


async def inbox(client: httpx.AsyncClient, member: Member, **asked: Any) -> Told_:
    answer = await client.get(INBOX, params=asked, headers=member.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def until(
    client: httpx.AsyncClient, member: Member, holds: Callable[[Told_], bool], seconds: float = 10
) -> Told_:
    """Return the inbox once it is as it is due to be."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = await inbox(client, member)
        if holds(found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


def types(found: Told_) -> list[str]:
    return [one["type"] for one in found["items"]]


async def happen(app: FastAPI, member: Member, many: int = 1, actor: str | None = None) -> None:
    """Have so many things happen that concern the member's organisation."""
    async with app.state.database.write() as session:
        audience = ["public", member.organisation_id]
        patents = [f"pat_{n}" for n in range(many)]
        in_force, pending = LegalStatus.IN_FORCE, LegalStatus.PENDING
        said = [patent_status_changed(patent, in_force, pending, audience, actor) for patent in patents]
        await event_log.append_many(session, said, datetime.now(UTC))


async def steady(client: httpx.AsyncClient, member: Member) -> Told_:
    """Return the inbox once what made the organisation has been told of."""
    return await until(client, member, lambda found: "organisation.verified" in types(found))


async def test_a_message_is_there_within_two_seconds_of_what_happened(connected: httpx.AsyncClient) -> None:
    mine = await register_organisation(connected)
    colleague = await add_member(connected, mine)
    await steady(connected, mine)
    patent = await enter_patent(connected, mine)
    gone = await post_legal_event(connected, mine, patent["id"], "surrendered", "2024-03-01")
    assert gone.status_code == 201, gone.text
    began = time.monotonic()
    found = await until(connected, colleague, lambda found: "patent.status_changed" in types(found))
    assert time.monotonic() - began < 2
    (told,) = found["items"]
    assert (told["subject"], told["category"], told["read"]) == (patent["id"], "patents", False)
    assert told["text"] == "A patent's legal status has changed: Surrendered."
    assert told["data"]["patent_id"] == patent["id"]
    assert "actor" not in told
    zh = await connected.get(INBOX, headers={**colleague.headers, "Accept-Language": "zh"})
    assert zh.json()["items"][0]["text"] == "专利法律状态变更为：已放弃。"


async def test_who_did_it_is_not_told_and_neither_is_another_organisation(client: httpx.AsyncClient) -> None:
    mine, other = await register_organisation(client), await register_organisation(client)
    colleague = await add_member(client, mine)
    await steady(client, mine)
    patent = await enter_patent(client, mine)
    await list_patent(client, mine, patent["id"])
    found = await until(client, colleague, lambda found: "listing.published" in types(found))
    assert found["unread"] == len(found["items"])
    assert not {"listing.published"} & set(types(await inbox(client, mine)))
    assert set(types(await inbox(client, other))) <= {"organisation.verified"}


async def test_the_holder_is_told_why_its_listing_was_suspended(client: httpx.AsyncClient) -> None:
    mine, platform = await register_organisation(client), await sign_in_platform(client)
    await steady(client, mine)
    listing = await list_patent(client, mine, (await enter_patent(client, mine))["id"])
    path = f"/v1/listings/{listing['id']}/suspension"
    assert (await client.post(path, json={"reason": "投诉"}, headers=platform.headers)).status_code == 200
    found = await until(client, mine, lambda found: "listing.suspended" in types(found))
    assert found["items"][0]["text"] == "The platform suspended a listing; it says why."


async def test_a_public_listing_lost_with_its_right_tells_its_holder(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    await steady(client, mine)
    patent = await enter_patent(client, mine)
    await list_patent(client, mine, patent["id"])
    await post_legal_event(client, mine, patent["id"], "surrendered", "2024-03-01")
    found = await until(client, mine, lambda found: "listing.suspended" in types(found))
    assert "right does not stand" in found["items"][0]["text"]


async def test_what_becomes_of_a_holding_is_told_also_to_whom_it_was_taken_from(client: httpx.AsyncClient) -> None:
    mine, rival = await register_organisation(client), await register_organisation(client)
    platform = await sign_in_platform(client)
    patent = await enter_patent(client, mine)
    await list_patent(client, mine, patent["id"])
    path = f"/v1/patents/{patent['id']}/holdings"
    named = {"party_id": await find_party(client, rival)}
    claimed = (await client.post(path, json=named, headers=mine.headers)).json()
    verdict = {"outcome": "refused", "reason": "无证据"}
    answer = await client.post(f"{path}/{claimed['id']}/verification", json=verdict, headers=platform.headers)
    assert answer.status_code == 200, answer.text
    for member in (mine, rival):
        await until(client, member, lambda found: "holding.ended" in types(found))


async def test_a_holder_is_told_that_another_named_a_further_one_and_what_to_do(client: httpx.AsyncClient) -> None:
    mine, second, third = [await register_organisation(client) for _ in range(3)]
    patent = await enter_patent(client, mine)
    await list_patent(client, mine, patent["id"])
    for holder in (second, third):
        named = {"party_id": await find_party(client, holder)}
        answer = await client.post(f"/v1/patents/{patent['id']}/holdings", json=named, headers=mine.headers)
        assert answer.status_code == 201, answer.text
    found = await until(client, second, lambda found: "holding.asserted" in types(found))
    assert types(found).count("holding.asserted") == 1, "of its own holding nobody is told"
    assert "dispute its holding" in found["items"][0]["text"]
    assert "holding.asserted" not in types(await inbox(client, mine)), "nor of what it says itself"


async def test_who_names_a_co_owner_is_not_warned_of_it(client: httpx.AsyncClient) -> None:
    mine, other = await register_organisation(client), await register_organisation(client)
    colleague = await add_member(client, mine)
    patent = await enter_patent(client, mine)
    named = {"party_id": await find_party(client, other)}
    answer = await client.post(f"/v1/patents/{patent['id']}/holdings", json=named, headers=mine.headers)
    assert answer.status_code == 201, answer.text
    await list_patent(client, mine, patent["id"])
    found = await until(client, colleague, lambda found: "listing.published" in types(found))
    assert "holding.asserted" not in types(found)


async def test_an_open_licence_is_told_once_and_not_also_as_a_right(client: httpx.AsyncClient) -> None:
    mine, enterprise, _, _ = await take_licence(client, FREE)
    for member in (mine, enterprise):
        found = await until(client, member, lambda found: "licence.effective" in types(found))
        assert "right.recorded" not in types(found)


async def test_public_events_are_told_once_in_the_feed_whomever_they_name(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    place = await now(client)
    listing = await list_patent(client, mine, (await enter_patent(client, mine))["id"])
    for member in (None, mine):
        told = await all_after(client, place, member, types="listing.published")
        assert [one["subject"] for one in told] == [listing["id"]]
        assert mine.organisation_id not in str(told)


async def test_marks_are_a_members_own(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_organisation(client)
    colleague = await add_member(client, mine, "viewer")
    await happen(app, mine, 3)
    found = await until(client, colleague, lambda found: found["unread"] == 3)
    newest, middle, oldest = (one["id"] for one in found["items"])
    marked = await client.put(f"{INBOX}/{middle}/read", headers=colleague.headers)
    assert (marked.status_code, marked.json()["read"]) == (200, True)
    assert (await client.put(f"{INBOX}/{middle}/read", headers=colleague.headers)).status_code == 200
    assert [one["id"] for one in (await inbox(client, colleague, unread=True))["items"]] == [newest, oldest]
    assert [one["id"] for one in (await inbox(client, colleague, unread=False))["items"]] == [middle]
    through = await client.put(f"{INBOX}/read", json={"through": middle}, headers=colleague.headers)
    assert through.json() == {"unread": 1, "unread_is_exact": True}
    back = await client.put(f"{INBOX}/read", json={"through": oldest}, headers=colleague.headers)
    assert back.json()["unread"] == 1, "what was read stays read"
    assert [one["read"] for one in (await inbox(client, colleague))["items"]] == [False, True, True]
    assert (await inbox(client, mine, category="patents"))["items"][0]["read"] is False
    await happen(app, mine)
    await until(client, colleague, lambda found: found["unread"] == 2)


async def test_what_is_unread_is_what_the_list_shows_while_more_comes(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_organisation(client)
    colleague = await add_member(client, mine)
    done = asyncio.Event()

    async def poll() -> list[tuple[int, int]]:
        seen = []
        while not done.is_set():
            found = await inbox(client, colleague, limit=100, unread=True)
            seen.append((found["unread"], len(found["items"])))
        return seen

    polls = [asyncio.create_task(poll()) for _ in range(4)]
    for _ in range(40):
        await happen(app, mine)
        await asyncio.sleep(0.05)
    done.set()
    assert [pair for seen in await asyncio.gather(*polls) for pair in seen if pair[0] != pair[1]] == []


async def test_another_organisations_message_is_not_there(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine, other = await register_organisation(client), await register_organisation(client)
    await happen(app, mine)
    found = await until(client, mine, lambda found: "patent.status_changed" in types(found))
    message = found["items"][0]["id"]
    assert (await client.put(f"{INBOX}/{message}/read", headers=other.headers)).status_code == 404
    through = await client.put(f"{INBOX}/read", json={"through": message}, headers=other.headers)
    assert through.status_code == 404


async def test_a_member_sees_messages_since_he_joined(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_organisation(client)
    await happen(app, mine)
    await until(client, mine, lambda found: "patent.status_changed" in types(found))
    late = await add_member(client, mine)
    assert (await inbox(client, late))["items"] == []
    body = {"name": "k", "scopes": ["delivery:read"], "role": "viewer"}
    key = (await client.post("/v1/api-keys", json=body, headers=late.headers)).json()["secret"]
    program = Member(key, mine.organisation_id, "")
    assert "patent.status_changed" not in types(await inbox(client, program)), "nor does a program that he made"


async def test_a_list_of_a_category_that_is_none_is_refused(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    answer = await client.get(INBOX, params={"category": "nonsense"}, headers=mine.headers)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "no_such_category")


async def test_a_program_reads_without_marks(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_organisation(client)
    await happen(app, mine)
    found = await until(client, mine, lambda found: "patent.status_changed" in types(found))
    message = found["items"][0]["id"]
    await client.put(f"{INBOX}/read", json={"through": message}, headers=mine.headers)
    body = {"name": "k", "scopes": ["delivery:read", "delivery:write"], "role": "owner"}
    key = (await client.post("/v1/api-keys", json=body, headers=mine.headers)).json()["secret"]
    program = Member(key, mine.organisation_id, "")
    assert (await inbox(client, program, category="patents"))["items"][0]["read"] is False
    marked = await client.put(f"{INBOX}/{message}/read", headers=program.headers)
    assert (marked.status_code, marked.json()["code"]) == (403, "people_only")
    body["scopes"] = ["catalogue:read"]
    blind = (await client.post("/v1/api-keys", json=body, headers=mine.headers)).json()["secret"]
    assert (await client.get(INBOX, headers={"Authorization": f"Bearer {blind}"})).status_code == 403


async def test_unread_is_exact_up_to_999_and_pages_follow_each_other(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_organisation(client)
    colleague = await add_member(client, mine)
    await happen(app, mine, 999)
    found = await until(client, colleague, lambda found: found["unread"] == 999, 20)
    assert found["unread_is_exact"] is True
    await happen(app, mine)
    found = await until(client, colleague, lambda found: not found["unread_is_exact"])
    assert found["unread"] == 999
    seen = [one["id"] for one in (await inbox(client, colleague, limit=100))["items"]]
    page = await inbox(client, colleague, limit=60)
    rest = await inbox(client, colleague, limit=40, cursor=page["next_cursor"])
    assert [one["id"] for one in (*page["items"], *rest["items"])] == seen


async def test_a_message_names_the_patent_that_it_speaks_of(client: httpx.AsyncClient) -> None:
    university, enterprise, declared, licence = await take_licence(client, FREE)
    patent = (await client.get(f"/v1/patents/{declared['patent_id']}", headers=university.headers)).json()
    about = {"title": patent["title"], "application_number": patent["application_number"]}
    for member, kind in ((university, "notice.given"), (enterprise, "licence.effective")):
        found = await until(client, member, lambda found, kind=kind: kind in types(found))
        told = next(one for one in found["items"] if one["type"] == kind)
        assert told["patent"] == about
        read = await client.put(f"{INBOX}/{told['id']}/read", headers=member.headers)
        assert read.json()["patent"] == about
    verified = next(one for one in found["items"] if one["type"] == "organisation.verified")
    assert (verified["patent"], licence["patent_id"]) == (None, patent["id"])

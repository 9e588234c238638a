"""What the two sides of an introduction write to each other, and who hears of it."""

import httpx
import pytest

from tests.delivery.test_changes import all_after, now
from tests.scenarios.files import upload_evidence
from tests.scenarios.introductions import ask_for_introduction, introduce, make_pair
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases


async def post_message(
    client: httpx.AsyncClient, member: Member, introduction_id: str, text: str = "您好", files: list[str] | None = None
) -> httpx.Response:
    body = {"text": text, "files": files or []}
    return await client.post(f"/v1/introductions/{introduction_id}/messages", json=body, headers=member.headers)


async def test_nobody_writes_before_it_is_accepted_or_after_it_has_ended(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    one = await ask_for_introduction(client, pair.asker, pair.match_id)
    early = await post_message(client, pair.asker, one["id"])
    assert (early.status_code, early.json()["code"]) == (409, "introduction_not_in_state")
    await post(client, pair.holder, f"/v1/introductions/{one['id']}/acceptance", {}, 200)
    assert (await post_message(client, pair.asker, one["id"])).status_code == 201
    ended = await post(client, pair.holder, f"/v1/introductions/{one['id']}/end", None, 200)
    assert (ended["status"], ended["ended_because"]) == ("ended", "by_a_side")
    late = await post_message(client, pair.asker, one["id"])
    assert (late.status_code, late.json()["code"]) == (409, "introduction_not_in_state")
    read = await get(client, pair.asker, f"/v1/introductions/{one['id']}/messages")
    assert [message["text"] for message in read["items"]] == ["您好"]


async def test_messages_come_newest_first_page_by_page_to_both_sides(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    one = await introduce(client, pair)
    for number in range(5):
        await post_message(client, (pair.asker, pair.holder)[number % 2], one["id"], f"第{number}条")
    for member in (pair.asker, pair.holder):
        texts, cursor = [], None
        while True:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = await get(client, member, f"/v1/introductions/{one['id']}/messages", **query)
            texts += [message["text"] for message in page["items"]]
            own = [bool(message["sent_by"]) for message in page["items"]]
            assert own == [message["organisation_id"] == member.organisation_id for message in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert texts == [f"第{number}条" for number in (4, 3, 2, 1, 0)]


async def test_nobody_else_reads_a_message_and_the_platform_does_not_either(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    one = await introduce(client, pair)
    await post_message(client, pair.asker, one["id"])
    place = f"/v1/introductions/{one['id']}/messages"
    other, staff = await register_organisation(client), await sign_in_platform(client)
    assert (await client.get(place, headers=other.headers)).status_code == 404
    assert (await post_message(client, other, one["id"])).status_code == 404
    for refused in (await client.get(place, headers=staff.headers), await post_message(client, staff, one["id"])):
        assert (refused.status_code, refused.json()["code"]) == (403, "introduction_step_not_yours")


async def test_the_file_of_a_message_is_read_by_the_other_side_and_by_no_third(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    one = await introduce(client, pair)
    other = await register_organisation(client)
    file_id = await upload_evidence(client, pair.asker)
    assert (await client.get(f"/v1/files/{file_id}", headers=pair.holder.headers)).status_code == 404
    sent = await post_message(client, pair.asker, one["id"], files=[file_id])
    assert [file["id"] for file in sent.json()["files"]] == [file_id]
    assert (await client.get(f"/v1/files/{file_id}/content", headers=pair.holder.headers)).status_code == 200
    assert (await client.get(f"/v1/files/{file_id}", headers=other.headers)).status_code == 404
    theirs = await post_message(client, pair.holder, one["id"], files=[await upload_evidence(client, other)])
    assert (theirs.status_code, theirs.json()["errors"][0]["pointer"]) == (422, "/files/0")


async def test_events_tell_both_sides_and_nobody_else_and_carry_no_word(client: httpx.AsyncClient) -> None:
    pair = await make_pair(client)
    other = await register_organisation(client)
    place = await now(client)
    one = await introduce(client, pair)
    await post_message(client, pair.asker, one["id"], "秘密的话")
    for member in (pair.asker, pair.holder):
        told = [item for item in await all_after(client, place, member) if item["type"].startswith("introduction.")]
        assert [item["type"] for item in told] == [
            "introduction.asked", "introduction.accepted", "introduction.message_sent",
        ]  # fmt: skip
        assert "秘密" not in str(told)
        assert {item["subject"] for item in told} == {one["id"]}
    for stranger in (other, None):
        assert one["id"] not in str(await all_after(client, place, stranger))

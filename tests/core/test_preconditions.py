"""Nobody overwrites what he has not seen."""

import asyncio
import re
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.scenarios.members import Member, register_organisation
from tests.scenarios.patents import enter_patent

pytestmark = pytest.mark.both_databases


@pytest_asyncio.fixture(scope="module")
async def member(app: FastAPI) -> Member:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        return await register_organisation(client)


async def party(client: httpx.AsyncClient, member: Member) -> tuple[str, str]:
    """Return the address and the ETag of a new party."""
    answer = await client.post("/v1/parties", json={"person": "legal", "name": "甲"}, headers=member.headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"], answer.headers["etag"]


async def change(client: httpx.AsyncClient, member: Member, address: str, tag: str | None, name: str = "乙") -> Any:
    headers = member.headers | ({} if tag is None else {"If-Match": tag})
    return await client.patch(address, json={"name": name}, headers=headers)


async def test_an_answer_one_has_is_not_sent_again(client, member):
    address, tag = await party(client, member)
    first = await client.get(address, headers=member.headers)
    assert (first.status_code, first.headers["etag"]) == (200, tag)
    assert first.headers["vary"] == "Accept-Language, Authorization"
    for said in (tag, f"W/{tag}", f'"9.00", {tag}', "*"):
        again = await client.get(address, headers=member.headers | {"If-None-Match": said})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for said in ('"1.0000000000000000"', tag.strip('"'), '"1"', "nonsense", ""):
        assert (await client.get(address, headers=member.headers | {"If-None-Match": said})).status_code == 200


async def test_each_change_gives_the_tag_that_reading_gives(client, member):
    address, tag = await party(client, member)
    changed = await change(client, member, address, tag)
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag
    assert (await client.get(address, headers=member.headers)).headers["etag"] == changed.headers["etag"]
    assert (await client.get(address, headers=member.headers | {"If-None-Match": tag})).status_code == 200


async def test_a_change_says_which_version_it_changes(client, member):
    address, tag = await party(client, member)
    unsaid = await change(client, member, address, None)
    assert (unsaid.status_code, unsaid.json()["code"]) == (428, "if_match_required")
    assert (await change(client, member, address, tag)).status_code == 200
    stale = await change(client, member, address, tag, "丙")
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert (await client.get(address, headers=member.headers)).json()["name"] == "乙"
    assert (await change(client, member, address, "*", "丁")).status_code == 200
    weak = (await client.get(address, headers=member.headers)).headers["etag"]
    assert (await change(client, member, address, f"W/{weak}", "戊")).status_code == 200


@pytest.mark.parametrize("wrong", ["", "1", '"x"', '"1.zz"', '"-1"', '"1', '"' + "1" * 19 + '"', "x" * 201])
async def test_a_tag_that_is_none_of_ours_is_malformed(client, member, wrong):
    address, _ = await party(client, member)
    answer = await change(client, member, address, wrong)
    assert answer.status_code == 422
    assert answer.json()["code"] in ("if_match_malformed", "malformed")


async def test_the_tag_is_of_the_bytes_so_the_language_counts_for_reading_and_not_for_changing(client, member):
    patent = (await enter_patent(client, member))["id"]
    tags = {}
    for language in ("zh", "en"):
        headers = member.headers | {"Accept-Language": language}
        answer = await client.get(f"/v1/patents/{patent}", headers=headers)
        version, hashed = re.fullmatch(r'"(\d+)\.([0-9a-f]+)"', answer.headers["etag"]).groups()
        tags[language] = (version, hashed, answer.content)
    zh, en = tags["zh"], tags["en"]
    assert zh[0] == en[0]
    assert (zh[1] != en[1]) == (zh[2] != en[2])
    headers = member.headers | {"If-Match": f'"{zh[0]}.{zh[1]}"', "Accept-Language": "en"}
    changed = await client.patch(f"/v1/patents/{patent}", json={"title": "一种电池"}, headers=headers)
    assert changed.status_code == 200, changed.text


async def test_of_two_changes_of_one_version_at_once_one_goes_through(client, member):
    address, tag = await party(client, member)
    for n in range(10):
        answers = await asyncio.gather(*(change(client, member, address, tag, f"{n}{who}") for who in "甲乙"))
        assert sorted(a.status_code for a in answers) == [200, 412]
        won = next(a for a in answers if a.status_code == 200)
        now = await client.get(address, headers=member.headers)
        assert (now.json()["name"], now.headers["etag"]) == (won.json()["name"], won.headers["etag"])
        tag = now.headers["etag"]

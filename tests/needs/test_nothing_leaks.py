"""A confidential need and a secret budget show nowhere: not in any list, count, facet, feed, ETag or byte."""

import secrets
from typing import Any

import httpx
import pytest

from tests.scenarios.members import Member, register_organisation
from tests.scenarios.needs import change_need, draft_need, get_need, publish_need, search_needs
from tests.scenarios.requests import post
from tests.who_may_table import TABLE

pytestmark = pytest.mark.both_databases
FACETS = "cluster,region,deal_type,ipc_class,ipc_subclass,technology_field,stage,language"
BUDGET = 76_123_459
WITHOUT_ID = sorted(operation[4:] for operation in TABLE if operation.startswith("GET /") and "{" not in operation)


async def everything(client: httpx.AsyncClient, who: Member | None) -> dict[str, str]:
    """Return what every address without an id answers."""
    headers = who.headers if who else {}
    said = {}
    for path in WITHOUT_ID:
        answer = await client.get(path, headers=headers, params={"types": "need"} if path == "/v1/changes" else None)
        said[path] = answer.text
    return said


async def counted(client: httpx.AsyncClient, written: httpx.Response | None = None) -> Any:
    """Return all that a search says but the place in the stream, which belongs to everything that happens."""
    found = await search_needs(client, written, facets=FACETS, limit=100)
    return {name: value for name, value in found.items() if name != "position"}


async def test_a_confidential_need_leaves_no_trace_at_any_address(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise")
    centre, other = await register_organisation(client, "operation_centre"), await register_organisation(client)
    await publish_need(client, asker, title="公开的需求")
    _, settled = await _touch(client, asker)
    before, mark = await counted(client, settled), f"zqneed{secrets.token_hex(4)}"
    words = {"title": mark, "problem": mark, "tried": mark, "reference": mark, "region": "500106"}
    need = await publish_need(
        client, asker, confidential=True, shown_to=[centre.organisation_id], budget_max_fen=BUDGET,
        ipc=["G02B6/12"], **words,
    )  # fmt: skip
    await change_need(client, asker, need, tried=f"{mark} {mark}", stage_min=8)
    _, settled = await _touch(client, asker)
    assert await counted(client, settled) == before
    assert (await search_needs(client, q=mark))["total"] == 0
    for who in (other, None):
        for path, text in (await everything(client, who)).items():
            for secret in (mark, need["id"], str(BUDGET)):
                assert secret not in text, f"{path} says {secret}"
    for path, text in (await everything(client, centre)).items():
        assert str(BUDGET) not in text, path


async def _touch(client: httpx.AsyncClient, asker: Member) -> tuple[dict[str, Any], httpx.Response]:
    """Write something that no search shows, so that what came before it is in the index."""
    draft = await draft_need(client, asker)
    headers = asker.headers
    return draft, await client.post(f"/v1/needs/{draft['id']}/closure", json={"outcome": "given_up"}, headers=headers)


async def test_a_secret_budget_changes_no_byte_that_others_see(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise")
    need = await publish_need(client, asker, budget_max_fen=1)
    _, settled = await _touch(client, asker)
    found = await counted(client, settled)
    first = await get_need(client, None, need["id"])
    for fen in (10, 1_000, BUDGET):
        await change_need(client, asker, need, budget_max_fen=fen, reference=str(fen))
        again = await get_need(client, None, need["id"])
        assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
        _, settled = await _touch(client, asker)
        assert await counted(client, settled) == found


async def test_who_is_named_is_not_told_who_else_is(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise")
    one, two = await register_organisation(client, "operation_centre"), await register_organisation(client)
    need = await publish_need(client, asker, confidential=True, shown_to=[one.organisation_id])
    first = await get_need(client, one, need["id"])
    await change_need(client, asker, need, shown_to=[one.organisation_id, two.organisation_id])
    second = await get_need(client, one, need["id"])
    assert (second.content, second.headers["etag"]) == (first.content, first.headers["etag"])
    assert two.organisation_id not in second.text
    changes = await client.get("/v1/changes", params={"types": "need", "limit": 100}, headers=one.headers)
    assert two.organisation_id not in changes.text


async def test_drafts_are_bounded_by_the_day(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise", verified=False)
    for _ in range(20):
        await draft_need(client, asker)
    refused = await client.post("/v1/needs", json={"title": "多", "problem": "一"}, headers=asker.headers)
    assert (refused.status_code, refused.json()["code"]) == (429, "quota_used_up")


async def test_of_two_changes_at_once_one_is_stale(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise")
    need = await publish_need(client, asker)
    headers = asker.headers | {"If-Match": (await get_need(client, asker, need["id"])).headers["etag"]}
    place = f"/v1/needs/{need['id']}"
    answers = [await client.patch(place, json={"tried": text}, headers=headers) for text in ("一", "二")]
    assert [answer.status_code for answer in answers] == [200, 412]
    bare = await client.patch(place, json={"tried": "三"}, headers=asker.headers)
    assert bare.status_code == 428
    twice = [await client.post(f"{place}/closure", json={"outcome": "given_up"}, headers=headers) for _ in range(2)]
    assert {answer.status_code for answer in twice} == {412}
    await post(client, asker, f"{place}/closure", {"outcome": "given_up"}, 200)
    again = await client.post(f"{place}/closure", json={"outcome": "contracted"}, headers=asker.headers)
    assert again.json()["code"] == "need_not_in_state"


async def test_the_data_of_a_person_hold_no_word_of_a_need_that_others_may_change(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise")
    need = await draft_need(client, asker, title="示例标题甲", reference="R-甲", confidential=True)
    data = await client.get("/v1/me/data", headers=asker.headers)
    assert data.status_code == 200
    assert need["id"] in data.text
    assert "示例标题甲" not in data.text
    assert "R-甲" not in data.text

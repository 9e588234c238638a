"""Needs through the front door: drafted, published, changed, taken down, closed, and shown to whom they may be."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.needs import steps
from backend.needs.errors import NeedNotInState
from backend.needs.faces import Viewer
from backend.needs.queries import faces, public_faces, standing_ids
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.needs import change_need, draft_need, get_need, patch_need, post_need, publish_need
from tests.scenarios.requests import post

pytestmark = pytest.mark.both_databases
UNKNOWN = "need_01h455vb4pex5vsknk084sn02q"


async def listed(client: httpx.AsyncClient, member: Member, **query: Any) -> list[str]:
    answer = await client.get("/v1/needs", params=query, headers=member.headers)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_a_draft_is_its_organisations_alone(client: httpx.AsyncClient) -> None:
    asker, other = await register_organisation(client, "enterprise"), await register_organisation(client)
    staff = await sign_in_platform(client)
    need = await draft_need(client, asker)
    assert (need["status"], need["face"], need["language"]) == ("draft", "own", "zh")
    assert (await get_need(client, asker, need["id"])).json() == need
    unknown = await get_need(client, other, UNKNOWN)
    for somebody in (other, staff, None):
        seen = await get_need(client, somebody, need["id"])
        assert seen.status_code == 404
        assert {k: v for k, v in seen.json().items() if k != "instance"}.keys() == unknown.json().keys() - {"instance"}
    assert await listed(client, asker) == [need["id"]]
    assert need["id"] not in await listed(client, staff)


async def test_a_published_need_is_everybodys_but_a_secret_budget_its_askers(client: httpx.AsyncClient) -> None:
    asker, other = await register_organisation(client, "enterprise"), await register_organisation(client)
    need = await publish_need(client, asker, budget_min_fen=100, budget_max_fen=7_654_321, reference="R-1")
    assert need["budget_max_fen"] == 7_654_321
    for somebody in (other, await sign_in_platform(client), None):
        seen = await get_need(client, somebody, need["id"])
        assert seen.status_code == 200
        assert seen.json()["title"] == need["title"]
        assert "7654321" not in seen.text
        assert seen.json()["reference"] is None
    shown = await change_need(client, asker, need, budget_visibility="shown")
    assert (await get_need(client, None, need["id"])).json()["budget_max_fen"] == shown["budget_max_fen"]


async def test_only_verified_organisations_publish(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise", verified=False)
    need = await draft_need(client, asker)
    refused = await client.post(f"/v1/needs/{need['id']}/publication", headers=asker.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "organisation_not_verified")


async def test_a_confidential_need_is_seen_by_whom_it_names_and_the_public_sees_the_abstract_alone(
    client: httpx.AsyncClient,
) -> None:
    asker = await register_organisation(client, "enterprise")
    centre, other = await register_organisation(client, "operation_centre"), await register_organisation(client)
    need = await publish_need(
        client, asker, confidential=True, shown_to=[centre.organisation_id], budget_max_fen=5, reference="R"
    )
    assert need["shown_to"] == [centre.organisation_id]
    seen = (await get_need(client, centre, need["id"])).json()
    assert (seen["face"], seen["title"]) == ("full", need["title"])
    assert (seen["budget_max_fen"], seen["shown_to"]) == (None, None)
    assert await listed(client, centre) == [need["id"]]
    for somebody in (other, None):
        assert (await get_need(client, somebody, need["id"])).status_code == 404
    need = await change_need(client, asker, need, abstract="寻求一种电解液。")
    for somebody in (other, None):
        answer = (await get_need(client, somebody, need["id"])).json()
        known = {name for name, value in answer.items() if value is not None}
        assert known == {"id", "face", "abstract", "language", "published_at"}
    assert await listed(client, other) == []
    await change_need(client, asker, need, shown_to=[])
    assert (await get_need(client, centre, need["id"])).json()["face"] == "abstract"
    assert await listed(client, centre) == []


async def test_what_was_public_can_become_confidential(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise")
    need = await publish_need(client, asker)
    await change_need(client, asker, need, confidential=True)
    assert (await get_need(client, None, need["id"])).status_code == 404
    await change_need(client, asker, need, confidential=False)
    assert (await get_need(client, None, need["id"])).status_code == 200


async def test_the_platform_takes_down_and_the_asker_mends_and_publishes_again(client: httpx.AsyncClient) -> None:
    asker, staff = await register_organisation(client, "enterprise"), await sign_in_platform(client)
    need = await publish_need(client, asker)
    place = f"/v1/needs/{need['id']}"
    refused = await client.post(f"{place}/takedown", json={"reason": "含联系方式"}, headers=asker.headers)
    assert refused.status_code == 403
    await post(client, staff, f"{place}/takedown", {"reason": "含联系方式"}, 200)
    assert (await get_need(client, None, need["id"])).status_code == 404
    own = (await get_need(client, asker, need["id"])).json()
    assert (own["status"], own["status_reason"], own["taken_down_by"]) == ("taken_down", "含联系方式", "platform")
    same = await client.post(f"{place}/publication", headers=asker.headers)
    assert same.json()["reasons"][0]["code"] == "not_mended"
    await change_need(client, asker, need, problem="已删除联系方式。")
    again = await post(client, asker, f"{place}/publication", None, 200)
    assert (again["status"], again["status_reason"]) == ("published", None)
    assert (await get_need(client, None, need["id"])).status_code == 200


async def test_a_need_is_closed_with_its_outcome_which_is_its_askers_alone(client: httpx.AsyncClient) -> None:
    asker, staff = await register_organisation(client, "enterprise"), await sign_in_platform(client)
    need = await publish_need(client, asker)
    closed = await post(client, asker, f"/v1/needs/{need['id']}/closure", {"outcome": "solved_otherwise"}, 200)
    assert (closed["status"], closed["outcome"]) == ("closed", "solved_otherwise")
    assert (await get_need(client, None, need["id"])).status_code == 404
    assert (await get_need(client, staff, need["id"])).json()["outcome"] is None
    assert (await patch_need(client, asker, need, title="另一标题")).json()["code"] == "need_not_in_state"


async def test_a_matched_need_stays_as_it_was_to_others(client: httpx.AsyncClient, app: FastAPI) -> None:
    asker = await register_organisation(client, "enterprise")
    need, database = await publish_need(client, asker), app.state.database
    before = await get_need(client, None, need["id"])
    for _ in range(2):
        async with database.write() as session:
            await steps.match(session, need["id"], database.clock.now())
    own = (await get_need(client, asker, need["id"])).json()
    assert (own["status"], own["version"]) == ("matched", need["version"] + 1)
    after = await get_need(client, None, need["id"])
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
    assert after.json()["status"] == "published"
    assert await listed(client, asker, status="matched") == [need["id"]]
    await post(client, asker, f"/v1/needs/{need['id']}/closure", {"outcome": "contracted"}, 200)
    with pytest.raises(NeedNotInState):
        async with database.write() as session:
            await steps.match(session, need["id"], database.clock.now())


async def test_every_viewer_is_handed_the_faces_that_are_its_own(client: httpx.AsyncClient, app: FastAPI) -> None:
    asker, centre = await register_organisation(client, "enterprise"), await register_organisation(client)
    public = (await publish_need(client, asker, title="公开", budget_max_fen=5))["id"]
    names = [centre.organisation_id]
    secret = (await publish_need(client, asker, title="保密", confidential=True, shown_to=names, abstract="摘要"))["id"]
    hidden = (await publish_need(client, asker, title="保密二", confidential=True))["id"]
    draft = (await draft_need(client, asker, title="草稿"))["id"]
    async with app.state.database.read() as session:
        every = [public, secret, hidden, draft]
        nobody = await public_faces(session, every)
        named = await faces(session, Viewer(centre.organisation_id), every)
        own = await faces(session, Viewer(asker.organisation_id), every)
        standing = set(await session.scalars(standing_ids()))
    assert {i: (f.face, f.text.partition("\n")[0], f.budget_max_fen) for i, f in nobody.items()} == {
        public: ("full", "公开", None),
        secret: ("abstract", "摘要", None),
    }
    assert named[secret].text.startswith("保密\n")
    assert named.keys() == {public, secret}
    assert {face.face for face in own.values()} == {"own"}
    assert own[public].budget_max_fen == 5
    assert {public, secret, hidden} <= standing
    assert draft not in standing


async def test_what_does_not_fit_together_is_refused(client: httpx.AsyncClient) -> None:
    asker, other = await register_organisation(client, "enterprise"), await register_organisation(client)
    bank = await register_organisation(client, "bank")
    pending = await register_organisation(client, verified=False)

    async def refusal(**fields: Any) -> list[str]:
        answer = await post_need(client, asker, **fields)
        assert answer.status_code == 422, answer.text
        return [error["pointer"] for error in answer.json()["errors"]]

    assert await refusal(budget_min_fen=2, budget_max_fen=1) == ["/budget_max_fen"]
    assert await refusal(shown_to=[other.organisation_id]) == ["/shown_to"]
    names = [asker, bank, pending, other]
    wrong = await refusal(confidential=True, shown_to=[name.organisation_id for name in names])
    assert wrong == ["/shown_to/0", "/shown_to/1", "/shown_to/2"]
    assert await refusal(problem="长" * 10_001) == ["/problem"]
    await draft_need(client, asker, reference="R-1")
    assert (await post_need(client, asker, reference="R-1")).json()["code"] == "need_reference_taken"
    need = await draft_need(client, asker, wanted_by="2020-01-01")
    late = await client.post(f"/v1/needs/{need['id']}/publication", headers=asker.headers)
    assert late.json()["reasons"][0]["code"] == "wanted_by_past"

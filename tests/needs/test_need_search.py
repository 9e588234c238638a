"""Searching needs: what everybody may see, by words, filters, orders and counts, and nothing that is secret."""

from typing import Any

import httpx
import pytest

from tests.scenarios.members import Member, register_organisation
from tests.scenarios.needs import change_need, draft_need, search_needs

pytestmark = pytest.mark.both_databases


async def published(client: httpx.AsyncClient, member: Member, **fields: Any) -> tuple[str, httpx.Response]:
    need = await draft_need(client, member, **fields)
    answer = await client.post(f"/v1/needs/{need['id']}/publication", headers=member.headers)
    assert answer.status_code == 200, answer.text
    return need["id"], answer


async def test_needs_are_found_filtered_sorted_and_counted(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise", name="示例电池有限公司甲")
    words = {"budget_visibility": "shown", "region": "500106"}
    first, _ = await published(client, asker, budget_max_fen=900, wanted_by="2099-01-01", **words)
    english, _ = await published(
        client, asker, title="Electrolyte for lithium batteries at low temperature", problem="Charging takes too long.",
        budget_max_fen=100, stage_min=3, deal_types=["assignment"], ipc=["H01M10/0525"], budget_visibility="shown",
    )  # fmt: skip
    _, last = await published(client, asker, title="一种餐具清洗设备", problem="水耗过高。", clusters=[])
    own = {"organisation_id": asker.organisation_id}
    every = await search_needs(client, last, facets="cluster,language,deal_type", **own)
    assert every["total"] == 3
    assert {(v["value"], v["label"], v["count"]) for v in every["facets"]["language"]} == {
        ("zh", "中文", 2),
        ("en", "英文", 1),
    }
    found = await search_needs(client, q="锂离子电池 电解液", **own)
    assert found["items"][0]["id"] == first
    assert "<mark>" in found["items"][0]["highlights"]["title"]
    assert {item["id"] for item in (await search_needs(client, q="low temperature", **own))["items"]} == {english}
    for filters, expected in (
        ({"budget_min_fen": 500}, [first]),
        ({"stage_max": 4}, [english]),
        ({"ipc": "H01M"}, [english]),
        ({"technology_field": 1}, [english]),
        ({"region": "500106"}, [first]),
        ({"deal_type": "assignment"}, [english]),
        ({"wanted_from": "2098-01-01"}, [first]),
        ({"sort": "budget_fen", "budget_min_fen": 0}, [english, first]),
    ):
        answer = await search_needs(client, **own, **filters)
        assert [item["id"] for item in answer["items"]] == expected, filters
    page = await search_needs(client, limit=2, **own)
    rest = await search_needs(client, limit=2, cursor=page["next_cursor"], **own)
    assert {i["id"] for i in page["items"] + rest["items"]} == {i["id"] for i in every["items"]}


async def test_a_secret_budget_is_found_by_no_filter_and_shown_in_no_order(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise")
    need_id, last = await published(client, asker, budget_min_fen=1_000, budget_max_fen=2_000, ipc=[], clusters=[])
    shown_id, last = await published(client, asker, budget_max_fen=1_500, budget_visibility="shown")
    own = {"organisation_id": asker.organisation_id}
    assert (await search_needs(client, last, **own))["total"] == 2
    for least in (0, 1, 1_000, 1_500, 2_000):
        answer = await search_needs(client, budget_min_fen=least, **own)
        assert need_id not in [item["id"] for item in answer["items"]]
    for sort in ("budget_fen", "-budget_fen"):
        answer = await search_needs(client, sort=sort, **own)
        assert [item["id"] for item in answer["items"]] == [shown_id, need_id], "what is not shown comes last"
        assert "2000" not in str(answer["items"][1]["budget_max_fen"])


async def test_of_a_confidential_need_only_its_abstract_is_found(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise", name="示例保密企业乙")
    secret = {"title": "菱形谐振腔", "problem": "菱形谐振腔的漂移", "confidential": True, "budget_max_fen": 77}
    need_id, last = await published(client, asker, ipc=["G02B6/12"], region="500106", **secret)
    assert (await search_needs(client, last, q="谐振腔"))["total"] == 0
    answer = await client.get(f"/v1/needs/{need_id}", headers=asker.headers)
    last = await client.patch(
        f"/v1/needs/{need_id}",
        json={"abstract": "寻求微波器件的温漂补偿。"},
        headers=asker.headers | {"If-Match": answer.headers["etag"]},
    )
    found = await search_needs(client, last, q="温漂补偿", facets="region,ipc_class,cluster,deal_type,stage")
    (item,) = [item for item in found["items"] if item["id"] == need_id]
    known = {name for name, value in item.items() if value not in (None, {}, [])}
    assert known == {
        "id", "face", "abstract", "language", "published_at", "highlights", "matched_on",
    }  # fmt: skip
    assert all(values == [] for values in found["facets"].values())
    for query in (
        {"q": "谐振腔"}, {"q": "示例保密企业乙"}, {"q": "G02B6/12"}, {"ipc": "G02B"}, {"region": "500106"},
        {"organisation_id": asker.organisation_id}, {"stage_max": 9}, {"cluster": "advanced_materials"},
    ):  # fmt: skip
        assert need_id not in [item["id"] for item in (await search_needs(client, **query))["items"]], query


async def test_what_becomes_confidential_leaves_the_search(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise")
    need_id, last = await published(client, asker)
    own = {"organisation_id": asker.organisation_id}
    assert (await search_needs(client, last, **own))["total"] == 1
    need = await change_need(client, asker, {"id": need_id}, confidential=True)
    answer = await client.get("/v1/needs", headers=asker.headers)
    assert answer.json()["items"][0]["confidential"] is True
    later, last = await published(client, asker, title="另一需求")
    assert [item["id"] for item in (await search_needs(client, last, **own))["items"]] == [later]
    assert need["published_at"] is not None

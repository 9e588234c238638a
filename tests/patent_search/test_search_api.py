"""Searching over HTTP: what is asked, what is answered, what is refused; on both databases."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.core.search_indexing.reindex import rebuild
from backend.patent_search.schemas import FoundPatent, SearchOut
from backend.patent_search.search_index import INDEX
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.patents import application_number, enter_patent
from tests.scenarios.waiting import search_once_fed

pytestmark = pytest.mark.both_databases

SEARCH = "/v1/patents/search"


async def shown(client: httpx.AsyncClient, member: Member, title: str, **terms: Any) -> dict[str, Any]:
    """Return a patent that is listed with these terms and in the index."""
    patent = await enter_patent(client, member, title=title, abstract=f"{title}，结构简单。")
    listing = await list_patent(client, member, patent["id"])
    address = f"/v1/listings/{listing['id']}"
    headers = member.headers | {"If-Match": "*"}
    changed = await client.patch(address, json={"price_note": "可议", **terms}, headers=headers)
    assert changed.status_code == 200, changed.text
    await search_once_fed(client, SEARCH, after_event=changed.headers["event-id"])
    return patent


async def asked(client: httpx.AsyncClient, language: str = "zh", **query: Any) -> dict[str, Any]:
    answer = await client.get(SEARCH, params=query, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    said = dict(answer.json())
    SearchOut.model_validate(said)
    return said


@pytest.fixture
async def university(client: httpx.AsyncClient) -> Member:
    return await register_organisation(client, region="500107")


async def test_a_found_patent_shows_register_listing_and_where_it_matched(
    client: httpx.AsyncClient, university: Member
) -> None:
    terms = {"deal_types": ["open_licence"], "price_fen": 9_900, "stage": 6, "clusters": ["advanced_materials"]}
    patent = await shown(client, university, "一种贝壳<b>仿生</b>涂层", **terms)
    found = await asked(client, q="贝壳涂层", holder=university.organisation_id)
    assert found["total"] == 1
    item = found["items"][0]
    FoundPatent.model_validate(item)
    assert (item["id"], item["application_number"]) == (patent["id"], patent["application_number"])
    assert (item["price_fen"], item["stage"], item["deal_types"]) == (9_900, 6, ["open_licence"])
    assert (item["region"], item["technology_fields"]) == ("500107", [1])
    assert item["holders"][0]["organisation_id"] == university.organisation_id
    assert "<mark>贝壳</mark>" in item["highlights"]["title"]
    assert "&lt;b&gt;" in item["highlights"]["title"]
    assert "title" in item["matched_on"]
    assert found["query"]["words"]


async def test_filters_are_repeatable_and_combined(client: httpx.AsyncClient, university: Member) -> None:
    holder = university.organisation_id
    one = await shown(client, university, "一种水泵", stage=3, price_fen=100)
    two = await shown(client, university, "一种风扇", stage=7, price_fen=900)

    async def ids(**query: Any) -> set[str]:
        return {item["id"] for item in (await asked(client, holder=holder, **query))["items"]}

    assert await ids() == {one["id"], two["id"]}
    assert await ids(stage_min=5) == await ids(stage_max=8, stage_min=7) == {two["id"]}
    assert await ids(price_max_fen=100) == {one["id"]}
    assert await ids(ipc=["G06", "h01m 10/0525"]) == {one["id"], two["id"]}
    assert await ids(ipc="G06") == set()
    assert await ids(legal_status=["in_force", "lapsed"], kind="invention") == {one["id"], two["id"]}
    assert await ids(filed_from="2018-03-02") == set()
    assert await ids(open_licence="true") == set()
    assert await ids(cluster="advanced_materials") == set()


async def test_facets_carry_labels_in_the_callers_language(client: httpx.AsyncClient, university: Member) -> None:
    await shown(client, university, "一种齿轮", clusters=["advanced_materials"], stage=4)
    asking = {"holder": university.organisation_id, "facets": "kind,cluster,holder,ipc_class,open_licence,stage"}
    zh, en = await asked(client, **asking), await asked(client, "en", **asking)
    assert zh["facets"]["kind"] == [{"value": "invention", "label": "发明", "count": 1}]
    assert en["facets"]["kind"] == [{"value": "invention", "label": "Invention", "count": 1}]
    assert set(zh["facets"]) == {"kind", "cluster", "holder", "ipc_class", "open_licence", "stage"}
    assert en["facets"]["cluster"][0]["label"] != "advanced_materials"
    values = await client.get(f"{SEARCH}/facets/kind", params={"q": "发", "holder": university.organisation_id})
    assert values.json()["items"] == [{"value": "invention", "label": "发明", "count": 1}]
    name = zh["facets"]["holder"][0]["value"]
    holders = await client.get(f"{SEARCH}/facets/holder", params={"q": name[4:-1]})  # the middle of a name
    assert name in {v["value"] for v in holders.json()["items"]}


async def test_pages_hold_each_patent_once_and_a_cursor_is_for_its_question_only(
    client: httpx.AsyncClient, university: Member
) -> None:
    made = {(await shown(client, university, f"一种铰链{n}"))["id"] for n in range(5)}
    question = {"q": "铰链", "holder": university.organisation_id, "limit": 2}
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await asked(client, **question, **cursor)
        assert (page["total"], page["shifted"]) == (5, False)
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert (len(seen), set(seen)) == (5, made)
    first = await asked(client, **question)
    for wrong in ({"q": "别的", "cursor": first["next_cursor"]}, {**question, "cursor": "abc"}):
        answer = await client.get(SEARCH, params=wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


async def test_a_page_after_a_change_says_shifted(client: httpx.AsyncClient, app: FastAPI, university: Member) -> None:
    for n in range(3):
        await shown(client, university, f"一种阀芯{n}")
    question = {"q": "阀芯", "holder": university.organisation_id, "limit": 2}
    first = await asked(client, **question)
    await rebuild(INDEX, app.state.database, app.state.search[INDEX.name])
    again = await asked(client, **question, cursor=first["next_cursor"])
    assert again["shifted"] is True


@pytest.mark.parametrize(
    "query",
    [
        "legal_status=foo", "kind=invention&kind=x", "ipc=hello", "technology_field=36", "cluster=x", "grade=Z",
        "region=9", "sort=price", "limit=0", "limit=101", "limit=5&limit=6", "colour=red", "facets=colour",
        "filed_from=2020-13-01", "filed_from=2021-01-02&filed_to=2021-01-01", "stage_min=5&stage_max=4",
        "price_max_fen=-1", "open_licence=perhaps", "cursor=x", "after_event=evt_x", "q=%00",
    ],
)  # fmt: skip
async def test_what_no_search_can_mean_is_refused(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"{SEARCH}?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_event_in_the_future_is_not_waited_for_for_ever(client: httpx.AsyncClient, app: FastAPI) -> None:
    never = app.state.event_token(10**12)
    answer = await asyncio.wait_for(asked(client, after_event=never), 4)
    assert answer["behind"] is True
    assert answer["position"] != never


async def test_nothing_found_says_what_was_the_strictest(client: httpx.AsyncClient, university: Member) -> None:
    await shown(client, university, "一种螺栓")
    found = await asked(client, holder=university.organisation_id, kind="design")
    assert (found["total"], found["items"]) == (0, [])
    assert found["query"]["strictest"]["total_without"] >= 1


async def test_numbers_are_found_in_any_spelling(client: httpx.AsyncClient, university: Member) -> None:
    number = application_number()
    patent = await enter_patent(client, university, application_number=number)
    listing = await list_patent(client, university, patent["id"])
    headers = university.headers | {"If-Match": "*"}
    changed = await client.patch(f"/v1/listings/{listing['id']}", json={"stage": 2}, headers=headers)
    await search_once_fed(client, SEARCH, after_event=changed.headers["event-id"])
    for spelling in (number, f"ZL{number}", f"CN {number.replace('.', '')}", number.partition(".")[0]):
        assert patent["id"] in {item["id"] for item in (await asked(client, q=spelling))["items"]}, spelling


async def test_no_personal_or_private_business_is_served(client: httpx.AsyncClient, university: Member) -> None:
    patent = await shown(client, university, "一种挂钩")
    hidden = await enter_patent(client, university, title="一种挂钩隐藏")
    found = await asked(client, q="挂钩", holder=university.organisation_id)
    assert [item["id"] for item in found["items"]] == [patent["id"]]
    assert hidden["id"] not in str(found)
    assert university.user_email not in str(found)

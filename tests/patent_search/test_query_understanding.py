"""How a query's text is read, over HTTP: asking words, exclusion, demand, parts; the counts follow."""

import httpx
import pytest

from tests.patent_search.test_search_api import asked, shown
from tests.scenarios.members import Member, register_organisation

pytestmark = pytest.mark.both_databases


@pytest.fixture
async def university(client: httpx.AsyncClient) -> Member:
    return await register_organisation(client, region="500107")


async def ids(client: httpx.AsyncClient, member: Member, q: str) -> set[str]:
    found = await asked(client, q=q, holder=member.organisation_id, facets="region")
    counted = sum(value["count"] for value in found["facets"]["region"])
    assert counted == found["total"] == len(found["items"])
    return {item["id"] for item in found["items"]}


async def test_minus_vehicle_searches_for_no_vehicles(client: httpx.AsyncClient, university: Member) -> None:
    station = (await shown(client, university, "Charging station"))["id"]
    vehicle = (await shown(client, university, "Charging of vehicles"))["id"]
    assert await ids(client, university, "charging") == {station, vehicle}
    assert await ids(client, university, "charging -vehicle") == {station}
    assert await ids(client, university, "charging NOT vehicle") == {station}
    assert await ids(client, university, "-vehicle") == {station}
    assert await ids(client, university, "charging +vehicles") == {vehicle}
    query = (await asked(client, q="charging -vehicle", holder=university.organisation_id))["query"]
    assert (query["words"], query["excluded"]) == (["charging"], ["vehicle"])


async def test_a_sentence_finds_what_it_is_about(client: httpx.AsyncClient, university: Member) -> None:
    noise = (await shown(client, university, "一种低噪声齿轮箱"))["id"]
    await shown(client, university, "一种太赫兹成像装置")
    assert await ids(client, university, "齿轮箱噪音太大怎么办，有没有办法") == {noise}
    query = (await asked(client, q="齿轮箱噪音太大怎么办", holder=university.organisation_id))["query"]
    assert {"太", "怎么办"} <= set(query["dropped"])


async def test_a_long_word_that_finds_nothing_says_by_which_parts(
    client: httpx.AsyncClient, university: Member
) -> None:
    wanted = (await shown(client, university, "一种电池的安全管理方法"))["id"]
    await shown(client, university, "一种电池外壳")
    assert await ids(client, university, "电池管理系统") == {wanted}
    query = (await asked(client, q="电池管理系统", holder=university.organisation_id))["query"]
    assert {(part["word"], part["text"], part["total"]) for part in query["parts"]} == {
        ("电池管理系统", "电池", 2),
        ("电池管理系统", "管理", 1),
    }


async def test_signs_are_read(client: httpx.AsyncClient, university: Member) -> None:
    code = (await shown(client, university, "一种C++代码检查方法"))["id"]
    heat = (await shown(client, university, "一种120℃加热的WiFi控制器"))["id"]
    assert await ids(client, university, "C++") == {code}
    assert await ids(client, university, "120 °C") == await ids(client, university, "Wi-Fi") == {heat}

import asyncio

import httpx
import pytest

from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent, patent_body

pytestmark = pytest.mark.both_databases


async def test_a_university_enters_a_patent_and_finds_it_by_any_spelling(client: httpx.AsyncClient) -> None:
    member = await register_organisation(client)
    patent = await enter_patent(client, member, legal_status="in_force", status_checked_on="2026-01-01")
    number = patent["application_number"]
    assert (patent["kind"], patent["expiry_date"], patent["legal_status"]) == ("invention", "2038-03-01", "in_force")
    assert [h["organisation_id"] for h in patent["holders"]] == [member.organisation_id]
    for spelling in (number, f"ZL{number}", f"cn {number.replace('.', '')}"):
        answer = await client.get(f"/v1/patents/by-number/{spelling}", headers=member.headers)
        assert answer.json()["id"] == patent["id"]


async def test_a_second_university_meets_the_first_only_where_it_was_named(client: httpx.AsyncClient) -> None:
    one, two, three = [await register_organisation(client) for _ in range(3)]
    name = (await client.get(f"/v1/organisations/{two.organisation_id}")).json()["name"]
    first = await enter_patent(client, one, title="锂电池正极", holders=[{"name": name}])
    number = f"CN{first['application_number']}"
    named = await enter_patent(client, two, application_number=number, title="另一个名称", abstract="摘要")
    assert named["id"] == first["id"]
    assert (named["title"], named["abstract"], named["not_taken"]) == ("锂电池正极", "摘要", ["title"])
    assert {h["organisation_id"] for h in named["holders"]} == {one.organisation_id, two.organisation_id}
    stranger = await enter_patent(client, three, application_number=number, title="第三个名称", legal_status="lapsed")
    assert (stranger["id"] == first["id"], stranger["title"]) == (False, "第三个名称")
    now = (await client.get(f"/v1/patents/{first['id']}", headers=one.headers)).json()
    assert (now["title"], now["legal_status"], len(now["holders"])) == ("锂电池正极", "in_force", 2)


async def test_two_who_enter_the_same_number_at_once_have_a_row_each(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    body = patent_body()
    who = (one, two, one, two)
    answers = await asyncio.gather(*(client.post("/v1/patents", json=body, headers=m.headers) for m in who))
    assert {a.status_code for a in answers} == {200, 201}
    rows = {(m.organisation_id, a.json()["id"]) for m, a in zip(who, answers, strict=True)}
    assert len(rows) == 2
    for member, answer in zip(who, answers, strict=True):
        now = await client.get(f"/v1/patents/{answer.json()['id']}", headers=member.headers)
        assert [h["organisation_id"] for h in now.json()["holders"]] == [member.organisation_id]


async def test_what_is_wrong_with_an_entry_is_said_field_by_field(client: httpx.AsyncClient) -> None:
    member = await register_organisation(client)
    body = patent_body(application_number="2.02E+12", publication_number="CN107123456", filing_date="2021-01-01")
    answer = await client.post("/v1/patents", json=body, headers=member.headers)
    assert answer.status_code == 422
    found = {(e["pointer"], e["code"]) for e in answer.json()["errors"]}
    assert found == {
        ("/application_number", "number_ruined_by_spreadsheet"),
        ("/publication_number", "number_kind_code_missing"),
        ("/filing_date", "filing_date_after_publication"),
    }


async def test_strangers_and_other_members_see_a_patent_only_while_it_is_listed(client: httpx.AsyncClient) -> None:
    holder, other = await register_organisation(client), await register_organisation(client, "enterprise")
    patent = await enter_patent(client, holder)
    address, number = f"/v1/patents/{patent['id']}", f"/v1/patents/by-number/{patent['application_number']}"
    for headers in ({}, other.headers):
        for hidden in (address, number, f"{address}/holdings", f"{address}/legal-events"):
            assert (await client.get(hidden, headers=headers)).status_code == 404
        assert (await client.get(f"{address}/assessments", headers=headers)).status_code == (404 if headers else 401)
    await list_patent(client, holder, patent["id"])
    for headers in ({}, other.headers):
        seen = await client.get(address, headers=headers)
        assert (seen.status_code, seen.json()["facts_by"]) == (200, None)
        holdings = await client.get(f"{address}/holdings", headers=headers)
        assert holdings.json()["items"][0]["evidence"] is None
    assert (await client.get(f"{address}/assessments", headers=other.headers)).status_code == 403


async def test_the_register_shows_what_one_holds_and_offices_see_all(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    mine = [await enter_patent(client, one, title=f"石墨烯导热膜 {n}", ipc=["C01B32/182"]) for n in range(3)]
    await enter_patent(client, two)
    page = (await client.get("/v1/patents?limit=2", headers=one.headers)).json()
    rest = (await client.get(f"/v1/patents?limit=2&cursor={page['next_cursor']}", headers=one.headers)).json()
    assert [p["id"] for p in page["items"] + rest["items"]] == [p["id"] for p in reversed(mine)]
    staff = await sign_in_platform(client)
    seen = await client.get(f"/v1/patents?holder={one.organisation_id}", headers=staff.headers)
    assert len(seen.json()["items"]) == 3
    assert (await client.get(f"/v1/patents?holder={one.organisation_id}", headers=two.headers)).json()["items"] == []
    asked = {"q": "导热膜 1"}, {"q": mine[0]["application_number"]}
    for query in asked:
        assert len((await client.get("/v1/patents", params=query, headers=one.headers)).json()["items"]) == 1
    for query in ({"ipc": "C01B"}, {"assessment_due": "true"}, {"listed": "false"}, {"legal_status": "in_force"}):
        assert len((await client.get("/v1/patents", params=query, headers=one.headers)).json()["items"]) == 3
    for query in ({"ipc": "H01M"}, {"assessed": "true"}, {"listed": "true"}, {"filed_from": "2019-01-01"}):
        assert (await client.get("/v1/patents", params=query, headers=one.headers)).json()["items"] == []
    assert (await client.get("/v1/patents")).status_code == 401


async def test_facts_change_by_who_entered_them_and_by_offices_alone(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    staff = await sign_in_platform(client)
    name = (await client.get(f"/v1/organisations/{two.organisation_id}")).json()["name"]
    patent = await enter_patent(client, one, holders=[{"name": name}])
    address = f"/v1/patents/{patent['id']}"

    async def change(member: Member, **fields: object) -> httpx.Response:
        tag = (await client.get(address, headers=member.headers)).headers["etag"]
        return await client.patch(address, json=fields, headers=member.headers | {"If-Match": tag})

    assert (await change(one, title_en="Cathode")).json()["title_en"] == "Cathode"
    assert (await change(two, title_en="Mine")).json()["code"] == "facts_of_others"
    assert (await change(staff, title_en="Cathode material")).status_code == 200
    assert (await change(one, expiry_override="2040-01-01")).json()["code"] == "office_decides"
    assert (await change(staff, expiry_override="2040-01-01")).status_code == 422
    extended = await change(staff, expiry_override="2040-01-01", expiry_override_reason="期限补偿")
    assert extended.json()["expiry_date"] == "2040-01-01"
    assert (await change(one, title=None)).status_code == 422
    assert (await change(one, application_number=None)).status_code == 422
    assert (await client.patch(address, json={"title": "x"}, headers=one.headers)).status_code == 428


async def test_of_two_edits_of_one_version_one_wins(client: httpx.AsyncClient) -> None:
    member = await register_organisation(client)
    patent = await enter_patent(client, member)
    address = f"/v1/patents/{patent['id']}"
    headers = member.headers | {"If-Match": (await client.get(address, headers=member.headers)).headers["etag"]}
    answers = await asyncio.gather(
        *(client.patch(address, json={"title_en": f"Title {n}"}, headers=headers) for n in range(4))
    )
    assert sorted(a.status_code for a in answers) == [200, 412, 412, 412]


async def test_an_office_names_the_holders(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    staff = await sign_in_platform(client)
    name = (await client.get(f"/v1/organisations/{university.organisation_id}")).json()["name"]
    assert (await client.post("/v1/patents", json=patent_body(), headers=staff.headers)).status_code == 422
    patent = await enter_patent(
        client,
        staff,
        holders=[{"name": name, "share": {"numerator": 1, "denominator": 2}}, {"name": "示例新材料有限公司"}],
    )
    assert [h["organisation_id"] for h in patent["holders"]] == [university.organisation_id, None]
    assert (await client.get(f"/v1/patents/{patent['id']}", headers=university.headers)).status_code == 200


async def test_a_refused_entry_leaves_no_trace(client: httpx.AsyncClient) -> None:
    member = await register_organisation(client)
    whole = {"numerator": 1, "denominator": 1}
    body = patent_body(holders=[{"name": "甲公司", "share": whole}, {"name": "乙公司", "share": whole}])
    refused = await client.post("/v1/patents", json=body, headers=member.headers)
    assert refused.json()["code"] == "shares_exceed_whole"
    found = await client.get(f"/v1/patents/by-number/{body['application_number']}", headers=member.headers)
    assert found.status_code == 404

"""Who may write into an established row: an undisputed holder, verified; and whose row survives when two are one."""

import httpx
import pytest

from tests.scenarios.holdings import name_holder
from tests.scenarios.imports import wait_for_import
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, find_party, register_organisation, sign_in_platform
from tests.scenarios.patents import (
    application_number,
    enter_patent,
    get_patent,
    patch_patent,
    patent_body,
    post_legal_event,
    publication_number,
)

pytestmark = pytest.mark.both_databases


async def post_dispute(client: httpx.AsyncClient, by: Member, patent_id: str, holding_id: str) -> httpx.Response:
    path = f"/v1/patents/{patent_id}/holdings/{holding_id}/dispute"
    return await client.post(path, json={"reason": "权属纠纷"}, headers=by.headers)


async def test_a_refused_holder_and_an_unverified_one_write_nothing(client: httpx.AsyncClient) -> None:
    one, refused, third = [await register_organisation(client) for _ in range(3)]
    pending, staff = await register_organisation(client, verified=False), await sign_in_platform(client)
    patent = await enter_patent(client, one)
    for holder in (refused, pending):
        await name_holder(client, one, patent["id"], holder)
    await list_patent(client, one, patent["id"])
    verdict = {"outcome": "refused", "reason": "材料不实"}
    place = f"/v1/organisations/{refused.organisation_id}/verification"
    assert (await client.post(place, json=verdict, headers=staff.headers)).status_code == 200
    before = (await client.get(f"/v1/patents/{patent['id']}")).content
    body = patent_body(application_number=patent["application_number"], abstract="不应出现")
    for holder in (refused, pending):
        name = {"party_id": await find_party(client, third)}
        answers = [
            await client.post(f"/v1/patents/{patent['id']}/holdings", json=name, headers=holder.headers),
            await client.post("/v1/patents", json=body, headers=holder.headers),
            await post_legal_event(client, holder, patent["id"], "surrendered", "2025-03-01"),
            await post_dispute(client, holder, patent["id"], patent["holders"][0]["holding_id"]),
        ]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
            (403, "organisation_not_verified")
        }
    assert (await client.get(f"/v1/patents/{patent['id']}")).content == before


async def test_whoever_entered_it_and_is_disputed_overwrites_nothing(client: httpx.AsyncClient) -> None:
    one, two, staff = [
        await register_organisation(client), await register_organisation(client), await sign_in_platform(client)
    ]  # fmt: skip
    patent = await enter_patent(client, one)
    await name_holder(client, one, patent["id"], two)
    await list_patent(client, two, patent["id"])
    await post_dispute(client, staff, patent["id"], patent["holders"][0]["holding_id"])
    number = patent["application_number"]
    body = patent_body(application_number=number, title="改写", holders=[{"name": "再加一人"}])
    assert (await patch_patent(client, one, patent["id"], title="改写")).status_code == 403
    assert (await client.post("/v1/patents", json=body, headers=one.headers)).status_code == 403
    shown = (await client.get(f"/v1/patents/{patent['id']}")).json()
    assert (shown["title"], len(shown["holders"])) == (patent["title"], 2)


async def test_a_disputed_holder_merges_nothing_into_the_patent(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    await post_dispute(client, one, patent["id"], await name_holder(client, one, patent["id"], two))
    side = await enter_patent(
        client, two, application_number=None, publication_number=publication_number(),
        holders=[{"name": "塞进来的公司"}],
    )  # fmt: skip
    assert (await post_legal_event(client, two, side["id"], "surrendered", "2025-03-01")).status_code == 201
    merged = await patch_patent(client, two, side["id"], application_number=patent["application_number"])
    assert (merged.status_code, merged.json()["code"]) == (409, "number_belongs_to_another_patent")
    now = await get_patent(client, one, patent["id"])
    assert (now["legal_status"], len(now["holders"])) == ("in_force", 2)


async def test_a_co_holder_takes_neither_facts_nor_id_over_by_an_older_row(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    side = await enter_patent(
        client, two, application_number=None, publication_number=publication_number(), title="篡改的名称"
    )
    patent = await enter_patent(client, one)
    await name_holder(client, one, patent["id"], two)
    await list_patent(client, one, patent["id"])
    assert (await patch_patent(client, two, patent["id"], title="篡改的名称")).status_code == 403
    assert (
        await patch_patent(client, two, side["id"], application_number=patent["application_number"])
    ).status_code == 409
    assert (await client.get(f"/v1/patents/{patent['id']}")).json()["title"] == patent["title"]


async def test_numbers_of_two_own_rows_do_not_touch_a_third_partys(client: httpx.AsyncClient) -> None:
    holder, other = await register_organisation(client), await register_organisation(client)
    taken = await enter_patent(client, holder, publication_number=publication_number())
    number = taken["publication_number"]
    first = await enter_patent(client, other)
    await enter_patent(client, other, application_number=None, publication_number=number)
    body = patent_body(application_number=first["application_number"], publication_number=number)
    refused = await client.post("/v1/patents", json=body, headers=other.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "number_belongs_to_another_patent")
    rows = [f"{first['application_number']},{number},{first['title']}", f"{application_number()},,别的"]
    sent = await client.post(
        "/v1/imports",
        data={"kind": "patents", "mode": "apply"},
        files={"file": ("r.csv", "\n".join(["申请号,公开号,专利名称", *rows]).encode())},
        headers=other.headers,
    )
    done = await wait_for_import(client, other, sent.headers["Location"])  # type: ignore[arg-type]  # it has headers as a Person
    assert (done["status"], done["counts"]["created"], done["counts"]["conflict"]) == ("done", 1, 1)


async def test_what_an_office_verified_is_established(client: httpx.AsyncClient) -> None:
    pending, rival = await register_organisation(client, verified=False), await register_organisation(client)
    staff = await sign_in_platform(client)
    row = await enter_patent(client, pending)
    place = f"/v1/patents/{row['id']}/holdings/{row['holders'][0]['holding_id']}/verification"
    verdict = {"outcome": "verified", "reason": "登记簿"}
    assert (await client.post(place, json=verdict, headers=staff.headers)).status_code == 200
    later = await enter_patent(client, rival, application_number=row["application_number"])
    draft = {"patent_id": later["id"], "deal_types": ["assignment"], "price_note": "面议"}
    listing = (await client.post("/v1/listings", json=draft, headers=rival.headers)).json()
    await client.post(f"/v1/listings/{listing['id']}/submission", headers=rival.headers)
    answer = await client.post(f"/v1/listings/{listing['id']}/publication", headers=rival.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_established")

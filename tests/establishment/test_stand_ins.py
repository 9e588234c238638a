"""A stand-in brings in whom it was named for, and nobody who renamed it later."""

import httpx
import pytest

from tests.establishment.test_honest_roads import uploaded_register
from tests.scenarios.members import Member, find_party, organisation_name, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent, get_patent, patent_body

ROADS = pytest.mark.parametrize("by_file", [False, True], ids=["by_hand", "by_file"])


async def rename(client: httpx.AsyncClient, by: Member, party_id: str, name: str) -> None:
    headers = by.headers | {"If-Match": "*"}
    answer = await client.patch(f"/v1/parties/{party_id}", json={"name": name}, headers=headers)
    assert answer.status_code == 200, answer.text


async def enter_again(client: httpx.AsyncClient, by: Member, number: str, *, by_file: bool) -> None:
    """Enter the number once more, as its holder."""
    if by_file:
        await uploaded_register(client, by, [(number, await organisation_name(client, by))])
    else:
        await client.post("/v1/patents", json=patent_body(application_number=number), headers=by.headers)


async def organisations(client: httpx.AsyncClient, member: Member, patent_id: str) -> set[str | None]:
    return {holder["organisation_id"] for holder in (await get_patent(client, member, patent_id))["holders"]}


@ROADS
async def test_a_former_holder_does_not_take_its_co_owners_place_by_renaming_it(
    client: httpx.AsyncClient, by_file: bool
) -> None:
    seller, buyer = await register_organisation(client), await register_organisation(client)
    half = {"name": "某某无账号大学", "share": {"numerator": 1, "denominator": 2}}
    patent = await enter_patent(client, seller, holders=[half])
    stand_in = next(one for one in patent["holders"] if one["organisation_id"] is None)
    mine = next(one for one in patent["holders"] if one["organisation_id"] == seller.organisation_id)
    place = f"/v1/patents/{patent['id']}/holdings"
    body = {"party_id": await find_party(client, buyer)}
    assert (await client.post(place, json=body, headers=seller.headers)).status_code == 201
    sold = {"ended_on": "2026-01-01", "reason": "转让"}
    gone = await client.post(f"{place}/{mine['holding_id']}/end", json=sold, headers=seller.headers)
    assert gone.status_code == 200, gone.text
    await rename(client, seller, stand_in["party_id"], await organisation_name(client, seller))
    await enter_again(client, seller, patent["application_number"], by_file=by_file)
    assert await organisations(client, buyer, patent["id"]) == {buyer.organisation_id, None}


@ROADS
async def test_an_accomplice_does_not_come_in_by_a_stand_in_that_was_renamed(
    client: httpx.AsyncClient, by_file: bool
) -> None:
    seller, accomplice = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, seller, holders=[{"name": "另一无账号大学"}])
    stand_in = next(one for one in patent["holders"] if one["organisation_id"] is None)
    await rename(client, seller, stand_in["party_id"], await organisation_name(client, accomplice))
    await enter_again(client, accomplice, patent["application_number"], by_file=by_file)
    assert await organisations(client, seller, patent["id"]) == {seller.organisation_id, None}


async def test_whom_an_office_renamed_takes_its_stand_ins_place(client: httpx.AsyncClient) -> None:
    staff, holder = await sign_in_platform(client), await register_organisation(client)
    patent = await enter_patent(client, staff, holders=[{"name": "改名前大学"}])
    await rename(client, staff, patent["holders"][0]["party_id"], await organisation_name(client, holder))
    await enter_again(client, holder, patent["application_number"], by_file=False)
    assert await organisations(client, holder, patent["id"]) == {holder.organisation_id}

"""Honest people come to their right: co-owners, buyers, whoever was squatted on, whoever came after an authority."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.licences.test_afternoon import take
from tests.scenarios.establishment import ask_to_be_heard, get_request, post_decision, propose
from tests.scenarios.imports import wait_for_import
from tests.scenarios.listings import list_patent
from tests.scenarios.members import (
    Member,
    organisation_name,
    register_organisation,
    registration_body,
    sign_in,
    sign_in_platform,
    verify_organisation,
)
from tests.scenarios.open_licences import declare
from tests.scenarios.patents import application_number, enter_patent, get_patent
from tests.scenarios.waiting import wait_until

ROWS, SHARED = 40, 6  # the form of the test; `scripts/bench abuse` has the full numbers


async def uploaded_register(client: httpx.AsyncClient, member: Member, rows: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the import of a register: number and holders of each row."""
    lines = ["申请号,专利名称,权利人", *(f"{number},一种装置,{holders}" for number, holders in rows)]
    answer = await client.post(
        "/v1/imports",
        data={"kind": "patents", "mode": "apply"},
        files={"file": ("register.csv", "\n".join(lines).encode())},
        headers=member.headers,
    )
    assert answer.status_code == 202, answer.text
    return await wait_for_import(client, member, answer.headers["Location"])  # type: ignore[arg-type]


async def register(client: httpx.AsyncClient, member: Member) -> dict[str, dict[str, Any]]:
    """Return the member's patents by their number."""
    found, cursor = {}, ""
    while True:
        page = (await client.get(f"/v1/patents?limit=100{cursor}", headers=member.headers)).json()
        found |= {patent["application_number"]: patent for patent in page["items"]}
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


@pytest.mark.parametrize("first_names", [True, False])
async def test_two_universities_that_own_together_upload_one_after_the_other(
    client: httpx.AsyncClient, first_names: bool
) -> None:
    one, two, other = [await register_organisation(client) for _ in range(3)]
    names = [await organisation_name(client, member) for member in (one, two)]
    numbers = [application_number() for _ in range(ROWS)]
    shared = numbers[:SHARED]
    of_one = [(n, f"{names[0]};{names[1]}" if n in shared and first_names else names[0]) for n in numbers]
    of_two = [(n, f"{names[0]};{names[1]}") for n in shared] + [(application_number(), names[1]) for _ in range(SHARED)]
    await uploaded_register(client, one, of_one)
    done = await uploaded_register(client, two, of_two)
    assert done["status"] == "done", done
    mine, theirs = await register(client, one), await register(client, two)
    pipeline = {n: theirs[n]["id"] == mine[n]["id"] for n in shared}
    assert set(pipeline.values()) == {first_names}, "who came first is believed about whom it names"
    if not first_names:
        ids = [theirs[n]["id"] for n in shared]
        request = await propose(client, two, ids[0], patent_ids=ids[1:])
        accepted = await post_decision(client, one, mine[shared[0]]["id"], request["id"], "acceptance", batch=True)
        assert accepted.status_code == 200, accepted.text
    mine, theirs = await register(client, one), await register(client, two)
    for number in shared:
        assert mine[number]["id"] == theirs[number]["id"]
        assert {h["organisation_id"] for h in mine[number]["holders"]} == {one.organisation_id, two.organisation_id}
    assert (len(mine), len(theirs)) == (ROWS, 2 * SHARED)
    assert await register(client, other) == {}


async def test_a_holder_that_names_its_co_owner_later_lets_its_rows_join(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    number, name = application_number(), await organisation_name(client, two)
    first = await enter_patent(client, one, application_number=number)
    second = await enter_patent(client, two, application_number=number)
    assert first["id"] != second["id"]
    await enter_patent(client, one, application_number=number, holders=[{"name": name}])

    async def joined() -> bool:
        answer = await client.get(f"/v1/patents/{second['id']}", headers=two.headers)
        return answer.status_code == 308 and answer.headers["location"].endswith(first["id"])

    await wait_until(joined)


async def test_a_company_that_bought_many_asks_once_with_the_paper(client: httpx.AsyncClient) -> None:
    seller, third = await register_organisation(client), await register_organisation(client)
    buyer = await register_organisation(client, "enterprise")
    bought = [await enter_patent(client, seller) for _ in range(3)]
    others = await enter_patent(client, third)
    rows = [
        await enter_patent(client, buyer, application_number=patent["application_number"])
        for patent in (*bought, others)
    ]
    seller_name = await organisation_name(client, seller)
    refused = await client.post(
        f"/v1/patents/{rows[0]['id']}/establishment",
        json={"evidence": "吸收合并", "of_party": seller_name},
        headers=buyer.headers,
    )
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/evidence_files")
    request = await propose(client, buyer, rows[0]["id"], of_party=seller_name)

    async def all_proposed() -> list[dict[str, Any]]:
        page = await client.get(f"/v1/establishments?batch_id={request['batch_id']}", headers=seller.headers)
        found = [one for one in page.json()["items"] if one["state"] == "proposed"]
        return found if len(found) == 3 else []

    proposals = await wait_until(all_proposed)
    assert all(one["evidence_files"] for one in proposals), "the paper stands behind each of them"
    hidden = await client.get(f"/v1/establishments?batch_id={request['batch_id']}", headers=third.headers)
    assert hidden.json()["items"] == [], "another's patents are not asked for"
    first = proposals[0]
    done = await post_decision(client, seller, first["patent_id"], first["id"], "acceptance", batch=True)
    assert done.status_code == 200, done.text
    for patent in bought:
        now = await get_patent(client, buyer, patent["id"])
        assert buyer.organisation_id in {h["organisation_id"] for h in now["holders"]}


async def test_whoever_came_before_the_true_holder_gives_way_by_an_offices_decision(client: httpx.AsyncClient) -> None:
    squatter, holder = await register_organisation(client, "enterprise"), await register_organisation(client)
    staff = await sign_in_platform(client)
    taken = await enter_patent(client, squatter, title="抢占者的名称", title_en="Squatted")
    listing = await list_patent(client, squatter, taken["id"])
    own = await enter_patent(client, holder, application_number=taken["application_number"], title="真实名称")
    request = await propose(client, holder, own["id"])
    holding = taken["holders"][0]["holding_id"]
    by_holder = await post_decision(
        client, squatter, taken["id"], request["id"], "acceptance", ends_holdings=[holding], reason="x"
    )
    assert (by_holder.status_code, by_holder.json()["code"]) == (403, "office_decides")
    bare = await post_decision(client, staff, taken["id"], request["id"], "acceptance", ends_holdings=[holding])
    assert bare.status_code == 422
    done = await post_decision(
        client, staff, taken["id"], request["id"], "acceptance", ends_holdings=[holding], reason="登记簿载明"
    )
    assert done.status_code == 200, done.text
    now = await get_patent(client, holder, taken["id"])
    assert [h["organisation_id"] for h in now["holders"]] == [holder.organisation_id]
    assert (now["title"], now["facts_by"]) == ("真实名称", holder.organisation_id)
    shown = (await client.get(f"/v1/listings/{listing['id']}", headers=squatter.headers)).json()
    assert shown["status"] == "delisted"
    assert (await client.get(f"/v1/patents/{taken['id']}")).status_code == 404
    assert (await client.get(f"/v1/patents/{taken['id']}", headers=squatter.headers)).status_code == 404
    await list_patent(client, holder, taken["id"])


@pytest.mark.parametrize("outcome", ["dismissed", "upheld"])
async def test_licences_of_a_displaced_holder_are_contested_until_an_office_decides_each(
    client: httpx.AsyncClient, outcome: str
) -> None:
    squatter, holder = await register_organisation(client, "enterprise"), await register_organisation(client)
    licensee, staff = await register_organisation(client, "enterprise"), await sign_in_platform(client)
    declared = await declare(client, squatter)
    licence = await take(client, licensee, declared)
    patent_id = declared["patent_id"]
    taken = await get_patent(client, squatter, patent_id)
    own = await enter_patent(client, holder, application_number=taken["application_number"])
    request = await propose(client, holder, own["id"])
    ended_holdings = [one["holding_id"] for one in taken["holders"]]
    done = await post_decision(
        client, staff, patent_id, request["id"], "acceptance", ends_holdings=ended_holdings, reason="登记簿载明"
    )
    assert done.status_code == 200, done.text
    shown = (await client.get(f"/v1/open-licences/{declared['id']}")).json()
    assert (shown["status"], shown["ended_reason"]) == ("terminated", "licensor_displaced")
    assert shown["available_here"] is False
    place = f"/v1/licences/{licence['id']}"
    now = (await client.get(place, headers=licensee.headers)).json()
    assert (now["status"], now["status_reason"]) == ("contested", "licensor_displaced")
    verdict = {"outcome": outcome, "reason": "经查"}
    for side in (licensee, squatter):
        refused = await client.post(f"{place}/contest-decision", json=verdict, headers=side.headers)
        assert refused.status_code == 403, refused.text
    decided = await client.post(f"{place}/contest-decision", json=verdict, headers=staff.headers)
    assert decided.status_code == 200, decided.text
    assert decided.json()["status"] == {"dismissed": "in_force", "upheld": "void"}[outcome]
    again = await client.post(f"{place}/contest-decision", json=verdict, headers=staff.headers)
    assert again.status_code == 409


async def test_an_authority_that_came_first_and_the_university_make_one_holder(client: httpx.AsyncClient) -> None:
    staff = await sign_in_platform(client)
    body = registration_body()
    patent = await enter_patent(client, staff, holders=[{"name": body["name"]}])
    second = await enter_patent(client, staff, holders=[{"name": body["name"]}])
    assert (await client.post("/v1/organisations", json=body)).status_code == 201
    university = await sign_in(client, body["member"]["email"])
    own = await enter_patent(client, university, application_number=patent["application_number"])
    assert own["id"] != patent["id"], "an unverified one of that name is nobody"
    assert (await client.get(f"/v1/patents/{second['id']}", headers=university.headers)).status_code == 404
    await verify_organisation(client, university.organisation_id)
    for one in (patent, second):

        async def held(one: dict[str, Any] = one) -> bool:
            return (await client.get(f"/v1/patents/{one['id']}", headers=university.headers)).status_code == 200

        await wait_until(held)
        now = await get_patent(client, university, one["id"])
        assert [h["organisation_id"] for h in now["holders"]] == [university.organisation_id]
    third = await enter_patent(client, staff, holders=[{"name": body["name"]}])
    entered = await enter_patent(client, university, application_number=third["application_number"])
    assert (entered["id"], len(entered["holders"])) == (third["id"], 1)


async def test_a_natural_person_takes_nobodys_place_by_its_name(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    patent = await enter_patent(client, holder, holders=[{"name": "张伟"}])
    person = await register_organisation(client, "individual", name="张伟")
    assert (await client.get(f"/v1/patents/{patent['id']}", headers=person.headers)).status_code == 404
    own = await enter_patent(client, person, application_number=patent["application_number"])
    assert own["id"] != patent["id"]


async def test_rows_of_a_newly_verified_organisation_are_tried_in_the_order_of_entry(client: httpx.AsyncClient) -> None:
    pending, holder = await register_organisation(client, verified=False), await register_organisation(client)
    free = await enter_patent(client, pending)
    taken = await enter_patent(client, holder)
    kept = await enter_patent(client, pending, application_number=taken["application_number"])
    rival = await register_organisation(client)
    await verify_organisation(client, pending.organisation_id)
    member = await sign_in(client, pending.user_email)
    draft = {"patent_id": free["id"], "deal_types": ["assignment"], "price_note": "面议"}
    listing = (await client.post("/v1/listings", json=draft, headers=member.headers)).json()
    for step in ("submission", "publication"):
        answer = await client.post(f"/v1/listings/{listing['id']}/{step}", headers=member.headers)
        assert answer.status_code == 200, answer.text
    later = await enter_patent(client, rival, application_number=free["application_number"])
    assert later["id"] != free["id"]
    assert (await client.get(f"/v1/patents/{kept['id']}")).status_code == 404


async def test_two_who_are_verified_at_once_never_both_establish_a_number(client: httpx.AsyncClient) -> None:
    pending = [await register_organisation(client, verified=False) for _ in range(4)]
    number = application_number()
    rows = [await enter_patent(client, one, application_number=number) for one in pending]
    await asyncio.gather(*(verify_organisation(client, one.organisation_id) for one in pending))
    states = []
    for one, row in zip(pending, rows, strict=True):
        (request,) = await ask_to_be_heard(client, one, row["id"])
        states.append(one_of := await wait_until(lambda one=one, r=request: _settled(client, one, r["id"])))
        assert one_of in ("accepted", "proposed")
    assert sorted(states) == ["accepted", "proposed", "proposed", "proposed"]


async def _settled(client: httpx.AsyncClient, member: Member, establishment_id: str) -> str | None:
    state = (await get_request(client, member, establishment_id))["state"]
    return None if state == "asked" else str(state)

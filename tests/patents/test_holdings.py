import asyncio

import httpx

from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, add_member, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent, patent_body

HALF = {"numerator": 1, "denominator": 2}


async def act(client: httpx.AsyncClient, member: Member, holding: dict[str, str], what: str) -> httpx.Response:
    body = {
        "verified": {"outcome": "verified", "reason": "与登记簿一致"},
        "refused": {"outcome": "refused", "reason": "与登记簿不符"},
        "dispute": {"reason": "权属纠纷"},
        "end": {"ended_on": "2025-01-01", "reason": "已转让"},
    }[what]
    noun = "verification" if what in ("verified", "refused") else what
    address = f"/v1/patents/{holding['patent_id']}/holdings/{holding['id']}/{noun}"
    return await client.post(address, json=body, headers=member.headers)


async def claim_holding(client: httpx.AsyncClient, member: Member, patent_id: str, **more: object) -> dict[str, str]:
    answer = await client.post(f"/v1/patents/{patent_id}/holdings", json=more, headers=member.headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def own(client: httpx.AsyncClient, member: Member, patent_id: str) -> dict[str, str]:
    page = await client.get(f"/v1/patents/{patent_id}/holdings", headers=member.headers)
    return next(dict(h) for h in page.json()["items"] if h["organisation_id"] == member.organisation_id)


async def test_a_holding_is_asserted_verified_disputed_and_ended(client: httpx.AsyncClient) -> None:
    holder, staff = await register_organisation(client), await sign_in_platform(client)
    patent = await enter_patent(client, holder, evidence="登记簿副本")
    holding = await own(client, holder, patent["id"])
    assert (holding["state"], holding["evidence"]) == ("asserted", "登记簿副本")
    assert (await act(client, holder, holding, "verified")).status_code == 403
    assert (await act(client, staff, holding, "verified")).json()["state"] == "verified"
    assert (await act(client, staff, holding, "verified")).json()["code"] == "holding_not_in_state"
    assert (await act(client, staff, holding, "dispute")).json()["state"] == "disputed"
    assert (await act(client, staff, holding, "verified")).json()["dispute_reason"] is None
    assert (await act(client, holder, holding, "end")).json()["ended_on"] == "2025-01-01"
    assert (await client.get(f"/v1/patents/{patent['id']}", headers=holder.headers)).status_code == 404


async def test_a_disputed_holding_takes_its_listing_from_the_public(client: httpx.AsyncClient) -> None:
    holder, staff = await register_organisation(client), await sign_in_platform(client)
    patent = await enter_patent(client, holder)
    await list_patent(client, holder, patent["id"])
    assert (await client.get(f"/v1/patents/{patent['id']}")).status_code == 200
    await act(client, staff, await own(client, holder, patent["id"]), "dispute")
    assert (await client.get(f"/v1/patents/{patent['id']}")).status_code == 404


async def test_shares_never_exceed_the_whole(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    patent = await enter_patent(client, holder)
    address = f"/v1/patents/{patent['id']}/holdings"
    await claim_holding(client, holder, patent["id"], party_name="甲公司", share=HALF)
    await claim_holding(client, holder, patent["id"], party_name="乙公司", share=HALF)
    third = await client.post(address, json={"party_name": "丙公司", "share": HALF}, headers=holder.headers)
    assert (third.status_code, third.json()["code"]) == (409, "shares_exceed_whole")
    again = await client.post(address, json={"party_name": "甲公司"}, headers=holder.headers)
    assert again.json()["code"] == "already_held"


async def test_a_newcomer_cannot_shake_the_holders_before_it(client: httpx.AsyncClient) -> None:
    holder, newcomer, named = [await register_organisation(client) for _ in range(3)]
    staff = await sign_in_platform(client)
    name = (await client.get(f"/v1/organisations/{named.organisation_id}")).json()["name"]
    patent = await enter_patent(client, holder)
    await enter_patent(client, newcomer, application_number=patent["application_number"])
    first = await own(client, holder, patent["id"])
    for what in ("dispute", "end"):
        assert (await act(client, newcomer, first, what)).status_code == 404
    address = f"/v1/patents/{patent['id']}/holdings"
    assert (await client.post(address, json={}, headers=newcomer.headers)).status_code == 404
    await list_patent(client, holder, patent["id"])
    for body in ({}, {"party_name": "丁公司"}):
        refused = await client.post(address, json=body, headers=newcomer.headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_the_holder")
    second = await claim_holding(client, holder, patent["id"], party_name=name)
    assert (await act(client, staff, second, "verified")).status_code == 200
    assert (await act(client, holder, second, "dispute")).status_code == 403
    assert (await act(client, staff, second, "refused")).json()["state"] == "ended"


async def test_evidence_and_private_parties_stay_with_those_concerned(client: httpx.AsyncClient) -> None:
    holder, other = await register_organisation(client), await register_organisation(client, "enterprise")
    patent = await enter_patent(client, holder)
    holding = await claim_holding(client, holder, patent["id"], party_name="戊公司", evidence="合同")
    await list_patent(client, holder, patent["id"])
    seen = await client.get(f"/v1/patents/{patent['id']}/holdings", headers=other.headers)
    assert [h["evidence"] for h in seen.json()["items"]] == [None, None]
    theirs = await enter_patent(client, other)
    guessed = {"party_id": holding["party_id"]}
    answer = await client.post(f"/v1/patents/{theirs['id']}/holdings", json=guessed, headers=other.headers)
    assert answer.json()["code"] == "no_such_party"


async def test_assessments_show_the_newest_grade_and_fall_due_again(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    patent = await enter_patent(client, holder)
    address = f"/v1/patents/{patent['id']}"
    assert patent["assessment_due"] is True
    body = {"method": "专家评审", "assessor": "成果转化中心"}
    for grade, day in (("B", "2026-05-01"), ("A", "2020-05-01")):
        made_one = await client.post(
            f"{address}/assessments", json=body | {"grade": grade, "assessed_on": day}, headers=holder.headers
        )
        assert made_one.status_code == 201, made_one.text
    now = (await client.get(address, headers=holder.headers)).json()
    assert (now["grade"], now["assessed_on"], now["assessment_due"]) == ("B", "2026-05-01", False)
    told = (await client.get(f"{address}/assessments", headers=holder.headers)).json()["items"]
    assert [a["grade"] for a in told] == ["B", "A"]
    found = await client.get("/v1/patents?grade=B&assessed=true&assessment_due=false", headers=holder.headers)
    assert [p["id"] for p in found.json()["items"]] == [patent["id"]]
    wrong = body | {"grade": "Z", "assessed_on": "2026-05-01"}
    assert (await client.post(f"{address}/assessments", json=wrong, headers=holder.headers)).status_code == 422


async def test_a_pending_organisation_prepares_everything(client: httpx.AsyncClient) -> None:
    pending = await register_organisation(client, verified=False)
    patent = await enter_patent(client, pending)
    assert (await client.get(f"/v1/patents/{patent['id']}", headers=pending.headers)).status_code == 200
    viewer = await add_member(client, pending, "viewer")
    assert (await client.post("/v1/patents", json=patent_body(), headers=viewer.headers)).status_code == 403
    assert len((await client.get("/v1/patents", headers=viewer.headers)).json()["items"]) == 1


async def test_shares_claimed_at_once_never_exceed_the_whole(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    patent = await enter_patent(client, holder)
    address = f"/v1/patents/{patent['id']}/holdings"
    answers = await asyncio.gather(
        *(
            client.post(address, json={"party_name": f"{n}公司", "share": HALF}, headers=holder.headers)
            for n in range(4)
        )
    )
    assert sorted(a.status_code for a in answers) == [201, 201, 409, 409]


async def test_shares_of_all_holders_that_do_not_come_to_the_whole_are_refused(client: httpx.AsyncClient) -> None:
    office = await sign_in_platform(client)
    third = {"numerator": 1, "denominator": 3}
    for shares, status in (((third, third), 422), ((third, None), 201), ((third, third, third), 201)):
        holders = [{"name": f"示例单位{number}", "share": share} for number, share in enumerate(shares)]
        answer = await client.post("/v1/patents", json=patent_body(holders=holders), headers=office.headers)
        assert answer.status_code == status, answer.text
        if status == 422:
            assert answer.json()["code"] == "shares_not_whole"

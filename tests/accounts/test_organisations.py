import asyncio

import httpx
import pytest

from tests.scenarios.members import (
    Member,
    add_member,
    new_credit_code,
    new_email,
    register_organisation,
    registration_body,
    sign_in,
    sign_in_platform,
    verify_organisation,
)


async def register(client: httpx.AsyncClient, body: dict, **headers: str) -> httpx.Response:
    return await client.post("/v1/organisations", json=body, headers=headers)


async def verdict(client: httpx.AsyncClient, who: Member, organisation_id: str, **body: str) -> httpx.Response:
    return await client.post(f"/v1/organisations/{organisation_id}/verification", json=body, headers=who.headers)


async def details(client: httpx.AsyncClient, who: Member) -> httpx.Response:
    return await client.get(f"/v1/organisations/{who.organisation_id}", headers=who.headers)


async def patch(client: httpx.AsyncClient, who: Member, body: dict) -> httpx.Response:
    tag = (await details(client, who)).headers["etag"]
    address = f"/v1/organisations/{who.organisation_id}"
    return await client.patch(address, json=body, headers=who.headers | {"If-Match": tag})


async def test_a_registered_organisation_is_pending_and_unseen_until_it_is_verified(client):
    body = registration_body("enterprise", region="500106")
    answer = await register(client, body)
    assert answer.status_code == 201
    assert answer.json()["status"] == "pending"
    assert answer.headers["location"] == f"/v1/organisations/{answer.json()['id']}"
    assert "event-id" in answer.headers
    page = f"/v1/organisations/{answer.json()['id']}"
    assert (await client.get(page)).status_code == 404
    other = await register_organisation(client)
    assert (await client.get(page, headers=other.headers)).status_code == 404
    await verify_organisation(client, answer.json()["id"])
    shown = (await client.get(page)).json()
    assert shown["status"] == "verified"
    assert shown["credit_code"] == body["credit_code"]
    assert shown["created_at"] is shown["status_reason"] is shown["credit_code_override"] is None


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"credit_code": None}, "credit_code_needed", "/credit_code"),
        ({"credit_code": "91110000600037341M"}, "credit_code_check_digit", "/credit_code"),
        ({"credit_code": "91110000600037341"}, "credit_code_form", "/credit_code"),
        ({"country": "HK"}, "credit_code_not_asked", "/credit_code"),
        ({"kind": "individual"}, "credit_code_not_asked", "/credit_code"),
        ({"kind": "platform", "credit_code": None}, "kind_not_registered_here", "/kind"),
        ({"region": "999999"}, "unknown_region", "/region"),
        ({"member": None}, "missing", "/member"),
    ],
)
async def test_a_registration_is_told_what_is_wrong_with_it(client, change, code, pointer):
    answer = await register(client, registration_body("enterprise") | change)
    assert answer.status_code == 422
    assert [(e["code"], e["pointer"]) for e in answer.json()["errors"]] == [(code, pointer)]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("1234567890", "password_too_common"),
        ("王示例的密码王示例", "password_too_short"),
    ],
)
async def test_a_weak_password_is_refused(client, password, code):
    body = registration_body()
    body["member"]["password"] = password
    answer = await register(client, body)
    assert answer.json()["errors"][0]["code"] == code
    assert answer.json()["errors"][0]["pointer"] == "/member/password"


async def test_an_early_code_stands_with_a_recorded_reason_that_whoever_verifies_sees(client):
    body = registration_body("enterprise", credit_code="91350100m0001tgqxm", credit_code_override="2015 年试点赋码")
    answer = await register(client, body)
    assert answer.status_code == 201
    assert answer.json()["credit_code"] == "91350100M0001TGQXM"
    staff = await sign_in_platform(client)
    seen = (await client.get(answer.headers["location"], headers=staff.headers)).json()
    assert seen["credit_code_override"] == "2015 年试点赋码"


async def test_registering_never_tells_whether_an_address_is_known(client):
    known = await register_organisation(client, verified=False)
    answers = []
    for address in (known.user_email, new_email()):
        body = registration_body("bank", name="同名银行")
        body["member"] |= {"email": address, "password": "another password entirely"}
        answers.append(await register(client, body))
    first, second = answers
    private = {"id", "credit_code", "party_id"}
    assert first.status_code == second.status_code == 201
    assert first.headers.keys() == second.headers.keys()
    assert {k: v for k, v in first.json().items() if k not in private} == {
        k: v for k, v in second.json().items() if k not in private
    }
    assert (await sign_in(client, known.user_email)).organisation_id == known.organisation_id
    stranger = await sign_in(client, known.user_email, "another password entirely")
    assert stranger.organisation_id == first.json()["id"]
    me = (await client.get("/v1/me", headers=stranger.headers)).json()
    assert [m["organisation_id"] for m in me["memberships"]] == [first.json()["id"]]


async def test_who_has_an_account_adds_an_organisation_to_it_signed_in_and_in_no_other_way(client):
    known = await register_organisation(client, verified=False)
    body = registration_body("bank")
    body["member"]["email"] = known.user_email  # and its very password
    assert (await register(client, body)).status_code == 201
    del body["member"]
    second = (await register(client, body | {"name": "另一银行"}, **known.headers)).json()["id"]
    me = (await client.get("/v1/me", headers=known.headers)).json()
    assert [m["organisation_id"] for m in me["memberships"]] == [known.organisation_id, second]


@pytest.mark.both_databases
async def test_accounts_of_one_address_made_at_once_all_sign_in(client):
    address, passwords = new_email(), [f"a password of person {n}" for n in range(4)]
    bodies = [registration_body("bank") for _ in passwords]
    for body, password in zip(bodies, passwords, strict=True):
        body["member"] |= {"email": address, "password": password}
    made = await asyncio.gather(*(register(client, body) for body in bodies))
    for answer, password in zip(made, passwords, strict=True):
        assert (await sign_in(client, address, password)).organisation_id == answer.json()["id"]


@pytest.mark.both_databases
async def test_a_code_can_be_claimed_by_many_and_verified_for_one(client):
    body = registration_body("enterprise")
    other = registration_body("enterprise", credit_code=body["credit_code"])
    first, second = (await register(client, body)).json()["id"], (await register(client, other)).json()["id"]
    staff = await sign_in_platform(client)
    answers = await asyncio.gather(*(verdict(client, staff, o, outcome="verified") for o in (first, second)))
    assert sorted(a.status_code for a in answers) == [200, 409]
    third = await register(client, registration_body("enterprise", credit_code=body["credit_code"]))
    assert third.json()["code"] == "credit_code_taken"


async def test_a_refused_organisation_sees_why_corrects_itself_and_is_verified(client):
    member = await register_organisation(client, "enterprise", verified=False)
    staff = await sign_in_platform(client)
    assert (await verdict(client, staff, member.organisation_id, outcome="refused")).status_code == 422
    refused = await verdict(client, staff, member.organisation_id, outcome="refused", reason="名称与执照不符")
    assert refused.json()["status"] == "refused"
    again = await verdict(client, staff, member.organisation_id, outcome="refused", reason="名称与执照不符")
    assert (again.status_code, again.json()["code"]) == (409, "verification_not_possible")
    assert (await details(client, member)).json()["status_reason"] == "名称与执照不符"
    corrected = await patch(client, member, {"name": "更正后的名称"})
    assert (corrected.json()["status"], corrected.json()["status_reason"]) == ("pending", None)
    await verify_organisation(client, member.organisation_id)
    assert (await details(client, member)).json()["status"] == "verified"


async def test_only_the_platform_or_a_verified_authority_verifies(client):
    university = await register_organisation(client, verified=False)
    authority = await register_organisation(client, "authority")
    pending = await register_organisation(client, "authority", verified=False)
    for who, status in ((university, 403), (pending, 403), (authority, 200)):
        answer = await verdict(client, who, university.organisation_id, outcome="verified")
        assert answer.status_code == status, answer.text
    assert (await verdict(client, authority, pending.organisation_id, outcome="verified")).status_code == 403
    stranger = await client.post(
        f"/v1/organisations/{pending.organisation_id}/verification", json={"outcome": "verified"}
    )
    assert stranger.status_code == 401


async def test_verified_facts_are_changed_by_the_platform_only_and_the_old_name_is_kept(client):
    member = await register_organisation(client)
    old = (await details(client, member)).json()
    for fact in ({"country": "HK"}, {"credit_code": new_credit_code()}):
        assert (await patch(client, member, fact)).json()["code"] == "verified_facts_stand"
    assert (await patch(client, member, {"introduction": "一所大学"})).json()["introduction"] == "一所大学"
    staff = await sign_in_platform(client)
    tag = (await details(client, member)).headers["etag"]
    answer = await client.patch(
        f"/v1/organisations/{member.organisation_id}",
        json={"name": "更名后的大学", "renamed_on": "2026-03-01"},
        headers=staff.headers | {"If-Match": tag},
    )
    assert answer.json()["status"] == "verified"
    party = (await client.get(f"/v1/parties/{old['party_id']}", headers=member.headers)).json()
    assert party["name"] == "更名后的大学"
    assert [(n["name"], n["valid_to"]) for n in party["former_names"]] == [(old["name"], "2026-03-01")]


@pytest.mark.both_databases
async def test_of_two_changes_to_one_version_one_is_stale(client):
    member = await register_organisation(client)
    tag = (await details(client, member)).headers["etag"]
    answers = await asyncio.gather(
        *(
            client.patch(
                f"/v1/organisations/{member.organisation_id}",
                json={"introduction": f"第 {n} 版"},
                headers=member.headers | {"If-Match": tag},
            )
            for n in range(2)
        )
    )
    assert sorted(a.status_code for a in answers) == [200, 412]


async def test_a_member_changes_no_other_organisation(client):
    member, other = await register_organisation(client), await register_organisation(client)
    answer = await client.patch(
        f"/v1/organisations/{other.organisation_id}",
        json={"introduction": "x"},
        headers=member.headers | {"If-Match": "*"},
    )
    assert answer.status_code == 403
    viewer = await add_member(client, member, "viewer")
    answer = await patch(client, viewer, {"introduction": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")


@pytest.mark.both_databases
async def test_a_part_of_a_name_finds_the_verified_ones(client):
    mark = new_email().split("-")[2][:8]
    names = [f"重庆{mark}半导体研究院", f"成都{mark}半导体公司"]
    for name in names:
        await register_organisation(client, "enterprise", name=name)
    await register_organisation(client, "enterprise", verified=False, name=f"未认证{mark}半导体")
    found = (await client.get("/v1/organisations", params={"q": f"{mark.upper()}半导"})).json()
    assert sorted(o["name"] for o in found["items"]) == sorted(names)
    only = await client.get("/v1/organisations", params={"q": mark, "kind": "university"})
    assert only.json()["items"] == []
    assert (await client.get("/v1/organisations", params={"q": "%"})).json()["items"] == []


@pytest.mark.both_databases
async def test_the_list_is_paged_to_its_end(client):
    mark = new_email().split("-")[2][:8]
    made = {(await register_organisation(client, name=f"分页{mark}{n}")).organisation_id for n in range(5)}
    seen, cursor = [], None
    while True:
        params = {"q": mark, "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/organisations", params=params)).json()
        seen += [o["id"] for o in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == 5
    assert set(seen) == made


async def test_the_platform_s_own_organisation_is_not_judged(client):
    staff = await sign_in_platform(client)
    answer = await verdict(client, staff, staff.organisation_id, outcome="refused", reason="no reason")
    assert answer.json()["code"] == "verification_not_possible"

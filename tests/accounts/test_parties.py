from datetime import UTC, datetime

import httpx
import pytest

from backend.accounts.parties.directory import find_or_make_parties, find_or_make_party, party_of
from tests.scenarios.members import Member, new_credit_code, new_email, register_organisation, sign_in_platform

pytestmark = pytest.mark.both_databases

GOOD = "91110000600037341L"


async def enter(client: httpx.AsyncClient, who: Member, **fields: str) -> httpx.Response:
    body = {"person": "legal", "name": "某公司"} | fields
    return await client.post("/v1/parties", json=body, headers=who.headers)


async def names(client: httpx.AsyncClient, who: Member, q: str) -> list[str]:
    found = await client.get("/v1/parties", params={"q": q}, headers=who.headers)
    return sorted(p["name"] for p in found.json()["items"])


async def test_a_party_is_seen_by_whoever_entered_it_and_by_the_offices(client):
    member, other = await register_organisation(client), await register_organisation(client)
    made = await enter(client, member, person="natural", name="李四示例", identifier_kind="passport", identifier="E1")
    assert made.status_code == 201
    address = made.headers["location"]
    assert (await client.get(address, headers=member.headers)).json()["identifier"] == "E1"
    assert (await client.get(address, headers=other.headers)).status_code == 404
    assert (await client.get(address)).status_code == 401
    staff = await sign_in_platform(client)
    assert (await client.get(address, headers=staff.headers)).status_code == 200


async def test_two_organisations_may_enter_the_same_identifier_and_learn_nothing_of_each_other(client):
    code = new_credit_code()
    for _ in range(2):
        member = await register_organisation(client, verified=False)
        first = await enter(client, member, identifier_kind="credit_code", identifier=code.lower())
        assert (first.status_code, first.json()["identifier"]) == (201, code)
        assert (await enter(client, member, identifier_kind="credit_code", identifier=code)).status_code == 409


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"identifier_kind": "credit_code", "identifier": "91110000600037341M"}, "credit_code_check_digit"),
        ({"identifier_kind": "credit_code", "identifier": "x"}, "credit_code_form"),
        ({"identifier_kind": "credit_code", "identifier": GOOD, "country": "JP"}, "credit_code_not_asked"),
        ({"identifier_kind": "credit_code", "identifier": GOOD, "person": "natural"}, "credit_code_not_asked"),
        ({"identifier": "91110000600037341L"}, "identifier_incomplete"),
    ],
)  # fmt: skip
async def test_a_credit_code_is_checked_and_taken_of_mainland_legal_persons_only(client, fields, code):
    member = await register_organisation(client, verified=False)
    answer = await enter(client, member, **fields)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


async def test_an_early_code_stands_with_a_reason(client):
    member = await register_organisation(client, verified=False)
    early = {"identifier_kind": "credit_code", "identifier": "91350100M0001TGQXM"}
    made = await enter(client, member, **early, identifier_override="early pilot code")
    assert made.json()["identifier_override"] == "early pilot code"


async def test_a_renamed_party_keeps_its_old_name_with_its_last_day(client):
    member, other = await register_organisation(client), await register_organisation(client)
    made = await enter(client, member, name="旧名公司")
    address, tag = made.headers["location"], made.headers["etag"]
    body = {"name": "新名公司", "renamed_on": "2025-06-30"}
    refused = await client.patch(address, json=body, headers=other.headers | {"If-Match": tag})
    assert refused.status_code == 404
    changed = await client.patch(address, json=body, headers=member.headers | {"If-Match": tag})
    assert changed.json()["name"] == "新名公司"
    assert [(n["name"], n["valid_to"]) for n in changed.json()["former_names"]] == [("旧名公司", "2025-06-30")]
    assert (await client.patch(address, json=body, headers=member.headers | {"If-Match": tag})).status_code == 412


async def test_the_party_of_an_organisation_is_changed_there(client):
    member = await register_organisation(client)
    details = await client.get(f"/v1/organisations/{member.organisation_id}", headers=member.headers)
    answer = await client.patch(
        f"/v1/parties/{details.json()['party_id']}", json={"name": "x"}, headers=member.headers | {"If-Match": "*"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "party_not_yours")


async def test_a_part_of_a_name_finds_one_s_own_and_the_verified_organisations(client):
    mark = new_email().split("-")[2][:8]
    own, other = await register_organisation(client, name=f"大学{mark}甲"), await register_organisation(client)
    await register_organisation(client, verified=False, name=f"大学{mark}乙")
    await enter(client, own, name=f"公司{mark}丙")
    await enter(client, other, name=f"公司{mark}丁")
    assert await names(client, own, mark) == [f"公司{mark}丙", f"大学{mark}甲"]
    assert await names(client, other, mark) == [f"公司{mark}丁", f"大学{mark}甲"]


async def test_a_name_means_oneself_then_a_verified_organisation_then_one_s_own_entry_and_else_a_new_party(client, app):
    mark = new_email().split("-")[2][:8]
    name = f"多方 {mark}（大学）"
    own = await register_organisation(client, verified=False, name=name)
    verified, other = await register_organisation(client, name=name), await register_organisation(client)
    now = datetime.now(UTC)
    folded = f"多方{mark.upper()}(大学)"
    async with app.state.database.write() as session:
        by_own = await find_or_make_party(session, folded, by=own.organisation_id, now=now)
        by_other = await find_or_make_party(session, folded, by=other.organisation_id, now=now)
        fresh = await find_or_make_parties(
            session, [f"新{mark}", f"新 {mark}", folded], by=other.organisation_id, now=now
        )
        assert by_own.id == (await party_of(session, own.organisation_id)).id
        assert by_other.id == (await party_of(session, verified.organisation_id)).id
        assert fresh[folded].id == by_other.id
        assert fresh[f"新{mark}"].id == fresh[f"新 {mark}"].id
    async with app.state.database.write() as session:
        again = await find_or_make_party(session, f"新{mark}", by=other.organisation_id, now=now)
        elsewhere = await find_or_make_party(session, f"新{mark}", by=own.organisation_id, now=now)
        assert again.id == fresh[f"新{mark}"].id
        assert elsewhere.id != again.id

"""Consents of co-owners to an open licence: bound to the exact terms, revocable until they are used."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.licences.conftest import People
from tests.scenarios.consents import give_consent
from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.members import register_organisation
from tests.scenarios.open_licences import announce, draft_declaration, file_declaration
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.requests import post
from tests.scenarios.rights import reason_codes

DECLARE = "declare_open_licence"
WITHDRAW = "withdraw_open_licence"
FILING = {"on": "2026-03-01"}


@pytest_asyncio.fixture
async def draft(client: httpx.AsyncClient, people: People) -> dict[str, Any]:
    """A draft of the university's on a patent that it holds with the institute."""
    patent = await enter_co_owned_patent(client, people.university, people.institute)
    return await draft_declaration(client, people.university, patent["id"])


async def agreed(client: httpx.AsyncClient, people: People, declared: dict[str, Any], act: str = DECLARE) -> str:
    """Return the address of the institute's consent to the declaration's terms."""
    terms, patent_id = declared["consent_terms"][act], declared["patent_id"]
    consent = await give_consent(client, people.university, people.institute, patent_id, act, terms)
    return f"/v1/patents/{patent_id}/consents/{consent['id']}"


@pytest.mark.parametrize(
    "change",
    [
        ("ends_on", "2031-12-31"),
        ("other", "被许可人另付服务费。"),
        ("fee_explanation", "按成本确定。"),
        ("fee", {"form": "lump_sum", "lump_sum_fen": 5_000_001, "payment_days": 30}),
    ],
)
async def test_a_changed_draft_needs_new_consent(
    client: httpx.AsyncClient, people: People, draft: dict[str, Any], change: tuple[str, Any]
) -> None:
    place = f"/v1/open-licences/{draft['id']}"
    await agreed(client, people, draft)
    headers = {**people.university.headers, "If-Match": "*"}
    changed = (await client.patch(place, json={change[0]: change[1]}, headers=headers)).json()
    assert (changed["terms_version"], changed["terms_hash"] != draft["terms_hash"]) == (2, True)
    refused = await post(client, people.university, f"{place}/submission", {}, due=409)
    assert (refused["code"], reason_codes(refused)) == ("consent_needed", {"co_owners_open_licence"})
    await agreed(client, people, changed)
    assert (await post(client, people.university, f"{place}/submission", {}))["status"] == "submitted"


async def test_a_consent_counts_until_it_is_revoked_and_stays_once_it_is_used(
    client: httpx.AsyncClient, people: People, draft: dict[str, Any]
) -> None:
    place = f"/v1/open-licences/{draft['id']}"
    consent = await agreed(client, people, draft)
    await post(client, people.university, f"{place}/submission", {})
    await post(client, people.institute, f"{consent}/revocation")
    refused = await post(client, people.university, f"{place}/filing", FILING, due=409)
    assert reason_codes(refused) == {"co_owners_open_licence"}
    used = await agreed(client, people, draft)
    await post(client, people.university, f"{place}/filing", FILING)
    late = await post(client, people.institute, f"{used}/revocation", due=409)
    assert late["code"] == "consent_not_in_state"
    said = (await client.get(used, headers=people.institute.headers)).json()
    assert (said["state"], said["used_by"]) == ("used", draft["id"])


async def test_nobody_gives_anothers_consent(client: httpx.AsyncClient, people: People, draft: dict[str, Any]) -> None:
    body = {"act": DECLARE, "terms": draft["consent_terms"][DECLARE]}
    address = f"/v1/patents/{draft['patent_id']}/consents"
    asked = (await post(client, people.university, address, body))["items"][0]
    place, said = f"{address}/{asked['id']}/answer", {"answer": "given", "terms_hash": asked["terms_hash"]}
    assert (await post(client, people.university, place, said, due=403))["code"] == "consent_not_yours"
    assert (await post(client, people.enterprise, place, said, due=404))["code"] == "no_such_consent"
    forged = await post(client, people.institute, place, said | {"terms_hash": "0" * 64}, due=409)
    assert forged["code"] == "terms_hash_mismatch"
    await post(client, people.institute, place, said | {"answer": "refused"})
    refused = await post(client, people.university, f"/v1/open-licences/{draft['id']}/submission", {}, due=409)
    assert reason_codes(refused) == {"co_owners_open_licence"}


async def test_a_declaration_under_way_is_taken_back_by_its_declarant_alone(
    client: httpx.AsyncClient, people: People, draft: dict[str, Any]
) -> None:
    await agreed(client, people, draft)
    await file_declaration(client, people.university, draft)
    place = f"/v1/open-licences/{draft['id']}/withdrawal"
    body = {"on": "2026-03-02", "legal_reason": "other_legitimate", "reason": "暂缓"}
    refused = await post(client, people.institute, place, body, due=403)
    assert refused["code"] == "licensing_step_not_yours"
    assert (await post(client, people.university, place, body))["status"] == "withdrawn"


async def test_a_withdrawal_needs_the_consent_of_all_co_owners_too(
    client: httpx.AsyncClient, people: People, draft: dict[str, Any]
) -> None:
    place = f"/v1/open-licences/{draft['id']}"
    await agreed(client, people, draft)
    await post(client, people.university, f"{place}/submission", {})
    await post(client, people.university, f"{place}/filing", FILING)
    declared = await announce(client, people.university, draft)
    body = {"on": "2026-04-01", "legal_reason": "other_legitimate", "reason": "拟合作产业化"}
    alone = await post(client, people.university, f"{place}/withdrawal", body, due=409)
    assert (alone["code"], reason_codes(alone)) == ("consent_needed", {"co_owners_withdrawal"})
    await agreed(client, people, declared, WITHDRAW)
    assert (await post(client, people.university, f"{place}/withdrawal", body))["status"] == "withdrawal_filed"


async def test_a_co_holder_sees_the_declaration_whole_once_it_is_submitted(
    client: httpx.AsyncClient, people: People, draft: dict[str, Any]
) -> None:
    place = f"/v1/open-licences/{draft['id']}"
    assert (await client.get(place, headers=people.institute.headers)).status_code == 404
    await agreed(client, people, draft)
    own = await announce(client, people.university, await file_declaration(client, people.university, draft))
    theirs = (await client.get(place, headers=people.institute.headers)).json()
    names = ("consent_terms", "duties", "evidence_files", "undertaking")
    assert {name: theirs[name] for name in names} == {name: own[name] for name in names}
    file = f"/v1/files/{own['evidence_files'][0]['id']}/content"
    others = (await client.get(place, headers=people.enterprise.headers)).json()
    assert [others[name] for name in names] == [None, [], [], None]
    read = [await client.get(file, headers=who.headers) for who in (people.institute, people.enterprise)]
    assert [answer.status_code for answer in read] == [200, 404]


async def test_a_consent_to_what_was_announced_unfiled_serves_no_second_declaration(
    client: httpx.AsyncClient, people: People, draft: dict[str, Any]
) -> None:
    place = f"/v1/open-licences/{draft['id']}"
    consent = await agreed(client, people, draft)
    await post(client, people.university, f"{place}/submission", {})
    await post(client, people.office, f"{place}/announcement", {"on": "2026-03-20", "declaration_number": "K77"})
    assert (await client.get(consent, headers=people.institute.headers)).json()["state"] == "used"
    await post(client, people.office, f"{place}/revocation", {"on": "2026-04-01", "reason": "材料不实"})
    again = await draft_declaration(client, people.university, draft["patent_id"])
    refused = await post(client, people.university, f"/v1/open-licences/{again['id']}/submission", {}, due=409)
    assert reason_codes(refused) == {"co_owners_open_licence"}


async def test_a_declaration_of_a_former_holder_is_taken_back_by_whoever_holds_the_patent(
    client: httpx.AsyncClient, people: People
) -> None:
    before, after = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, before)
    old = await draft_declaration(client, before, patent["id"])
    await post(client, before, f"/v1/open-licences/{old['id']}/submission", {})
    name = (await client.get(f"/v1/organisations/{after.organisation_id}", headers=after.headers)).json()["name"]
    moved = await post_legal_event(
        client, people.office, patent["id"], "holder_changed", "2026-06-01", to_holders=[name]
    )
    assert moved.status_code == 201, moved.text
    new = await draft_declaration(client, after, patent["id"])
    place = f"/v1/open-licences/{new['id']}/submission"
    assert (await post(client, after, place, {}, due=409))["code"] == "declaration_stands"
    body = {"on": "2026-06-02", "legal_reason": "transfer_or_surrender", "reason": "权利已转让"}
    taken = await post(client, after, f"/v1/open-licences/{old['id']}/withdrawal", body)
    assert taken["status"] == "withdrawn"
    assert (await post(client, after, place, {}))["status"] == "submitted"

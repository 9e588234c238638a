"""What keeps a request from being sent, told with every reason; and other holders who pledge for its debt."""

from typing import Any

import httpx

from tests.scenarios.financing import (
    disclose,
    draft_request,
    enter_sound_patent,
    get_request,
    post_request,
    register_bank,
    submit_request,
)
from tests.scenarios.members import find_party, register_organisation
from tests.scenarios.patents import post_legal_event
from tests.scenarios.requests import get, post
from tests.scenarios.rights import post_right, reason_codes


async def submit(client: httpx.AsyncClient, who: Any, request: dict[str, Any]) -> httpx.Response:
    return await client.post(f"/v1/financing-requests/{request['id']}/submission", headers=who.headers)


async def test_every_reason_is_told_at_once(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    sound = await enter_sound_patent(client, enterprise)
    pledged = await enter_sound_patent(client, enterprise)
    assert (await post_right(client, enterprise, pledged["id"], "pledge")).status_code == 201
    attacked = await enter_sound_patent(client, enterprise)
    asked = await post_legal_event(client, enterprise, attacked["id"], "invalidation_requested", "2026-06-01")
    assert asked.status_code == 201, asked.text
    request = await draft_request(client, enterprise, *[{"patent_id": one["id"]} for one in (sound, pledged, attacked)])
    await disclose(client, enterprise, request["id"], bank.id)
    refused = await submit(client, enterprise, request)
    assert (refused.status_code, refused.json()["code"]) == (409, "financing_checks_refused")
    assert {"already_pledged", "invalidation_pending"} <= reason_codes(refused.json())
    (asserted,) = [one for one in refused.json()["reasons"] if one["params"]["patent_id"] == sound["id"]]
    assert asserted["params"] == {
        "patent_id": sound["id"], "ground": "not_the_registered_owner",
        "ground_title": "Pledgor is not the registered owner",
    }  # fmt: skip
    assert "not_the_registered_owner" in asserted["cure"]
    assert (await get_request(client, bank.drafter, request["id"])).status_code == 404
    checks = await get(client, enterprise, f"/v1/financing-requests/{request['id']}/checks")
    by_ground = {one["ground"]: one for one in checks["patents"][1]["grounds"]}
    assert (by_ground["already_pledged"]["number"], by_ground["already_pledged"]["outcome"]) == (9, "refused")
    assert not checks["clear"]


async def test_11_is_sent_once_the_pledgor_confirms_it(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    patent = await enter_sound_patent(client, enterprise)
    await post_legal_event(client, enterprise, patent["id"], "invalidation_requested", "2026-06-01")
    request = await draft_request(client, enterprise, patent["id"])
    await disclose(client, enterprise, request["id"], bank.id)
    refused = await submit(client, enterprise, request)
    assert reason_codes(refused.json()) == {"invalidation_pending"}
    named = [{"patent_id": patent["id"], "confirmed": ["invalidation_pending", "not_the_registered_owner"]}]
    place, headers = f"/v1/financing-requests/{request['id']}", enterprise.headers | {"If-Match": "*"}
    changed = await client.patch(place, json={"patents": named}, headers=headers)
    assert changed.status_code == 200, changed.text
    assert (await submit(client, enterprise, request)).status_code == 200


async def test_10_of_a_utility_model_is_asked_and_then_confirmed(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    patent = await enter_sound_patent(client, enterprise, kind="utility_model", application_number=None,
                                      grant_number=None, publication_number="CN212345678U")  # fmt: skip
    own = "not_the_registered_owner"
    steps: tuple[tuple[dict[str, Any], set[str]], ...] = (
        ({"confirmed": [own, "same_day_application"]}, {"same_day_unanswered"}),
        ({"same_day_application": "unknown", "confirmed": [own]}, {"same_day_unknown"}),
        ({"same_day_application": "yes", "confirmed": [own]}, {"same_day_application"}),
        ({"same_day_application": "yes", "confirmed": [own, "same_day_application"]}, set()),
    )
    for said, reasons in steps:
        request = await draft_request(client, enterprise, {"patent_id": patent["id"], **said})
        await disclose(client, enterprise, request["id"], bank.id)
        answer = await submit(client, enterprise, request)
        assert reason_codes(answer.json()) == reasons, answer.text
        if answer.status_code == 200:
            await post(client, enterprise, f"/v1/financing-requests/{request['id']}/withdrawal", None, 200)


async def test_nothing_is_sent_before_another_holder_agrees(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    university = await register_organisation(client, "university")
    patent = await enter_sound_patent(client, enterprise)
    holding = {"party_id": await find_party(client, university)}
    await post(client, enterprise, f"/v1/patents/{patent['id']}/holdings", holding, 201)
    request = await draft_request(client, enterprise, patent["id"])
    await disclose(client, enterprise, request["id"], bank.id)
    refused = await submit(client, enterprise, request)
    assert reason_codes(refused.json()) >= {"pledgor_consent_missing"}
    (asked,) = (await get(client, university, "/v1/pledgor-consents"))["items"]
    assert (asked["amount_fen"], asked["status"]) == (300_000_000, "asked")
    assert (await get_request(client, university, request["id"])).status_code == 404
    place = f"/v1/pledgor-consents/{asked['id']}"
    assert (await client.post(f"{place}/agreement", json={}, headers=enterprise.headers)).status_code == 403
    assert (await client.get(place, headers=bank.drafter.headers)).status_code == 404
    await post(client, university, f"{place}/agreement", {"confirmed": ["not_the_registered_owner"]}, 200)
    assert (await submit_request(client, enterprise, request["id"]))["status"] == "submitted"
    late = await client.post(f"{place}/refusal", headers=university.headers)
    assert late.status_code == 409


async def test_a_changed_debt_asks_the_holder_again(client: httpx.AsyncClient) -> None:
    enterprise, university = [await register_organisation(client, kind) for kind in ("enterprise", "university")]
    patent = await enter_sound_patent(client, enterprise)
    holding = {"party_id": await find_party(client, university)}
    await post(client, enterprise, f"/v1/patents/{patent['id']}/holdings", holding, 201)
    request = await draft_request(client, enterprise, patent["id"])
    (asked,) = (await get(client, university, "/v1/pledgor-consents"))["items"]
    await post(client, university, f"/v1/pledgor-consents/{asked['id']}/agreement", {}, 200)
    place, headers = f"/v1/financing-requests/{request['id']}", enterprise.headers | {"If-Match": "*"}
    assert (await client.patch(place, json={"amount_fen": 900_000_000}, headers=headers)).status_code == 200
    again = await get(client, university, f"/v1/pledgor-consents/{asked['id']}")
    assert (again["status"], again["amount_fen"]) == ("asked", 900_000_000)


async def test_a_request_names_patents_that_its_enterprise_may_see(client: httpx.AsyncClient) -> None:
    enterprise, other = [await register_organisation(client, "enterprise") for _ in range(2)]
    hidden = await enter_sound_patent(client, other)
    refused = await post_request(client, enterprise, hidden["id"])
    assert (refused.status_code, refused.json()["code"]) == (422, "patent_not_nameable")


async def test_only_an_enterprise_asks_and_only_banks_and_guarantors_are_shown_it(client: httpx.AsyncClient) -> None:
    enterprise, university = [await register_organisation(client, kind) for kind in ("enterprise", "university")]
    patent = await enter_sound_patent(client, university)
    refused = await post_request(client, university, patent["id"])
    assert (refused.status_code, refused.json()["code"]) == (403, "enterprises_only")
    request = await draft_request(client, enterprise)
    for days, organisation, code in (
        (30, university.organisation_id, "not_a_recipient"),
        (181, (await register_bank(client)).id, "disclosure_too_long"),
    ):
        place = f"/v1/financing-requests/{request['id']}/disclosures"
        ends_on = await _day_in(client, days)
        body = {"organisation_id": organisation, "purpose": "审批", "parts": [], "ends_on": ends_on}
        answer = await client.post(place, json=body, headers=enterprise.headers)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    nothing = await submit(client, enterprise, request)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_disclosed")


async def _day_in(client: httpx.AsyncClient, days: int) -> str:
    transport: Any = client._transport
    return str(transport.app.state.clock.today().fromordinal(transport.app.state.clock.today().toordinal() + days))


async def test_a_private_row_beside_others_patent_pledges_nothing(client: httpx.AsyncClient) -> None:
    university, enterprise = await register_organisation(client), await register_organisation(client, "enterprise")
    bank = await register_bank(client)
    theirs = await enter_sound_patent(client, university)
    own = await enter_sound_patent(client, enterprise, application_number=theirs["application_number"])
    assert own["id"] != theirs["id"]
    request = await draft_request(client, enterprise, own["id"])
    await disclose(client, enterprise, request["id"], bank.id)
    place = f"/v1/financing-requests/{request['id']}/submission"
    refused = await client.post(place, headers=enterprise.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_established")
    assert (await get_request(client, bank.drafter, request["id"])).status_code == 404


async def test_no_word_stands_for_what_a_contract_has_to_name(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    patent = await enter_sound_patent(client, enterprise, filing_date=None)
    grounds = ["not_the_registered_owner", "contract_incomplete", "debt_outlasts_patent", "annuity_unpaid"]
    named = {"patent_id": patent["id"], "confirmed": grounds}
    request = await draft_request(client, enterprise, named)
    await disclose(client, enterprise, request["id"], bank.id)
    refused = await client.post(f"/v1/financing-requests/{request['id']}/submission", headers=enterprise.headers)
    assert refused.status_code == 409
    assert "contract_facts_missing" in {reason["code"] for reason in refused.json()["reasons"]}

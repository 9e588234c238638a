"""An enterprise that waits to be verified drafts and checks a request; nobody else learns of it before that."""

import httpx
import pytest

from tests.scenarios.financing import (
    disclose,
    draft_request,
    enter_sound_patent,
    post_disclosure,
    register_bank,
    submit_request,
)
from tests.scenarios.listings import list_patent
from tests.scenarios.members import register_organisation, verify_organisation
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases


async def test_a_newcomer_drafts_checks_changes_and_withdraws_and_shows_nobody(client: httpx.AsyncClient) -> None:
    newcomer, bank = await register_organisation(client, "enterprise", verified=False), await register_bank(client)
    request = await draft_request(client, newcomer)
    place, headers = f"/v1/financing-requests/{request['id']}", newcomer.headers | {"If-Match": "*"}
    checks = await get(client, newcomer, f"{place}/checks")
    assert [one["number"] for one in checks["patents"][0]["grounds"]] == list(range(1, 13))
    assert checks["patents"][0]["grounds"][3]["title"] == "Annuity unpaid"
    assert (await get(client, newcomer, f"{place}/products"))["items"] == []
    changed = await client.patch(place, json={"term_months": 18}, headers=headers)
    assert (changed.status_code, changed.json()["term_months"]) == (200, 18), changed.text
    for answer in (
        await post_disclosure(client, newcomer, request["id"], bank.id),
        await client.post(f"{place}/submission", headers=headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "organisation_not_verified")
        assert answer.json()["cure"]
    assert (await post(client, newcomer, f"{place}/withdrawal", None, 200))["status"] == "withdrawn"


async def test_a_newcomer_asks_no_other_holder_before_it_is_verified_and_discloses(client: httpx.AsyncClient) -> None:
    newcomer, bank = await register_organisation(client, "enterprise", verified=False), await register_bank(client)
    university = await register_organisation(client, "university")
    patent = await enter_sound_patent(client, university)
    await list_patent(client, university, patent["id"])
    request = await draft_request(client, newcomer, patent["id"])
    headers = newcomer.headers | {"If-Match": "*"}
    place = f"/v1/financing-requests/{request['id']}"
    assert (await client.patch(place, json={"amount_fen": 5}, headers=headers)).status_code == 200
    assert (await get(client, university, "/v1/pledgor-consents"))["items"] == []
    assert request["id"] not in (await client.get("/v1/inbox", headers=university.headers)).text
    await verify_organisation(client, newcomer.organisation_id)
    await disclose(client, newcomer, request["id"], bank.id)
    (asked,) = (await get(client, university, "/v1/pledgor-consents"))["items"]
    assert (asked["status"], asked["amount_fen"]) == ("asked", 5)
    agreed = {"confirmed": ["not_the_registered_owner"]}
    await post(client, university, f"/v1/pledgor-consents/{asked['id']}/agreement", agreed, 200)
    await disclose(client, newcomer, request["id"], (await register_bank(client)).id)
    again = await get(client, university, f"/v1/pledgor-consents/{asked['id']}")
    assert again["status"] == "agreed", "who has answered is not asked anew by another disclosure"
    assert (await submit_request(client, newcomer, request["id"]))["status"] == "submitted"

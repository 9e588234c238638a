"""A realised patent is its buyer's from that day; where a guarantor is the pledgee, the lender knows what happens."""

import httpx
import pytest
from fastapi import FastAPI

from backend.pledges.consistency_checks import CONSISTENCY_CHECKS
from tests.pledges.test_realisation_limits import in_default, pledged_to_guarantor, sale
from tests.scenarios.consistency import find_differences
from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.members import register_organisation
from tests.scenarios.pledges import loan_of, today
from tests.scenarios.requests import get, post
from tests.scenarios.second_factor import is_told
from tests.scenarios.waiting import wait_until

pytestmark = pytest.mark.both_databases


async def test_what_is_sold_is_held_by_its_buyer_and_the_change_is_on_record(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    deal, pledge = await in_default(client, patents=2)
    buyer = await register_organisation(client, "enterprise")
    name = (await get(client, buyer, f"/v1/organisations/{buyer.organisation_id}"))["name"]
    sold, kept = deal.patent_ids
    place = f"/v1/pledges/{pledge['id']}/disposal"
    await post(client, deal.bank.drafter, place, sale(sold, buyer_name=name), 201)
    patent = await get(client, buyer, f"/v1/patents/{sold}")
    assert [(one["name"], one["state"]) for one in patent["holders"]] == [(name, "asserted")]
    events = (await get(client, buyer, f"/v1/patents/{sold}/legal-events"))["items"]
    (change,) = [one for one in events if one["kind"] == "holder_changed"]
    assert (change["effective_on"], change["details"]["to_holders"]) == (today(), [name])
    await wait_until(lambda: is_told(client, deal.borrower, "holding.ended"))
    gone = await client.get(f"/v1/patents/{sold}", headers=deal.borrower.headers)
    assert gone.status_code == 404
    still = await get(client, deal.borrower, f"/v1/patents/{kept}")
    assert [one["organisation_id"] for one in still["holders"]] == [deal.borrower.organisation_id]
    income = sale(kept, method="licence_income", buyer_name=None, proceeds_fen=1_000_000)
    await post(client, deal.bank.drafter, place, income, 201)
    still = await get(client, deal.borrower, f"/v1/patents/{kept}")
    assert [one["organisation_id"] for one in still["holders"]] == [deal.borrower.organisation_id]
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []


async def test_the_lender_knows_of_the_pledge_of_which_a_guarantor_is_the_pledgee(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    deal, pledge, guarantor = await pledged_to_guarantor(client)
    bank, place = deal.bank.drafter, f"/v1/pledges/{pledge['id']}"
    seen = await get(client, bank, place)
    assert (seen["role"], seen["secured_fen"], seen["version"]) == ("lender", 300_000_000, pledge["version"])
    assert [one["id"] for one in (await get(client, bank, "/v1/pledges", role="lender"))["items"]] == [pledge["id"]]
    assert (await get(client, bank, "/v1/pledges", role="pledgee"))["items"] == []
    for part in ("disposals", "changes", "proceeds", "watch"):
        await get(client, bank, f"{place}/{part}")
    for step, body in (
        ("default", {"on": today()}),
        ("release", {"filed_on": today(), "reason": "waived"}),
        ("disposal", sale(*deal.patent_ids)),
        ("registration-decision", {"outcome": "correction_asked", "decided_on": today()}),
        ("revocation", {"on": today(), "reason": "示例"}),
    ):
        assert (await post(client, bank, f"{place}/{step}", body, 403))["code"] == "pledge_step_not_yours"
    async with moved_clock(client, app):
        await sweep_at(client, app, days=120)
        day = app.state.clock.today().isoformat()
        await post(client, guarantor, f"{place}/default", {"on": day}, 200)
        await wait_until(lambda: is_told(client, bank, "pledge.defaulted"))
        await post(client, guarantor, f"{place}/disposal", sale(*deal.patent_ids, disposed_on=day), 201)
        await wait_until(lambda: is_told(client, bank, "pledge.disposed"))
        assert (await loan_of(client, deal))["status"] == "defaulted"
    other = await register_organisation(client, "bank")
    assert (await client.get(place, headers=other.headers)).status_code == 404

"""Before a request is accepted its asker learns no id of what others hold, nor do holders learn one of the asker's."""

import httpx

from tests.scenarios.establishment import post_decision, propose, wait_for_feed
from tests.scenarios.members import register_organisation
from tests.scenarios.patents import enter_patent, post_legal_event

ASKER_IS_TOLD = ("establishment.waiting", "establishment.refused", "establishment.withdrawn")


async def test_no_event_tells_the_asker_which_patent_it_is_before_the_acceptance(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    refused = await propose(client, two, own["id"])
    await post_decision(client, one, patent["id"], refused["id"], "refusal", reason="未登记")
    withdrawn = await propose(client, two, own["id"])
    await post_decision(client, two, own["id"], withdrawn["id"], "withdrawal")
    accepted = await propose(client, two, own["id"])
    feed = await wait_for_feed(client, two, *ASKER_IS_TOLD)
    inbox = (await client.get("/v1/inbox?limit=100", headers=two.headers)).text
    assert patent["id"] not in feed
    assert patent["id"] not in inbox
    await wait_for_feed(client, one, refused["id"], withdrawn["id"], accepted["id"], patent["id"])
    assert (await post_decision(client, one, patent["id"], accepted["id"], "acceptance")).status_code == 200
    await wait_for_feed(client, two, "establishment.accepted", patent["id"])


async def test_a_holder_who_takes_what_a_row_brought_learns_no_id_of_the_row(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, one)
    own = await enter_patent(client, two, application_number=patent["application_number"])
    assert (await post_legal_event(client, two, own["id"], "annuity_paid", "2025-03-01", year=8)).status_code == 201
    request = await propose(client, two, own["id"])
    done = await post_decision(client, one, patent["id"], request["id"], "acceptance", takes=["legal_events"])
    assert done.status_code == 200, done.text
    assert own["id"] not in await wait_for_feed(client, one, "establishment.adopted")

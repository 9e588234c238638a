"""Before a request is accepted its asker learns no id of what others hold, nor do holders learn one of the asker's."""

import httpx

from tests.scenarios import establishment as made
from tests.scenarios import members as factories
from tests.scenarios import patents

ASKER_IS_TOLD = ("establishment.waiting", "establishment.refused", "establishment.withdrawn")


async def test_no_event_tells_the_asker_which_patent_it_is_before_the_acceptance(client: httpx.AsyncClient) -> None:
    one, two = await factories.organisation(client), await factories.organisation(client)
    patent = await patents.entered(client, one)
    own = await patents.entered(client, two, application_number=patent["application_number"])
    refused = await made.proposed(client, two, own["id"])
    await made.decided(client, one, patent["id"], refused["id"], "refusal", reason="未登记")
    withdrawn = await made.proposed(client, two, own["id"])
    await made.decided(client, two, own["id"], withdrawn["id"], "withdrawal")
    accepted = await made.proposed(client, two, own["id"])
    feed = await made.feed_with(client, two, *ASKER_IS_TOLD)
    inbox = (await client.get("/v1/inbox?limit=100", headers=two.headers)).text
    assert patent["id"] not in feed
    assert patent["id"] not in inbox
    await made.feed_with(client, one, refused["id"], withdrawn["id"], accepted["id"], patent["id"])
    assert (await made.decided(client, one, patent["id"], accepted["id"], "acceptance")).status_code == 200
    await made.feed_with(client, two, "establishment.accepted", patent["id"])


async def test_a_holder_who_takes_what_a_row_brought_learns_no_id_of_the_row(client: httpx.AsyncClient) -> None:
    one, two = await factories.organisation(client), await factories.organisation(client)
    patent = await patents.entered(client, one)
    own = await patents.entered(client, two, application_number=patent["application_number"])
    assert (await patents.event(client, two, own["id"], "annuity_paid", "2025-03-01", year=8)).status_code == 201
    request = await made.proposed(client, two, own["id"])
    done = await made.decided(client, one, patent["id"], request["id"], "acceptance", takes=["legal_events"])
    assert done.status_code == 200, done.text
    assert own["id"] not in await made.feed_with(client, one, "establishment.adopted")

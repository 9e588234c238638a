"""What becomes of introductions when two patents turn out to be one, and one of their listings is dropped."""

import httpx
import pytest

from tests.scenarios.introductions import ask_for_introduction, enter_match, get_introduction
from tests.scenarios.listings import list_patent
from tests.scenarios.members import register_organisation, sign_in_platform
from tests.scenarios.needs import publish_need
from tests.scenarios.patents import enter_patent, patch_patent, publication_number
from tests.scenarios.requests import post

pytestmark = pytest.mark.both_databases


async def test_what_waits_on_a_dropped_listing_lapses_and_what_was_accepted_goes_on(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise")
    one, two = await register_organisation(client), await register_organisation(client)
    older = await enter_patent(client, one)
    younger = await enter_patent(client, two, application_number=None, publication_number=publication_number())
    kept, dropped = await list_patent(client, one, older["id"]), await list_patent(client, two, younger["id"])
    needs = [await publish_need(client, asker) for _ in range(2)]
    waiting, accepted = [
        await ask_for_introduction(client, asker, await enter_match(client, need["id"], dropped["id"]))
        for need in needs
    ]
    other = await ask_for_introduction(client, asker, await enter_match(client, needs[0]["id"], kept["id"]))
    await post(client, two, f"/v1/introductions/{accepted['id']}/acceptance", {}, 200)
    staff = await sign_in_platform(client)
    merged = await patch_patent(client, staff, younger["id"], application_number=older["application_number"])
    assert merged.status_code == 200, merged.text
    lapsed = await get_introduction(client, two, waiting)
    assert (lapsed["status"], lapsed["ended_because"]) == ("ended", "listing_gone")
    goes_on = await get_introduction(client, asker, accepted)
    assert (goes_on["status"], goes_on["patent_id"]) == ("accepted", older["id"])
    assert (await get_introduction(client, asker, other))["status"] == "asked"

"""What the register tells of the right, and what it told at an earlier moment, through the front door."""

from typing import Any

import httpx

from tests import factories
from tests.catalogue.made import entered, event
from tests.rights.made import codes, permitted


async def standing(client: httpx.AsyncClient, who: Any, patent_id: str, **asked: Any) -> Any:
    answer = await client.get(f"/v1/patents/{patent_id}/rights", params=asked, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["standing"]


async def test_of_two_suspensions_the_one_that_is_named_is_lifted_by_the_office(client: httpx.AsyncClient) -> None:
    university, office = await factories.organisation(client), await factories.platform(client)
    patent = (await entered(client, university))["id"]
    for basis, on in (("ownership_dispute", "2026-02-01"), ("preservation", "2026-03-01")):
        assert (await event(client, office, patent, "suspended", on, basis=basis)).status_code == 201
    told = await event(client, office, patent, "suspension_lifted", "2026-04-01", basis="ownership_dispute")
    assert told.status_code == 201, told.text
    assert (await event(client, university, patent, "suspension_lifted", "2026-05-01")).status_code == 201
    assert (await standing(client, university, patent))["suspended_since"] == "2026-03-01"
    assert codes(await permitted(client, university, patent, "assign")) == {"suspended_disposal"}
    await event(client, office, patent, "suspension_lifted", "2026-05-02", basis="preservation")
    assert (await permitted(client, university, patent, "assign"))["answer"] == "allowed"

"""Nothing that rested on the word of a displaced holder alone goes on: neither its stand-ins nor what it declared."""

import httpx

from tests import factories
from tests.catalogue import made as patents
from tests.establishment import made
from tests.factories import Member

WHY = "登记簿载明"


async def displaced(client: httpx.AsyncClient, squatter: Member, heir: Member, patent_id: str) -> httpx.Response:
    """Have an office find that the heir holds the patent, and that the squatter never did; return its answer."""
    staff = await factories.platform(client)
    taken = await made.patent(client, squatter, patent_id)
    own = await patents.entered(client, heir, application_number=taken["application_number"])
    request = await made.proposed(client, heir, own["id"])
    ended = [one["holding_id"] for one in taken["holders"] if one["organisation_id"] == squatter.organisation_id]
    done = await made.decided(client, staff, patent_id, request["id"], "acceptance", ends_holdings=ended, reason=WHY)
    assert done.status_code == 200, done.text
    return done


async def test_a_displaced_squatter_does_not_come_back_by_its_stand_in(client: httpx.AsyncClient) -> None:
    squatter, heir = await factories.organisation(client), await factories.organisation(client)
    taken = await patents.entered(client, squatter, holders=[{"name": "后备替身公司"}])
    stand_in = next(one for one in taken["holders"] if one["organisation_id"] is None)
    await displaced(client, squatter, heir, taken["id"])
    now = await made.patent(client, heir, taken["id"])
    assert [one["organisation_id"] for one in now["holders"]] == [heir.organisation_id]
    named = {"name": await made.name_of(client, squatter)}
    headers = squatter.headers | {"If-Match": "*"}
    await client.patch(f"/v1/parties/{stand_in['party_id']}", json=named, headers=headers)
    again = patents.entry(application_number=taken["application_number"])
    await client.post("/v1/patents", json=again, headers=squatter.headers)
    now = await made.patent(client, heir, taken["id"])
    assert [one["organisation_id"] for one in now["holders"]] == [heir.organisation_id]

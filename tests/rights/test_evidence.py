"""The evidence of a right is read by whom the entry itself is shown to whole."""

import httpx

from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.listings import list_patent
from tests.scenarios.members import register_organisation
from tests.scenarios.rights import post_right


async def test_who_recorded_an_entry_reads_its_evidence_after_selling_its_share(client: httpx.AsyncClient) -> None:
    seller, other, stranger = [await register_organisation(client) for _ in range(3)]
    patent = await enter_co_owned_patent(client, seller, other)
    assert (await post_right(client, seller, patent["id"])).status_code == 201
    await list_patent(client, other, patent["id"])
    path = f"/v1/patents/{patent['id']}"
    holdings = (await client.get(f"{path}/holdings", headers=seller.headers)).json()["items"]
    sold = next(one["id"] for one in holdings if one["organisation_id"] == seller.organisation_id)
    body = {"ended_on": "2026-05-01", "reason": "转让"}
    assert (await client.post(f"{path}/holdings/{sold}/end", json=body, headers=seller.headers)).status_code == 200
    shown = await client.get(f"{path}/rights", headers=seller.headers)
    (file,) = shown.json()["items"][0]["evidence_files"]
    for member, status in ((seller, 200), (other, 200), (stranger, 404)):
        read = await client.get(f"/v1/files/{file['id']}/content", headers=member.headers)
        assert read.status_code == status

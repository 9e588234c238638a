import httpx

from tests import factories
from tests.catalogue import made


async def test_assessed_and_listed_are_counted_apart(client: httpx.AsyncClient) -> None:
    member = await factories.organisation(client)
    before = (await client.get("/v1/statistics/catalogue")).json()
    patents = [await made.entered(client, member) for _ in range(4)]
    graded = {"grade": "A", "method": "评审", "assessor": "中心", "assessed_on": "2026-01-01"}
    for patent in patents[:3]:
        await client.post(f"/v1/patents/{patent['id']}/assessments", json=graded, headers=member.headers)
    for patent in patents[2:]:
        await made.listed(client, member, patent["id"])
    own = (await client.get("/v1/statistics/catalogue?mine=true", headers=member.headers)).json()
    names = ("patents", "assessed", "listed", "assessed_and_listed")
    assert [own[name] for name in names] == [4, 3, 2, 1]
    after = (await client.get("/v1/statistics/catalogue")).json()
    assert [after[name] - before[name] for name in names] == [4, 3, 2, 1]
    assert (await client.get("/v1/statistics/catalogue?mine=true")).status_code == 401

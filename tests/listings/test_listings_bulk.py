"""Work on many listings at once: through the front door, on both databases."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.core.ids import new_id
from backend.listings.bulk.service import do_batch
from tests.patents.test_export import run_import
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, add_member, register_organisation, sign_in_platform
from tests.scenarios.patents import application_number, enter_patent, post_legal_event

pytestmark = pytest.mark.both_databases

TERMS = {"deal_types": ["assignment"], "price_note": "面议"}
ENDED = ("done", "cancelled", "failed")


async def ask(client: httpx.AsyncClient, member: Member, **body: Any) -> str:
    answer = await client.post("/v1/listings/bulk", json=body, headers=member.headers)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["location"])


async def ended(client: httpx.AsyncClient, member: Member, address: str) -> dict[str, Any]:
    for _ in range(400):
        job = (await client.get(address, headers=member.headers)).json()
        if job["status"] in ENDED:
            return dict(job)
        await asyncio.sleep(0.05)
    raise AssertionError(job)


async def results(client: httpx.AsyncClient, member: Member, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        said = (await client.get(f"{address}/results?limit=100", params=cursor, headers=member.headers)).json()
        found += said["items"]
        if said["next_cursor"] is None:
            return found
        cursor = {"cursor": said["next_cursor"]}


async def test_one_action_publishes_the_whole_register_and_says_of_each_what_came_of_it(
    client: httpx.AsyncClient,
) -> None:
    university, office = await register_organisation(client), await sign_in_platform(client)
    patents = [await enter_patent(client, university) for _ in range(6)]
    lapsed = patents[0]["id"]
    assert (await post_legal_event(client, office, lapsed, "lapsed", "2024-03-01")).status_code == 201
    there = await list_patent(client, university, patents[1]["id"])
    address = await ask(client, university, action="publish", filter={}, terms=TERMS)
    job = await ended(client, university, address)
    assert job["status"] == "done", job
    assert job["progress"] == {"done": 6, "total": 6}
    assert job["summary"] == {"outcomes": {"published": 4, "rejected": 1, "unchanged": 1}}
    by_subject = {r["subject"]: r for r in await results(client, university, address)}
    assert by_subject[lapsed]["detail"]["reasons"] == ["legal_status_bars"]
    assert by_subject[patents[1]["id"]]["detail"]["listing_id"] == there["id"]
    public = await client.get("/v1/listings", params={"organisation_id": university.organisation_id})
    assert {item["patent_id"] for item in public.json()["items"]} == {p["id"] for p in patents[1:]}
    assert all(item["listed_at"] and item["submitted_at"] for item in public.json()["items"])
    again = await ended(client, university, await ask(client, university, action="publish", filter={}, terms=TERMS))
    assert again["summary"] == {"outcomes": {"rejected": 1, "unchanged": 5}}


async def test_terms_prices_and_suspensions_change_for_many(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patents = [await enter_patent(client, university) for _ in range(3)]
    listings = [await list_patent(client, university, p["id"]) for p in patents]
    ids = [listings[0]["id"], patents[1]["id"], patents[1]["id"], listings[1]["id"]]
    job = await ended(client, university, await ask(client, university, action="update", ids=ids, terms={"stage": 7}))
    assert job["summary"] == {"outcomes": {"updated": 3}}
    stages = [(await client.get(f"/v1/listings/{row['id']}")).json()["stage"] for row in listings]
    assert stages == [7, 7, None]
    suspend = await ask(client, university, action="suspend", filter={"listing_status": ["listed"]}, reason="盘点")
    assert (await ended(client, university, suspend))["summary"] == {"outcomes": {"suspended": 3}}
    resume = await ask(client, university, action="resume", filter={"listing_status": ["suspended"]})
    assert (await ended(client, university, resume))["summary"] == {"outcomes": {"resumed": 3}}
    delist = await ask(client, university, action="delist", filter={})
    assert (await ended(client, university, delist))["summary"] == {"outcomes": {"delisted": 3}}


async def test_what_is_not_ones_own_is_not_there(client: httpx.AsyncClient) -> None:
    university, other = await register_organisation(client), await register_organisation(client)
    hidden = await enter_patent(client, university)
    shown = await list_patent(client, university, (await enter_patent(client, university))["id"])
    unknown = "pat_01h455vb4pex5vsknk084sn02q"
    ids = [hidden["id"], unknown, shown["id"]]
    address = await ask(client, other, action="suspend", ids=ids)
    assert (await ended(client, other, address))["summary"] == {"outcomes": {"rejected": 3}}
    codes = {r["subject"]: r["detail"]["code"] for r in await results(client, other, address)}
    assert codes == {hidden["id"]: "no_such_patent", unknown: "no_such_patent", shown["id"]: "listing_step_not_yours"}
    assert (await client.get(address, headers=university.headers)).status_code == 404
    pending = await register_organisation(client, verified=False)
    own = await enter_patent(client, pending)
    refused = await ask(client, pending, action="publish", ids=[own["id"]], terms=TERMS)
    assert (await ended(client, pending, refused))["summary"] == {"outcomes": {"rejected": 1}}
    assert (await results(client, pending, refused))[0]["detail"]["code"] == "organisation_not_verified"


async def test_two_runs_of_one_job_do_each_listing_once(client: httpx.AsyncClient, app: FastAPI) -> None:
    university = await register_organisation(client)
    patents = [await enter_patent(client, university) for _ in range(5)]
    body = {"action": "publish", "ids": [p["id"] for p in patents], "terms": TERMS}
    address = await ask(client, university, **body)
    job_id = address.rpartition("/")[2]
    await asyncio.gather(*(do_batch(app.state.database, job_id) for _ in range(3)))
    job = await ended(client, university, address)
    assert job["summary"] == {"outcomes": {"published": 5}}
    assert [r["number"] for r in await results(client, university, address)] == [1, 2, 3, 4, 5]


async def test_two_jobs_at_once_harm_nobody(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patents = [await enter_patent(client, university) for _ in range(5)]
    body = {"action": "publish", "ids": [p["id"] for p in patents], "terms": TERMS}
    addresses = await asyncio.gather(*(ask(client, university, **body) for _ in range(3)))
    jobs = [await ended(client, university, address) for address in addresses]
    assert sum(job["summary"]["outcomes"].get("published", 0) for job in jobs) == 5
    assert sum(job["summary"]["outcomes"].get("unchanged", 0) for job in jobs) == 10


async def test_ended_work_is_not_cancelled_and_others_do_not_cancel(client: httpx.AsyncClient) -> None:
    university, other = await register_organisation(client), await register_organisation(client)
    address = await ask(client, university, action="publish", filter={}, terms=TERMS)
    assert (await client.post(f"{address}/cancellation", headers=other.headers)).status_code == 404
    await ended(client, university, address)
    refused = await client.post(f"{address}/cancellation", headers=university.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "job_over")


async def told(client: httpx.AsyncClient, member: Member, kind: str) -> list[str]:
    """Return the kinds of all messages about listings once there is one of this kind, and its text before them."""
    for _ in range(200):
        found = (await client.get("/v1/inbox?category=listings", headers=member.headers)).json()["items"]
        texts = [one["text"] for one in found if one["type"] == kind]
        if texts:
            return [*texts, *(one["type"] for one in found)]
        await asyncio.sleep(0.05)
    raise AssertionError(found)


async def test_a_bulk_change_is_told_once_to_each_whose_listings_it_changed(client: httpx.AsyncClient) -> None:
    university, office = await register_organisation(client), await sign_in_platform(client)
    colleague = await add_member(client, university)
    ids = [(await enter_patent(client, university))["id"] for _ in range(3)]
    published = await ask(client, university, action="publish", ids=[*ids, new_id("pat")], terms=TERMS)
    job = await ended(client, university, published)
    assert job["summary"] == {"outcomes": {"published": 3, "rejected": 1}}
    kind = "listing.changed_in_bulk"
    text = "A bulk change is over: 3 listings done, 1 not; the job's results say of each why."
    for member in (university, colleague):
        assert await told(client, member, kind) == [text, kind]
    rows = await results(client, university, published)
    listings = [row["detail"]["listing_id"] for row in rows if row["outcome"] == "published"]
    address = await ask(client, office, action="suspend", ids=listings, reason="核查")
    assert (await ended(client, office, address))["summary"] == {"outcomes": {"suspended": 3}}
    for _ in range(100):
        if (await told(client, university, kind)).count(kind) == 2:
            break
        await asyncio.sleep(0.05)
    text = "The platform changed 3 of your listings at once; each says what and why."
    assert (await told(client, university, kind))[0] == text


async def test_unclear_requests_are_refused(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    for body in (
        {"action": "publish"},
        {"action": "publish", "filter": {}, "ids": ["pat_01h455vb4pex5vsknk084sn02q"]},
        {"action": "update", "filter": {}},
        {"action": "publish", "filter": {"colour": "red"}},
    ):
        answer = await client.post("/v1/listings/bulk", json=body, headers=university.headers)
        assert answer.status_code == 422, body


async def test_a_filter_takes_what_came_with_one_upload_and_has_one_grade(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    await enter_patent(client, university)
    rows = [f"{application_number()},第{n}种装置,2018-03-01,{grade}" for n, grade in enumerate("AAB")]
    content = "\n".join(["申请号,专利名称,申请日,分级", *rows]).encode()
    done = await run_import(client, university, content, mode="apply")
    chosen = {"import_id": done["id"], "grade": ["A"], "legal_status": ["unknown", "pending", "in_force"]}
    address = await ask(client, university, action="publish", filter=chosen, terms=TERMS)
    assert (await ended(client, university, address))["progress"] == {"done": 2, "total": 2}
    other = await register_organisation(client)
    nothing = await ask(client, other, action="publish", filter={"import_id": done["id"]}, terms=TERMS)
    assert (await ended(client, other, nothing))["progress"] == {"done": 0, "total": 0}


async def test_cancelled_work_stops_where_it_stands(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    address = await ask(client, university, action="publish", ids=[new_id("pat") for _ in range(9_000)], terms=TERMS)
    cancelled = await client.post(f"{address}/cancellation", headers=university.headers)
    assert cancelled.status_code == 200, cancelled.text
    await asyncio.sleep(0.5)
    job = (await client.get(address, headers=university.headers)).json()
    assert (job["status"], job["version"]) == ("cancelled", cancelled.json()["version"])
    assert job["progress"]["done"] < 9_000
    assert len(await results(client, university, address)) == job["progress"]["done"]

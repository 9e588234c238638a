"""Listings through the front door, on both databases."""

import asyncio
from typing import Any

import httpx

from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, add_member, register_organisation, sign_in_platform, verify_organisation
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.waiting import search_once_fed

TERMS: dict[str, Any] = {"deal_types": ["ordinary_licence"], "price_fen": 500_000, "clusters": ["advanced_materials"]}


async def draft(client: httpx.AsyncClient, member: Member, **terms: Any) -> dict[str, Any]:
    patent = await enter_patent(client, member)
    answer = await client.post(
        "/v1/listings", json={"patent_id": patent["id"], **TERMS, **terms}, headers=member.headers
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def step(client: httpx.AsyncClient, member: Member, listing: dict[str, Any], name: str) -> httpx.Response:
    body = {"reason": "说明"} if name in ("suspension", "refusal") else None
    return await client.post(f"/v1/listings/{listing['id']}/{name}", json=body, headers=member.headers)


async def found(client: httpx.AsyncClient, listing: dict[str, Any], written: httpx.Response) -> bool:
    """Whether the public search finds the patent once the write is in the index."""
    number = listing["patent"]["application_number"]
    asked = {"q": number, "after_event": written.headers["event-id"]}
    answer = await search_once_fed(client, "/v1/patents/search", **asked)
    return any(item["id"] == listing["patent_id"] for item in answer["items"])


async def test_a_holder_lists_publishes_and_is_found(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    listing = await draft(client, university)
    assert listing["status"] == "draft"
    stranger = await client.get(f"/v1/listings/{listing['id']}")
    assert stranger.status_code == 404
    assert (await step(client, university, listing, "submission")).json()["status"] == "submitted"
    published = await step(client, university, listing, "publication")
    assert published.json()["status"] == "listed"
    assert (await client.get(f"/v1/listings/{listing['id']}")).status_code == 200
    assert await found(client, listing, published)
    suspended = await step(client, university, listing, "suspension")
    assert (await client.get(f"/v1/listings/{listing['id']}")).status_code == 404
    assert not await found(client, listing, suspended)
    assert await found(client, listing, await step(client, university, listing, "resumption"))
    assert not await found(client, listing, await step(client, university, listing, "delisting"))


async def test_a_lapse_suspends_the_listing_in_the_same_transaction(client: httpx.AsyncClient) -> None:
    university, office = await register_organisation(client), await sign_in_platform(client)
    patent = await enter_patent(client, university)
    listing = await list_patent(client, university, patent["id"])
    lapsed = await post_legal_event(client, office, patent["id"], "lapsed", "2024-03-01")
    assert lapsed.status_code == 201, lapsed.text
    own = await client.get(f"/v1/listings/{listing['id']}", headers=university.headers)
    assert (own.json()["status"], own.json()["suspended_by"], own.json()["status_reason"]) == (
        "suspended", "legal_status", "lapsed",
    )  # fmt: skip
    assert not await found(client, listing, lapsed)
    refused = await step(client, university, listing, "resumption")
    assert refused.status_code == 409
    assert [r["code"] for r in refused.json()["reasons"]] == ["legal_status_bars"]
    restored = await post_legal_event(client, office, patent["id"], "restored", "2024-06-01")
    assert restored.status_code == 201, restored.text
    assert await found(client, listing, await step(client, university, listing, "resumption"))


async def test_a_disputed_holding_suspends_the_listing(client: httpx.AsyncClient) -> None:
    university, office = await register_organisation(client), await sign_in_platform(client)
    patent = await enter_patent(client, university)
    listing = await list_patent(client, university, patent["id"])
    address = f"/v1/patents/{patent['id']}/holdings"
    holding = (await client.get(address, headers=university.headers)).json()["items"][0]
    disputed = await client.post(
        f"{address}/{holding['id']}/dispute", json={"reason": "权属诉讼"}, headers=office.headers
    )
    assert disputed.status_code == 200, disputed.text
    own = await client.get(f"/v1/listings/{listing['id']}", headers=university.headers)
    assert (own.json()["status"], own.json()["suspended_by"]) == ("suspended", "holding")


async def test_a_pending_organisation_prepares_everything_and_publishes_nothing(client: httpx.AsyncClient) -> None:
    pending = await register_organisation(client, verified=False)
    listing = await draft(client, pending)
    for name in ("submission", "publication", "resumption"):
        refused = await step(client, pending, listing, name)
        assert (refused.status_code, refused.json()["code"]) == (403, "organisation_not_verified")
        assert refused.json()["cure"]
    await verify_organisation(client, pending.organisation_id)
    for name in ("submission", "publication"):
        assert (await step(client, pending, listing, name)).status_code == 200


async def test_a_refused_organisation_is_shown_no_more(client: httpx.AsyncClient) -> None:
    university, office = await register_organisation(client), await sign_in_platform(client)
    listing = await list_patent(client, university, (await enter_patent(client, university))["id"])
    verdict = {"outcome": "refused", "reason": "证件不实"}
    answer = await client.post(
        f"/v1/organisations/{university.organisation_id}/verification", json=verdict, headers=office.headers
    )
    assert answer.status_code == 200, answer.text
    assert (await client.get(f"/v1/listings/{listing['id']}")).status_code == 404
    own = (await client.get(f"/v1/listings/{listing['id']}", headers=university.headers)).json()
    assert (own["status"], own["status_reason"]) == ("suspended", "organisation_not_verified")
    for who, code in ((university, "organisation_not_verified"), (office, "organisation_not_verified")):
        assert (await step(client, who, listing, "resumption")).json()["code"] == code
    await verify_organisation(client, university.organisation_id)
    assert (await step(client, university, listing, "resumption")).json()["status"] == "listed"


async def test_nothing_is_published_without_deal_type_and_price(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    listing = await draft(client, university, deal_types=[], price_fen=None)
    await step(client, university, listing, "submission")
    refused = await step(client, university, listing, "publication")
    assert {r["code"] for r in refused.json()["reasons"]} == {"deal_type_missing", "price_missing"}


async def test_one_living_listing_per_patent_however_many_race(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    body = {"patent_id": patent["id"], **TERMS}
    answers = await asyncio.gather(
        *(client.post("/v1/listings", json=body, headers=university.headers) for _ in range(5))
    )
    assert sorted(a.status_code for a in answers) == [201, 409, 409, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"already_listed"}


async def test_two_publications_at_once_count_once(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    listing = await draft(client, university)
    await step(client, university, listing, "submission")
    answers = await asyncio.gather(*(step(client, university, listing, "publication") for _ in range(4)))
    assert sorted(a.status_code for a in answers) == [200, 409, 409, 409]


async def test_terms_change_with_if_match_and_a_listed_one_stays_fit(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    listing = await list_patent(client, university, (await enter_patent(client, university))["id"])
    address, headers = f"/v1/listings/{listing['id']}", university.headers
    assert (await client.patch(address, json={"stage": 5}, headers=headers)).status_code == 428
    tag = (await client.get(address, headers=headers)).headers["etag"]
    changed = await client.patch(address, json={"stage": 5}, headers=headers | {"If-Match": tag})
    assert (changed.status_code, changed.json()["stage"]) == (200, 5)
    stale = await client.patch(address, json={"stage": 6}, headers=headers | {"If-Match": tag})
    assert stale.status_code == 412
    bare = await client.patch(address, json={"deal_types": []}, headers=headers | {"If-Match": changed.headers["etag"]})
    assert (bare.status_code, bare.json()["code"]) == (409, "listing_not_publishable")
    unknown = await client.patch(
        address, json={"clusters": ["nonsense"]}, headers=headers | {"If-Match": changed.headers["etag"]}
    )
    assert unknown.status_code == 422


async def test_only_a_holder_lists_and_others_do_not_learn_what_is_not_listed(client: httpx.AsyncClient) -> None:
    university, other = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, university)
    body = {"patent_id": patent["id"], **TERMS}
    assert (await client.post("/v1/listings", json=body, headers=other.headers)).status_code == 404
    listing = await list_patent(client, university, patent["id"])
    assert (await client.post("/v1/listings", json=body, headers=other.headers)).status_code == 403
    assert (await step(client, other, listing, "suspension")).status_code == 403
    viewer = await add_member(client, university, "viewer")
    assert (await step(client, viewer, listing, "suspension")).status_code == 403


async def test_the_platform_refuses_and_suspends(client: httpx.AsyncClient) -> None:
    university, office = await register_organisation(client), await sign_in_platform(client)
    refused = await draft(client, university)
    await step(client, university, refused, "submission")
    assert (await step(client, university, refused, "refusal")).status_code == 403
    assert (await step(client, office, refused, "refusal")).json()["status"] == "refused"
    listing = await list_patent(client, university, (await enter_patent(client, university))["id"])
    assert (await step(client, office, listing, "suspension")).json()["suspended_by"] == "platform"
    for name in ("resumption", "delisting"):
        assert (await step(client, university, listing, name)).json()["code"] == "suspended_by_platform"
    assert (await step(client, office, listing, "resumption")).json()["status"] == "listed"


async def test_lists_show_each_what_it_may_see(client: httpx.AsyncClient) -> None:
    university, other = await register_organisation(client), await register_organisation(client)
    hidden = await draft(client, university)
    shown = await list_patent(client, university, (await enter_patent(client, university))["id"])
    asked = {"organisation_id": university.organisation_id}

    async def ids(headers: dict[str, str] | None = None, **more: Any) -> set[str]:
        answer = await client.get("/v1/listings", params=asked | more, headers=headers)
        return {item["id"] for item in answer.json()["items"]}

    assert await ids() == await ids(other.headers) == {shown["id"]}
    assert await ids(university.headers) == {shown["id"], hidden["id"]}
    assert await ids(university.headers, status="draft", mine=True) == {hidden["id"]}
    assert await ids((await sign_in_platform(client)).headers) == {shown["id"], hidden["id"]}

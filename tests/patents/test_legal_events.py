import asyncio
from datetime import UTC, datetime

import httpx
from fastapi import FastAPI

from backend.patents.jobs import sweep
from tests.scenarios.listings import list_patent
from tests.scenarios.members import register_organisation, sign_in_platform
from tests.scenarios.patents import application_number, enter_patent, post_legal_event


async def test_a_lapse_suspends_the_listing_at_once_and_leaves_the_public(client: httpx.AsyncClient) -> None:
    holder, staff = await register_organisation(client), await sign_in_platform(client)
    patent = await enter_patent(client, holder, legal_status="in_force")
    listing = await list_patent(client, holder, patent["id"])
    address = f"/v1/patents/{patent['id']}"
    answer = await post_legal_event(client, staff, patent["id"], "lapsed", "2024-03-01", announced_on="2024-10-10")
    assert (answer.status_code, answer.json()["by_authority"]) == (201, True)
    assert (await client.get(address)).status_code == 404
    suspended = await client.get(f"/v1/listings/{listing['id']}", headers=holder.headers)
    assert (suspended.json()["status"], suspended.json()["suspended_by"]) == ("suspended", "legal_status")
    now = (await client.get(address, headers=holder.headers)).json()
    assert (now["legal_status"], now["status_since"], now["status_source"]) == ("lapsed", "2024-03-01", "专利公报")


async def test_the_past_is_answered_by_what_held_and_by_what_was_known(client: httpx.AsyncClient, app: FastAPI) -> None:
    holder, staff = await register_organisation(client), await sign_in_platform(client)
    patent = await enter_patent(client, holder)
    before = app.state.clock.now().isoformat()
    await post_legal_event(client, staff, patent["id"], "lapsed", "2024-03-01", announced_on="2024-10-10")
    address = f"/v1/patents/{patent['id']}"

    async def status(**asked: str) -> str:
        answer = await client.get(address, params=asked, headers=holder.headers)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["legal_status"])

    assert await status(valid_on="2024-06-01", known_at=before) == "in_force"
    assert await status(valid_on="2024-06-01") == "lapsed"
    assert await status(valid_on="2024-02-29") == "in_force"
    assert await status(valid_on="2019-01-01") == "unknown"
    assert (await client.get(f"{address}?known_at=2024-06-01T00:00:00", headers=holder.headers)).status_code == 422


async def test_an_event_seen_twice_counts_once(client: httpx.AsyncClient) -> None:
    holder, staff = await register_organisation(client), await sign_in_platform(client)
    patent = await enter_patent(client, holder)
    answers = [
        await post_legal_event(client, staff, patent["id"], "annuity_missed", "2024-03-01", year=7) for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [201, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    repeated = await post_legal_event(client, holder, patent["id"], "annuity_missed", "2024-03-01", year=7)
    assert repeated.json()["id"] == answers[0].json()["id"]
    told = await client.get(f"/v1/patents/{patent['id']}/legal-events", headers=holder.headers)
    assert [e["kind"] for e in told.json()["items"]] == ["granted", "annuity_missed"]


async def test_a_holder_cannot_undo_what_an_authority_recorded(client: httpx.AsyncClient) -> None:
    holder, staff = await register_organisation(client), await sign_in_platform(client)
    patent = await enter_patent(client, holder)
    await post_legal_event(client, staff, patent["id"], "lapsed", "2024-03-01")
    for kind, more in (("restored", {}), ("status_reported", {"status": "in_force"})):
        assert (await post_legal_event(client, holder, patent["id"], kind, "2025-01-01", **more)).status_code == 201
        now = await client.get(f"/v1/patents/{patent['id']}", headers=holder.headers)
        assert now.json()["legal_status"] == "lapsed"
    await post_legal_event(client, staff, patent["id"], "restored", "2025-01-01")
    now = await client.get(f"/v1/patents/{patent['id']}", headers=holder.headers)
    assert now.json()["legal_status"] == "in_force"


async def test_whoever_merely_says_to_hold_a_patent_cannot_end_it(client: httpx.AsyncClient) -> None:
    holder, newcomer = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, holder)
    await enter_patent(client, newcomer, application_number=patent["application_number"])
    assert (await post_legal_event(client, newcomer, patent["id"], "surrendered", "2025-01-01")).status_code == 404
    now = (await client.get(f"/v1/patents/{patent['id']}", headers=holder.headers)).json()
    assert now["legal_status"] == "in_force"
    stranger = await register_organisation(client, "enterprise")
    assert (await post_legal_event(client, stranger, patent["id"], "surrendered", "2025-01-01")).status_code == 404


async def test_a_change_of_holder_ends_one_holding_and_begins_another(client: httpx.AsyncClient) -> None:
    seller, buyer = await register_organisation(client), await register_organisation(client, "enterprise")
    staff = await sign_in_platform(client)
    name = (await client.get(f"/v1/organisations/{buyer.organisation_id}")).json()["name"]
    patent = await enter_patent(client, seller)
    listing = await list_patent(client, seller, patent["id"])
    address = f"/v1/patents/{patent['id']}"
    answer = await post_legal_event(client, staff, patent["id"], "holder_changed", "2025-07-31", to_holders=[name])
    assert answer.status_code == 201, answer.text
    now = (await client.get(address, headers=buyer.headers)).json()
    assert [(h["organisation_id"], h["state"]) for h in now["holders"]] == [(buyer.organisation_id, "verified")]
    assert (await client.get(address, headers=seller.headers)).status_code == 404
    assert (await client.get(f"/v1/listings/{listing['id']}", headers=seller.headers)).json()["status"] == "suspended"
    then = (await client.get(f"{address}?valid_on=2025-07-30", headers=buyer.headers)).json()
    assert [h["organisation_id"] for h in then["holders"]] == [seller.organisation_id]


async def test_the_calendar_shows_what_falls_due_and_moves_with_payments(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    patent = await enter_patent(client, holder, legal_status="in_force")

    async def calendar(**asked: str) -> list[dict[str, object]]:
        answer = await client.get("/v1/annuities", params=asked, headers=holder.headers)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    (first,) = await calendar()
    assert (first["payments_recorded"], first["state"], str(first["due_on"])[5:]) == (False, "due", "03-01")
    await post_legal_event(client, holder, patent["id"], "annuity_paid", "2024-02-20", year=7)
    (late,) = await calendar()
    assert (late["year"], late["due_on"], late["grace_until"]) == (8, "2025-03-01", "2025-09-01")
    assert await calendar(due_before="2025-03-01") == []
    await post_legal_event(client, holder, patent["id"], "annuity_paid", "2025-02-20", year=20)
    assert await calendar() == []
    stranger = await register_organisation(client)
    assert (await client.get("/v1/annuities", headers=stranger.headers)).json()["items"] == []
    assert (await client.get("/v1/annuities")).status_code == 401


async def test_a_term_that_is_over_suspends_the_listing_by_itself(client: httpx.AsyncClient, app: FastAPI) -> None:
    holder = await register_organisation(client)
    patent = await enter_patent(client, holder, application_number=application_number(2018, 2), legal_status="in_force")
    listing = await list_patent(client, holder, patent["id"])
    await sweep(app.state.database, datetime(2028, 2, 29, 15, 59, tzinfo=UTC))
    assert (await client.get(f"/v1/patents/{patent['id']}")).json()["legal_status"] == "in_force"
    await sweep(app.state.database, datetime(2028, 2, 29, 16, tzinfo=UTC))  # midnight in China
    now = (await client.get(f"/v1/patents/{patent['id']}", headers=holder.headers)).json()
    assert (now["legal_status"], now["status_since"]) == ("expired", "2028-03-01")
    ended = await client.get(f"/v1/listings/{listing['id']}", headers=holder.headers)
    assert ended.json()["status"] == "suspended"


async def test_each_kind_of_event_asks_for_what_it_needs(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    patent = await enter_patent(client, holder)
    bodies: tuple[dict[str, object], ...] = (
        {"kind": "annuity_paid"},
        {"kind": "status_reported"},
        {"kind": "holder_changed"},
        {"kind": "lapsed", "year": 3},
        {"kind": "lapsed", "basis": "preservation"},
        {"kind": "lapsed", "from_holders": ["甲公司"]},
        {"kind": "holder_changed", "to_holders": ["甲公司"], "effective_on": "2150-01-01"},
    )
    for body in bodies:
        told = {"effective_on": "2024-01-01", "source": "专利公报"} | body
        answer = await client.post(f"/v1/patents/{patent['id']}/legal-events", json=told, headers=holder.headers)
        assert answer.status_code == 422


async def test_the_same_event_sent_at_once_counts_once(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    patent = await enter_patent(client, holder)
    answers = await asyncio.gather(
        *(post_legal_event(client, holder, patent["id"], "lapsed", "2024-03-01") for _ in range(4))
    )
    assert sorted(a.status_code for a in answers) == [200, 200, 200, 201]
    assert len({a.json()["id"] for a in answers}) == 1


async def test_a_lapse_and_a_publication_at_once_never_leave_a_dead_patent_listed(client: httpx.AsyncClient) -> None:
    holder, staff = await register_organisation(client), await sign_in_platform(client)
    for _ in range(5):
        patent = await enter_patent(client, holder, legal_status="in_force")
        terms = {"patent_id": patent["id"], "deal_types": ["assignment"], "price_fen": 1}
        listing = (await client.post("/v1/listings", json=terms, headers=holder.headers)).json()
        address = f"/v1/listings/{listing['id']}"
        await client.post(f"{address}/submission", headers=holder.headers)
        await asyncio.gather(
            client.post(f"{address}/publication", headers=holder.headers),
            post_legal_event(client, staff, patent["id"], "lapsed", "2024-03-01"),
        )
        assert (await client.get(address)).status_code == 404

"""The afternoon: from a university's draft to an enterprise's certificate, through HTTP alone."""

from datetime import date
from typing import Any

import httpx
from fastapi import FastAPI

from tests.licences.days import inbox, later
from tests.scenarios.consents import give_consent
from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import LUMP, ROYALTY, announce, declare, draft_declaration, file_declaration
from tests.scenarios.patents import patent_body, post_legal_event
from tests.scenarios.rights import reason_codes
from tests.scenarios.waiting import search_once_fed


async def found_by_search(client: httpx.AsyncClient, patent: dict[str, Any], written: str, **asked: Any) -> list[Any]:
    """Return what the public search finds of the patent once the write is in the index."""
    query = {"q": patent["application_number"], "after_event": written, **asked}
    return list((await search_once_fed(client, "/v1/patents/search", **query))["items"])


async def take(client: httpx.AsyncClient, licensee: Member, declared: dict[str, Any]) -> dict[str, Any]:
    """Quote, give notice, pay; give the licence."""
    place = f"/v1/open-licences/{declared['id']}"
    quote = (await client.get(f"{place}/quote", headers=licensee.headers)).json()
    assert quote["total_fen"] == quote["due_at_start_fen"] == 5_000_000
    assert quote["terms_hash"] == declared["terms_hash"]
    notice = await give_notice(client, licensee, declared, message="拟用于电池产线。")
    assert (notice["status"], notice["due_at_start_fen"], notice["open_fen"]) == ("given", 5_000_000, 5_000_000)
    assert notice["pay_by"] > notice["given_on"]
    settled = await pay(client, licensee, notice)
    assert (settled["status"], settled["open_fen"]) == ("effective", 0)
    licence = await client.get(f"/v1/licences/{settled['licence_id']}", headers=licensee.headers)
    assert licence.status_code == 200, licence.text
    return dict(licence.json())


async def assert_certificate_is_good(client: httpx.AsyncClient, licensee: Member, licence: dict[str, Any]) -> None:
    """Check the certificate: JSON, paper, and the public's check of the hash, which says nothing else."""
    place = f"/v1/licences/{licence['id']}/certificate"
    paper = (await client.get(place, headers=licensee.headers)).json()
    assert paper["terms_hash"] == licence["terms_hash"]
    assert [link["step"] for link in paper["chain"]] == ["notice_given", "payment_made", "effective"]
    pdf = await client.get(f"{place}.pdf", headers=licensee.headers)
    assert (pdf.status_code, pdf.headers["content-type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
    check = await client.get(f"{place}/verification", params={"hash": paper["hash"]})
    assert check.json()["valid"] is True
    assert (await client.get(f"{place}/verification", params={"hash": "0" * 64})).json()["valid"] is False
    assert (await client.get(place)).status_code == 401


async def assert_reminded(
    app: FastAPI, client: httpx.AsyncClient, members: tuple[Member, ...], licence: dict[str, Any]
) -> None:
    """Move the demonstration's clock to the day on which the recordal falls due; both sides are told, once over too."""
    due, office = licence["recordal"]["due_on"], await sign_in_platform(client)
    days = (date.fromisoformat(due) - app.state.clock.today()).days
    async with later(app, client, office, days):
        for member in members:
            assert "falls due" in await inbox(client, member, "licence.recordal_due", licence["id"])
    async with later(app, client, office, days + 1):
        for member in members:
            assert await inbox(client, member, "licence.recordal_overdue", licence["id"])


async def test_an_open_licence_is_found_priced_taken_and_proved_in_one_afternoon(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    university, institute = await register_organisation(client), await register_organisation(client)
    patent = await enter_co_owned_patent(client, university, institute)
    draft = await draft_declaration(client, university, patent["id"], fee=LUMP)
    place = f"/v1/open-licences/{draft['id']}"
    alone = await client.post(f"{place}/submission", json={}, headers=university.headers)
    assert (alone.status_code, reason_codes(alone.json())) == (409, {"co_owners_open_licence"})
    terms = draft["consent_terms"]["declare_open_licence"]
    consent = await give_consent(client, university, institute, patent["id"], "declare_open_licence", terms)
    assert consent["terms_hash"] == draft["terms_hash"]
    assert (await client.get(place)).status_code == 404  # not open before the announcement
    declared = await file_declaration(client, university, draft)
    assert (declared["status"], declared["available_here"]) == ("filed", False)
    early = await client.post(f"{place}/notices", json={"terms_version": 1, "terms_hash": draft["terms_hash"]},
                              headers=institute.headers)  # fmt: skip
    assert (early.status_code, early.json()["code"]) == (409, "open_licence_not_in_state")

    declared = await announce(client, university, draft)
    assert (declared["status"], declared["available_here"], declared["unavailable_because"]) == ("announced", True, [])
    assert declared["worked_example"]["total_fen"] == 5_000_000
    touched = await client.post(f"{place}/notification", json={"on": "2026-03-21"}, headers=university.headers)
    written = touched.headers["event-id"]
    cheap = await found_by_search(client, patent, written, deal_type="open_licence", price_max_fen=5_000_000)
    assert [item["id"] for item in cheap] == [patent["id"]]
    assert cheap[0]["open_licence"]["available"] is True
    assert cheap[0]["open_licence"]["example"]["total_fen"] == 5_000_000
    assert await found_by_search(client, patent, written, price_max_fen=4_999_999) == []

    enterprise = await register_organisation(client, "enterprise")
    inventor = await register_organisation(client, "individual")
    for licensee in (enterprise, inventor):
        licence = await take(client, licensee, declared)
        assert (licence["status"], licence["effective_on"]) == ("in_force", licence["starts_on"])
        assert licence["recordal"]["due_on"] > licence["effective_on"]
        await assert_certificate_is_good(client, licensee, licence)
    theirs = await client.get("/v1/licences", params={"role": "licensor"}, headers=university.headers)
    assert len(theirs.json()["items"]) == 2
    await assert_reminded(app, client, (university, inventor), licence)


async def test_anybody_is_told_by_the_public_page_what_a_royalty_comes_to(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    declared = await declare(client, university, fee=ROYALTY)
    asked = {"net_sales_fen": 100_000_000, "starts_on": "2027-01-01", "ends_on": "2027-12-31"}
    quote = await client.get(f"/v1/open-licences/{declared['id']}/quote", params=asked)
    assert quote.status_code == 200, quote.text
    assert (quote.json()["due_at_start_fen"], quote.json()["total_fen"]) == (0, 3_000_000)
    for days in ({"ends_on": "2031-01-01"}, {"starts_on": "2026-03-19"}):
        beyond = await client.get(f"/v1/open-licences/{declared['id']}/quote", params=asked | days)
        assert (beyond.status_code, beyond.json()["code"]) == (422, "outside_the_term")
    without = await client.get(f"/v1/open-licences/{declared['id']}/quote")
    assert (without.status_code, without.json()["code"]) == (422, "quote_input_missing")


async def test_the_recordal_is_filed_confirmed_and_lowers_the_annuities(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    enterprise = await register_organisation(client, "enterprise")
    patent = await enter_co_owned_patent(client, university, kind="invention")
    declared = await announce(client, university, await file_declaration(client, university, await draft_declaration(
        client, university, patent["id"])))  # fmt: skip
    licence = await take(client, enterprise, declared)
    place, today = f"/v1/licences/{licence['id']}", licence["effective_on"]
    early = await client.post(f"{place}/recordal-confirmation", json={"on": today, "number": "X1"},
                              headers=enterprise.headers)  # fmt: skip
    assert (early.status_code, early.json()["code"]) == (409, "licence_not_in_state")
    await client.post(f"{place}/recordal", json={"on": today}, headers=enterprise.headers)
    confirmed = await client.post(f"{place}/recordal-confirmation", json={"on": today, "number": "X2026"},
                                  headers=university.headers)  # fmt: skip
    assert confirmed.status_code == 200, confirmed.text
    lower = confirmed.json()["annuity_reductions"]
    assert lower
    for one in lower:
        assert one["reduction_fen"] * 100 == one["full_fen"] * 15
        assert [g["name"] for g in one["grounds"] if g["taken"]] == ["open_licence"]
    higher = await client.get(place, params={"other_reduction_bp": 8_500}, headers=university.headers)
    assert {g["name"] for one in higher.json()["annuity_reductions"] for g in one["grounds"] if g["taken"]} == {"other"}
    assert (await client.get(place, headers=enterprise.headers)).json()["annuity_reductions"] == []
    paper = (await client.get(f"{place}/certificate", headers=enterprise.headers)).json()
    assert [link["step"] for link in paper["chain"]][-2:] == ["recordal_filed", "recordal_confirmed"]


async def test_a_lapse_makes_it_unavailable_at_once_and_the_public_page_says_why(client: httpx.AsyncClient) -> None:
    university, office = await register_organisation(client), await sign_in_platform(client)
    patent = await enter_co_owned_patent(client, university)
    declared = await announce(client, university, await file_declaration(client, university, await draft_declaration(
        client, university, patent["id"])))  # fmt: skip
    missed = await post_legal_event(client, office, patent["id"], "annuity_missed", "2026-03-01", year=9)
    assert missed.status_code == 201, missed.text
    page = (await client.get(f"/v1/open-licences/{declared['id']}", headers={"Accept-Language": "en"})).json()
    assert (page["status"], page["available_here"]) == ("announced", False)
    assert [reason["code"] for reason in page["unavailable_because"]] == ["annuity_unpaid"]
    enterprise = await register_organisation(client, "enterprise")
    refused = await give_notice(client, enterprise, declared, due=409)
    assert (refused["code"], reason_codes(refused)) == ("open_licence_not_available", {"annuity_unpaid"})
    own = (await client.get(f"/v1/open-licences/{declared['id']}", headers=university.headers)).json()
    assert [(duty["kind"], duty["ended_at"]) for duty in own["duties"]] == [("withdraw", None)]
    await post_legal_event(client, office, patent["id"], "annuity_paid", "2026-03-02", year=9)
    page = (await client.get(f"/v1/open-licences/{declared['id']}", headers=university.headers)).json()
    assert (page["available_here"], page["duties"][0]["outcome"]) == (True, "lifted")


async def test_a_co_owner_sees_the_licences_and_whoever_merely_claims_the_patent_does_not(
    client: httpx.AsyncClient,
) -> None:
    university, institute = await register_organisation(client), await register_organisation(client)
    patent = await enter_co_owned_patent(client, university, institute)
    draft = await draft_declaration(client, university, patent["id"])
    terms = draft["consent_terms"]["declare_open_licence"]
    await give_consent(client, university, institute, patent["id"], "declare_open_licence", terms)
    declared = await announce(client, university, await file_declaration(client, university, draft))
    enterprise, rival = await register_organisation(client, "enterprise"), await register_organisation(client)
    licence = await take(client, enterprise, declared)
    own = await client.post(
        "/v1/patents",
        json=patent_body(application_number=patent["application_number"]),
        headers=rival.headers,
    )
    assert own.status_code == 201, own.text
    for who, status in ((institute, 200), (rival, 404)):
        for place in (f"/v1/licences/{licence['id']}", f"/v1/notices/{licence['notice_id']}"):
            assert (await client.get(place, headers=who.headers)).status_code == status, place

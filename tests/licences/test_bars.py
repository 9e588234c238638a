"""What bars an announced open licence: unavailable at once and everywhere, with its reason, until it is lifted."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day, inbox, later
from tests.scenarios.consents import give_consent
from tests.scenarios.files import upload_evidence
from tests.scenarios.members import Member, find_party
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import declare, withdraw_declaration
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.requests import post
from tests.scenarios.rights import get_permission, post_right, post_right_correction, reason_codes


async def page(client: httpx.AsyncClient, declared: dict[str, Any], who: Member | None = None) -> dict[str, Any]:
    """Return the open licence's page as somebody sees it."""
    headers = who.headers if who else {"Accept-Language": "en"}
    return dict((await client.get(f"/v1/open-licences/{declared['id']}", headers=headers)).json())


async def shown(client: httpx.AsyncClient, patent_id: str) -> list[Any]:
    """Return what listing and search say of the patent's open licence, nothing where the patent is not listed."""
    patent = await client.get(f"/v1/patents/{patent_id}")
    if patent.status_code == 404:
        return []
    listing = await client.get(f"/v1/listings/{patent.json()['listing']['id']}")
    told, found = listing.json()["open_licence"], None
    for _ in range(200):
        query = {"q": patent.json()["application_number"]}
        items = (await client.get("/v1/patents/search", params=query)).json()["items"]
        found = items[0]["open_licence"] if items else None
        if found == told:
            break
        await asyncio.sleep(0.05)
    return [told, found]


async def bar(client: httpx.AsyncClient, people: People, patent_id: str, kind: str) -> str | None:
    """Let the bar arise; give its right's id, where it is one."""
    rights: dict[str, tuple[str, dict[str, Any]]] = {
        "exclusive": ("licence", {"licence_type": "exclusive"}),
        "sole": ("licence", {"licence_type": "sole", "territory": ["110000"]}),
        "pledge": ("pledge", {}),
        "seizure": ("seizure", {}),
        "obstacle": ("obstacle", {}),
    }
    if kind in rights:
        of, fields = rights[kind]
        made = await post_right(client, people.university, patent_id, of, **fields)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])
    events: dict[str, dict[str, Any]] = {
        "annuity_missed": {"year": 9},
        "suspended": {"basis": "ownership_dispute"},
        "holder_changed": {"to_holders": ["重庆示例受让有限公司"]},
        "invalidated": {},
        "lapsed": {},
        "ended_unknown": {"status": "ended_unknown"},
    }
    told = "status_reported" if kind == "ended_unknown" else kind
    said = await post_legal_event(client, people.office, patent_id, told, "2026-04-01", **events[kind])
    assert said.status_code == 201, said.text
    return None


BARS = {
    "exclusive": "exclusive_or_sole_in_force",
    "sole": "exclusive_or_sole_in_force",
    "pledge": "pledged_without_consent",
    "seizure": "seized",
    "obstacle": "other_obstacle",
    "annuity_missed": "annuity_unpaid",
    "suspended": "suspended",
    "holder_changed": "holders_changed",
}


@pytest.mark.parametrize("kind", BARS)
async def test_a_bar_makes_it_unavailable_at_once_on_its_page_and_beside_its_patent(
    client: httpx.AsyncClient, people: People, app: FastAPI, kind: str
) -> None:
    declared = await declare(client, people.university)
    made = await bar(client, people, declared["patent_id"], kind)
    said = await page(client, declared)
    assert (said["status"], said["available_here"]) == ("announced", False)
    assert [(one["code"], bool(one["detail"])) for one in said["unavailable_because"]] == [(BARS[kind], True)]
    assert (await give_notice(client, people.enterprise, declared, due=409))["code"] == "open_licence_not_available"
    own = await page(client, declared, people.university)
    assert [(duty["kind"], duty["due_on"], duty["ended_at"]) for duty in own["duties"]] == [
        ("withdraw", day(app, 10), None)
    ]
    places = await shown(client, declared["patent_id"])
    assert bool(places) == (kind != "holder_changed")  # whose new holder has listed nothing
    for offered in places:
        assert (offered["available"], offered["unavailable_because"]) == (False, [BARS[kind]])
    if made is not None:
        place = f"/v1/patents/{declared['patent_id']}/rights/{made}/end"
        await post(
            client,
            people.university,
            place,
            {
                "ended_on": day(app),
                "reason": "已解除",
                "evidence_files": [await upload_evidence(client, people.university)],
            },
        )
        lifted = await page(client, declared, people.university)
        assert (lifted["available_here"], lifted["duties"][0]["outcome"]) == (True, "lifted")


async def test_a_suspension_that_is_lifted_bars_no_more(client: httpx.AsyncClient, people: People) -> None:
    declared = await declare(client, people.university)
    await bar(client, people, declared["patent_id"], "suspended")
    await post_legal_event(client, people.office, declared["patent_id"], "suspension_lifted", "2026-05-01")
    assert (await page(client, declared))["available_here"] is True


@pytest.mark.parametrize("kind", ["invalidated", "lapsed", "ended_unknown"])
async def test_with_the_right_its_licences_end(client: httpx.AsyncClient, people: People, kind: str) -> None:
    declared = await declare(client, people.university)
    taken = await pay(client, people.enterprise, await give_notice(client, people.enterprise, declared))
    waiting = await give_notice(client, people.inventor, declared)
    await bar(client, people, declared["patent_id"], kind)
    reason = "wholly_invalidated" if kind == "invalidated" else "right_terminated"
    assert [one["code"] for one in (await page(client, declared))["unavailable_because"]] == [reason]
    place = f"/v1/licences/{taken['licence_id']}"
    licence = (await client.get(place, headers=people.enterprise.headers)).json()
    assert (licence["status"], licence["status_reason"]) == ("terminated", "right_ended")
    late = await pay(client, people.inventor, waiting, due=409)
    assert (late["code"], reason_codes(late)) == ("open_licence_not_available", {reason})


@pytest.mark.parametrize("kind", ["invalidation_requested", "invalidated_in_part"])
async def test_less_than_the_whole_right_lost_bars_nothing(
    client: httpx.AsyncClient, people: People, kind: str
) -> None:
    declared = await declare(client, people.university)
    taken = await pay(client, people.enterprise, await give_notice(client, people.enterprise, declared))
    said = await post_legal_event(client, people.office, declared["patent_id"], kind, "2026-04-01")
    assert said.status_code == 201, said.text
    assert (await page(client, declared))["available_here"] is True
    licence = await client.get(f"/v1/licences/{taken['licence_id']}", headers=people.enterprise.headers)
    assert licence.json()["status"] == "in_force"


async def test_a_pledgee_who_consents_to_these_very_terms_keeps_it_open(
    client: httpx.AsyncClient, people: People
) -> None:
    declared = await declare(client, people.university)
    patent_id, keep = declared["patent_id"], "keep_open_licence"
    own = await page(client, declared, people.university)
    terms = own["consent_terms"]["declare_open_licence"]
    pledgee = await find_party(client, people.enterprise)
    made = await post_right(client, people.university, patent_id, "pledge", party_id=pledgee)
    assert made.status_code == 201, made.text
    body = {"act": keep, "party_id": pledgee}
    for agreed in (terms | {"ends_on": "2029-12-31"}, terms):
        assert (await page(client, declared))["available_here"] is False
        address = f"/v1/patents/{patent_id}/consents"
        asked = (await post(client, people.university, address, body | {"terms": agreed}))["items"][0]
        said = {"answer": "given", "terms_hash": asked["terms_hash"]}
        await post(client, people.enterprise, f"{address}/{asked['id']}/answer", said)
    assert (await page(client, declared))["available_here"] is True


async def test_a_pledge_that_is_corrected_rests_on_the_consent_that_it_was_granted_with(
    client: httpx.AsyncClient, people: People
) -> None:
    declared = await declare(client, people.university)
    patent_id, pledgee = declared["patent_id"], await find_party(client, people.enterprise)
    refused = (await post_right(client, people.university, patent_id, "pledge", origin="here", party_id=pledgee)).json()
    assert (reason_codes(refused), "terms" in refused) == ({"pledgee_on_open_licence"}, False)
    assert "consent_terms" in refused["reasons"][0]["cure"]
    terms = (await page(client, declared, people.university))["consent_terms"]["declare_open_licence"]
    await give_consent(client, people.university, people.enterprise, patent_id, "keep_open_licence", terms)
    made = await post_right(client, people.university, patent_id, "pledge", origin="here", party_id=pledgee)
    assert made.status_code == 201, made.text
    for _ in range(2):
        made = await post_right_correction(client, people.university, made.json(), origin="here", party_id=pledgee)
        assert made.status_code == 201, made.text
        assert (await page(client, declared))["available_here"] is True


async def test_holder_and_licensees_are_told_and_the_duties_have_a_deadline(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    await pay(client, people.enterprise, await give_notice(client, people.enterprise, declared))
    await bar(client, people, declared["patent_id"], "annuity_missed")
    duties = (await page(client, declared, people.university))["duties"]
    assert [(one["kind"], one["because"], one["due_on"]) for one in duties] == [
        ("withdraw", ["annuity_unpaid"], day(app, 10)),
        ("notify_licensees", ["annuity_unpaid"], day(app, 10)),
    ]
    for who in (people.university, people.enterprise):
        assert "cannot be taken now" in await inbox(client, who, "open_licence.suspended", declared["id"])
    async with later(app, client, people.office, 11):
        told = await inbox(client, people.university, "open_licence.duty_overdue", declared["id"])
        assert "is over" in told
    place = f"/v1/open-licences/{declared['id']}/notification"
    notified = await post(client, people.university, place, {"on": day(app)})
    assert [(one["kind"], one["outcome"]) for one in notified["duties"]] == [
        ("withdraw", None), ("notify_licensees", "done")
    ]  # fmt: skip
    await withdraw_declaration(client, people.university, declared, day(app))
    assert [one["outcome"] for one in (await page(client, declared, people.university))["duties"]] == ["done", "done"]


async def test_while_it_stands_nothing_shuts_out_and_nobody_assigns(client: httpx.AsyncClient, people: People) -> None:
    declared = await declare(client, people.university)
    patent_id = declared["patent_id"]
    for licence_type in ("exclusive", "sole"):
        refused = await post_right(client, people.university, patent_id, origin="here", licence_type=licence_type)
        assert (refused.status_code, reason_codes(refused.json())) == (409, {"open_licence_stands"})
    assigned = await get_permission(client, people.university, patent_id, "assign")
    assert (assigned["answer"], "open_licence_to_withdraw_first" in reason_codes(assigned)) == ("refused", True)
    assert (await post_right(client, people.university, patent_id, origin="here")).status_code == 201
    await withdraw_declaration(client, people.university, declared, "2026-04-01")
    assert "open_licence_to_withdraw_first" not in reason_codes(
        await get_permission(client, people.university, patent_id, "assign")
    )
    beijing = {"territory": ["110000"], "starts_on": "2031-01-01", "effective_on": "2031-01-01"}
    other = await declare(client, people.university)
    await withdraw_declaration(client, people.university, other, "2026-04-01")
    granted = await post_right(client, people.university, other["patent_id"], origin="here", licence_type="exclusive",
                          **beijing)  # fmt: skip
    assert granted.status_code == 201, granted.text


async def test_when_its_term_is_over_it_ends_and_every_further_step_is_refused(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university, ends_on=day(app, 1))
    taken = await pay(client, people.enterprise, await give_notice(client, people.enterprise, declared))
    async with later(app, client, people.office, 2):
        said = await page(client, declared)
        assert (said["status"], said["available_here"], said["ended_reason"]) == ("expired", False, "term_over")
        licence = await client.get(f"/v1/licences/{taken['licence_id']}", headers=people.enterprise.headers)
        assert licence.json()["status"] == "expired"
        refused = await give_notice(client, people.inventor, declared, due=409)
        assert refused["code"] == "open_licence_not_in_state"
        place, why = f"/v1/open-licences/{declared['id']}", {"on": day(app), "reason": "测试"}
        for step in ("refusal", "withdrawal-refusal", "termination", "revocation", "withdrawal-announcement"):
            body = {"on": day(app)} if step == "withdrawal-announcement" else why
            late = await post(client, people.office, f"{place}/{step}", body, due=409)
            assert late["code"] == "open_licence_not_in_state", step


async def test_a_right_that_is_called_dead_is_neither_granted_nor_declared_nor_listed(
    client: httpx.AsyncClient, people: People
) -> None:
    patent = await enter_patent(client, people.university)
    address = f"/v1/patents/{patent['id']}"
    assert (await get_permission(client, people.university, patent["id"], "grant_ordinary"))["answer"] != "refused"
    await bar(client, people, patent["id"], "ended_unknown")
    for act in ("grant_ordinary", "declare_open_licence", "grant_exclusive"):
        said = await get_permission(client, people.university, patent["id"], act)
        assert (said["answer"], reason_codes(said) & {"right_terminated"}) == ("refused", {"right_terminated"})
    granted = await post_right(client, people.university, patent["id"], origin="here", licence_type="ordinary")
    assert (granted.status_code, "right_terminated" in reason_codes(granted.json())) == (409, True)
    assert (await client.get(address, headers=people.university.headers)).json()["legal_status"] == "ended_unknown"

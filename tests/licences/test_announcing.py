"""What stands once the office has announced an open licence: its page, its listing, its duties, its withdrawal."""

from typing import Any

import httpx
import pytest

from tests.licences.conftest import People
from tests.scenarios.files import upload_evidence
from tests.scenarios.notices import give_notice
from tests.scenarios.open_licences import (
    LUMP,
    announce,
    declaration_path,
    declare,
    draft_declaration,
    fault_codes,
    file_declaration,
    withdraw_declaration,
)
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.requests import post
from tests.scenarios.rights import post_right, reason_codes


async def test_an_announcement_is_recorded_though_it_is_barred_and_cannot_be_taken(
    client: httpx.AsyncClient, people: People
) -> None:
    patent = await enter_patent(client, people.university)
    draft = await file_declaration(
        client, people.university, await draft_declaration(client, people.university, patent["id"])
    )
    made = await post_right(client, people.university, patent["id"], licence_type="exclusive")
    declared = await announce(client, people.university, draft)
    assert (declared["status"], declared["available_here"]) == ("announced", False)
    assert {reason["code"] for reason in declared["unavailable_because"]} == {"exclusive_or_sole_in_force"}
    assert [(duty["kind"], duty["because"]) for duty in declared["duties"]] == [
        ("withdraw", ["exclusive_or_sole_in_force"])
    ]
    entries = await client.get(f"/v1/patents/{patent['id']}/rights", headers=people.university.headers)
    flagged = [item["conflicts"] for item in entries.json()["items"] if item["kind"] == "open_licence"]
    assert flagged == [[{"code": "exclusive_or_sole_in_force", "about": [made.json()["id"]]}]]
    refused = await give_notice(client, people.enterprise, declared, due=409)
    assert refused["code"] == "open_licence_not_available"


async def test_what_was_filed_elsewhere_and_announced_is_recorded_by_the_office_whatever_bars_it(
    client: httpx.AsyncClient, people: People
) -> None:
    patent = await enter_patent(client, people.university)
    draft = await draft_declaration(client, people.university, patent["id"])
    await post_legal_event(client, people.office, patent["id"], "annuity_missed", "2026-03-01", year=9)
    shown = [await upload_evidence(client, people.university)]
    fact = {"on": "2026-03-20", "declaration_number": "K9", "evidence_files": shown}
    refused = await post(client, people.university, f"{declaration_path(draft)}/announcement", fact, due=409)
    assert refused["code"] == "open_licence_not_in_state"
    said = await post(client, people.office, f"{declaration_path(draft)}/announcement", fact | {"evidence_files": []})
    assert (said["status"], said["available_here"]) == ("announced", False)
    assert [reason["code"] for reason in said["unavailable_because"]] == ["annuity_unpaid"]
    assert len(said["holder_names"]) == 1
    exclusive = await post_right(client, people.university, patent["id"], origin="here", licence_type="exclusive",
                            confirmed=["annuity_in_grace"])  # fmt: skip
    assert "open_licence_stands" in reason_codes(exclusive.json())


async def test_a_listing_that_was_not_published_gives_way_to_that_of_the_open_licence(
    client: httpx.AsyncClient, people: People
) -> None:
    patent = await enter_patent(client, people.university)
    terms = {"patent_id": patent["id"], "deal_types": ["assignment"], "price_fen": 1, "summary": "拟转让"}
    waiting = await post(client, people.university, "/v1/listings", terms)
    declared = await file_declaration(
        client, people.university, await draft_declaration(client, people.university, patent["id"])
    )
    await announce(client, people.university, declared)
    before = await client.get(f"/v1/listings/{waiting['id']}", headers=people.university.headers)
    assert (before.json()["status"], before.json()["summary"]) == ("delisted", "拟转让")
    assert before.json()["status_reason"] == "open_licence_announced"
    public = (await client.get(f"/v1/patents/{patent['id']}")).json()
    assert public["listing"]["status"] == "listed"


async def test_the_duty_to_tell_the_licensees_stays_until_they_are_told(
    client: httpx.AsyncClient, people: People
) -> None:
    declared = await declare(client, people.university, {"form": "free"})
    await give_notice(client, people.enterprise, declared)
    await post_legal_event(client, people.office, declared["patent_id"], "annuity_missed", "2026-03-01", year=9)
    because = {"on": "2026-05-01", "reason": "测试", "legal_reason": "annuity"}
    await post(client, people.university, f"{declaration_path(declared)}/withdrawal", because)
    await post(
        client,
        people.office,
        f"{declaration_path(declared)}/withdrawal-refusal",
        {"on": "2026-05-02", "reason": "测试"},
    )
    await withdraw_declaration(client, people.university, declared, "2026-05-03")
    told = {"on": "2026-05-04"}
    duties = (await client.get(declaration_path(declared), headers=people.university.headers)).json()["duties"]
    assert [duty["ended_at"] for duty in duties if duty["kind"] == "notify_licensees"] == [None]
    after = await post(client, people.university, f"{declaration_path(declared)}/notification", told)
    assert {duty["outcome"] for duty in after["duties"]} == {"done"}


async def test_everybody_reads_what_the_office_announces_of_an_open_licence(
    client: httpx.AsyncClient, people: People
) -> None:
    declared = await declare(client, people.university)
    page = (await client.get(declaration_path(declared), headers={"Accept-Language": "en"})).json()
    register = (await client.get(f"/v1/patents/{declared['patent_id']}", headers=people.university.headers)).json()
    named = ("application_number", "grant_number", "title", "filing_date", "grant_date", "expiry_date")
    assert {name: page["patent"][name] for name in named} == {name: register[name] for name in named}
    assert page["patent"]["main_ipc"] == "H01M10/0525"
    assert page["holder_names"] == [holder["name"] for holder in register["holders"]]
    said = ("fee_explanation", "ends_on", "contact")
    assert {name: page["fee"][name] for name in LUMP} == LUMP
    assert {name: page[name] for name in said} == {name: declared[name] for name in said}
    assert page["contact"]["telephone"] == "023-60000000"
    assert (page["announced_on"], page["declaration_number"]) == ("2026-03-20", f"K{declared['id'][-12:]}")


async def test_a_withdrawal_says_its_legal_reason_and_has_no_condition(
    client: httpx.AsyncClient, people: People
) -> None:
    declared = await declare(client, people.university)
    body = {"on": "2026-05-01", "reason": "拟与他人合作产业化", "legal_reason": "other_legitimate"}
    wrong = {"/legal_reason": body | {"legal_reason": "price"}, "/condition": body | {"condition": "已付款的除外"}}
    for pointer, said in wrong.items():
        refused = await post(client, people.university, f"{declaration_path(declared)}/withdrawal", said, due=422)
        assert [error["pointer"] for error in refused["errors"]] == [pointer]
    bare = {name: value for name, value in body.items() if name != "legal_reason"}
    refused = await post(client, people.university, f"{declaration_path(declared)}/withdrawal", bare, due=422)
    assert fault_codes(refused) == {("/legal_reason", "missing")}


@pytest.mark.parametrize("who", ["university", "office"])
async def test_a_holder_shows_what_the_office_announced_and_the_office_need_not(
    client: httpx.AsyncClient, people: People, who: str
) -> None:
    patent, told_by = await enter_patent(client, people.university), getattr(people, who)
    draft = await file_declaration(
        client, people.university, await draft_declaration(client, people.university, patent["id"])
    )
    steps: dict[str, dict[str, Any]] = {
        "announcement": {"declaration_number": "K1"},
        "withdrawal": {"reason": "测试", "legal_reason": "other_legitimate"},
        "withdrawal-announcement": {},
    }
    for step, fields in steps.items():
        body = {"on": "2026-03-20", **fields}
        if who == "university" and step != "withdrawal":
            refused = await post(client, told_by, f"{declaration_path(draft)}/{step}", body, due=422)
            assert refused["code"] == "evidence_missing", step
            body["evidence_files"] = [await upload_evidence(client, told_by)]
        said = await post(client, told_by, f"{declaration_path(draft)}/{step}", body)
    assert said["status"] == "withdrawn"

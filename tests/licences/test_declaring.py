"""Declarations: what they have to say, when they are checked, and what stands once they are announced."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day
from tests.scenarios.files import upload_evidence
from tests.scenarios.members import register_organisation
from tests.scenarios.open_licences import (
    LUMP,
    ROYALTY,
    announce,
    declaration_body,
    declaration_path,
    declare,
    draft_declaration,
    fault_codes,
    file_declaration,
    withdraw_declaration,
)
from tests.scenarios.patents import application_number, enter_patent, post_legal_event, publication_number
from tests.scenarios.requests import post
from tests.scenarios.rights import reason_codes

FILING = {"on": "2026-03-01"}
WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({"fee": LUMP | {"rate_bp": 300}}, "terms_contradict", "/fee/rate_bp", "lump_sum_with_royalty"),
    ({"fee": {"form": "lump_sum", "payment_days": 30}}, "terms_contradict", "/fee/lump_sum_fen", "lump_sum_missing"),
    ({"fee": LUMP | {"lump_sum_fen": 2_000_000_001}}, "fixed_fee_over_ceiling", "/fee/lump_sum_fen",
     "fixed_fee_over_ceiling"),
    ({"fee": ROYALTY | {"rate_bp": 2_001}}, "royalty_over_ceiling", "/fee/rate_bp", "royalty_over_ceiling"),
    ({"fee": ROYALTY | {"base": "profit", "rate_bp": 4_001}}, "royalty_over_ceiling", "/fee/rate_bp",
     "royalty_over_ceiling"),
    ({"fee_explanation": None}, "declaration_incomplete", "/fee_explanation", "missing"),
    ({"contact": None}, "declaration_incomplete", "/contact", "missing"),
    ({"undertaking": False}, "declaration_incomplete", "/undertaking", "missing"),
    ({"ends_on": None}, "declaration_incomplete", "/ends_on", "missing"),
    ({"ends_on": "2026-03-02"}, "declaration_incomplete", "/ends_on", "in_the_past"),
    ({"ends_on": "2099-01-01"}, "declaration_incomplete", "/ends_on", "too_long"),
    ({"fee_explanation": "本品销量第一，按同类合同定价。"}, "declaration_incomplete", "/fee_explanation",
     "advertising_language"),
    ({"other": "销量第一"}, "declaration_incomplete", "/other", "advertising_language"),
    ({"contact": {"name": "销量第一中心", "telephone": "023-60000000"}}, "declaration_incomplete", "/contact/name",
     "advertising_language"),
]  # fmt: skip


async def patch_draft(client: httpx.AsyncClient, who: Any, declared: dict[str, Any], **fields: Any) -> httpx.Response:
    """Return the answer to a change of the draft."""
    return await client.patch(declaration_path(declared), json=fields, headers={**who.headers, "If-Match": "*"})


async def test_each_fault_of_a_declaration_is_refused_by_its_own_name_and_place(
    client: httpx.AsyncClient, people: People
) -> None:
    patent = await enter_patent(client, people.university)
    draft = await draft_declaration(client, people.university, patent["id"])
    complete = {name: value for name, value in declaration_body(patent["id"]).items() if name != "patent_id"} | {
        "other": None
    }
    for fields, code, pointer, fault in WRONG:
        changed = await client.patch(
            declaration_path(draft), json={**complete, **fields}, headers={**people.university.headers, "If-Match": "*"}
        )
        assert changed.status_code == 200, changed.text
        refused = await post(client, people.university, f"{declaration_path(draft)}/submission", {}, due=422)
        assert (refused["code"], fault_codes(refused)) == (code, {(pointer, fault)}), fields
    await patch_draft(client, people.university, draft, **complete)
    assert (await post(client, people.university, f"{declaration_path(draft)}/submission", {}))["status"] == "submitted"


async def test_a_fixed_fee_over_the_ceiling_is_told_to_offer_an_ordinary_licence(
    client: httpx.AsyncClient, people: People
) -> None:
    patent = await enter_patent(client, people.university)
    fee = LUMP | {"lump_sum_fen": 2_000_000_001}
    draft = await draft_declaration(
        client, people.university, patent["id"], fee=fee, ceiling_override_reason="价值很高"
    )
    refused = await post(client, people.university, f"{declaration_path(draft)}/submission", {}, due=422)
    assert refused["code"] == "fixed_fee_over_ceiling"
    assert "ordinary licence" in refused["cure"]
    await patch_draft(client, people.university, draft, fee=LUMP | {"lump_sum_fen": 2_000_000_000})
    assert (await post(client, people.university, f"{declaration_path(draft)}/submission", {}))["status"] == "submitted"


async def test_a_royalty_over_the_ceiling_is_declared_with_a_recorded_reason(
    client: httpx.AsyncClient, people: People
) -> None:
    patent = await enter_patent(client, people.university)
    draft = await draft_declaration(client, people.university, patent["id"], fee=ROYALTY | {"rate_bp": 2_500})
    await patch_draft(client, people.university, draft, ceiling_override_reason="核心专利，行业惯例较高。")
    submitted = await post(client, people.university, f"{declaration_path(draft)}/submission", {})
    assert (submitted["status"], submitted["ceiling_override_reason"]) == ("submitted", "核心专利，行业惯例较高。")


async def test_advertising_is_refused_with_the_place_marked(client: httpx.AsyncClient, people: People) -> None:
    patent = await enter_patent(client, people.university)
    draft = await draft_declaration(client, people.university, patent["id"], other="供参考：销量第一。")
    refused = await post(client, people.university, f"{declaration_path(draft)}/submission", {}, due=422)
    assert "characters 5 to 8" in refused["errors"][0]["detail"]


async def test_an_explanation_has_2000_characters_at_most(client: httpx.AsyncClient, people: People) -> None:
    patent = await enter_patent(client, people.university)
    said = await post(client, people.university, "/v1/open-licences",
                      declaration_body(patent["id"], fee_explanation="价" * 2_001), due=422)  # fmt: skip
    assert [error["pointer"] for error in said["errors"]] == ["/fee_explanation"]
    await draft_declaration(client, people.university, patent["id"], fee_explanation="价" * 2_000)


async def test_a_term_beyond_the_patents_is_refused(client: httpx.AsyncClient, people: People) -> None:
    patent = await enter_patent(client, people.university)
    draft = await draft_declaration(client, people.university, patent["id"], ends_on=patent["expiry_date"])
    refused = await post(client, people.university, f"{declaration_path(draft)}/submission", {}, due=409)
    assert (refused["code"], reason_codes(refused)) == ("not_permitted", {"outlasts_right"})
    await patch_draft(client, people.university, draft, ends_on="2038-02-28")
    assert (await post(client, people.university, f"{declaration_path(draft)}/submission", {}))["status"] == "submitted"


async def test_a_bar_that_arises_before_the_filing_refuses_it(client: httpx.AsyncClient, people: People) -> None:
    patent = await enter_patent(client, people.university)
    draft = await draft_declaration(client, people.university, patent["id"])
    await post(client, people.university, f"{declaration_path(draft)}/submission", {})
    await post_legal_event(client, people.office, patent["id"], "annuity_missed", "2026-03-01", year=9)
    refused = await post(client, people.university, f"{declaration_path(draft)}/filing", FILING, due=409)
    assert (refused["code"], reason_codes(refused)) == ("not_permitted", {"annuity_unpaid"})
    await post_legal_event(client, people.office, patent["id"], "annuity_paid", "2026-03-02", year=9)
    assert (await post(client, people.university, f"{declaration_path(draft)}/filing", FILING))["status"] == "filed"


@pytest.mark.parametrize("kind", ["utility_model", "design"])
async def test_what_is_not_examined_before_its_grant_needs_an_evaluation_report(
    client: httpx.AsyncClient, people: People, kind: str
) -> None:
    number = application_number(2020, {"utility_model": 2, "design": 3}[kind])
    dates = {"filing_date": "2020-03-01", "grant_date": "2021-05-05"}
    patent = await enter_patent(client, people.university, application_number=number, ipc=None, kind=kind, **dates)
    draft = await draft_declaration(client, people.university, patent["id"], ends_on="2027-12-31")
    place = f"{declaration_path(draft)}/submission"
    assert reason_codes(await post(client, people.university, place, {}, due=409)) == {"evaluation_report_missing"}
    await post_legal_event(
        client, people.office, patent["id"], "evaluation_report", "2026-02-01", finding="not_grantable"
    )
    assert reason_codes(await post(client, people.university, place, {}, due=409)) == {"evaluation_report_negative"}
    await post_legal_event(client, people.office, patent["id"], "evaluation_report", "2026-02-20", finding="grantable")
    assert (await post(client, people.university, place, {}))["status"] == "submitted"


async def test_a_patent_of_another_office_cannot_be_declared_open(client: httpx.AsyncClient, people: People) -> None:
    numbers = {"office": "US", "application_number": None, "grant_number": publication_number("B2").replace("CN", "US")}
    patent = await enter_patent(client, people.university, kind="invention", legal_status="in_force", **numbers)
    draft = await draft_declaration(client, people.university, patent["id"])
    refused = await post(client, people.university, f"{declaration_path(draft)}/submission", {}, due=409)
    assert "foreign_patent" in reason_codes(refused)


async def test_who_is_not_verified_submits_nothing(client: httpx.AsyncClient) -> None:
    newcomer = await register_organisation(client, verified=False)
    patent = await enter_patent(client, newcomer)
    draft = await draft_declaration(client, newcomer, patent["id"])
    refused = await post(client, newcomer, f"{declaration_path(draft)}/submission", {}, due=403)
    assert refused["code"] == "organisation_not_verified"


async def test_a_patent_has_one_declaration_at_a_time_and_drafts_block_none(
    client: httpx.AsyncClient, people: People
) -> None:
    patent = await enter_patent(client, people.university)
    first = await draft_declaration(client, people.university, patent["id"])
    second = await draft_declaration(client, people.university, patent["id"])
    await file_declaration(client, people.university, first)
    refused = await post(client, people.university, f"{declaration_path(second)}/submission", {}, due=409)
    assert refused["code"] == "declaration_stands"
    await announce(client, people.university, first)
    refused = await post(client, people.university, f"{declaration_path(second)}/submission", {}, due=409)
    assert refused["code"] == "declaration_stands"


async def test_an_announced_declaration_is_replaced_after_its_withdrawal_never_edited(
    client: httpx.AsyncClient, people: People
) -> None:
    declared = await declare(client, people.university)
    assert (await patch_draft(client, people.university, declared, ends_on="2031-12-31")).status_code == 409
    other = await declare(client, people.university)
    await withdraw_declaration(client, people.university, declared, "2026-04-01")
    foreign = await post(client, people.university, "/v1/open-licences",
                         declaration_body(declared["patent_id"], replaces=other["id"]), due=422)  # fmt: skip
    assert fault_codes(foreign) == {("/replaces", "not_replaceable")}
    again = await draft_declaration(client, people.university, declared["patent_id"], replaces=declared["id"])
    assert again["replaces"] == declared["id"]


async def test_a_draft_is_changed_by_who_has_read_it(client: httpx.AsyncClient, people: People) -> None:
    draft = await draft_declaration(client, people.university, (await enter_patent(client, people.university))["id"])
    headers = people.university.headers
    tag = (await client.get(declaration_path(draft), headers=headers)).headers["etag"]
    assert (await client.patch(declaration_path(draft), json={"other": "甲"}, headers=headers)).status_code == 428
    first = await client.patch(declaration_path(draft), json={"other": "甲"}, headers={**headers, "If-Match": tag})
    assert first.status_code == 200
    stale = await client.patch(declaration_path(draft), json={"other": "乙"}, headers={**headers, "If-Match": tag})
    assert stale.status_code == 412
    late = await client.post(f"{declaration_path(draft)}/submission", json={}, headers={**headers, "If-Match": tag})
    assert late.status_code == 412


async def test_the_offices_steps_are_dated_in_their_order_and_not_in_the_future(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    patent = await enter_patent(client, people.university, grant_date="2021-07-01")
    draft = await draft_declaration(client, people.university, patent["id"])
    await post(client, people.university, f"{declaration_path(draft)}/submission", {})
    shown = [await upload_evidence(client, people.university)]
    steps: list[tuple[str, dict[str, Any], list[str], str]] = [
        ("filing", {}, [day(app, 1), "2021-06-01"], "2026-03-01"),  # granted on 1 July 2021
        ("announcement", {"declaration_number": "K1", "evidence_files": shown}, [day(app, 1), "2026-02-28"],
         "2026-03-20"),
        ("withdrawal", {"reason": "测试", "legal_reason": "other_legitimate"}, [day(app, 1), "2026-03-19"],
         "2026-04-10"),
        ("withdrawal-refusal", {"reason": "测试"}, [day(app, 1), "2026-04-09"], "2026-04-11"),
        ("withdrawal", {"reason": "测试", "legal_reason": "other_legitimate"}, [], "2026-05-10"),
        ("withdrawal-announcement", {"evidence_files": shown}, [day(app, 1), "2026-05-09"], "2026-05-20"),
    ]  # fmt: skip
    for step, fields, wrong, lawful in steps:
        for on in wrong:
            refused = await post(
                client, people.university, f"{declaration_path(draft)}/{step}", {**fields, "on": on}, due=422
            )
            assert refused["code"] == "dates_out_of_order", (step, on)
        await post(client, people.university, f"{declaration_path(draft)}/{step}", {**fields, "on": lawful})
    ended = (await client.get(declaration_path(draft), headers=people.university.headers)).json()
    assert [step["happened_on"] for step in ended["steps"]][-1] == ended["withdrawn_on"] == "2026-05-20"


async def test_others_neither_see_a_declaration_under_way_nor_take_its_steps(
    client: httpx.AsyncClient, people: People
) -> None:
    declared = await declare(client, people.university)
    hidden = await draft_declaration(client, people.university, (await enter_patent(client, people.university))["id"])
    for step in ("submission", "filing", "withdrawal"):
        body: dict[str, Any] = {"submission": {}, "filing": FILING}.get(step, {
            **FILING, "reason": "测试", "legal_reason": "other_legitimate"})  # fmt: skip
        assert (await post(client, people.enterprise, f"{declaration_path(hidden)}/{step}", body, due=404))["code"] == (
            "no_such_open_licence"
        )
        assert (await post(client, people.enterprise, f"{declaration_path(declared)}/{step}", body, due=403))[
            "code"
        ] == ("licensing_step_not_yours")
    ended = await post(
        client, people.university, f"{declaration_path(declared)}/termination", {**FILING, "reason": "测试"}, due=403
    )
    assert ended["status"] == 403

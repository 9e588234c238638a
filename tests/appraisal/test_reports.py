"""Reports of institutions: two methods, two signatories, seen by two sides, kept for as long as the law asks."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.scenarios.appraisals import post_report, record_extract, record_report
from tests.scenarios.files import upload_evidence
from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent, patch_patent, publication_number
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases


def address(report: dict[str, Any]) -> str:
    return f"/v1/patents/{report['patent_id']}/appraisal-reports/{report['id']}"


async def asserted(client: httpx.AsyncClient, **fields: Any) -> tuple[Member, Member, dict[str, Any]]:
    """Return a holder, an institution, and the report that the holder says the institution made."""
    holder = await register_organisation(client, "enterprise")
    institution = await register_organisation(client, "service_institution")
    patent = await enter_patent(client, holder)
    by = {"institution_name": None, "institution_organisation_id": institution.organisation_id}
    return holder, institution, await record_report(client, holder, patent["id"], **by, **fields)


async def test_a_report_is_one_sides_word_until_the_other_confirms_it(client: httpx.AsyncClient) -> None:
    holder, institution, report = await asserted(client)
    assert (report["status"], report["asserted_by"]) == ("asserted", "holder")
    assert report["file"]["sha256"]
    own = await client.post(f"{address(report)}/confirmation", headers=holder.headers)
    assert (own.status_code, own.json()["code"]) == (403, "appraisal_report_not_for_you")
    seen = await get(client, institution, f"/v1/patents/{report['patent_id']}/appraisal-reports")
    assert [one["id"] for one in seen["items"]] == [report["id"]]
    confirmed = await post(client, institution, f"{address(report)}/confirmation", None, 200)
    assert confirmed["status"] == "confirmed"
    again = await client.post(f"{address(report)}/denial", json={"reason": "误"}, headers=institution.headers)
    assert (again.status_code, again.json()["code"]) == (409, "appraisal_report_not_in_state")


async def test_an_institution_denies_what_it_did_not_make(client: httpx.AsyncClient) -> None:
    holder, institution, report = await asserted(client)
    await post(client, institution, f"{address(report)}/denial", {"reason": "本机构未出具该报告"}, 200)
    seen = await get(client, holder, address(report))
    assert (seen["status"], seen["denial_reason"]) == ("denied", "本机构未出具该报告")


async def test_an_institution_records_a_report_that_the_holder_confirms(client: httpx.AsyncClient) -> None:
    holder, institution = (
        await register_organisation(client),
        await register_organisation(client, "service_institution"),
    )
    patent = await enter_patent(client, holder)
    hidden = await post_report(client, institution, patent["id"], institution_name=None)
    assert hidden.status_code == 404
    await list_patent(client, holder, patent["id"])
    unnamed = await post_report(client, institution, patent["id"], institution_name=None)
    assert unnamed.json()["errors"][0]["code"] == "no_such_holder"
    whose = {"holder_organisation_id": holder.organisation_id}
    report = await record_report(client, institution, patent["id"], institution_name=None, **whose)
    assert report["asserted_by"] == "institution"
    assert (await post(client, holder, f"{address(report)}/confirmation", None, 200))["status"] == "confirmed"


async def test_nobody_but_the_two_sides_sees_a_report_or_its_file(client: httpx.AsyncClient) -> None:
    holder, institution, report = await asserted(client)
    await list_patent(client, holder, report["patent_id"])
    bank, staff = await register_organisation(client, "bank"), await sign_in_platform(client)
    for other in (bank, staff):
        listed = await get(client, other, f"/v1/patents/{report['patent_id']}/appraisal-reports")
        assert listed["items"] == []
        assert (await client.get(address(report), headers=other.headers)).status_code == 404
    content = f"/v1/files/{report['file']['id']}/content"
    assert (await client.get(content, headers=bank.headers)).status_code == 404
    assert (await client.get(content, headers=institution.headers)).status_code == 200


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"methods": ["income"]}, "one_method_without_reason"),
        ({"valuation_date": "2026-06-21"}, "report_dates_crossed"),
        ({"valid_until": "2026-06-19"}, "report_dates_crossed"),
        ({"issued_on": "2199-01-01", "valid_until": "2199-12-31"}, "report_dates_crossed"),
        ({"institution_organisation_id": "org_01h455vb4pex5vsknk084sn02q"}, "institution_not_named_once"),
        (
            {"institution_name": None, "institution_organisation_id": "org_01h455vb4pex5vsknk084sn02q"},
            "no_such_institution",
        ),
        ({"file_id": "fil_01h455vb4pex5vsknk084sn02q"}, "no_such_file"),
    ],
)
async def test_a_report_that_is_not_in_order_is_refused(
    client: httpx.AsyncClient, fields: dict[str, Any], code: str
) -> None:
    holder = await register_organisation(client)
    patent = await enter_patent(client, holder)
    answer = await post_report(client, holder, patent["id"], **fields)
    assert answer.status_code == 422, answer.text
    assert [error["code"] for error in answer.json()["errors"]] == [code]


async def test_a_report_is_signed_by_two_and_is_a_pdf(client: httpx.AsyncClient) -> None:
    holder = await register_organisation(client)
    patent = await enter_patent(client, holder)
    one = [{"name": "王示例", "certificate_number": "50000001"}]
    assert (await post_report(client, holder, patent["id"], signatories=one)).status_code == 422
    assert (await post_report(client, holder, patent["id"], signatories=one * 2)).status_code == 422
    picture = await upload_evidence(client, holder, b"plain words of nobody")
    answer = await post_report(client, holder, patent["id"], file_id=picture)
    assert [error["code"] for error in answer.json()["errors"]] == ["not_a_pdf"]
    one_method = await record_report(client, holder, patent["id"], methods=["cost"], one_method_reason="仅成本法适用")
    assert one_method["methods"] == ["cost"]


@pytest.mark.parametrize(("kind", "until"), [("voluntary", "2041-06-20"), ("statutory", "2056-06-20")])
async def test_a_report_is_kept_for_fifteen_or_thirty_years(
    client: httpx.AsyncClient, app: FastAPI, kind: str, until: str
) -> None:
    holder, institution, report = await asserted(client, kind=kind)
    assert report["keep_until"] == until
    seen = await client.get(address(report), headers=holder.headers)
    tag = {"If-Match": seen.headers["etag"]}
    assert (await client.delete(address(report), headers=holder.headers)).status_code == 428
    refused = await client.delete(address(report), headers=holder.headers | tag)
    assert (refused.status_code, refused.json()["code"]) == (409, "appraisal_report_retained")
    assert refused.json()["keep_until"] == until
    days = (app.state.clock.today().fromisoformat(until) - app.state.clock.today()) + timedelta(days=1)
    async with moved_clock(client, app):
        await sweep_at(client, app, days=days.days)
        foreign = await client.delete(address(report), headers=institution.headers | tag)
        assert foreign.status_code == 403
        assert (await client.delete(address(report), headers=holder.headers | tag)).status_code == 204
        assert (await client.get(address(report), headers=holder.headers)).status_code == 404


async def test_a_report_follows_its_patent_into_another_and_an_extract_does_not(client: httpx.AsyncClient) -> None:
    """What an office read about two rows says nothing of what is on record of the one that they have become."""
    holder, staff = await register_organisation(client), await sign_in_platform(client)
    number = publication_number()
    older = await enter_patent(client, holder)
    younger = await enter_patent(client, holder, application_number=None, publication_number=number)
    report = await record_report(client, holder, younger["id"])
    await record_extract(client, older["id"], "2026-06-30")
    await record_extract(client, younger["id"], "2026-06-30")
    merged = await patch_patent(client, staff, older["id"], publication_number=number)
    assert merged.status_code == 200, merged.text
    reports = await get(client, holder, f"/v1/patents/{older['id']}/appraisal-reports")
    assert [one["id"] for one in reports["items"]] == [report["id"]]
    assert (await get(client, holder, f"/v1/patents/{older['id']}/register-extracts"))["items"] == []

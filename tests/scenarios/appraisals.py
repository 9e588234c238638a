"""Appraisals for tests, and what belongs to them, made through the front door."""

from typing import Any

import httpx

from tests.scenarios.files import pdf, upload_evidence
from tests.scenarios.members import Member, sign_in_platform
from tests.scenarios.requests import get, post

EVERYTHING = ["pledges", "licences", "restrictions", "invalidations"]
RANGES: dict[str, Any] = {
    "sales_fen": {"low": 500_000_000, "base": 800_000_000, "high": 1_200_000_000},
    "royalty_bp": {"low": 200, "base": 300, "high": 500},
    "discount_bp": {"low": 1_200, "base": 1_500, "high": 2_000},
    "growth_bp": 500,
    "contribution_bp": 6_000,
}


async def get_appraisal(
    client: httpx.AsyncClient, who: Member, patent_id: str, scenario: str = "financing", **asked: Any
) -> dict[str, Any]:
    """Return the appraisal of a patent as somebody sees it."""
    return dict(await get(client, who, f"/v1/patents/{patent_id}/appraisal", scenario=scenario, **asked))


def line_of(appraisal: dict[str, Any], code: str) -> dict[str, Any]:
    """Return the line of one indicator."""
    (found,) = [line for line in appraisal["indicators"] if line["code"] == code]
    return dict(found)


async def record_extract(
    client: httpx.AsyncClient, patent_id: str, as_of: str, complete_about: list[str] | None = None
) -> dict[str, Any]:
    """Return an extract of the register that the platform has read."""
    staff = await sign_in_platform(client)
    body = {"as_of": as_of, "complete_about": complete_about or EVERYTHING, "source": "专利登记簿副本"}
    return dict(await post(client, staff, f"/v1/patents/{patent_id}/register-extracts", body, 201))


def report_body(**fields: Any) -> dict[str, Any]:
    """Return the body of a report in order, by an institution off the platform."""
    body = {
        "institution_name": "示例资产评估有限公司",
        "kind": "voluntary",
        "number": "示评报字〔2026〕第 017 号",
        "purpose": "质押融资",
        "methods": ["income", "market"],
        "signatories": [
            {"name": "王示例", "certificate_number": "50000001"},
            {"name": "李示例", "certificate_number": "50000002"},
        ],
        "value_low_fen": 300_000_000,
        "value_high_fen": 360_000_000,
        "valuation_date": "2026-05-31",
        "issued_on": "2026-06-20",
        "valid_until": "2027-05-30",
    }
    return {name: value for name, value in (body | fields).items() if value is not None}


async def post_report(client: httpx.AsyncClient, who: Member, patent_id: str, **fields: Any) -> httpx.Response:
    """Return the answer to recording an institution's report with its file."""
    body = report_body(**fields)
    body.setdefault("file_id", await upload_evidence(client, who, pdf()))
    return await client.post(f"/v1/patents/{patent_id}/appraisal-reports", json=body, headers=who.headers)


async def record_report(client: httpx.AsyncClient, who: Member, patent_id: str, **fields: Any) -> dict[str, Any]:
    """Return an institution's report that somebody has recorded."""
    answer = await post_report(client, who, patent_id, **fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())

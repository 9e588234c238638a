"""Rows of the dated tables behind loans, and costs of loans."""

from typing import Any

import httpx

from backend.loan_terms.calculator_schemas import EXAMPLE
from backend.loan_terms.schemas import SCHEME_EXAMPLE
from tests.scenarios.members import Member


async def post_lpr(client: httpx.AsyncClient, member: Member, announced_on: str, rate_bp: int, **more: Any) -> Any:
    """Return the answer to who enters a one-year loan prime rate."""
    body = {"tenor": "one_year", "announced_on": announced_on, "rate_bp": rate_bp, "source": "示例公告"}
    body |= {"sureness": "confirmed"} | more
    return await client.post("/v1/reference/lpr", json=body, headers=member.headers)


async def enter_lpr(client: httpx.AsyncClient, member: Member, announced_on: str, rate_bp: int, **more: Any) -> Any:
    """Return the new row."""
    answer = await post_lpr(client, member, announced_on, rate_bp, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def post_scheme(client: httpx.AsyncClient, member: Member, code: str, **changed: Any) -> httpx.Response:
    """Return the answer to who enters a scheme."""
    body = SCHEME_EXAMPLE | {"code": code} | changed
    return await client.post("/v1/reference/schemes", json=body, headers=member.headers)


async def enter_scheme(client: httpx.AsyncClient, member: Member, code: str, **changed: Any) -> Any:
    """Return the new row."""
    answer = await post_scheme(client, member, code, **changed)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def post_loan_costs(client: httpx.AsyncClient, **changed: Any) -> httpx.Response:
    """Return the answer to a stranger who asks what a loan costs; None leaves a field of the example out."""
    body = {name: value for name, value in (EXAMPLE | changed).items() if value is not None}
    return await client.post("/v1/loan-costs", json=body)

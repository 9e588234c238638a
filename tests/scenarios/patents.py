"""Patents for tests, made through the front door."""

import itertools
import secrets
from typing import Any

import httpx

from backend.patents.numbers.canonical import check_digit
from tests.scenarios.members import Member
from tests.scenarios.requests import get, post

SERIAL = itertools.count(secrets.randbelow(8_000_000))


def application_number(year: int = 2018, kind: int = 1) -> str:
    """Return a fresh application number, in canonical form."""
    digits = f"{year}{kind}{next(SERIAL) % 10_000_000:07d}"
    return f"{digits}.{check_digit(digits)}"


def publication_number(code: str = "A", kind: int = 1) -> str:
    """Return a fresh publication number."""
    return f"CN{kind}{10_000_000 + next(SERIAL) % 80_000_000:08d}{code}"


def patent_body(**fields: Any) -> dict[str, Any]:
    """Return the body that enters a patent in force."""
    body = {
        "application_number": application_number(),
        "title": "一种锂离子电池正极材料及其制备方法",
        "filing_date": "2018-03-01",
        "grant_date": "2020-05-05",
        "ipc": ["H01M10/0525"],
    }
    return {name: value for name, value in (body | fields).items() if value is not None}


async def enter_patent(client: httpx.AsyncClient, member: Member, **fields: Any) -> dict[str, Any]:
    """Return the patent as the member entered it."""
    return dict(await post(client, member, "/v1/patents", patent_body(**fields)))


async def post_legal_event(
    client: httpx.AsyncClient, member: Member, patent_id: str, kind: str, effective_on: str, **more: Any
) -> httpx.Response:
    """Return the answer to recording a legal event."""
    body = {"kind": kind, "effective_on": effective_on, "source": "专利公报", **more}
    return await client.post(f"/v1/patents/{patent_id}/legal-events", json=body, headers=member.headers)


async def get_patent(client: httpx.AsyncClient, member: Member, patent_id: str) -> dict[str, Any]:
    """Return the patent as the member sees it."""
    return dict(await get(client, member, f"/v1/patents/{patent_id}"))


async def patch_patent(client: httpx.AsyncClient, member: Member, patent_id: str, **facts: Any) -> httpx.Response:
    """Return the answer to a change of a patent's facts."""
    return await client.patch(f"/v1/patents/{patent_id}", json=facts, headers=member.headers | {"If-Match": "*"})

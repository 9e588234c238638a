"""What tests of payments that were told late share."""

from typing import Any

import httpx
from fastapi import FastAPI

from backend.core.consistency import Line, Site
from backend.open_licences.consistency_checks import payments
from tests.licences.conftest import People
from tests.scenarios.members import Member
from tests.scenarios.notices import pay

WHY = {"reason": "账户未收到该笔款项"}
DUE = 5_000_000
FOUND = {"outcome": "dismissed", "reason": "银行回单显示已到账"}
NOT_FOUND = {"outcome": "upheld", "reason": "无到账记录"}


async def get(client: httpx.AsyncClient, who: Member, place: str) -> dict[str, Any]:
    answer = await client.get(place, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def pay_late(client: httpx.AsyncClient, people: People, notice: dict[str, Any], **fields: Any) -> tuple[str, str]:
    """Return the addresses of the notice and of its payment, told late."""
    said = await pay(client, people.enterprise, notice, **fields)
    place = f"/v1/notices/{notice['id']}"
    return place, f"{place}/payments/{said['payments'][-1]['id']}"


async def assert_amounts_agree(app: FastAPI) -> None:
    line = Line("amounts paid")
    await payments(Site(app.state.database, app.state.search, app.state.blobs, repair=False, follows=True), line)
    assert line.differences == 0, line.examples

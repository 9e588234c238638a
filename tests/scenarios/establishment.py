"""Requests to be heard as a holder, made through the front door."""

from typing import Any

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.database.sessions import Database
from backend.establishment.service import MATCH
from tests.scenarios.files import upload_file
from tests.scenarios.members import Member
from tests.scenarios.requests import get, post
from tests.scenarios.waiting import wait_until


async def ask_to_be_heard(client: httpx.AsyncClient, member: Member, row_id: str, **more: Any) -> list[dict[str, Any]]:
    """Return the requests as the answer shows them."""
    files = more.pop("evidence_files", None) or [(await upload_file(client, member))["id"]]
    body = {"evidence": "专利登记簿副本", "evidence_files": files, **more}
    return list((await post(client, member, f"/v1/patents/{row_id}/establishment", body, 202))["items"])


async def get_request(client: httpx.AsyncClient, member: Member, establishment_id: str) -> dict[str, Any]:
    """Return the request as the member sees it."""
    return dict(await get(client, member, f"/v1/establishments/{establishment_id}"))


async def wait_for_state(
    client: httpx.AsyncClient, member: Member, establishment_id: str, state: str
) -> dict[str, Any]:
    """Return the request once it is in a state."""

    async def reached() -> dict[str, Any] | None:
        found = await get_request(client, member, establishment_id)
        return found if found["state"] == state else None

    return dict(await wait_until(reached, state))


async def propose(client: httpx.AsyncClient, member: Member, row_id: str, **more: Any) -> dict[str, Any]:
    """Return a request that waits for a holder or an office."""
    (one, *_) = await ask_to_be_heard(client, member, row_id, **more)
    return await wait_for_state(client, member, one["id"], "proposed")


async def post_decision(
    client: httpx.AsyncClient, member: Member, patent_id: str, establishment_id: str, what: str, **body: Any
) -> httpx.Response:
    """Return the answer to an acceptance, a refusal, an adoption."""
    path = f"/v1/patents/{patent_id}/establishments/{establishment_id}/{what}"
    return await client.post(path, json=body, headers=member.headers)


async def read_feed(client: httpx.AsyncClient, member: Member) -> str:
    """Return all that the change feed tells the member, as it is sent."""
    text, after = "", ""
    while True:
        page = await client.get(f"/v1/changes?limit=500{after}", headers=member.headers)
        assert page.status_code == 200, page.text
        text += page.text
        if not page.json()["more"]:
            return text
        after = f"&after={page.json()['next_after']}"


async def wait_for_feed(client: httpx.AsyncClient, member: Member, *pieces: str) -> str:
    """Return all that the change feed tells the member once it tells of these."""

    async def told() -> str | None:
        found = await read_feed(client, member)
        return found if all(piece in found for piece in pieces) else None

    return str(await wait_until(told))


async def count_looks(database: Database, *statuses: str) -> int:
    """Return how often somebody's rows were asked to be looked at; with statuses, how many such jobs are in one."""
    name, status = sa.column("name"), sa.column("status")
    table = sa.table("workflow_status", name, status, schema=None if database.is_sqlite else "dbos")
    found = sa.select(sa.func.count()).select_from(table).where(name == MATCH)
    async with database.read() as session:
        return int((await session.scalars(found.where(status.in_(statuses)) if statuses else found)).one())


async def wait_for_looks(app: FastAPI) -> None:
    """Wait until every look at somebody's rows that was asked for is over."""

    async def over() -> bool:
        return not await count_looks(app.state.database, "ENQUEUED", "PENDING")

    await wait_until(over, "the end of the looks at rows")

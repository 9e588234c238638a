"""Matches of needs and listings."""

import asyncio
import secrets
from typing import Any

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.database.columns import table_of
from backend.core.events import stream
from backend.matching.models import StandingPair
from backend.matching.standing.notifier import FOLLOWER
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import get, post
from tests.scenarios.waiting import wait_until

PRESS = {
    "title": "一种冲床的隔振减噪基座",
    "abstract": "本发明公开一种冲床隔振基座，在机身与地面之间设置阻尼弹簧，降低冲床工作时的振动和噪声。",
    "ipc": ["F16F15/04"],
}
COMPLAINT = {
    "title": "冲床减振",
    "problem": "我们的冲床一开整栋楼都震，邻居投诉，希望找到隔振降噪的办法。",
    "ipc": [],
    "clusters": [],
    "stage_min": None,
}


async def list_titled(client: httpx.AsyncClient, member: Member, **fields: Any) -> dict[str, Any]:
    """Return the listing of a fresh patent with these facts."""
    patent = await enter_patent(client, member, **fields)
    return await list_patent(client, member, patent["id"])


async def matches_of(client: httpx.AsyncClient, member: Member, path: str, **query: Any) -> list[dict[str, Any]]:
    """Return the matches that somebody is shown at an address."""
    return list((await get(client, member, f"{path}/matches", **query))["items"])


async def match_with(client: httpx.AsyncClient, asker: Member, need_id: str, listing_id: str) -> dict[str, Any]:
    """Return the match of a need and a listing, as its asker is shown it, once it is there."""

    async def look() -> dict[str, Any] | None:
        items = await matches_of(client, asker, f"/v1/needs/{need_id}", limit=100)
        return next((item for item in items if item["listing_id"] == listing_id), None)

    return dict(await wait_until(look, "the match"))


async def need_met_by(client: httpx.AsyncClient, holder: Member, listing_id: str, need_id: str) -> dict[str, Any]:
    """Return the match of a listing and a need, as the listing's holder is shown it, once it is there."""

    async def look() -> dict[str, Any] | None:
        items = await matches_of(client, holder, f"/v1/listings/{listing_id}", limit=100)
        return next((item for item in items if item["need_id"] == need_id), None)

    return dict(await wait_until(look, "the match"))


async def preview(client: httpx.AsyncClient, text: str, **more: Any) -> list[dict[str, Any]]:
    """Return the listings for a text, as a stranger is shown them."""
    answer = await client.post("/v1/matches/preview", json={"text": text, **more})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def say(client: httpx.AsyncClient, member: Member, match_id: str, verdict: str, *reasons: str) -> dict[str, Any]:
    """Return what a side says of a match."""
    body = {"verdict": verdict, "reasons": list(reasons)}
    return dict(await post(client, member, f"/v1/matches/{match_id}/feedback", body))


async def all_told(app: FastAPI) -> None:
    """Wait until all that has happened is evaluated, and what is to be told is told."""
    pair = table_of(StandingPair)
    reached = sa.select(stream.CURSOR.c.position).where(stream.CURSOR.c.name == FOLLOWER)
    waiting = sa.select(sa.func.count()).where(pair.c.pending_since.is_not(None))
    until = await stream.now(app.state.database)
    for _ in range(600):
        async with app.state.database.read() as session:
            is_evaluated = (await session.execute(reached)).scalar_one() >= until
            is_told = is_evaluated and (await session.execute(waiting)).scalar_one() == 0
        if is_told:
            await stream.now(app.state.database)  # so that what was told has its place
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it is not told")


async def tellings(client: httpx.AsyncClient, member: Member, kind: str) -> list[dict[str, Any]]:
    """Return what the member's organisation was told by events of a kind, oldest first."""
    items = (await get(client, member, "/v1/changes", types=kind, limit=100))["items"]
    return [item["data"] for item in items]


def of_one_trade(words: int = 3, more: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the facts of a patent and of a need that share words which nothing else has; the need has some more."""
    shared, others = [[f"zq{secrets.token_hex(4)}" for _ in range(count)] for count in (words, more)]
    patent = {"title": " ".join(shared), "abstract": " ".join(shared), "ipc": []}
    need = {"title": shared[0], "problem": " ".join([*shared, *others]), "ipc": [], "clusters": [], "stage_min": None}
    return patent, need

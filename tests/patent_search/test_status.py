"""`patentmart status` tells what the platform is at, beside a running server and without one."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from backend.core.settings import Settings
from tests.commands import patentmart
from tests.one_server import environment_of, free_port
from tests.patent_search.test_search_server import database_of, found, served
from tests.scenarios.listings import list_patent
from tests.scenarios.members import register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.waiting import wait_until


async def status(mine: dict[str, str], **more: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code of the command and what it prints."""
    ran = await asyncio.to_thread(patentmart, mine | more, "status", "--json")
    return ran.exit_code, json.loads(ran.stdout)


async def all_followed(mine: dict[str, str]) -> bool:
    """Return whether every follower of the event stream is at its end."""
    _, said = await status(mine)
    return all(follower["events_behind"] == 0 for follower in said["followers"])


async def test_the_status_tells_what_the_index_holds_and_what_lags(settings: Settings, tmp_path: Path) -> None:
    mine = environment_of(tmp_path / "status", database_of(settings, tmp_path))
    async with served(tmp_path / "status", mine["DATABASE_URL"]) as client:
        university = await register_organisation(client)
        patent = await enter_patent(client, university)
        await list_patent(client, university, patent["id"])
        await found(client, patent["application_number"], patent["id"])
        assert await last_line_of(client) == "1 documents, 1 listed, 0 events and 0 s behind"
        await wait_until(lambda: all_followed(mine))
        code, said = await status(mine)
        assert (code, said["found"], said["listed"]) == (0, None, 1)
        assert "running server" in said["note"]
        assert said["events"] > 0
    code, said = await status(mine)
    assert (code, said["found"], said["is_well"], said["note"]) == (0, 1, True, "")
    assert said["vectors"] == {"title": 0, "full": 0}
    command = [sys.executable, "-m", "backend.cli", "status", "--json"]  # a process of its own logs where it logs
    printed = await asyncio.to_thread(subprocess.run, command, env=mine, capture_output=True, check=True)
    assert json.loads(printed.stdout)["found"] == 1
    assert {follower["events_behind"] for follower in said["followers"]} == {0}
    code, said = await status(mine, MEILI_URL=f"http://127.0.0.1:{free_port()}")
    assert (code, said["found"]) == (0, None)
    assert "away" in said["note"]
    await asyncio.to_thread(_lose, tmp_path / "status" / "index")
    code, said = await status(mine)
    assert (code, said["found"], said["listed"], said["is_well"]) == (1, 0, 1, False)
    assert said["followers"][0]["events_behind"] == said["events"]


async def last_line_of(client: httpx.AsyncClient) -> str:
    """What /readyz says of the index once nothing lags, or after a while."""
    for _ in range(300):
        lines = {line["name"]: line["detail"] for line in (await client.get("/readyz")).json()["checks"]}
        if " 0 events" in lines["search"]:
            break
        await asyncio.sleep(0.1)
    return str(lines["search"])


def _lose(folder: Path) -> None:
    folder.rename(folder.with_name("lost"))

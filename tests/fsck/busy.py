"""A platform after some work of every kind, kept as a folder and a database of which every test gets its own copy."""

import asyncio
import contextlib
import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import make_url

from backend.core.clock import Clock
from backend.core.consistency import Line, Site
from backend.core.database.engines import make_job_engine
from backend.core.database.sessions import Database
from backend.core.search_indexing.engines import in_folder
from backend.core.settings import Settings, read_settings
from backend.core.storage.blobs import make_blobs
from backend.domains import REGISTRY
from backend.fsck.run import checks_of, run_checks
from tests import fresh_server
from tests.machine import postgres_url
from tests.scenarios.imports import ENDED, csv_table, new_number
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, registration_body, sign_in
from tests.scenarios.needs import publish_need
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import ROYALTY, declare, withdraw_declaration
from tests.scenarios.patents import enter_patent, post_legal_event, publication_number

PLACES = {
    "OLDEST": "(SELECT min(id) FROM patent WHERE merged_into IS NULL)",
    "MERGED": "(SELECT max(id) FROM patent WHERE merged_into IS NOT NULL)",
    "SHOWN": "(SELECT min(patent_id) FROM listing WHERE status = 'listed')",
    "TAKEN": "(SELECT min(offer_id) FROM licence)",
    "LICENSED": "(SELECT min(right_id) FROM licence)",
    "RIGHT_TAKEN": "(SELECT right_id FROM open_licence WHERE status = 'announced')",
    "RIGHT_OVER": "(SELECT right_id FROM open_licence WHERE status = 'withdrawn')",
    "WITHDRAWN": "(SELECT min(id) FROM open_licence WHERE status = 'withdrawn')",
    "SECRET_NEED": "(SELECT id FROM need WHERE confidential)",
    "SOME_NEED": "(SELECT id FROM need WHERE NOT confidential)",
    "SOME_EVENT": "(SELECT min(id) FROM event WHERE seq = 5)",
    "SOME_FACT": "(SELECT min(id) FROM legal_event)",
    "SOME_IMPORT": "(SELECT max(id) FROM import_file)",
}
WORDS = re.compile("|".join(PLACES))
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the platform is kept; `url` is empty for SQLite in the folder."""

    folder: Path
    url: str

    @property
    def settings(self) -> Settings:
        return read_settings(patentmart_demo=True, patentmart_data_dir=self.folder, database_url=self.url, meili_url="")

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which the command line works on it."""
        own = {"PATENTMART_DEMO": "1", "PATENTMART_DATA_DIR": str(self.folder), "DATABASE_URL": self.url}
        return {**os.environ, **own, "PATENTMART_LOG_LEVEL": "error", "MEILI_URL": ""}

    def copy(self, folder: Path) -> "Kept":
        """Return a platform that may be damaged."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Kept(folder, copied(self.url, f"fsck_copy_{WORKER}") if self.url else "")


def copied(url: str, name: str) -> str:
    """Return the URL of a fresh copy of a PostgreSQL database that nobody is connected to."""
    server, old, new = make_url(url).set(database="postgres"), make_url(url).database or "", sql.Identifier(name)
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(new))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(new, sql.Identifier(old)))
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def worked_with(folder: Path, is_sqlite: bool) -> Kept:
    """Return a platform after a busy session with its server."""
    kept = Kept(folder, "" if is_sqlite else postgres_url(f"fsck_{WORKER}"))
    with fresh_server.fresh_server(folder, kept.url) as base:
        async with httpx.AsyncClient(base_url=base, timeout=30) as client:
            await _work(client)
    return kept


async def _work(client: httpx.AsyncClient) -> None:
    staff = await sign_in(client, fresh_server.OPERATOR, fresh_server.PASSWORD)
    owner = await _university(client, staff)
    patents = [await enter_patent(client, owner, title=f"一种第{n}号卡扣") for n in range(6)]
    for patent in patents[:4]:
        await list_patent(client, owner, patent["id"])
    lapsed = await post_legal_event(client, owner, patents[3]["id"], "lapsed", "2024-03-01")
    assert lapsed.status_code == 201, lapsed.text
    await post_legal_event(client, owner, patents[2]["id"], "annuity_paid", "2024-03-01", year=8)
    evidence = await client.post("/v1/files", files={"file": ("a.txt", b"evidence")}, headers=owner.headers)
    graded = {"grade": "B", "method": "m", "assessor": "a", "assessed_on": "2025-01-01",
              "evidence_files": [evidence.json()["id"]]}  # fmt: skip
    await client.post(f"/v1/patents/{patents[0]['id']}/assessments", json=graded, headers=owner.headers)
    await _merge(client, owner)
    await _licensed(client, staff, owner)
    await _needs(client, staff, owner)
    for mode in ("check", "apply"):
        rows = [{"申请号": new_number(), "名称": f"第 {n} 件", "申请人": f"示例大学{n % 3}"} for n in range(40)]
        await _import(client, owner, csv_table(*rows, {"申请号": "2.02E+12", "名称": "坏", "申请人": ""}), mode)


async def _licensed(client: httpx.AsyncClient, staff: Member, owner: Member) -> None:
    """Have one open licence taken and paid for, and another withdrawn."""
    licensee = await _university(client, staff, "enterprise")
    standing = await declare(client, owner)
    await pay(client, licensee, await give_notice(client, licensee, standing))
    await withdraw_declaration(client, owner, await declare(client, owner, ROYALTY), "2026-05-01")


async def _needs(client: httpx.AsyncClient, staff: Member, named: Member) -> None:
    """Have a need be published, and a confidential one be shown to somebody."""
    asker = await _university(client, staff, "enterprise")
    await publish_need(client, asker)
    await publish_need(client, asker, confidential=True, abstract="摘要", shown_to=[named.organisation_id])


async def _university(client: httpx.AsyncClient, staff: Member, kind: str = "university") -> Member:
    body = registration_body(kind)
    registered = (await client.post("/v1/organisations", json=body)).json()
    address = f"/v1/organisations/{registered['id']}/verification"
    answer = await client.post(address, json={"outcome": "verified"}, headers=staff.headers)
    assert answer.status_code == 200, answer.text
    return await sign_in(client, body["member"]["email"])


async def _merge(client: httpx.AsyncClient, owner: Member) -> None:
    one = await enter_patent(client, owner, title="一种并表装置")
    publication = publication_number()
    two = await enter_patent(client, owner, application_number=None, publication_number=publication, title=one["title"])
    body, headers = {"application_number": one["application_number"]}, owner.headers | {"If-Match": "*"}
    merged = await client.patch(f"/v1/patents/{two['id']}", json=body, headers=headers)
    assert merged.status_code == 200, merged.text


async def _import(client: httpx.AsyncClient, owner: Member, content: bytes, mode: str) -> None:
    data, files = {"kind": "patents", "mode": mode}, {"file": ("f.csv", content)}
    sent = await client.post("/v1/imports", data=data, files=files, headers=owner.headers)
    assert sent.status_code == 202, sent.text
    for _ in range(600):
        found = (await client.get(sent.headers["Location"], headers=owner.headers)).json()
        if found["status"] in ENDED:
            assert found["failure"] is None, found
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the import does not end")


@contextlib.asynccontextmanager
async def opened(kept: Kept, *, repair: bool = False) -> AsyncIterator[Site]:
    """Yield the platform as the checks see it where no server runs."""
    settings = kept.settings
    jobs = make_job_engine(settings)
    database = Database(settings, Clock(), REGISTRY.handlers)
    engines = {index.name: in_folder(settings, index) for index in REGISTRY.search_indexes}
    try:
        yield Site(database, engines, make_blobs(settings, jobs), repair=repair, follows=False)
    finally:
        for engine in engines.values():
            await engine.close()
        await database.close()
        jobs.dispose()


async def checked(kept: Kept, *, repair: bool = False) -> dict[str, Line]:
    """Return the lines of the checks that something differs in."""

    async def told(_name: str, _over: int) -> None:
        """Nobody watches."""

    async with opened(kept, repair=repair) as site:
        report = await run_checks(checks_of(REGISTRY), site, told)
    assert report.is_clean == all(line.differences == line.repaired for line in report.lines)
    return {line.check: line for line in report.lines if line.differences}


def run_sql(kept: Kept, *statements: str) -> list[Any]:
    """Run the statements as somebody who works on the database by hand, and give the last one's rows.

    Words of PLACES stand for what is looked for.
    """
    engine = make_job_engine(kept.settings)
    rows: list[Any] = []
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in statements:
                found = connection.execute(sa.text(re.sub(WORDS, lambda word: PLACES[word[0]], statement)))
                rows = list(found) if found.returns_rows else []
    finally:
        engine.dispose()
    return rows

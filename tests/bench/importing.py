"""Imports: from the upload to the index that has followed, against the bare floor of the same rows and documents.

A city's register of made-up patents is served; the authority sends new patents (`create`) and new titles for all that
are listed (`update`). The floor is plain sqlite3 writing the same rows in batches to a copy of the same database, and
the index taking the same documents, with nobody asking why.
"""

import asyncio
import contextlib
import csv
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import httpx
import psutil

from backend.demo.seed import PASSWORD
from backend.patents.numbers.canonical import check_digit
from tests.bench import import_floor, load, search, server
from tests.bench.corpus import documents
from tests.one_server import free_port

SMALL: Final = 27_500
LARGE: Final = 1_000_000
LARGEST: Final = 2_000_000_000  # bytes; a million rows with abstracts are 570 MB
AUTHORITY: Final = "owner@authority-city.example"
REST_SECONDS: Final = 5.0
MEASURED_EACH: Final = 2.0  # seconds, since measuring the memory takes the machine a moment
SERIALS: Final = 10_000_000
CLASS: Final = "<b:FurtherClassification dataFormat='original'>{}</b:FurtherClassification>"
RECORD: Final = """<?xml version="1.0" encoding="utf-8"?>
<b:PatentDocumentAndRelated xmlns:a="http://www.sipo.gov.cn/XMLSchema/base"
 xmlns:b="http://www.sipo.gov.cn/XMLSchema/business" country="CN"><b:BibliographicData>
<b:ApplicationReference dataFormat="original"><a:DocumentID><a:WIPOST3Code>CN</a:WIPOST3Code>
<a:DocNumber>{}</a:DocNumber><a:Date>{}</a:Date></a:DocumentID></b:ApplicationReference>
<b:ClassificationIPC>{}</b:ClassificationIPC><b:InventionTitle lang="zh">{}</b:InventionTitle>
<b:Parties><b:ApplicantDetails><b:Applicant sequence="1" lang="zh"><a:AddressBook lang="zh"><a:Name>{}</a:Name>
</a:AddressBook></b:Applicant></b:ApplicantDetails></b:Parties></b:BibliographicData></b:PatentDocumentAndRelated>
"""
ENDED: Final = frozenset({"done", "failed", "cancelled"})


def write_new(path: Path, count: int, seed: int) -> None:
    """Write a register of patents that nobody has seen."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("申请号", "名称", "英文名称", "摘要", "申请日", "授权公告日", "分类号", "申请人"))
        for number, made in enumerate(documents(count, seed)):
            filed, granted = made.filing_date, made.grant_date
            digits = f"{filed:%Y}{1 + seed % 2}{(number * 7 + seed) % SERIALS:07d}"
            said = (made.title, made.title_en, made.abstract, filed, granted, ";".join(made.ipc), made.holders[0])
            writer.writerow((f"CN{digits}.{check_digit(digits)}", *said))


def write_xml(path: Path, count: int, seed: int) -> None:
    """Write the same register as the office's XML: one document behind the other, each with its declaration."""
    with path.open("w", encoding="utf-8") as file:
        for number, made in enumerate(documents(count, seed)):
            digits = f"{made.filing_date:%Y}{1 + seed % 2}{(number * 7 + seed) % SERIALS:07d}"
            classes = "".join(CLASS.format(code) for code in made.ipc)
            facts = (f"{digits}{check_digit(digits)}", f"{made.filing_date:%Y%m%d}", classes, escape(made.title))
            file.write(RECORD.format(*facts, escape(made.holders[0])))


def write_changed(path: Path, database: Path) -> int:
    """Write a new title for each listed patent; give how many."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        listed = connection.execute(
            "SELECT p.application_number, p.title FROM patent p JOIN listing l ON l.patent_id = p.id"
            " WHERE l.status = 'listed' ORDER BY p.id"
        ).fetchall()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("申请号", "名称"))
        writer.writerows((f"CN{number}", f"{title}（改进型）") for number, title in listed)
    return len(listed)


class Watch:
    """Searches one after another, and the memory of the server and what works beside it, while something goes on."""

    def __init__(self, port: int, process: psutil.Process) -> None:
        self._port, self._process = port, process
        self._requests = search.targets()["three_words"]
        self.peak = 0

    async def p50(self, goes_on: Callable[[], bool]) -> float:
        """Return the median milliseconds of the searches sent while `goes_on`."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        taken, turn, measured = [], 0, 0.0
        while goes_on():
            began = time.perf_counter()
            await load.ask(reader, writer, self._requests[turn % len(self._requests)])
            taken.append(time.perf_counter() - began)
            turn += 1
            if began - measured > MEASURED_EACH:
                measured = began
                self.peak = max(self.peak, server.resident(self._process))
            await asyncio.sleep(0.05)
        writer.close()
        return statistics.median(taken) * 1_000


async def sent(client: httpx.AsyncClient, file: Path) -> dict[str, Any]:
    """Return the import of the file once it has ended."""
    with file.open("rb") as opened:
        form = {"kind": "patents", "mode": "apply"}
        answer = await client.post("/v1/imports", data=form, files={"file": opened}, timeout=600)
    if answer.status_code != 202:
        raise RuntimeError(answer.text)
    while True:
        found: dict[str, Any] = (await client.get(answer.headers["location"])).json()
        if found["status"] in ENDED:
            break
        await asyncio.sleep(0.1)
    if found["status"] != "done" or found["counts"].get("rejected"):
        raise RuntimeError(f"the import ended {found['status']}: {found['counts']}")
    return found


async def followed(client: httpx.AsyncClient, database: Path) -> None:
    """Wait until the index holds what the stream holds."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (head,) = connection.execute("SELECT max(seq) FROM event").fetchone()
    while True:
        lines = (await client.get("/metrics")).text.splitlines()
        position = next(float(line.split()[1]) for line in lines if line.startswith("patentmart_index_position "))
        if position >= head:
            return
        await asyncio.sleep(0.05)


async def signed_in(port: int, email: str = AUTHORITY) -> httpx.AsyncClient:
    """Return a client that somebody of the demonstration signed in with, the authority where nobody is named."""
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60)
    form = {"grant_type": "password", "username": email, "password": PASSWORD}
    token = (await client.post("/v1/oauth/token", data=form)).json()["access_token"]
    client.headers["authorization"] = f"Bearer {token}"
    return client


async def _took(client: httpx.AsyncClient, file: Path, database: Path, watch: Watch) -> tuple[float, float]:
    """Return the seconds from the upload to the index that has followed, and the searches' p50 meanwhile."""
    is_over = asyncio.Event()
    watching = asyncio.create_task(watch.p50(lambda: not is_over.is_set()))
    began = time.perf_counter()
    await sent(client, file)
    await followed(client, database)
    seconds = time.perf_counter() - began
    is_over.set()
    return seconds, await watching


@contextlib.contextmanager
def _served(folder: Path, patents: int) -> Iterator[tuple[int, psutil.Process]]:
    """Serve a demonstration of so many patents from the folder, which keeps a copy of how it was before."""
    env = server.settings_of(
        folder / "data", PATENTMART_DEMO="1", PATENTMART_LOG_LEVEL="warning", MAX_UPLOAD_BYTES=str(LARGEST)
    )
    seed = [sys.executable, "-m", "backend.cli", "seed", "--patents", str(patents)]
    subprocess.run(seed, env=env, check=True, capture_output=True)
    shutil.copytree(folder / "data", folder / "before")
    port = free_port()
    with server.running(server.patentmart(port), env, port, folder, on_one_core=False) as process:
        yield port, process


async def _small(folder: Path) -> dict[str, float]:
    figures: dict[str, float] = {}
    database = folder / "data" / "patentmart.sqlite"
    with _served(folder, SMALL) as (port, process):
        client, watch = await signed_in(port), Watch(port, process)
        await asyncio.sleep(2)
        until = time.perf_counter() + REST_SECONDS
        at_rest = await watch.p50(lambda: time.perf_counter() < until)
        write_new(folder / "new.csv", SMALL, 1)
        changed = write_changed(folder / "changed.csv", database)
        created, first_p50 = await _took(client, folder / "new.csv", database, watch)
        updated, second_p50 = await _took(client, folder / "changed.csv", database, watch)
        await client.aclose()
    floor_created, floor_updated = await asyncio.to_thread(import_floor.seconds, folder / "before", folder / "data")
    figures["seconds_create"], figures["floor_seconds_create"] = created, floor_created
    figures["seconds_update"], figures["floor_seconds_update"] = updated, floor_updated
    figures["ratio_create"], figures["ratio_update"] = created / floor_created, updated / floor_updated
    figures["ratio_to_floor"] = (created + updated) / (floor_created + floor_updated)
    figures["rows_per_second"] = SMALL / created
    figures["rows_per_second_update"] = changed / updated
    figures["peak_mb"] = watch.peak / 1e6
    figures["search_p50_ms_at_rest"], figures["search_p50_ms_during"] = at_rest, max(first_p50, second_p50)
    figures["search_p50_ratio"] = max(first_p50, second_p50) / at_rest
    return figures


async def _large(folder: Path) -> dict[str, float]:
    with _served(folder, SMALL) as (port, process):
        client, watch = await signed_in(port), Watch(port, process)
        write_new(folder / "new.csv", LARGE, 2)
        created, _ = await _took(client, folder / "new.csv", folder / "data" / "patentmart.sqlite", watch)
        await client.aclose()
    floor, _ = await asyncio.to_thread(import_floor.seconds, folder / "before", folder / "data")
    return {
        "seconds_million": created,
        "rows_per_second_million": LARGE / created,
        "ratio_to_floor_million": created / floor,
        "peak_mb_million": watch.peak / 1e6,
    }


async def _xml(folder: Path) -> dict[str, float]:
    with _served(folder, SMALL) as (port, process):
        client, watch = await signed_in(port), Watch(port, process)
        write_xml(folder / "new.xml", LARGE, 2)
        created, _ = await _took(client, folder / "new.xml", folder / "data" / "patentmart.sqlite", watch)
        await client.aclose()
    return {"rows_per_second_million_xml": LARGE / created, "peak_mb_million_xml": watch.peak / 1e6}


def run() -> dict[str, float]:
    """Return the figures of the import bench."""
    figures: dict[str, float] = {}
    for part in (_small, _large, _xml):
        with tempfile.TemporaryDirectory(prefix="patentmart-bench-") as folder:
            figures |= asyncio.run(part(Path(folder)))
    return figures

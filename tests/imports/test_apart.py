"""A large file is worked on in a process beside the server: killed it goes on, and it ends with the server."""

import contextlib
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from backend.core.settings import Settings
from backend.demo.seed import PASSWORD
from backend.imports.service import LARGE
from tests.machine import postgres_url
from tests.one_server import Running, running
from tests.scenarios.import_progress import get_every_row, sign_in_inventor, wait_for_rows
from tests.scenarios.imports import csv_table, new_number
from tests.served import demonstrating

pytestmark = pytest.mark.slow

ROWS, MORE = 5_000, 9_000
MINE = {"kind": "patents", "mode": "apply"}


def send_import(client: httpx.Client, headers: dict[str, str], content: bytes) -> str:
    """Return the address of the import of the file."""
    answer = client.post("/v1/imports", headers=headers, files={"file": ("f.csv", content)}, data=MINE)
    assert answer.status_code == 202, answer.text
    return answer.headers["Location"]


def wait_until(ask: Callable[[], Any]) -> Any:
    """Return what `ask` gives once it is something."""
    for _ in range(3_000):
        if found := ask():
            return found
        time.sleep(0.02)
    raise AssertionError("it does not come")


def kill_workers(one: Running) -> int:
    """Kill what works beside the server; give how many processes that were."""
    count = 0
    for worker in one.workers():
        with contextlib.suppress(psutil.NoSuchProcess):
            worker.kill()
            count += 1
    return count


@contextlib.contextmanager
def killing(one: Running) -> Iterator[None]:
    """Kill whatever works beside the server as soon as it is there."""
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.01):
            kill_workers(one)

    with ThreadPoolExecutor(1) as thread:
        busy = thread.submit(kill)
        try:
            yield
        finally:
            over.set()
        busy.result()


def is_gone(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() == psutil.STATUS_ZOMBIE
    return True


@dataclass(frozen=True, slots=True)
class Served:
    """A server, and somebody who sends it files."""

    one: Running
    client: httpx.Client
    headers: dict[str, str]

    def sent(self, rows: int) -> str:
        """Return the address of the import of a file with so many new patents."""
        return send_import(self.client, self.headers, register(rows))

    def until(self, address: str, rows: int) -> dict[str, Any]:
        """Return the import once so many rows are done, or it has ended."""
        return wait_for_rows(self.client, address, self.headers, rows=rows)

    def has_all(self, address: str, rows: int) -> None:
        """Wait until every row of the file is done, and done once."""
        found = self.until(address, rows + 1)
        assert (found["status"], found["counts"]["created"]) == ("done", rows), found
        numbers = [row["row"] for row in get_every_row(self.client, address, self.headers)]
        assert numbers == list(range(2, rows + 2))


@pytest.fixture
def served(settings: Settings, tmp_path: Path) -> Iterator[Served]:
    database = "" if settings.is_sqlite else postgres_url(f"apart_{secrets.token_hex(4)}")
    with running(tmp_path, database) as one, httpx.Client(base_url=one.base, timeout=30) as client:
        yield Served(one, client, sign_in_inventor(client))


def register(rows: int) -> bytes:
    return csv_table(*({"申请号": new_number(), "名称": f"第 {n} 件"} for n in range(rows)))


@pytest.mark.both_databases
def test_an_import_whose_own_process_is_killed_goes_on(served: Served) -> None:
    address = served.sent(MORE)
    for rows in (500, 1_000, 2_000, 3_000):
        assert served.until(address, rows)["status"] == "applying"
        assert wait_until(lambda: kill_workers(served.one)) == 1  # the next may not have begun yet
    served.has_all(address, MORE)


def test_an_import_whose_reader_is_killed_goes_on(served: Served) -> None:
    address = served.sent(MORE)
    for rows in (500, 2_000):
        assert served.until(address, rows)["status"] == "applying"
        (reader,) = wait_until(lambda: [child for worker in served.one.workers() for child in worker.children()])
        reader.kill()
    served.has_all(address, MORE)


def test_an_import_whose_process_dies_each_time_ends_failed_and_the_server_goes_on(served: Served) -> None:
    with killing(served.one):
        address = served.sent(ROWS)

        def ended() -> Any:
            found = served.client.get(address, headers=served.headers).json()
            return found if found["status"] in ("done", "failed") else None

        found = wait_until(ended)
    assert (found["status"], found["failure"]["code"]) == ("failed", "internal"), found
    served.has_all(served.sent(ROWS), ROWS)


def test_without_anybody_beside_it_the_server_does_the_work_itself(served: Served) -> None:
    (aside,) = psutil.Process(served.one.process.pid).children()
    aside.kill()
    served.has_all(served.sent(ROWS), ROWS)


def test_what_works_beside_the_server_ends_with_it(served: Served) -> None:
    address = served.sent(ROWS)
    assert served.until(address, 500)["status"] == "applying"
    family = psutil.Process(served.one.process.pid).children(recursive=True)
    assert len(family) == 3, family  # whoever forks, who writes, who reads
    served.one.process.kill()
    wait_until(lambda: all(is_gone(process) for process in family))


def of_authority(client: httpx.Client) -> dict[str, str]:
    form = {"grant_type": "password", "username": "owner@authority-city.example", "password": PASSWORD}
    return {"Authorization": f"Bearer {client.post('/v1/oauth/token', data=form).json()['access_token']}"}


def listed_in(folder: Path) -> list[tuple[str]]:
    with contextlib.closing(sqlite3.connect(folder / "patentmart.sqlite")) as connection:
        return connection.execute(
            "SELECT application_number FROM patent JOIN listing ON patent_id = patent.id WHERE status = 'listed'"
        ).fetchall()


def test_a_large_file_asks_for_the_further_work_that_its_rows_bring(tmp_path: Path) -> None:
    """The demonstration has a private row, whose author is looked at again when a patent of its own changes."""
    with demonstrating(tmp_path, 1_500) as one, httpx.Client(base_url=one.base, timeout=60) as client:
        headers, listed = of_authority(client), listed_in(tmp_path)
        content = csv_table(*({"申请号": f"CN{found}", "名称": "一种换能器" * 20} for (found,) in listed))
        assert len(content) > LARGE
        address = send_import(client, headers, content)
        ended = wait_for_rows(client, address, headers, rows=len(listed) + 1)  # to its end
        assert (ended["status"], ended["failure"], ended["counts"]["updated"]) == ("done", None, len(listed))


def test_the_index_holds_what_a_file_changed_though_its_helper_is_killed(tmp_path: Path) -> None:
    with demonstrating(tmp_path, 1_500) as one, httpx.Client(base_url=one.base, timeout=60) as client:
        headers, listed = of_authority(client), listed_in(tmp_path)
        content = csv_table(*({"申请号": f"CN{found}", "名称": "鹦鹉螺换能器"} for (found,) in listed))
        address = send_import(client, headers, content)
        wait_until(lambda: kill_workers(one))
        assert wait_for_rows(client, address, headers, rows=len(listed))["counts"]["updated"] == len(listed)

        def found() -> bool:
            answer = client.get("/v1/patents/search", params={"q": '"鹦鹉螺换能器"', "limit": 1}).json()
            return bool(answer["total"] == len(listed))

        assert wait_until(found)

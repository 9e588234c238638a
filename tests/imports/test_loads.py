"""Slow, broken, huge and many uploads at once hold nobody up and leave nothing behind."""

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
import pytest

from backend.core.settings import Settings
from tests.machine import postgres_url
from tests.one_server import free_port, running
from tests.scenarios.import_progress import PASSWORD
from tests.scenarios.imports import csv_table, new_number

pytestmark = pytest.mark.slow

BOUNDARY = "a-boundary"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="kind"\r\n\r\npatents\r\n'
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\n'
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its process, its folder, a client."""

    process: subprocess.Popen[bytes]
    folder: Path
    client: httpx.Client

    @property
    def address(self) -> tuple[str, int]:
        place = urlsplit(str(self.client.base_url))
        return str(place.hostname), int(place.port or 0)

    def left_behind(self) -> list[str]:
        """Return the files that it holds open though they are deleted, and the blobs it keeps."""
        blobs = [str(file) for file in (self.folder / "blobs").rglob("*") if file.is_file()]
        return [name for name in self._open() if name.endswith("(deleted)")] + blobs

    def _open(self) -> Iterator[str]:
        for link in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                if int(link.name) > 2:  # what stands before is the test's own
                    yield str(link.readlink())


@contextlib.contextmanager
def serving(settings: Settings, folder: Path, **more: Any) -> Iterator[Served]:
    """Serve from the folder until the end, on the database of the test's kind."""
    database = "" if settings.is_sqlite else postgres_url("loads")
    port = free_port()
    with (
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
        running(folder, database, port=port, **more) as one,
    ):
        yield Served(one.process, folder, client)


def member(client: httpx.Client, name: str) -> dict[str, str]:
    """Return the headers of a new inventor's member, signed in."""
    address = f"{name}@example.com"
    body = {"kind": "individual", "name": name, "member": {"email": address, "name": name, "password": PASSWORD}}
    assert client.post("/v1/organisations", json=body).status_code == 201
    form = {"grant_type": "password", "username": address, "password": PASSWORD}
    token = client.post("/v1/oauth/token", data=form).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def head(length: str, headers: dict[str, str]) -> bytes:
    said = {"Host": "x", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **headers}
    lines = ["POST /v1/imports HTTP/1.1", length, *(f"{name}: {value}" for name, value in said.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def answered(connection: socket.socket, *, within: float) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of what the server says before it closes the connection."""
    connection.settimeout(within)
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65_536):
            said += piece
    start, _, body = said.partition(b"\r\n\r\n")
    return int(start.split()[1]), orjson.loads(body)


def imports_of(served: Served, headers: dict[str, str]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = served.client.get("/v1/imports", headers=headers).json()["items"]
    return items


def test_a_body_that_drips_is_refused_and_holds_nobody_up(settings: Settings, tmp_path: Path) -> None:
    with serving(settings, tmp_path, BODY_SECONDS="3") as served:
        headers = member(served.client, "drip")
        with contextlib.ExitStack() as stack:
            slow = [stack.enter_context(socket.create_connection(served.address)) for _ in range(8)]
            for connection in slow:
                connection.sendall(head("Content-Length: 1000000", headers) + HEAD)
            slowest, began = 0.0, time.monotonic()
            while time.monotonic() - began < 2.5:
                for connection in slow:
                    connection.sendall(b"x")
                asked = time.monotonic()
                assert served.client.get("/v1/patents/search", params={"q": "锂电池"}).status_code == 200
                slowest = max(slowest, time.monotonic() - asked)
                time.sleep(0.2)
            for connection in slow:
                status, problem = answered(connection, within=5)
                assert (status, problem["code"]) == (408, "upload_too_slow")
            assert time.monotonic() - began < 6
        assert slowest < 1
        assert imports_of(served, headers) == []
        assert served.left_behind() == []
        sent = served.client.post(
            "/v1/imports", headers=headers, data={"kind": "patents"},
            files={"file": ("f.csv", csv_table({"申请号": new_number(), "名称": "x"}))},
        )  # fmt: skip
        assert sent.status_code == 202, sent.text


@pytest.mark.both_databases
def test_an_upload_cut_off_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    with serving(settings, tmp_path) as served:
        headers = member(served.client, "cut")
        for length in ("Content-Length: 9000000", "Transfer-Encoding: chunked"):
            with socket.create_connection(served.address) as connection:
                piece = b"," * 3_000_000
                body = HEAD + piece if "Length" in length else b"%x\r\n" % len(HEAD + piece) + HEAD + piece
                connection.sendall(head(length, headers) + body)
                time.sleep(0.3)
        time.sleep(0.5)
        assert served.client.get("/healthz").status_code == 200
        assert imports_of(served, headers) == []
        assert served.left_behind() == []


def test_who_may_not_import_is_told_before_a_byte_is_read(settings: Settings, tmp_path: Path) -> None:
    with serving(settings, tmp_path, MAX_UPLOAD_BYTES="1000000", MAX_BODY_BYTES="10000") as served:
        headers = member(served.client, "unread")
        for who, length, expected in (
            ({}, "Content-Length: 900000", (401, "not_signed_in")),
            (headers, "Content-Length: 9000000000", (413, "too_large")),
            ({}, "Content-Length: 9000000000", (413, "too_large")),
        ):
            with socket.create_connection(served.address) as connection:
                connection.sendall(head(length, who))
                status, problem = answered(connection, within=5)
                assert (status, problem["code"]) == expected


def test_reading_stops_where_too_much_comes(settings: Settings, tmp_path: Path) -> None:
    with serving(settings, tmp_path, MAX_UPLOAD_BYTES="1000000", MAX_BODY_BYTES="10000") as served:
        headers, sent = member(served.client, "much"), 0
        with socket.create_connection(served.address) as connection:
            connection.sendall(head("Transfer-Encoding: chunked", headers) + b"%x\r\n" % len(HEAD) + HEAD + b"\r\n")
            with contextlib.suppress(ConnectionError):
                while sent < 100_000_000:
                    connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
                    sent += 65_536
            assert sent < 30_000_000  # what the sockets' own buffers hold
            assert answered(connection, within=5)[1]["code"] == "too_large"
        assert imports_of(served, headers) == []
        assert served.left_behind() == []


SEEK = """
import sys, threading, time, httpx
over, found = threading.Event(), []
threading.Thread(target=lambda: (sys.stdin.read(), over.set())).start()
with httpx.Client(base_url=sys.argv[1], timeout=30) as client:
    while not over.is_set():
        asked = time.monotonic()
        status = client.get("/v1/patents/search", params={"q": "电池"}).status_code
        found.append([status, time.monotonic() - asked])
        time.sleep(0.05)
print(found)
"""


@contextlib.contextmanager
def searching(served: Served) -> Iterator[list[tuple[int, float]]]:
    """Search all the while in a process of its own; give each answer's status and seconds, at the end."""
    command = [sys.executable, "-c", SEEK, str(served.client.base_url)]
    found: list[tuple[int, float]] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as seeker:
        yield found
        found += [(status, seconds) for status, seconds in orjson.loads(seeker.communicate()[0])]


async def _many(base: str, members: list[dict[str, str]], times: int) -> list[httpx.Response]:
    content = [csv_table(*({"申请号": new_number(), "名称": "x"} for _ in range(5))) for _ in range(times)]
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=base, timeout=120, limits=limits) as client:
        sending = (
            client.post(
                "/v1/imports", headers=members[n % len(members)], data={"kind": "patents", "mode": "apply"},
                files={"file": ("f.csv", content[n])},
            )
            for n in range(times)
        )  # fmt: skip
        return await asyncio.gather(*sending)


def _ended(client: httpx.Client, address: str, headers: dict[str, str]) -> dict[str, Any]:
    for _ in range(1_200):
        found: dict[str, Any] = client.get(address, headers=headers).json()
        if found["status"] in ("done", "failed"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


@pytest.mark.both_databases
@pytest.mark.timeout(300)
def test_a_thousand_uploads_at_once_are_each_taken_or_told_when_to_come_again(
    settings: Settings, tmp_path: Path
) -> None:
    limits = {
        "IMPORTS_WAITING_PER_ORGANISATION": "30",
        "UPLOADS_AT_ONCE": "16",
        "UPLOADS_AT_ONCE_PER_ORGANISATION": "4",
    }
    with serving(settings, tmp_path, **limits) as served:
        members = [member(served.client, f"many{n}") for n in range(10)]
        with searching(served) as searches:
            answers = asyncio.run(_many(str(served.client.base_url), members, 1_000))
        said = Counter(answer.status_code for answer in answers)
        assert set(said) <= {202, 429, 503}, said
        assert said[202] >= 50, said
        assert all(int(a.headers["Retry-After"]) > 0 for a in answers if a.status_code != 202)
        assert all(status == 200 for status, _ in searches), Counter(status for status, _ in searches)
        slowest = sorted(seconds for _, seconds in searches)
        assert slowest[len(slowest) // 2] < 1, slowest
        assert slowest[-1] < 5, slowest
        for place, answer in enumerate(answers):
            if answer.status_code == 202:
                found = _ended(served.client, answer.headers["Location"], members[place % len(members)])
                assert (found["status"], found["counts"]["created"]) == ("done", 5), found
        assert [name for name in served.left_behind() if "(deleted)" in name] == []

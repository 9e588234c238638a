"""What a connection may cost before a request is heard: of a real server, by real sockets."""

import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import ANY

import httpx
import pytest

from backend.core.network.connection_limits import RESERVED
from tests.machine import postgres_url
from tests.one_server import Running, free_port, running

pytestmark = pytest.mark.slow

ASK = b"GET /healthz HTTP/1.1\r\nhost: x\r\n"
SECONDS = 2.0


def connected(one: Running) -> socket.socket:
    url = httpx.URL(one.base)
    return socket.create_connection((url.host, url.port or 80), timeout=20)


def said(link: socket.socket) -> tuple[int, dict[str, object]]:
    """Return the status of the answer and its document, once the server has said all."""
    whole = b""
    with contextlib.suppress(ConnectionError):
        while piece := link.recv(65_536):
            whole += piece
    head, _, body = whole.partition(b"\r\n\r\n")
    return (int(head.split(b" ", 2)[1]), json.loads(body)) if head else (0, {})


def drip(link: socket.socket, data: bytes) -> bool:
    """Send all; whether the server took it."""
    try:
        link.sendall(data)
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def one(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("connections")
    url = "" if database_kind == "sqlite" else postgres_url(f"connections_{os.getpid()}")
    with running(
        folder, url, HEADER_SECONDS=str(SECONDS), CONNECTIONS_PER_ADDRESS="40", BODIES_BYTES="1500000"
    ) as server:
        yield server


def test_headers_larger_than_is_taken_are_refused_and_cost_nothing(one: Running) -> None:
    with connected(one) as link:
        drip(link, ASK)
        began = time.monotonic()
        taken = all(drip(link, b"x-long: " + b"a" * 65_000 + b"\r\n") for _ in range(900))
        status, document = said(link)
    assert (status, document.get("code")) in ((431, "headers_too_large"), (0, None))
    assert not taken or time.monotonic() - began < SECONDS + 5
    assert httpx.get(f"{one.base}/healthz").status_code == 200


def test_the_refusal_of_long_headers_says_how_long_they_may_be(one: Running) -> None:
    answer = httpx.get(f"{one.base}/healthz", headers={"x-long": "a" * 40_000})
    assert (answer.status_code, answer.headers["content-type"]) == (431, "application/problem+json")
    problem = answer.json()
    assert (problem["code"], "32768" in problem["detail"], bool(problem["cure"])) == ("headers_too_large", True, True)
    assert httpx.get(f"{one.base}/healthz", headers={"x-long": "a" * 30_000}).status_code == 200
    assert httpx.get(f"{one.base}/healthz?q={'a' * 40_000}").status_code == 431


def test_headers_that_come_in_pieces_are_counted_together(one: Running) -> None:
    with connected(one) as link:
        for piece in (ASK, *[b"x-%d: %s\r\n" % (n, b"a" * 5_000) for n in range(8)]):
            drip(link, piece)
            time.sleep(0.02)
        assert said(link)[0] == 431
    with connected(one) as link:
        for piece in (
            b"POST /v1/oauth/token HTTP/1.1\r\nhost: x\r\ncontent-len",
            b"gth: 60000\r\n\r",
            b"\n" + b"a" * 60_000,
        ):
            drip(link, piece)
            time.sleep(0.02)
        with contextlib.suppress(OSError):  # the server may have answered and closed by now
            link.shutdown(socket.SHUT_WR)
        assert said(link) == (400, ANY)  # the app's own word: a body is no header


@pytest.mark.parametrize("begun", [ASK, b"GET /hea", ASK + b"\r\n" + b"GET /hea", ASK + b"\r\n\r\n\r\n"])
def test_half_sent_headers_are_answered_in_time_and_let_go(one: Running, begun: bytes) -> None:
    with connected(one) as link:
        began = time.monotonic()
        drip(link, begun)
        whole = b""
        with contextlib.suppress(ConnectionError):
            while piece := link.recv(65_536):
                whole += piece
        took = time.monotonic() - began
    assert took < SECONDS + 4
    assert whole.count(b"HTTP/1.1 408") == (begun[-3:] == b"hea" or begun == ASK)


def test_a_header_that_drips_is_late_all_the_same(one: Running) -> None:
    with connected(one) as link:
        began = time.monotonic()
        drip(link, ASK)
        while drip(link, b"a") and time.monotonic() - began < 15:
            time.sleep(0.2)
        assert time.monotonic() - began < SECONDS + 5


def test_a_body_that_nobody_waits_for_holds_no_connection(one: Running) -> None:
    with connected(one) as link:
        began = time.monotonic()
        drip(link, ASK + b"content-length: 1000\r\n\r\n")
        assert link.recv(65_536).startswith(b"HTTP/1.1 200")
        while drip(link, b"a") and time.monotonic() - began < 15:
            time.sleep(0.2)
        assert time.monotonic() - began < SECONDS + 5


def test_bodies_hold_no_more_than_their_room_and_give_it_back(one: Running) -> None:
    begun = b"POST /v1/organisations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    begun += b"content-length: 900000\r\n\r\n"
    with connected(one) as first, connected(one) as second:
        drip(first, begun + b"[" * 899_000)
        time.sleep(1)
        drip(second, begun + b"[" * 899_000)
        assert said(second) == (503, ANY)
    for _ in range(50):
        if httpx.post(f"{one.base}/v1/organisations", content=b"[" * 900_000).status_code != 503:
            return
        time.sleep(0.1)
    raise AssertionError("the room was not given back")


def test_one_address_holds_no_more_than_its_share_and_gets_it_back(one: Running) -> None:
    with contextlib.ExitStack() as stack:
        links = [stack.enter_context(connected(one)) for _ in range(60)]
        refused = [said(link) for link in links[40:]]
    assert {status for status, _ in refused} == {503}
    assert {document["code"] for _, document in refused} == {"too_many_connections"}
    for _ in range(50):
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{one.base}/healthz").status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the connections were not given back")


def test_requests_one_behind_the_other_are_all_answered(one: Running) -> None:
    with connected(one) as link:
        link.sendall((ASK + b"\r\n") * 300 + ASK + b"connection: close\r\n\r\n")
        whole = b""
        while piece := link.recv(65_536):
            whole += piece
    assert whole.count(b"HTTP/1.1 200") == 301


def test_more_connections_than_descriptors_do_not_end_the_service(tmp_path: Path) -> None:
    """The operating system's limit is the server's own: 400 descriptors, and 600 who hold one each and say nothing."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 1_000:
        pytest.skip("this machine itself lends too few descriptors")
    port = free_port()
    env = {
        **os.environ, "PATENTMART_DEMO": "1", "PATENTMART_DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "",
        "CONNECTIONS_PER_ADDRESS": "1000", "HEADER_SECONDS": "3", "PATENTMART_LOG_LEVEL": "error",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.core.few_descriptors", "400", str(port)]
    process = subprocess.Popen(command, env=env)
    server = Running(process, f"http://127.0.0.1:{port}")
    try:
        _until_it_answers(server, 240)
        with contextlib.ExitStack() as stack:
            links = [stack.enter_context(connected(server)) for _ in range(600)]
            assert {said(link)[0] for link in links[-50:]} == {503}
            _until_it_answers(server, 10)
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait(30)
    assert RESERVED * 2 > 400


def _until_it_answers(server: Running, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{server.base}/healthz", timeout=5).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")

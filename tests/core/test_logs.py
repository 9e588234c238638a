"""What a server writes down: enough to find an error by its number, and nothing that people said."""

import json
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.core.settings import Settings
from tests.core import served, spare
from tests.machine import postgres_url
from tests.scenarios.members import registration_body


@pytest.fixture(scope="module")
def serving(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, Path]]:
    folder = tmp_path_factory.mktemp("logs")
    database = "" if settings.is_sqlite else postgres_url("logs")
    with served.server(folder, database, folder / "log", PATENTMART_LOG_LEVEL="info") as client:
        yield client, folder / "log"


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.startswith("{")]


def of_request(log: Path, answer: httpx.Response) -> list[dict[str, Any]]:
    """Return what was written of a request; its last line follows the answer."""
    number = answer.headers["x-request-id"]
    for _ in range(100):
        found = [line for line in lines(log) if line.get("request_id") == number]
        if any(line["event"] == "answered" for line in found):
            return found
        time.sleep(0.02)
    raise AssertionError(number)


def test_a_request_is_one_line_that_bears_the_number_of_its_answer(serving):
    client, log = serving
    found = of_request(log, client.get("/v1/nowhere?q=somebody@example.com"))
    assert len(found) == 1
    assert (found[0]["event"], found[0]["status"], found[0]["problem"]) == ("answered", 404, "not_found")
    assert found[0]["route"] == "unmatched"


def test_an_unexpected_error_is_found_by_the_number_its_caller_got(serving):
    client, log = serving
    answer = client.post("/v1/spare/crashes", json={"name": secrets.token_hex(8)})
    error, answered = of_request(log, answer)
    assert error["instance"] == answer.json()["instance"]
    assert "something of ours broke" in error["exception"]
    assert answered["status"] == 500
    assert client.post("/v1/spare/things", json={"name": secrets.token_hex(8)}).status_code == 200


def test_nothing_that_people_said_is_written_down(serving):
    client, log = serving
    body = registration_body("individual")
    address, password = body["member"]["email"], body["member"]["password"]
    client.post("/v1/organisations", json=body)
    client.post("/v1/organisations", json=body)
    form = {"grant_type": "password", "username": address, "password": password}
    token = client.post("/v1/oauth/token", data=form).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "a-key-of-mine"}
    assert client.get(f"/v1/me?email={address}", headers=headers).status_code == 422
    assert client.post("/v1/parties", json={"person": "legal", "name": "甲乙丙"}, headers=headers).status_code == 201
    broken = client.post("/v1/spare/statements", json={"name": spare.SPOKEN})
    assert broken.status_code == 500
    assert of_request(log, broken)
    for said in (address, password, token, "a-key-of-mine", "甲乙丙", body["member"]["name"], spare.SPOKEN):
        assert said not in log.read_text("utf-8")


def test_a_body_sent_in_pieces_is_refused_where_it_grows_too_large(serving):
    client, _ = serving

    def pieces() -> Iterator[bytes]:
        for _ in range(30):
            yield b" " * 50_000

    answer = client.post("/v1/parties", content=pieces(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    answer = client.post("/v1/parties", content=b" " * 1_000_001, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert client.get("/healthz").status_code == 200


def test_asking_after_a_thing_leaves_the_connection_usable(serving):
    client, _ = serving
    for _ in range(3):
        assert client.head("/v1/organisations").content == b""
        assert client.get("/v1/organisations").json()["items"] is not None


def test_nobody_can_write_lines_of_his_own(serving):
    client, log = serving
    answer = client.get("/v1/nowhere/%0A%7B%22event%22:%22forged%22%7D", headers={"User-Agent": "x"})
    assert len(of_request(log, answer)) == 1
    assert "forged" not in log.read_text("utf-8")

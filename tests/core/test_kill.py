"""Killed at any moment, the server keeps what it has answered and goes on with what it had begun."""

import contextlib
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from backend.core.settings import Settings
from tests.core import served
from tests.machine import postgres_url

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]

JOBS, STEPS, WRITERS = 10, 10, 4


def write_on(client: httpx.Client, sent: list[str], answered: dict[str, str], stop: threading.Event) -> None:
    """Write until nobody answers; each name is also its key."""
    with contextlib.suppress(httpx.TransportError):
        while not stop.is_set():
            sent.append(secrets.token_hex(8))
            answer = client.post("/v1/spare/things", json={"name": sent[-1]}, headers={"Idempotency-Key": sent[-1]})
            assert answer.status_code == 200, answer.text
            answered[sent[-1]] = answer.headers["event-id"]


def test_what_was_answered_is_kept_what_was_begun_goes_on_and_nothing_comes_twice(settings: Settings, tmp_path: Path):
    database, log = "" if settings.is_sqlite else postgres_url("killed"), tmp_path / "log"
    names: list[list[str]] = [[] for _ in range(WRITERS)]
    answered: dict[str, str] = {}
    stop = threading.Event()
    with ThreadPoolExecutor(WRITERS) as threads:
        with served.server(tmp_path, database, log) as client:
            asked = [client.post("/v1/spare/jobs", json={"name": str(n)}) for n in range(JOBS)]
            writing = [threads.submit(write_on, client, sent, answered, stop) for sent in names]
            while sum(client.get("/v1/spare/jobs").json().values()) < JOBS or len(answered) < 20:
                assert not any(w.done() for w in writing), [w.result() for w in writing if w.done()]
        stop.set()
        assert all(w.result() is None for w in writing)
    with served.server(tmp_path, database, log) as client:
        kept = client.get("/v1/spare/things").json()
        assert set(answered) <= set(kept)
        for name in [name for sent in names for name in sent]:
            again = client.post("/v1/spare/things", json={"name": name}, headers={"Idempotency-Key": name})
            assert again.status_code == 200, again.text  # a second change would find the name taken
            assert again.headers.get("idempotency-replayed") == ("true" if name in kept else None)
            assert again.headers["event-id"] == answered.get(name, again.headers["event-id"])
        until = time.monotonic() + 30
        while sum(client.get("/v1/spare/jobs").json().values()) < JOBS * STEPS:
            assert time.monotonic() < until, client.get("/v1/spare/jobs").json()
            time.sleep(0.1)
        done = [str(n + 1) for n in range(STEPS)]
        assert client.get("/v1/spare/results").json() == {a.json()["id"]: done for a in asked}

"""A server process on a fresh database with the platform's first owner, for tests that a real connection is part of."""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.commands import make_operator
from tests.one_server import environment_of, running

PASSWORD = "a rather long sentence of mine"
OPERATOR = "operator@example.com"


@contextlib.contextmanager
def fresh_server(folder: Path, database: str) -> Iterator[str]:
    """Yield its address."""
    make_operator(environment_of(folder, database), OPERATOR, PASSWORD)
    with serving(folder, database) as base:
        yield base


@contextlib.contextmanager
def serving(folder: Path, database: str) -> Iterator[str]:
    """Serve the database and folder that there are; give the address."""
    with running(folder, database, ends_by=signal.SIGTERM) as one:
        yield one.base


def sign_in(base: str) -> str:
    """Return a token of the platform's owner."""
    form = {"grant_type": "password", "username": OPERATOR, "password": PASSWORD}
    answer = httpx.post(f"{base}/v1/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])

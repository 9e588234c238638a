"""Servers killed at any moment tell each match, each hit of an alert and each e-mail once: the benches' short forms."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.bench import email_kills, told_kills
from tests.machine import postgres_url

pytestmark = pytest.mark.slow
KILLS = 4


@pytest.mark.parametrize("measure", [email_kills.measure, told_kills.measure], ids=["emails", "matches"])
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_servers_that_are_killed_tell_each_thing_once(
    database: str, measure: Callable[[Path, str, int], Awaitable[dict[str, float]]], tmp_path: Path
) -> None:
    url = postgres_url("told_once") if database == "postgres" else ""
    found = await measure(tmp_path, url, KILLS)
    assert found["broken promises"] == 0
    assert any(count for name, count in found.items() if name.startswith(("legal notices", "pairs")))

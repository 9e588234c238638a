import subprocess
import sys
from pathlib import Path

import pytest

from tests.one_server import free_port
from tests.served import demonstration

pytestmark = pytest.mark.slow

ROADS = Path(__file__).parents[1] / "scripts" / "roads"


def walked(road: Path, server: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, road, "--server", server, *options], capture_output=True, text=True, timeout=200, check=False
    )


def sends_to(port: int) -> dict[str, str]:
    """Return the settings of a server that hands its e-mails over to the road's own mail server."""
    server = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_TLS": "none"}
    return {**server, "EMAIL_FROM": "patentmart@example.com", "MATCH_DIGEST_QUIET_SECONDS": "1"}


def test_every_road_can_be_walked_to_its_end_more_than_once(tmp_path: Path) -> None:
    port = free_port()
    options = {"matchmaking": ["--mail-port", str(port)]}
    with demonstration(tmp_path, 300, **sends_to(port)) as server:
        for road in [*ROADS.glob("*.py"), *ROADS.glob("*.py")]:
            said = walked(road, server, *options.get(road.stem, []))
            assert said.returncode == 0, said.stdout + said.stderr
            assert road.stem != "matchmaking" or f"link {server}/v1/inbox" in said.stdout


def test_a_road_that_cannot_be_walked_says_so_and_fails(tmp_path: Path) -> None:
    said = walked(ROADS / "catalogue.py", "http://127.0.0.1:9")
    assert said.returncode == 1
    assert "scripts/serve" in said.stderr
    port = free_port()
    with demonstration(tmp_path, 10) as server:
        said = walked(ROADS / "matchmaking.py", server, "--mail-port", str(port))
    assert said.returncode == 1
    assert f"SMTP_PORT={port}" in said.stderr

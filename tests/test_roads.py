import subprocess
import sys
from pathlib import Path

import pytest

from tests.served import demonstration

pytestmark = pytest.mark.slow

ROADS = Path(__file__).parents[1] / "scripts" / "roads"


def walked(road: Path, server: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, road, "--server", server], capture_output=True, text=True, timeout=200, check=False
    )


def test_every_road_can_be_walked_to_its_end_more_than_once(tmp_path: Path) -> None:
    with demonstration(tmp_path, 300) as server:
        for road in [*ROADS.glob("*.py"), *ROADS.glob("*.py")]:
            said = walked(road, server)
            assert said.returncode == 0, said.stdout + said.stderr


def test_a_road_that_cannot_be_walked_says_so_and_fails() -> None:
    said = walked(ROADS / "catalogue.py", "http://127.0.0.1:9")
    assert said.returncode == 1
    assert "scripts/serve" in said.stderr

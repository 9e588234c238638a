"""Which Python the scripts choose: one that works as it is, else one that a wheel helps, else none, with the cure."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from backend.core.settings import SettingsWrong, read_settings

SCRIPTS = Path(__file__).parents[1] / "scripts"
OLD, NEW = (3, 40, 1), (3, 46, 0)
AS = """#!/bin/sh
if [ "$1" = -m ]; then echo "{name}" > chosen; exit 1; fi
exec {python} -c "import platform, sqlite3, sys
sys.version_info = {version}
sqlite3.sqlite_version_info = {sqlite}
platform.machine = lambda: '{machine}'
exec(sys.argv[2])" "$@"
"""


def chosen(folder: Path, pythons: dict[str, tuple[tuple[int, ...], tuple[int, ...]]], **more: str) -> tuple[str, str]:
    """Return the name of the Python that `scripts/serve` makes its environment with, and what it says.

    Those there are tell another version of themselves and of their SQLite, and a machine that has or lacks a wheel.
    """
    shutil.copytree(SCRIPTS, folder / "scripts", ignore=shutil.ignore_patterns("__pycache__", "roads"))
    (folder / "requirements.txt").touch()
    commands = folder / "bin"
    commands.mkdir()
    for name, (version, sqlite) in pythons.items():
        machine = more.get("machine", "x86_64")
        command = commands / name
        command.write_text(AS.format(name=name, python=sys.executable, version=version, sqlite=sqlite, machine=machine))
        command.chmod(0o755)
    for name in ("bash", "dirname", "cmp", "env"):
        (commands / name).symlink_to(shutil.which(name) or name)
    env = {"PATH": str(commands)} | ({"PYTHON": more["python"]} if "python" in more else {})
    command = [shutil.which("bash") or "bash", folder / "scripts" / "serve"]
    ran = subprocess.run(command, env=env, capture_output=True, check=False)
    found = folder / "chosen"
    assert ran.returncode
    return found.read_text().strip() if found.exists() else "", ran.stderr.decode()


def test_a_python_that_works_is_preferred_to_a_newer_one_that_does_not(tmp_path: Path) -> None:
    pythons = {"python3.13": ((3, 13, 0), OLD), "python3.12": ((3, 12, 1), OLD), "python3.11": ((3, 11, 2), OLD)}
    assert chosen(tmp_path, pythons)[0] == "python3.11"


def test_the_newest_python_with_a_new_sqlite_is_taken(tmp_path: Path) -> None:
    pythons = {"python3.13": ((3, 13, 0), NEW), "python3.11": ((3, 11, 2), OLD)}
    assert chosen(tmp_path, pythons)[0] == "python3.13"


def test_where_only_an_old_sqlite_is_at_hand_the_wheel_brings_another(tmp_path: Path) -> None:
    assert chosen(tmp_path, {"python3.12": ((3, 12, 1), OLD), "python3": ((3, 9, 2), NEW)})[0] == "python3.12"


def test_only_the_systems_own_python_is_enough(tmp_path: Path) -> None:
    assert chosen(tmp_path, {"python3": ((3, 11, 2), OLD)})[0] == "python3"


def test_without_a_wheel_one_sentence_refuses_and_names_the_cure(tmp_path: Path) -> None:
    found, told = chosen(tmp_path, {"python3.13": ((3, 13, 0), OLD)}, machine="riscv64")
    assert (found, told.count("\n")) == ("", 1)
    assert "python3.13" in told
    assert "install Python 3.11" in told


def test_who_names_a_python_gets_that_one_or_a_refusal(tmp_path: Path) -> None:
    pythons = {"python3.11": ((3, 11, 2), OLD), "mine": ((3, 12, 1), OLD)}
    assert chosen(tmp_path / "a", pythons, python="mine")[0] == "mine"
    found, told = chosen(tmp_path / "b", {**pythons, "mine": ((3, 9, 0), NEW)}, python="mine")
    assert (found, "mine" in told) == ("", True)


@pytest.mark.parametrize("url", ["", "sqlite:///patents.sqlite"])
def test_the_server_refuses_an_old_sqlite_in_a_sentence(url: str) -> None:
    program = """
import sqlite3, sys
sqlite3.sqlite_version_info, sqlite3.sqlite_version = (3, 34, 1), "3.34.1"
sys.modules["pysqlite3"] = None
import backend.core.settings as settings
try:
    settings.read_settings()
except settings.SettingsWrong as wrong:
    print(wrong)
"""
    env = {**os.environ, "PATENTMART_DEMO": "1", "DATABASE_URL": url}
    ran = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.count("\n") == 1, ran.stdout
    assert "SQLite 3.34.1" in ran.stdout
    assert "pip install pysqlite3" in ran.stdout


def test_this_python_is_one_that_works() -> None:
    try:
        read_settings(patentmart_demo=True, database_url="")
    except SettingsWrong as wrong:
        pytest.fail(str(wrong))

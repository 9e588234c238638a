"""The server starts with settings that are right, or says which are not."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from backend.core.clock import Clock
from backend.core.database.sessions import Database
from backend.core.settings import DEMO_SECRET, Settings, SettingsWrong, read_settings

pytestmark = pytest.mark.both_databases

GOOD = "a-secret-of-some-forty-random-characters"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "secret",
    [
        "", "short", "x" * 31, DEMO_SECRET, "a" * 32, "a" * 64, "ab" * 20, "abcabc" * 8, "0123456789abcdef" * 2,
        "abcdefghijklmnopqrstuvwxyz0123456789", "9876543210987654321098765432109876543210", "correct-horse-" * 3,
        "changeme-changeme-and-some-more-text", "my-password-for-the-patent-platform-1",
        "this-is-an-example-of-a-secret-key-42",
    ],
)  # fmt: skip
def test_outside_the_demonstration_there_is_no_start_without_a_secret_of_ones_own(secret, monkeypatch):
    monkeypatch.setenv("PATENTMART_SECRET", secret)
    with pytest.raises(SettingsWrong, match="PATENTMART_SECRET"):
        read_settings()
    monkeypatch.setenv("PATENTMART_DEMO", "1")
    assert read_settings().patentmart_demo


@pytest.mark.parametrize("made", [lambda: secrets.token_hex(16), lambda: secrets.token_urlsafe(24), lambda: GOOD])
def test_a_random_secret_is_good(made):
    for _ in range(200):
        assert read_settings(patentmart_secret=made()).key("token")


def test_a_weak_secret_is_refused_with_the_cure_and_not_said():
    with pytest.raises(SettingsWrong) as wrong:
        read_settings(patentmart_secret="a" * 32)
    assert "too few different characters" in str(wrong.value)
    assert "secrets.token_hex(32)" in str(wrong.value)
    assert "a" * 32 not in str(wrong.value)


@pytest.mark.parametrize("token", ["short", "a" * 40, "metrics-password-1234"])
def test_a_token_that_can_be_guessed_does_not_guard_the_figures(token):
    with pytest.raises(SettingsWrong, match="METRICS_TOKEN"):
        read_settings(patentmart_demo=True, metrics_token=token)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("", ()), ("10.0.0.0/8", ("10.0.0.0/8",)), ("10.1.2.3, fd00::/8", ("10.1.2.3/32", "fd00::/8")),
        ("*", None), ("proxy.internal", None), ("0.0.0.0/0", None), ("::/0", None), ("10.0.0.1/8", None),
    ],
)  # fmt: skip
def test_trusted_proxies_are_networks_and_never_everybody(said, read, monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXIES", said)
    if read is None:
        with pytest.raises(SettingsWrong, match="TRUSTED_PROXIES"):
            read_settings(patentmart_demo=True)
    else:
        assert read_settings(patentmart_demo=True).trusted_proxies == read


def test_every_wrong_setting_is_named_and_no_secret_is_said(monkeypatch):
    monkeypatch.setenv("PATENTMART_SECRET", "not-long-enough")
    for name, value in (("MAX_BODY_BYTES", "1"), ("SEARCH_TIME_LIMIT_MS", "soon"), ("SQLITE_SYNCHRONOUS", "OFF")):
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsWrong) as wrong:
        read_settings()
    said = str(wrong.value)
    assert [name in said for name in ("MAX_BODY_BYTES", "SEARCH_TIME_LIMIT_MS", "SQLITE_SYNCHRONOUS")] == [True] * 3
    assert "not-long-enough" not in said


def test_the_command_says_what_is_missing_and_does_not_start(tmp_path: Path):
    env = {k: v for k, v in os.environ.items() if k.upper() not in {n.upper() for n in Settings.model_fields}}
    env["PYTHONPATH"] = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "backend.cli", "serve"]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "PATENTMART_SECRET is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_secret_is_not_shown_and_each_purpose_has_a_key_of_its_own():
    settings = read_settings(patentmart_secret=GOOD)
    assert GOOD not in repr(settings)
    assert GOOD not in settings.model_dump_json()
    assert len({settings.key("token"), settings.key("cursor"), settings.key("event")}) == 3
    assert settings.key("token") != read_settings(patentmart_secret=GOOD + "x").key("token")


@pytest.mark.parametrize(
    ("given", "used", "is_sqlite"),
    [
        ("", "sqlite+aiosqlite:///var/patentmart.sqlite", True),
        ("sqlite:////srv/p.sqlite", "sqlite+aiosqlite:////srv/p.sqlite", True),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d", False),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d", False),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d", False),
    ],
)
def test_the_usual_addresses_of_databases_are_understood(given, used, is_sqlite):
    settings = read_settings(patentmart_demo=True, database_url=given)
    assert (settings.database, settings.is_sqlite) == (used, is_sqlite)


def test_a_file_beside_the_server_may_hold_the_settings(tmp_path: Path):
    (tmp_path / ".env").write_text(f"PATENTMART_SECRET={GOOD}\nGRADES=一等, 二等\n", "utf-8")
    assert read_settings().grades == ("一等", "二等")


async def test_behind_a_pooler_nothing_is_prepared_on_a_connection(settings: Settings) -> None:
    if settings.is_sqlite:
        return
    for pooler, due in ((False, True), (True, False)):
        mine = read_settings(**{**settings.model_dump(), "database_pooler": pooler})
        database = Database(mine, Clock())
        try:
            async with database.read() as session:
                for _ in range(8):
                    await session.execute(sa.text("SELECT position FROM stream_head WHERE id = :n"), {"n": 1})
                asked = sa.text("SELECT count(*) FROM pg_prepared_statements")
                assert bool((await session.execute(asked)).scalar_one()) is due
        finally:
            await database.close()

"""A copy of all that is kept, made while the platform runs; and the way back. What is derived is not in it."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from backend.core.clock import Clock
from backend.core.database.engines import make_job_engine
from backend.core.settings import Settings

FORM: Final = 1
ABOUT, LITE, DUMP, BLOBS = "backup.json", "patentmart.sqlite", "patentmart.dump", "blobs"


class BackupRefused(Exception):
    """The backup was not made or not restored; the message says why, for a person to read."""


def back_up(settings: Settings, folder: Path) -> dict[str, Any]:
    """Write a backup into the folder, which must be new; give what `backup.json` in it says. Raises BackupRefused.

    The database is as at one moment; files are copied after it, so that all it names are there.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused(f"{folder} is not empty: name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    at = Clock().real().isoformat(timespec="seconds")
    about = {"form": FORM, "database": "sqlite" if settings.is_sqlite else "postgresql", "at": at}
    if settings.is_sqlite:
        _copy_database(_file_of(settings), folder / LITE)
        blobs = settings.patentmart_data_dir / BLOBS
        if blobs.exists():
            shutil.copytree(blobs, folder / BLOBS)
    else:
        _run(settings, "pg_dump", "--format=custom", "--no-owner", f"--file={folder / DUMP}")
    (folder / ABOUT).write_bytes(orjson.dumps(about, option=orjson.OPT_INDENT_2))  # last: without it, it is none
    return about


def restore(settings: Settings, folder: Path) -> dict[str, Any]:
    """Bring a backup into an empty platform; give what `backup.json` says. Raises BackupRefused.

    Nothing that is there is overwritten. The index is derived: build it anew afterwards.
    """
    about = _about(folder)
    if (about["database"] == "sqlite") is not settings.is_sqlite:
        raise BackupRefused(
            f"This is a backup of {about['database']}, and DATABASE_URL names another kind of database."
        )
    if settings.is_sqlite:
        target = _file_of(settings)
        for there in (target, *(target.with_name(target.name + more) for more in ("-wal", "-shm"))):
            if there.exists():  # SQLite would apply what an older database left to the restored one
                raise BackupRefused(f"{there} is there already: move it away first.")
        target.parent.mkdir(parents=True, exist_ok=True)
        blobs = settings.patentmart_data_dir / BLOBS
        if (folder / BLOBS).exists():
            shutil.copytree(folder / BLOBS, blobs, dirs_exist_ok=True)
        shutil.copy2(folder / LITE, target)
        for index in settings.patentmart_data_dir.glob("index*"):  # they belonged to another database
            shutil.rmtree(index, ignore_errors=True)
    else:
        _check_empty(settings)
        _run(settings, "pg_restore", "--no-owner", "--single-transaction", str(folder / DUMP))
    return about


def _about(folder: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = orjson.loads((folder / ABOUT).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise BackupRefused(f"{folder} holds no complete backup: {ABOUT} is missing or spoilt.") from error
    if about.get("form") != FORM:
        raise BackupRefused("This backup is of a form that this program does not know.")
    return about


def _file_of(settings: Settings) -> Path:
    return Path(make_url(settings.database).database or "")


def _copy_database(source: Path, target: Path) -> None:
    if not source.exists():
        raise BackupRefused(f"There is no database at {source}.")
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)  # in one go: a copy in pieces begins anew with each commit, and readers stop no writer
        (sound,) = there.execute("PRAGMA quick_check").fetchone()
    if sound != "ok":
        raise BackupRefused(f"The copy is not sound: {sound}")


def _run(settings: Settings, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the database; its password goes where no list of processes shows it."""
    path = shutil.which(program)
    if path is None:
        raise BackupRefused(f"{program} is not on the PATH: it comes with PostgreSQL's client programs.")
    url = make_url(settings.database).set(drivername="postgresql")
    env = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    place = url.set(password=None).render_as_string(hide_password=False) if url.password else str(url)
    ran = subprocess.run(  # noqa: S603 - found on the PATH
        [path, f"--dbname={place}", *arguments], env=env, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise BackupRefused(f"{program}: {ran.stderr.strip()}")


def _check_empty(settings: Settings) -> None:
    engine = make_job_engine(settings)
    try:
        tables = sa.inspect(engine).get_table_names()
    finally:
        engine.dispose()
    if tables:
        raise BackupRefused("The database is not empty: create a new one for the restored platform.")

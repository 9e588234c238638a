"""Whether the SQLite at hand can do what the platform asks of it."""

import sqlite3
import sys
from typing import Final

NEEDED: Final = (3, 42) if sys.version_info >= (3, 12) else (3, 35)  # what the library for durable work asks for


def why_not() -> str | None:
    """Return the sentence that refuses this Python's SQLite, with the cure; None where it will do."""
    if sqlite3.sqlite_version_info >= NEEDED:
        return None
    python, needed = f"{sys.version_info[0]}.{sys.version_info[1]}", ".".join(map(str, NEEDED))
    return (
        f"Python {python} here has SQLite {sqlite3.sqlite_version}, and {needed} or newer is needed: "
        "pip install pysqlite3, or set PYTHON to a Python 3.11 and remove .venv, or set DATABASE_URL to PostgreSQL"
    )

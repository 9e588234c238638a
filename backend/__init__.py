"""The platform. On a Python whose SQLite is too old for it, the one that `pysqlite3` brings takes its place.

From Python 3.12 on the library for durable work asks SQLite for what came with 3.42. Whoever imports `sqlite3` after
this package gets the newer one: SQLAlchemy, aiosqlite and that library do.
"""

import sqlite3
import sys
from contextlib import suppress

if sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < (3, 42):
    with suppress(ModuleNotFoundError):  # core/sqlite_version.py refuses then, in a sentence
        import pysqlite3
        import pysqlite3.dbapi2

        sys.modules["sqlite3"] = pysqlite3
        sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

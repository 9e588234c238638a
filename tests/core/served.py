"""A server of its own for tests that kill it or read what it logs: `python -m tests.core.served PORT`."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import uvicorn

from backend.app import create_app
from backend.cli.serving import configuration
from backend.core.database import schema
from backend.core.settings import read_settings
from tests.core import spare
from tests.one_server import free_port, running


@contextlib.contextmanager
def server(folder: Path, database: str, log: Path, **settings: str) -> Iterator[httpx.Client]:
    """Serve until the end, then be killed, before the client is closed; give the client."""
    port = free_port()
    with (
        log.open("ab") as said,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
        running(folder, database, port=port, module="tests.core.served", log=said, **settings),
    ):
        yield client


def main(port: int) -> None:
    settings = read_settings()
    schema.upgrade(settings)
    app = create_app(settings)
    app.include_router(spare.router)
    uvicorn.Server(configuration(app, "127.0.0.1", port)).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))

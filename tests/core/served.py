"""A server of its own for tests that kill it or read what it logs: `python -m tests.core.served PORT`."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import uvicorn

from backend.core import schema
from backend.core.settings import read_settings
from backend.main import create_app
from tests.core import spare


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextlib.contextmanager
def server(folder: Path, database: str, log: Path, **settings: str) -> Iterator[httpx.Client]:
    """Serve until the end, then be killed; give a client."""
    port = free_port()
    env = {
        **os.environ, "PATENTMART_DEMO": "1", "PATENTMART_DATA_DIR": str(folder), "DATABASE_URL": database,
        "PATENTMART_EXECUTOR_ID": "served", "SQLITE_SYNCHRONOUS": "NORMAL", **settings,
    }  # fmt: skip
    with log.open("ab") as said:
        process = subprocess.Popen([sys.executable, "-m", "tests.core.served", str(port)], env=env, stderr=said)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        try:
            for _ in range(600):
                with contextlib.suppress(httpx.TransportError):
                    client.get("/healthz")
                    break
                time.sleep(0.1)
            yield client
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


def main(port: int) -> None:
    settings = read_settings()
    schema.upgrade(settings)
    app = create_app(settings)
    app.include_router(spare.router)
    uvicorn.run(app, port=port, access_log=False, log_level="error")


if __name__ == "__main__":
    main(int(sys.argv[1]))

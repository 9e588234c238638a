"""The Meilisearch server that live tests run on: MEILI_URL's, else one of our own where the program is on the PATH."""

import atexit
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from functools import cache

import httpx

from tests.one_server import free_port

NOT_RUN = "NOT RUN: no Meilisearch server (set MEILI_URL and MEILI_MASTER_KEY, or put meilisearch on the PATH)"


@cache
def meili() -> tuple[str, str] | None:
    """Return the server's address and its master key; None where there is none."""
    if given := os.environ.get("MEILI_URL"):
        return given, os.environ.get("MEILI_MASTER_KEY", "")
    program = shutil.which("meilisearch")
    return _started(program) if program else None


def _started(program: str) -> tuple[str, str]:
    folder, key = tempfile.mkdtemp(prefix="patentmart-meili-"), secrets.token_hex(16)
    url = f"http://127.0.0.1:{free_port()}"
    command = [program, "--db-path", f"{folder}/db", "--http-addr", url.removeprefix("http://"), "--master-key", key]
    server = subprocess.Popen(
        [*command, "--no-analytics", "--env", "production"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def stop() -> None:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    for _ in range(300):
        try:
            if httpx.get(f"{url}/health").is_success:
                return url, key
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the Meilisearch server does not start")

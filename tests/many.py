"""Several server processes as a person starts them: `patentmart serve --processes` and `patentmart worker`."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.forked import Forked
from tests.one_server import free_port

SERVES = "Stop with Ctrl-C."


@dataclass(frozen=True, slots=True)
class Many:
    """A supervisor and its processes, or one process that has none."""

    process: "subprocess.Popen[bytes] | Forked"
    base: str

    def all(self) -> list[psutil.Process]:
        """Return the processes that the supervisor keeps."""
        return psutil.Process(self.process.pid).children()


@contextlib.contextmanager
def running(
    folder: Path, environment: Mapping[str, str], command: str, *arguments: str, forked: bool = False
) -> Iterator[Many]:
    """Run `patentmart` with the command until the end, as soon as it says that it serves; logged in the folder.

    `forked`: from a process that has loaded it already, which saves what starting Python and loading it takes.
    """
    folder.mkdir(exist_ok=True, parents=True)
    port, said = free_port(), folder / f"said-{command}.txt"
    process = _begun([command, "--port", str(port), *arguments], environment, folder, said, forked=forked)
    try:
        for _ in range(1_200):
            if SERVES in said.read_text("utf-8"):
                break
            assert process.poll() is None, (folder / f"log-{command}.txt").read_text("utf-8")[-2_000:]
            time.sleep(0.1)
        yield Many(process, f"http://127.0.0.1:{port}")
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        process.wait(60)


def _begun(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, said: Path, *, forked: bool
) -> "subprocess.Popen[bytes] | Forked":
    env, log = {**environment, "PATENTMART_DATA_DIR": str(folder)}, folder / f"log-{arguments[0]}.txt"
    said.write_bytes(b"")
    if forked:
        return Forked("tests.command_line", arguments, env, {1: str(said), 2: str(log)})
    with said.open("wb") as out, log.open("ab") as errors:
        command = [sys.executable, "-m", "backend.cli", *arguments]
        return subprocess.Popen(command, env=env, stdout=out, stderr=errors)


def eventually(check: Callable[[], bool], seconds: float) -> None:
    """Wait until it is so."""
    until = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < until, "it never came to be so"
        time.sleep(0.1)


def answers(base: str, path: str = "/healthz") -> int:
    """Return the status of an answer on a connection of its own; 0 where nobody listens."""
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{base}{path}", timeout=10).status_code
    return 0

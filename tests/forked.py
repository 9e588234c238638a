"""Processes forked from one that has loaded the platform already: loading it takes three seconds of a processor."""

import importlib
import multiprocessing
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_FROM = multiprocessing.get_context("forkserver")
_FROM.set_forkserver_preload(["tests.one_server", "tests.core.served"])
SECONDS: Final = 300.0  # a command may take
APPENDED: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT


def _be(module: str, arguments: Sequence[object], environment: Mapping[str, str], said: Mapping[int, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, path in said.items():
        os.dup2(os.open(path, APPENDED), number)
    importlib.import_module(module).main(*arguments)


class Forked:
    """A process that runs a module's `main` with the arguments, handled like one of `subprocess`.

    `said` are the files that take what it writes to its standard output (1) and its errors (2).
    """

    def __init__(
        self, module: str, arguments: Sequence[object], environment: Mapping[str, str], said: Mapping[int, str]
    ) -> None:
        given = (module, list(arguments), dict(environment), dict(said))
        self._process = _FROM.Process(target=_be, args=given, daemon=True)
        self._process.start()
        self.pid = self._process.pid or 0

    def poll(self) -> int | None:
        """Return its exit code once it has ended."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self._process.is_alive():
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float) -> None:
        """Wait for its end; raise TimeoutExpired."""
        self._process.join(timeout)
        if self._process.is_alive():
            raise subprocess.TimeoutExpired(str(self.pid), timeout)


def run(environment: Mapping[str, str], said: Path, *arguments: str) -> int:
    """Run `patentmart` with the arguments to its end and return its exit code; what it writes goes to the file."""
    process = Forked("tests.command_line", arguments, environment, {1: str(said), 2: str(said)})
    process.wait(SECONDS)
    code = process.poll()
    return -1 if code is None else code

"""Processes forked from one that has loaded the platform already: loading takes most of the time of a short test."""

import importlib
import multiprocessing
import os
import signal
import subprocess
from collections.abc import Mapping

_FROM = multiprocessing.get_context("forkserver")
_FROM.set_forkserver_preload(["tests.one_server", "tests.core.served"])


def _be(module: str, port: int, environment: Mapping[str, str], log: str | None) -> None:
    os.environ.clear()
    os.environ.update(environment)
    if log is not None:
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), 2)
    importlib.import_module(module).main(port)


class Forked:
    """A process that runs a module's `main(port)`, handled like one of `subprocess`."""

    def __init__(self, module: str, port: int, environment: Mapping[str, str], log: str | None) -> None:
        self._process = _FROM.Process(target=_be, args=(module, port, dict(environment), log), daemon=True)
        self._process.start()
        self.pid = self._process.pid or 0

    def poll(self) -> int | None:
        """Give its exit code once it has ended."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self._process.is_alive():
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float) -> None:
        """Wait for its end; raise TimeoutExpired."""
        self._process.join(timeout)
        if self._process.is_alive():
            raise subprocess.TimeoutExpired(str(self.pid), timeout)

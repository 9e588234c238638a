"""Several processes of one kind, kept running: one that ends is begun again, and an order to stop reaches all."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector
from tempfile import TemporaryDirectory
from typing import Any, Final

import structlog

from backend.core.observability import COUNTED_IN

READY: Final = b"r"
LOOK: Final = 0.5  # seconds
SHORT_LIFE: Final = 10.0  # one that ends sooner is begun again later each time …
LONGEST_WAIT: Final = 30.0  # … but no later than this
GRACE: Final = 30.0  # seconds to end in, beyond what a process waits on purpose

log = structlog.get_logger()


@dataclass(slots=True)
class _Child:
    process: "subprocess.Popen[bytes]"
    ours: socket.socket
    began: float
    ready: bool = False


class Supervisor:
    """Runs `command` in `count` processes until SIGTERM or SIGINT.

    Each gets the number of a socket as its last argument. It writes a byte there once it serves, and ends when the
    other side of the socket does, so that none outlives the supervisor.
    """

    def __init__(self, command: Sequence[str], count: int, *, inherited: Sequence[int], drain: float) -> None:
        self._command, self._inherited, self._drain = list(command), list(inherited), drain
        self._children: list[_Child | None] = [None] * count
        self._waits, self._not_before = [0.0] * count, [0.0] * count
        self._selector = DefaultSelector()
        self._stop = False

    def run(self, when_ready: Callable[[], None]) -> None:
        """Keep them running until the order to stop; `when_ready` is called once all of them serve."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._is_stopping)
        with TemporaryDirectory(prefix="patentmart-metrics-") as folder:
            told = False
            while not self._stop:
                self._begin_missing(folder)
                self._listen()
                if not told and all(child is not None and child.ready for child in self._children):
                    told = True
                    when_ready()
            self._end_all()

    def _is_stopping(self, _number: int, _frame: Any) -> None:
        self._stop = True

    def _begin_missing(self, folder: str) -> None:
        now = time.monotonic()
        for place, child in enumerate(self._children):
            if child is not None and child.process.poll() is not None:
                self._note_end(place, child)
            if self._children[place] is None and now >= self._not_before[place]:
                self._begin(place, folder)

    def _begin(self, place: int, folder: str) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own program
                [*self._command, str(theirs.fileno())],
                pass_fds=[*self._inherited, theirs.fileno()],
                env={**os.environ, COUNTED_IN: folder},
                start_new_session=True,  # Ctrl-C is for the supervisor, which hands it on once
            )
        child = self._children[place] = _Child(process, ours, time.monotonic())
        self._selector.register(ours, EVENT_READ, child)

    def _note_end(self, place: int, child: _Child) -> None:
        short = time.monotonic() - child.began < SHORT_LIFE
        wait = self._waits[place] = min(max(1.0, self._waits[place] * 2), LONGEST_WAIT) if short else 0.0
        log.warning("process_ended", pid=child.process.pid, code=child.process.returncode, begun_again_in=wait)
        with contextlib.suppress(KeyError):
            self._selector.unregister(child.ours)
        child.ours.close()
        self._children[place], self._not_before[place] = None, time.monotonic() + wait

    def _listen(self) -> None:
        for key, _ in self._selector.select(LOOK):
            child: _Child = key.data
            if child.ours.recv(1) == READY:
                child.ready = True
            else:
                self._selector.unregister(child.ours)  # it ends; the next look finds it

    def _end_all(self) -> None:
        running = [child for child in self._children if child is not None]
        for child in running:
            child.process.terminate()
        until = time.monotonic() + self._drain + GRACE
        for child in running:
            try:
                child.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("process_killed", pid=child.process.pid)
                child.process.kill()
                child.process.wait()


def program(*arguments: str) -> list[str]:
    """Return the command that runs `patentmart` with the arguments in a process of its own."""
    return [sys.executable, "-m", "backend.cli", *arguments]

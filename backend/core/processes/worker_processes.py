"""Work in processes of its own, so that the server goes on answering whatever a file does to its reader.

`set_aside` forks a process while the server has neither threads nor connections yet; that one does nothing but fork a
child for each order, which begins at once since all is loaded. A child that does long work asks the server for each
turn to write: one fair queue of writers stays, and the server learns of every commit. A child that helps answers one
question after another. Whoever loses the other end exits.
"""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys
import traceback
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final, Self

import sqlalchemy as sa
import structlog

from backend.core.clock import Clock
from backend.core.jobs.queue import HandedBack, Parts, Runtime
from backend.core.processes.ipc import LENGTH, packed, received, unpacked
from backend.core.settings import Settings

WANTS: Final = b"w"  # a child: may I write?
GO: Final = b"g"
DONE: Final = b"d"
ENDED: Final = b"e"
FAILED: Final = b"f"
TRIES: Final = 5
YOUNG: Final = 50_000  # new containers between two collections: some batches of rows
GIVES_WAY: Final = 10  # to whoever answers people: nice(2)
LONGEST_TURN: Final = 120.0  # seconds
IDLE: Final = 10.0
WINDOW: Final = 1 << 22

log = structlog.get_logger()


class DiedApart(Exception):
    """The work's process ended without a word, each time that it was tried."""


class NoneApart(Exception):
    """The process that was set aside is gone: there is nobody beside the server."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done: the name of a piece of work and its arguments, and how the server was set up."""

    work: str
    arguments: tuple[Any, ...]
    settings: Settings
    offset: timedelta

    @classmethod
    def of(cls, settings: Settings, clock: Clock, work: str, *arguments: Any) -> Self:
        """Return the order of a server with these settings and this clock."""
        return cls(work, arguments, settings, clock.now() - clock.real())


class WorkerProcesses:
    """The process that was set aside, as the server sees it."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control

    def run(self, runtime: Runtime[Parts], work: str, *arguments: Any, progress: Callable[[], int]) -> None:
        """Have the work done, and wait for its end; begun again where its process was killed, as long as it moves on.

        Raises DiedApart where that does not help, NoneApart, RuntimeError where the work itself failed, and HandedBack.
        """
        order = Order.of(runtime.database.settings, runtime.database.clock, work, *arguments)
        tries, reached = 0, 0
        while tries < TRIES:
            ended = runtime.run(_attend(runtime, self.begin(order)))
            if ended == ENDED:
                return
            if ended == FAILED:
                raise RuntimeError(f"{work} failed in its process; the log says why")
            if runtime.stopping.is_set():
                raise HandedBack
            log.warning("process_died", work=work)
            before, reached = reached, progress()
            tries = 0 if reached > before else tries + 1
        raise DiedApart(work)

    def begin(self, order: Order) -> socket.socket:
        """Return the server's end of the connection with a fresh child; raise NoneApart."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [GO], [theirs.fileno()])
            ours.sendall(packed(order))
        except OSError as gone:
            ours.close()
            raise NoneApart from gone
        return ours


async def _attend(runtime: Runtime[Parts], connection: socket.socket) -> bytes:
    """Return the child its turns to write until it says how it ended, and give that; nothing where it died.

    One that waited too long for its turn, or kept it, is let go: it ends, and counts as dead. So is one that wants its
    turn when this process stops.
    """
    reader, writer = await asyncio.open_connection(sock=connection)
    try:
        while (said := await reader.read(1)) == WANTS and not runtime.stopping.is_set():
            async with runtime.database.turn_of_another(), asyncio.timeout(LONGEST_TURN):
                writer.write(GO)
                said = await reader.read(1)
            runtime.database.written.set()
            if said != DONE:
                break
    except (ConnectionError, TimeoutError, sa.exc.TimeoutError):
        return b""
    finally:
        writer.close()
    return said


def set_aside(work: Callable[[Order, socket.socket], None]) -> WorkerProcesses | None:
    """Fork the process that forks children, which call `work`; None where the system does not fork safely.

    Call it before the first thread, connection or lock.
    """
    if sys.platform != "linux":
        return None
    ours, theirs = socket.socketpair()
    gc.freeze()  # collections would otherwise touch, and so copy, what the processes share
    if os.fork():
        theirs.close()
        return WorkerProcesses(ours)
    try:
        ours.close()
        with contextlib.suppress(EOFError, ConnectionError):
            _wait(theirs, work)
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(0)  # whatever happened, here or in a child: nothing above may go on as a second server


def _wait(control: socket.socket, work: Callable[[Order, socket.socket], None]) -> None:
    """Fork a child for each connection that comes, until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server's end is ours
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.set_threshold(YOUNG)
    while True:
        said, numbers, *_ = socket.recv_fds(control, 1, 1)
        if not said:
            return
        with socket.socket(fileno=numbers[0]) as connection:
            if os.fork() == 0:
                control.close()
                os.nice(GIVES_WAY)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                work(received(connection), connection)
                return


def answer(connection: socket.socket, work: Callable[[Any], Any]) -> None:
    """Answer the server's questions until it is gone."""
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            connection.sendall(packed(work(received(connection))))


class Helper:
    """A child that answers questions, as the server sees it: made when first asked, gone after a while without any."""

    def __init__(self, apart: WorkerProcesses, settings: Settings, clock: Clock, work: str, *arguments: Any) -> None:
        self._apart, self._work = apart, work
        self._order = partial(Order.of, settings, clock, work, *arguments)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._end: asyncio.TimerHandle | None = None

    async def ask(self, question: Any) -> Any:
        """Return the answer; DiedApart where the child died of it, NoneApart. One question at a time."""
        if self._end is not None:
            self._end.cancel()
        try:
            if self._streams is None:
                connection = self._apart.begin(self._order())
                self._streams = await asyncio.open_connection(sock=connection, limit=WINDOW)
            reader, writer = self._streams
            writer.write(packed(question))
            (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
            answered = unpacked(await reader.readexactly(length))
        except (EOFError, OSError) as gone:
            self.close()
            raise DiedApart(self._work) from gone
        except asyncio.CancelledError:
            self.close()  # the answer still comes, and must not be taken for the next one
            raise
        self._end = asyncio.get_running_loop().call_later(IDLE, self.close)
        return answered

    def close(self) -> None:
        """Let the child go."""
        streams, self._streams = self._streams, None
        if self._end is not None:
            self._end.cancel()
        if streams is not None:
            streams[1].close()


class Turns:
    """A child's end of the connection: its turns to write, and what it says when it ends."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._may = asyncio.Event()
        self._one = asyncio.Lock()

    async def listen(self) -> None:
        """Hear what the server says, until it is gone; then this process goes at once."""
        loop = asyncio.get_running_loop()
        self._connection.setblocking(False)
        with contextlib.suppress(ConnectionError):
            while await loop.sock_recv(self._connection, 1):
                self._may.set()
        os._exit(1)

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for the turn to write, and give it back."""
        async with self._one:
            self._connection.send(WANTS)
            await self._may.wait()
            self._may.clear()
            try:
                yield
            finally:
                self._connection.send(DONE)

    def end(self, *, failed: bool) -> None:
        """Say how the work ended."""
        self._connection.send(FAILED if failed else ENDED)

"""Starts the server: schema, demonstration, addresses, uvicorn."""

import contextlib
import fcntl
import gc
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend import worker_main
from backend.app import create_app
from backend.core.database import schema
from backend.core.network.connection_limits import Bounds, Connections
from backend.core.network.connection_protocol import bounded, telling
from backend.core.observability import set_up_logging
from backend.core.processes.memory import share_heaps
from backend.core.processes.supervisor import READY, Supervisor, program
from backend.core.processes.worker_processes import WorkerProcesses, set_aside
from backend.core.settings import Settings
from backend.demo import seed

YOUNG: Final = 10_000  # new containers between two collections: a search makes some thousands
BACKLOG: Final = 2_048
LOOPBACK: Final = "127.0.0.1"
SWITCH: Final = 0.0003  # seconds: beside an import's thread a search would wait five times as long for its turn


class AlreadyServed(Exception):
    """Another process serves this data folder."""


@contextmanager
def _sole_owner(settings: Settings) -> Iterator[None]:
    """Hold the data folder's lock: the embedded shape is one process."""
    settings.patentmart_data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.patentmart_data_dir / "serving.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise AlreadyServed(lock.read().strip()) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@dataclass(frozen=True, slots=True)
class Part:
    """What a process is there for: to answer requests, to do long work, or both; and where it listens."""

    host: str
    port: int
    answers: bool = True
    works: bool = True

    @property
    def arguments(self) -> list[str]:
        """Return the command line that runs one such process."""
        said = ["serve", "--work" if self.works else "--no-work"] if self.answers else ["worker"]
        return [*said, "--host", self.host, "--port", str(self.port)]


class _Server(uvicorn.Server):
    """Says that it serves once it does, and that it stops before it does."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._app, self._started_then = app, started
        self._stops_at: float | None = None

    async def startup(self, sockets: Any = None) -> None:
        """Start, then greet."""
        await super().startup(sockets)
        gc.freeze()  # what is loaded by now stays: collections need not walk it again …
        gc.set_threshold(YOUNG)  # … and a request's own objects go with it
        sys.setswitchinterval(SWITCH)
        if self.started:
            self._started_then()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """On SIGTERM be not ready any more, for as long as it takes others to notice; then stop."""
        drain = self._app.state.settings.drain_seconds
        self._app.state.stopping = True
        if sig == signal.SIGTERM and drain and self._stops_at is None:
            self._stops_at = time.monotonic() + drain
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Look whether it is time to stop."""
        if self._stops_at is not None and time.monotonic() >= self._stops_at:
            self.should_exit = True
        return await super().on_tick(counter)

    def stop_with(self, supervisor: socket.socket) -> None:
        """Stop when the supervisor does, however it ends."""
        with contextlib.suppress(OSError):
            supervisor.recv(1)
        self.handle_exit(signal.SIGTERM, None)


def greeting(settings: Settings, host: str, port: int) -> str:
    """Return what a person wants to know first: addresses, sign-ins, three calls to try."""
    base = f"http://{host}:{port}"
    search = f"curl -sG {base}/v1/patents/search"
    sign_in = f"-d username={seed.FIRST_SIGN_IN} -d password={seed.PASSWORD}"
    lines = ["", f"patentmart serves at {base}    pages: {base}/docs    description: {base}/openapi.json", ""]
    if settings.patentmart_demo:
        lines += ["DEMONSTRATION: every organisation, person and patent in it is made up.", ""]
        lines += seed.sign_in_lines()
    lines += [
        "",
        "Three calls to try:",
        f"  {search} --data-urlencode 'q=锂电池' -d limit=3",
        f"  {search} -H 'Accept-Language: en' -d q=lidar -d facets=ipc_class,cluster -d limit=3",
        f"  curl -s {base}/v1/oauth/token -d grant_type=password {sign_in}"
        if settings.patentmart_demo
        else f"  curl -s {base}/readyz",
        "",
        "Stop with Ctrl-C.",
    ]
    return "\n".join(lines)


def direct(app: FastAPI) -> ASGIApp:
    """Return the app without the layers that FastAPI and Starlette put before the first of ours."""

    async def serving(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and app.middleware_stack is not None:
            scope["app"] = app
            await app.middleware_stack(scope, receive, send)
        else:
            await app(scope, receive, send)

    return telling(serving)


def _reached_here(settings: Settings, part: Part) -> Settings:
    """Return the settings with this server's own address in links, where no other is set and it is for this machine."""
    if part.answers and part.host == LOOPBACK and "patentmart_public_url" not in settings.model_fields_set:
        return settings.model_copy(update={"patentmart_public_url": f"http://{part.host}:{part.port}"})
    return settings


def serve(settings: Settings, part: Part, processes: int) -> None:
    """Serve until stopped; raises SystemExit with a plain sentence where it cannot."""
    if settings.is_sqlite and (processes > 1 or not (part.answers and part.works)):
        sys.exit("SQLite is served by one process, which does its own work: set DATABASE_URL to a PostgreSQL database.")
    if processes == 1:
        try:
            with _sole_owner(settings) if settings.is_sqlite else nullcontext():
                _serve_here(settings, part)
        except AlreadyServed as other:
            sys.exit(f"Another process ({other}) serves this data folder already: stop it, or set PATENTMART_DATA_DIR.")
        return
    set_up_logging(settings.patentmart_log_level)
    listening = _listening(part)
    _prepare(settings, part)
    command = program(*part.arguments, "--listening", str(listening.fileno()), "--supervisor")
    supervisor = Supervisor(command, processes, inherited=[listening.fileno()], drain=settings.drain_seconds)
    supervisor.run(lambda: _greet(settings, part))


def _listening(part: Part) -> socket.socket:
    """Return the socket that all processes share: who is killed takes no request with it that it has not begun."""
    listening = socket.create_server((part.host, part.port), backlog=BACKLOG)
    listening.set_inheritable(True)
    return listening


def _prepare(settings: Settings, part: Part) -> None:
    schema.upgrade(settings)
    if settings.patentmart_demo and part.answers:
        seed.seed_with_progress(settings, seed.DEMONSTRATION_SIZE)


def _greet(settings: Settings, part: Part) -> None:
    if part.answers:
        said = greeting(settings, part.host, part.port)
    else:
        said = f"patentmart works. How it is: http://{part.host}:{part.port}/readyz and /metrics\nStop with Ctrl-C."
    print(said, flush=True)  # noqa: T201 - a person reads it


def _serve_here(settings: Settings, part: Part) -> None:
    share_heaps()
    aside = set_aside(worker_main.work) if part.works else None
    _prepare(settings, part)
    _server(settings, part, aside, lambda: _greet(settings, part)).run()


def serve_one(settings: Settings, part: Part, listening: int, supervisor: int) -> None:
    """Be one of several processes; the numbers are those of the sockets that their supervisor gave."""
    share_heaps()
    aside = set_aside(worker_main.work) if part.works else None
    ours = socket.socket(fileno=supervisor)
    server = _server(settings, part, aside, lambda: ours.sendall(READY))
    threading.Thread(target=server.stop_with, args=[ours], daemon=True).start()
    server.run(sockets=[socket.socket(fileno=listening)])


def _server(settings: Settings, part: Part, aside: WorkerProcesses | None, started: Callable[[], None]) -> _Server:
    app = create_app(_reached_here(settings, part), apart=aside, answers=part.answers, works=part.works)
    return _Server(configuration(app, part.host, part.port), app, started)


def configuration(app: FastAPI, host: str, port: int) -> uvicorn.Config:
    """Return how the app is served: by uvicorn, within the bounds of what a connection may cost."""
    held = Connections(Bounds.of(app.state.settings), lambda code: app.state.metrics.problems.labels(code).inc())
    http: Any = bounded(HttpToolsProtocol, held)
    return uvicorn.Config(
        direct(app), host=host, port=port, access_log=False, log_config=None, loop="uvloop", http=http, ws="none",
        timeout_graceful_shutdown=10, server_header=False, backlog=BACKLOG,
        proxy_headers=False,  # whose word counts is for the app to know (TRUSTED_PROXIES)
    )  # fmt: skip

"""Starts the server: schema, demonstration, addresses, uvicorn."""

import fcntl
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from backend import apart
from backend.core import schema
from backend.core.apart import set_aside
from backend.core.memory import share_heaps
from backend.core.settings import Settings
from backend.demo import seed
from backend.main import create_app

YOUNG: Final = 10_000  # new containers between two collections: a search makes some thousands
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


class _Server(uvicorn.Server):
    """Says that it serves once it does."""

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self._settings = settings

    async def startup(self, sockets: Any = None) -> None:
        """Start, then greet."""
        await super().startup(sockets)
        gc.freeze()  # what is loaded by now stays: collections need not walk it again …
        gc.set_threshold(YOUNG)  # … and a request's own objects go with it
        sys.setswitchinterval(SWITCH)
        if self.started:
            print(greeting(self._settings, self.config.host, self.config.port), flush=True)  # noqa: T201 - a person reads it


def greeting(settings: Settings, host: str, port: int) -> str:
    """Give what a person wants to know first: addresses, sign-ins, three calls to try."""
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
    """Give the app without the layers that FastAPI and Starlette put before the first of ours."""

    async def serving(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and app.middleware_stack is not None:
            scope["app"] = app
            await app.middleware_stack(scope, receive, send)
        else:
            await app(scope, receive, send)

    return serving


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until stopped; raises SystemExit with a plain sentence where it cannot."""
    share_heaps()
    aside = set_aside(apart.work)
    try:
        with _sole_owner(settings):
            schema.upgrade(settings)
            if settings.patentmart_demo:
                seed.seed_with_progress(settings, seed.DEMONSTRATION_SIZE)
            app = direct(create_app(settings, apart=aside))
            config = uvicorn.Config(
                app, host=host, port=port, access_log=False, log_config=None, loop="uvloop",
                http="httptools", timeout_graceful_shutdown=10, server_header=False,
            )  # fmt: skip
            _Server(config, settings).run()
    except AlreadyServed as other:
        sys.exit(f"Another process ({other}) serves this data folder already: stop it, or set PATENTMART_DATA_DIR.")

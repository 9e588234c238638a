"""What every request passes first: an id, the rate limits, the size limit; and afterwards a log line and a count."""

import secrets
import time
from collections.abc import Iterable
from typing import Any, Final, cast

import structlog
from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from backend.core.errors import Problem
from backend.core.fast_path.route_table import RouteTable
from backend.core.http import problems
from backend.core.http.body_limits import ArrivingBody, Room
from backend.core.http.routing import HEADERS_ALONE
from backend.core.http.security_headers import SecurityHeaders
from backend.core.network.rate_limits import RateLimits
from backend.core.observability import AnswerLog, Metrics
from backend.core.settings import Settings

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BEARING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})  # methods that may have a body
UPLOADS: Final = {"/v1/imports": "max_upload_bytes", "/v1/files": "max_file_bytes"}  # the setting that limits each
ENCODED: Final = b"application/x-www-form-urlencoded"
LARGEST_FORM: Final = 65_536  # it is read a character at a time
WATCHED: Final = ("/healthz", "/readyz", "/metrics")  # their callers must not be refused when it matters most


class Middleware:
    """Pure ASGI middleware around the app."""

    def __init__(self, app: ASGIApp, *, settings: Settings, metrics: Metrics, limits: RateLimits) -> None:
        self.app = app
        self.metrics = metrics
        self.log = AnswerLog(settings.patentmart_log_level)
        self.limits = limits
        self.headers = SecurityHeaders(settings)
        self.settings = settings
        self.body_limit = settings.max_body_bytes
        self.room = Room(settings.bodies_bytes)
        self.upload_limits = {path: getattr(settings, name) + settings.max_body_bytes for path, name in UPLOADS.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":  # whatever can be read can be asked after
            scope, send = {**scope, "method": "GET", HEADERS_ALONE: True}, _without_body(send)
        began = time.perf_counter()
        number = secrets.token_hex(8)
        structlog.contextvars.bind_contextvars(request_id=number)
        status = 0
        body = self._body(scope, receive) if scope["method"] in BEARING else None

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if body is not None and body.is_missing:
                    message["headers"] = [*message["headers"], (b"connection", b"close")]  # nobody reads the rest
                own = [*message["headers"], (b"x-request-id", number.encode())]
                message["headers"] = [*own, *self.headers.beside(own)]
            await send(message)

        try:
            await self._serve(scope, body or receive, sending)
        except Exception as error:
            if status:  # the answer is half sent: the server must break the connection, or it would pass for whole
                raise
            await problems.unexpected(Request(scope), error)(scope, receive, sending)
        finally:
            if body is not None:
                body.let_go()
            self._note(scope, number, status or 500, time.perf_counter() - began)
            structlog.contextvars.unbind_contextvars("request_id")

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = await self._refuse(scope)
        if problem is None and isinstance(receive, ArrivingBody):
            problem = receive.refusal
        if problem is not None:
            await problems.respond(Request(scope), problem)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _body(self, scope: Scope, receive: Receive) -> ArrivingBody:
        own = (limit for path, limit in self.upload_limits.items() if scope["path"].startswith(path))
        limit = next(own, None)
        room = self.room if limit is None else None
        if limit is None:
            is_form = any(v.lower().startswith(ENCODED) for k, v in scope["headers"] if k == b"content-type")
            limit = min(self.body_limit, LARGEST_FORM) if is_form else self.body_limit
        seconds, slowest = self.settings.body_seconds, self.settings.body_bytes_per_second
        return ArrivingBody(scope, receive, limit=limit, seconds=seconds, slowest=slowest, room=room)

    async def _refuse(self, scope: Scope) -> Problem | None:
        if scope["path"] in WATCHED:
            return None
        client = scope.get("client")
        return await self.limits.count_address(client[0] if client else "unknown")

    def _note(self, scope: Scope, number: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None) or "unmatched"
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.answered(route, method, status, seconds)
        code = scope.get("problem_code")
        if code:
            self.metrics.problems.labels(code).inc()
        values = {
            "route": route,
            "method": method,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "request_id": number,
        }
        self.log.write({**values, "problem": code} if code else values)


def middleware_stack(app: FastAPI, routes: Iterable[Any]) -> ASGIApp:
    """Return what stands before an app's own layers; a request comes from where a trusted proxy says it does.

    Its word is `X-Forwarded-For` alone: a header that a proxy does not know it hands on from whoever asks.
    """
    state = app.state
    inner = RouteTable(app.build_middleware_stack(), routes)
    front: Any = Middleware(inner, settings=state.settings, metrics=state.metrics, limits=state.rate_limits)
    proxies = [str(network) for network in state.settings.trusted_proxies]
    outer: Any = ProxyHeadersMiddleware(front, proxies) if proxies else front
    return cast("ASGIApp", outer)


def _without_body(send: Send) -> Send:
    async def sending(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sending

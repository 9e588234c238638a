"""Finds a request's route by a table, and serves it past the layers that ours does not need.

FastAPI tries route after route, each twice where a router is included, behind layers that turn exceptions into
answers; every route here does that itself. What is in no table goes the usual way: unknown addresses, other methods,
documents.
"""

from collections.abc import Iterable
from typing import Any, Final

from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

SHOWN: Final = 2  # segments that stand for a domain: /v1/patents


def _kind(path: str) -> tuple[int, str]:
    segments = path.split("/", SHOWN + 1)
    return path.count("/"), "/".join(segments[: SHOWN + 1])


async def _serve(scope: Scope, receive: Receive, send: Send) -> None:
    await scope["route"].app(scope, receive, send)


class RouteTable:
    """ASGI middleware that serves the routes it was given, and hands on everything else."""

    def __init__(self, app: ASGIApp, routes: Iterable[Any]) -> None:
        """`routes` are in the order in which they are to be tried; literal addresses come before those with ids."""
        self.app = app
        self.serve = AsyncExitStackMiddleware(_serve)  # closes the files of a form
        self.literal: dict[tuple[str, str], APIRoute] = {}
        self.open: dict[tuple[int, str], list[APIRoute]] = {}
        for route in routes:
            if not isinstance(route, APIRoute) or ":path}" in route.path:
                continue
            if "{" not in route.path:
                self.literal.update({(method, route.path): route for method in route.methods or ()})
            elif "{" not in _kind(route.path)[1]:
                self.open.setdefault(_kind(route.path), []).append(route)

    def find(self, method: str, path: str) -> tuple[APIRoute, dict[str, Any]] | None:
        """Return the route and its path parameters, or None."""
        route = self.literal.get((method, path))
        if route is not None:
            return route, {}
        for route in self.open.get(_kind(path), ()):
            found = route.path_regex.match(path) if method in (route.methods or ()) else None
            if found:
                return route, {k: route.param_convertors[k].convert(v) for k, v in found.groupdict().items()}
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        found = None
        if scope["type"] == "http" and not scope.get("root_path"):
            found = self.find(scope["method"], scope["path"])
        if found is None:
            await self.app(scope, receive, send)
            return
        route, scope["path_params"] = found
        scope["route"], scope["endpoint"] = route, route.endpoint
        await self.serve(scope, receive, send)

"""The app: put together from its domains. The only place that knows all of them."""

from collections.abc import Sequence
from importlib.metadata import version
from itertools import chain
from typing import Any, Final

from fastapi import FastAPI
from starlette.datastructures import State

from backend.accounts import access
from backend.accounts.scopes import bind_scopes, describe_scopes
from backend.core.clock import Clock
from backend.core.domain import Registry
from backend.core.events import log as event_log
from backend.core.http import health, problems
from backend.core.http.middleware import middleware_stack
from backend.core.http.openapi import describe, operation_id
from backend.core.http.uploads import UploadSlots
from backend.core.jobs.queue import register
from backend.core.network.rate_limits import RateLimits
from backend.core.observability import Metrics, set_up_logging
from backend.core.processes.worker_processes import WorkerProcesses
from backend.core.search_indexing.index import SearchIndex
from backend.core.settings import Settings
from backend.delivery.email.readiness import CHECK as EMAIL_CHECK
from backend.delivery.event_descriptions import describe_events
from backend.delivery.feed.stream_limits import Streams
from backend.domains import REGISTRY
from backend.lifespan import lifespan

ABOUT: Final = "The backend of a marketplace where universities offer patents and enterprises find and license them."


def _furnish(state: State) -> None:
    """Put into the app's state what its parts look for there."""
    settings: Settings = state.settings
    event_key = settings.key("event")
    state.metrics, state.search, state.own_indexes, state.stopping = Metrics(), {}, {}, False
    state.event_token = lambda number: event_log.event_token(event_key, number)
    state.honours_keys = lambda path: not path.startswith("/v1/oauth/")
    state.identify, state.scope_of = access.identify, access.scope_of
    state.upload_slots, state.streams, state.rate_limits = (
        UploadSlots(settings),
        Streams(settings),
        RateLimits(settings),
    )
    indexes: Sequence[SearchIndex] = state.registry.search_indexes if settings.meili_url else ()
    # a search server that is away stops searches alone, and one for e-mails nothing: they wait, and the inbox tells
    state.spared = {EMAIL_CHECK, *(index.check for index in indexes)}
    state.measures = []
    state.checks = {"database": lambda: health.check_database(state.database)}


def described(app: FastAPI, registry: Registry) -> dict[str, Any]:
    """Return the OpenAPI document of the app, with the scopes and the events that its domains have."""
    if app.openapi_schema is None:
        document = describe(app)
        describe_scopes(document, registry)
        describe_events(document, registry.events)
        app.openapi_schema = document
    return app.openapi_schema


def create_app(
    settings: Settings,
    clock: Clock | None = None,
    apart: WorkerProcesses | None = None,
    *,
    answers: bool = True,
    works: bool = True,
    registry: Registry = REGISTRY,
) -> FastAPI:
    """Return the app for these settings; its database's schema must be up to date. Long work goes to `apart`.

    One that only `works` tells how it is and answers nothing else; one that only `answers` leaves work to others.
    """
    set_up_logging(settings.patentmart_log_level)
    app = FastAPI(
        title="patentmart",
        description=ABOUT,
        version=version("patentmart"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
        openapi_tags=[{"name": name, "description": meaning} for name, meaning in registry.tags.items()],
        servers=[{"url": "/", "description": "The server that this document came from."}],
    )
    state = app.state
    state.settings, state.clock, state.apart, state.works = settings, clock or Clock(), apart, works
    state.registry = registry
    _furnish(state)
    problems.install(app)
    register(registry.jobs)
    bind_scopes(registry)
    routers = registry.routers if answers else [health.router]
    for router in routers:
        app.include_router(router)
    app.openapi = lambda: described(app, registry)  # type: ignore[method-assign]  # FastAPI's documented way
    app.middleware_stack = middleware_stack(app, chain.from_iterable(router.routes for router in routers))
    return app

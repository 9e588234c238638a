"""The app: puts the domains together. The only place that knows all of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from itertools import chain
from typing import Any, Final

from fastapi import FastAPI

from backend.accounts import access, job_routes
from backend.accounts import jobs as account_jobs
from backend.accounts import notification_templates as account_told
from backend.accounts.api_keys import routes as key_routes
from backend.accounts.members import own_account_routes
from backend.accounts.members import routes as member_routes
from backend.accounts.members import service as membership
from backend.accounts.organisations import routes as organisation_routes
from backend.accounts.organisations import service as organisations
from backend.accounts.organisations import usage_routes
from backend.accounts.parties import routes as party_routes
from backend.accounts.sign_in import routes as oauth_routes
from backend.api_tags import ABOUT, TAGS
from backend.core import demo_clock
from backend.core.background_tasks import beside
from backend.core.clock import Clock
from backend.core.database.sessions import Database
from backend.core.events import log as event_log
from backend.core.events import stream
from backend.core.events.log import NotificationTemplate, SyncHandlers
from backend.core.events.watch import Watch
from backend.core.http import docs_page, health, problems, retention
from backend.core.http.middleware import front_of
from backend.core.http.openapi import describe, operation_id
from backend.core.http.uploads import UploadSlots
from backend.core.jobs.executors import executor, taking_up
from backend.core.jobs.queue import Jobs
from backend.core.network.rate_limits import RateLimits
from backend.core.observability import Metrics, set_up_logging
from backend.core.processes.worker_processes import WorkerProcesses
from backend.core.settings import Settings
from backend.core.storage.blobs import make_blobs
from backend.delivery import jobs as delivery_jobs
from backend.delivery.feed import routes as change_routes
from backend.delivery.feed.stream_limits import Streams
from backend.delivery.inbox import projection as inbox_projection
from backend.delivery.inbox import routes as inbox_routes
from backend.delivery.jobs import delivering
from backend.delivery.webhooks import event_handlers as delivery_consequences
from backend.delivery.webhooks import notification_templates as delivery_told
from backend.delivery.webhooks import routes as webhook_routes
from backend.demo import routes as demo_routes
from backend.establishment import manifest as establishment
from backend.files import routes as file_routes
from backend.files.access import Reader
from backend.fsck import jobs as fsck_jobs  # noqa: F401 - a server checks itself when asked
from backend.imports import jobs as import_jobs  # noqa: F401 - a server does the work that is asked of it
from backend.imports import routes as import_routes
from backend.imports.batch_reader import pieces
from backend.licences import evidence as licensing_evidence
from backend.licences import routes as licence_routes
from backend.licences.royalties import routes as royalty_routes
from backend.listings import (
    event_handlers as listing_handlers,
)
from backend.listings import (
    file_import as listing_import,
)
from backend.listings import notification_templates as listing_told
from backend.listings import (
    routes as listing_routes,
)
from backend.listings.bulk import routes as bulk_routes
from backend.open_licences import event_handlers as licensing_consequences
from backend.open_licences import jobs as licensing_jobs
from backend.open_licences import notification_templates as licensing_told
from backend.open_licences.declarations import routes as declaration_routes
from backend.open_licences.notices import routes as notice_routes
from backend.patent_search import routes as search_routes
from backend.patent_search.indexing.consumer import running_index
from backend.patents import evidence, record_routes, statistics_routes
from backend.patents import jobs as catalogue_jobs
from backend.patents import notification_templates as catalogue_told
from backend.patents.patent_reference import named
from backend.patents.register import export_routes, merge
from backend.patents.register import routes as patent_routes
from backend.reference import routes as reference_routes
from backend.register_import import legal_event_import, patent_import
from backend.rights import availability
from backend.rights import event_handlers as right_consequences
from backend.rights import evidence as right_evidence
from backend.rights import notification_templates as right_told
from backend.rights import routes as right_routes
from backend.rights.consents import routes as consent_routes
from backend.usage_counters import COUNTERS

ROUTERS: Final = (
    health.router,
    docs_page.router,
    oauth_routes.router,
    organisation_routes.router,
    usage_routes.router,
    member_routes.router,
    party_routes.router,
    own_account_routes.router,
    key_routes.router,
    job_routes.router,
    search_routes.router,  # before the patents, since `search` is no id
    export_routes.router,
    patent_routes.router,
    record_routes.router,
    establishment.router,
    listing_routes.router,
    bulk_routes.router,
    right_routes.router,
    consent_routes.router,
    declaration_routes.router,
    notice_routes.router,
    licence_routes.router,
    royalty_routes.router,
    import_routes.uploads,
    import_routes.router,
    statistics_routes.router,
    file_routes.uploads,
    file_routes.router,
    inbox_routes.router,
    change_routes.router,
    webhook_routes.router,
    reference_routes.router,
    demo_routes.router,
)
REMOVALS: Final = frozenset[str]().union(
    merge.REMOVALS,
    listing_handlers.REMOVALS,
    membership.REMOVALS,
    organisations.REMOVALS,
    licensing_consequences.REMOVALS,
)
SWEEPS: Final = (
    retention.sweep,
    account_jobs.sweep,
    catalogue_jobs.sweep,
    establishment.sweep,
    delivery_jobs.sweep,
    availability.sweep,
    licensing_jobs.sweep,
)
SYNC_HANDLERS: Final = (
    delivery_consequences.SYNC_HANDLERS,
    listing_handlers.SYNC_HANDLERS,
    establishment.SYNC_HANDLERS,
    right_consequences.SYNC_HANDLERS,
    licensing_consequences.SYNC_HANDLERS,
)
BATCH_HANDLERS: Final = (
    establishment.BATCH_HANDLERS,
    right_consequences.BATCH_HANDLERS,
    licensing_consequences.BATCH_HANDLERS,
)
NOTIFICATION_TEMPLATES: Final[dict[str, NotificationTemplate]] = {
    **account_told.NOTIFICATION_TEMPLATES,
    **delivery_told.NOTIFICATION_TEMPLATES,
    **catalogue_told.NOTIFICATION_TEMPLATES,
    **listing_told.NOTIFICATION_TEMPLATES,
    **establishment.NOTIFICATION_TEMPLATES,
    **right_told.NOTIFICATION_TEMPLATES,
    **licensing_told.NOTIFICATION_TEMPLATES,
}
FILE_READERS: Final[dict[str, Reader]] = {
    **evidence.FILE_READERS,
    **establishment.FILE_READERS,
    **right_evidence.FILE_READERS,
    **licensing_evidence.FILE_READERS,
}
BURDENS: Final = (right_consequences.BURDENED, licensing_consequences.BURDENED)
IMPORT_KINDS: Final = {
    **patent_import.import_kinds(BURDENS),
    **listing_import.IMPORT_KINDS,
    **legal_event_import.IMPORT_KINDS,
}


@contextlib.asynccontextmanager
async def _running_jobs(state: Any) -> AsyncIterator[None]:
    """Be able to ask for long work, and do it where this process works."""
    jobs = state.jobs = state.database.jobs = Jobs(state.settings)
    state.blobs = make_blobs(state.settings, jobs.engine)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.to_thread, jobs.close)
        if not state.works:
            await asyncio.to_thread(jobs.connect)
        else:
            name = await stack.enter_async_context(executor(state.database, state.settings))
            stack.push_async_callback(asyncio.to_thread, jobs.stop)  # before the name is another's
            await asyncio.to_thread(jobs.launch, state, asyncio.get_running_loop(), name)
            await stack.enter_async_context(taking_up(state.database, state.settings, jobs.client, name))
        yield


@contextlib.asynccontextmanager
async def _sequencing(state: Any) -> AsyncIterator[None]:
    """On PostgreSQL, number the events that are committed; on SQLite they have their number by then."""
    state.sequenced = state.database.written
    if state.settings.is_sqlite:
        yield
        return
    state.sequenced = asyncio.Event()
    number = stream.follow(lambda: stream.sequence(state.database), state.database.written, state.sequenced, 0.1)
    async with beside(number):
        yield


@contextlib.asynccontextmanager
async def _same_time(state: Any) -> AsyncIterator[None]:
    """Show the demonstration's time as the database keeps it, whichever of several processes has moved it."""
    await demo_clock.load_offset(state.database)
    if state.settings.is_sqlite or not state.settings.patentmart_demo:
        yield
        return
    async with beside(demo_clock.follow_offset(state.database)):
        yield


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open what the app works with, in the order in which one part needs the other, and close it in the reverse."""
    state = app.state
    state.database = Database(state.settings, state.clock, state.inline)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(state.database.close)
        state.watch = Watch(state.database)
        await stack.enter_async_context(_same_time(state))
        await stack.enter_async_context(_running_jobs(state))
        await stack.enter_async_context(_sequencing(state))
        await stack.enter_async_context(delivering(state))
        await stack.enter_async_context(running_index(state))
        yield


def _joined(tables: Sequence[Mapping[str, list[Any]]]) -> dict[str, list[Any]]:
    kinds = sorted(set(chain(*tables)))
    return {kind: list(chain.from_iterable(table.get(kind, ()) for table in tables)) for kind in kinds}


def inline_handlers() -> SyncHandlers:
    """Return what happens in the same transaction as each kind of event, of all domains."""
    return SyncHandlers(_joined(SYNC_HANDLERS), _joined(BATCH_HANDLERS))


def _furnish(state: Any) -> None:
    """Put into the app's state what its parts look for there."""
    settings: Settings = state.settings
    event_key = settings.key("event")
    state.metrics, state.search, state.own_index, state.stopping = Metrics(), None, None, False
    state.event_token = lambda number: event_log.event_token(event_key, number)
    state.honours_keys = lambda path: not path.startswith("/v1/oauth/")
    state.identify, state.scope_of = access.identify, access.scope_of
    state.import_kinds, state.upload_slots = IMPORT_KINDS, UploadSlots(settings)
    state.pieces, state.patents_named = partial(pieces, state), named
    state.removals, state.streams, state.usage_counters = REMOVALS, Streams(settings), COUNTERS
    state.sweeps = (*SWEEPS, inbox_projection.sweep_of(settings.messages_kept_days))
    state.inline, state.told, state.file_readers = inline_handlers(), NOTIFICATION_TEMPLATES, FILE_READERS
    state.rate_limits = RateLimits(settings)
    state.spared = {"search"} if settings.meili_url else set()  # a server that is away stops searches alone
    state.checks = {"database": lambda: health.check_database(state.database)}


def create_app(
    settings: Settings,
    clock: Clock | None = None,
    apart: WorkerProcesses | None = None,
    *,
    answers: bool = True,
    works: bool = True,
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
        openapi_tags=[{"name": name, "description": meaning} for name, meaning in TAGS.items()],
        servers=[{"url": "/", "description": "The server that this document came from."}],
    )
    state = app.state
    state.settings, state.clock, state.apart, state.works = settings, clock or Clock(), apart, works
    _furnish(state)
    problems.install(app)
    routers = ROUTERS if answers else (health.router,)
    for router in routers:
        app.include_router(router)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # FastAPI's documented way
    app.middleware_stack = front_of(app, chain.from_iterable(router.routes for router in routers))
    return app

"""What a domain brings to the platform, as data: the app is put together from a sequence of these and knows no more."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from itertools import chain
from typing import Any, Protocol, TypeVar, runtime_checkable

import sqlalchemy as sa
from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.consistency import Check
from backend.core.contract_template import ContractTemplate
from backend.core.database.sessions import Database
from backend.core.events.domain_event import EventPayload
from backend.core.events.email_template import EmailTemplate
from backend.core.events.handlers import BatchHandlerTable, SyncHandler, SyncHandlers, SyncHandlerTable
from backend.core.events.notification_template import NotificationTemplate
from backend.core.jobs.queue import JobHandler, Sweep
from backend.core.personal_data import LeavingObstacle, PersonalData
from backend.core.search_indexing import consistency_checks as index_checks
from backend.core.search_indexing import reindex
from backend.core.search_indexing.index import SearchIndex
from backend.core.settings import Settings
from backend.core.state_diagrams import Machine
from search.engine import SearchEngine

K = TypeVar("K")
T = TypeVar("T")
Service = Callable[["ServiceSite"], AbstractAsyncContextManager[Any]]
FileReader = Callable[[AsyncSession, Any, str], Awaitable[bool]]
FileAccessRecorder = Callable[[AsyncSession, Any, str, str, datetime], Awaitable[bool]]
UsageCounter = Callable[[AsyncSession, Settings, Any], Awaitable[Mapping[str, Any]]]
BurdenQuery = sa.Select[Any]
ImportKinds = Callable[[Sequence[BurdenQuery]], Mapping[str, Any]]
Titles = Callable[[AsyncSession, Collection[str]], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSite:
    """What a service of a domain rests on while the process runs: `works` where the process also does later work.

    `engines` are by name the indexes that answer in this process, `services` those of the domains before this one.
    """

    database: Database
    works: bool
    engines: Mapping[str, SearchEngine] = field(default_factory=dict)
    services: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class ReportingService(Protocol):
    """A service that has a line of its own in /readyz."""

    async def readiness(self) -> str:
        """Return how it is; raise where it cannot do what it is there for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRule:
    """What becomes of the rows of some tables that hang on a patent once two patents are one."""

    tables: Sequence[str]
    follow: SyncHandler


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One domain. Everything but its name is optional; what it does not have it leaves out."""

    name: str
    routers: Sequence[APIRouter] = ()
    literal_routers: Sequence[APIRouter] = ()
    """Routers whose addresses an earlier domain would take for ids: `/v1/patents/search` for `/v1/patents/{id}`."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Groups of addresses in the API's description, each with a sentence on it."""
    scope: str = ""
    """The family of scopes that an API key needs: `catalogue` stands for `catalogue:read` and `catalogue:write`."""
    scopes: Sequence[str] = ()
    """Scopes beside those of its family, which endpoints of any domain may ask for by name."""
    events: Sequence[type[EventPayload]] = ()
    """The kinds of events that it appends."""
    sync_handlers: SyncHandlerTable = field(default_factory=dict)
    """By kind of event, what runs in the transaction that appends it."""
    batch_handlers: BatchHandlerTable = field(default_factory=dict)
    """The same for all events of a kind that are appended in one statement."""
    notifications: Mapping[type[EventPayload], NotificationTemplate] = field(default_factory=dict)
    """By kind of event, what members of its audience are told."""
    emails: Mapping[type[EventPayload], EmailTemplate] = field(default_factory=dict)
    """By kind of event, an e-mail to an address that may be no member's: an invitation, the link to a new password."""
    jobs: Mapping[str, JobHandler] = field(default_factory=dict)
    """Long work by its stable name."""
    sweeps: Sequence[Sweep] = ()
    """What time alone changes, looked at every minute."""
    file_readers: Mapping[str, FileReader] = field(default_factory=dict)
    """By the kind of thing that files are attached to: whether a caller may read the files of the thing with an id."""
    file_access_recorders: Mapping[str, FileAccessRecorder] = field(default_factory=dict)
    """By the kind of thing, what lists that a caller is given a file's content for the thing's sake.

    It runs in the transaction that notes the access, and returns whether the caller may still read it by then. Files of
    such things are no office's to read, unless they are attached to another thing too.
    """
    usage_counters: Sequence[UsageCounter] = ()
    """What an organisation's usage shows besides its quotas."""
    burdens: Sequence[BurdenQuery] = ()
    """Selects which of the patents `ids` the domain knows to be burdened: a file does not merge them by itself."""
    import_kinds: ImportKinds | None = None
    """The kinds of files that it reads; it is given the burdens that all domains know of."""
    merge_rules: Sequence[MergeRule] = ()
    """What becomes of its tables' rows when two patents become one, by whichever way they were proved to be."""
    merge_event: type[EventPayload] | None = None
    """The kind of event at which the merge rules of all domains run, of the one domain that merges patents."""
    patent_titles: Titles | None = None
    """How patents are called in messages."""
    state_machines: Sequence[Machine] = ()
    personal_data: Sequence[PersonalData] = ()
    """What it keeps about people: what each of them may fetch, and what becomes of it with the account."""
    personal_data_sweep: Callable[[Sequence[PersonalData]], Sweep] | None = None
    """What time changes of what is kept about erased people; it is given what all domains keep."""
    leaving_obstacles: Sequence[LeavingObstacle] = ()
    """What of an organisation must come to its end before the last person in it can be erased."""
    consistency_checks: Sequence[tuple[str, Check]] = ()
    """What `patentmart fsck` compares, in its order."""
    search_indexes: Sequence[SearchIndex] = ()
    """Indexes of words, filters and facets over what it keeps: followed, rebuilt, measured and checked alike."""
    contract_templates: Sequence[ContractTemplate] = ()
    """The forms of its contracts, in every version that a contract was ever drawn up by."""
    services: Mapping[str, Service] = field(default_factory=dict)
    """By name what lives as long as a process that answers, such as what is held in memory to answer from."""
    references: Sequence[tuple[sa.Column[Any], sa.Column[Any]]] = ()
    """Columns that lead to rows, beside those that foreign keys of the database hold."""


class Registry:
    """All domains joined. What several bring for one event runs in the order in which the domains stand here."""

    def __init__(self, domains: Sequence[Domain]) -> None:
        self.domains = tuple(domains)
        self.routers = [
            *(router for domain in self.domains for router in domain.literal_routers),
            *(router for domain in self.domains for router in domain.routers),
        ]
        families = {domain.scope for domain in self.domains if domain.scope}
        named = {scope for domain in self.domains for scope in domain.scopes}
        self.scopes = sorted(named | {f"{family}:{act}" for family in families for act in ("read", "write")})
        self.tags = _merged(domain.tags for domain in self.domains)
        self.events = _merged({kind.type: kind for kind in domain.events} for domain in self.domains)
        templates = _merged(domain.notifications for domain in self.domains)
        self.notifications = {kind.type: template for kind, template in templates.items()}
        emails = _merged(domain.emails for domain in self.domains)
        self.emails = {kind.type: template for kind, template in emails.items()}
        self.services = _merged(domain.services for domain in self.domains)
        self.search_indexes = tuple(index for domain in self.domains for index in domain.search_indexes)
        self.index_by_name = _merged({index.name: index} for index in self.search_indexes)
        self.jobs: dict[str, JobHandler] = _merged(jobs_of(domain) for domain in self.domains)
        self.file_readers = _merged(domain.file_readers for domain in self.domains)
        self.file_access_recorders = _merged(domain.file_access_recorders for domain in self.domains)
        self.personal_data = tuple(data for domain in self.domains for data in domain.personal_data)
        of_people = [one.personal_data_sweep(self.personal_data) for one in self.domains if one.personal_data_sweep]
        self.sweeps = (*of_people, *(sweep for domain in self.domains for sweep in domain.sweeps))
        self.usage_counters = tuple(counter for domain in self.domains for counter in domain.usage_counters)
        self.state_machines = tuple(machine for domain in self.domains for machine in domain.state_machines)
        self.consistency_checks = tuple(check for domain in self.domains for check in checks_of(domain))
        self.references = tuple(reference for domain in self.domains for reference in domain.references)
        self.leaving_obstacles = tuple(one for domain in self.domains for one in domain.leaving_obstacles)
        burdens = [burden for domain in self.domains for burden in domain.burdens]
        kinds = [domain.import_kinds(burdens) for domain in self.domains if domain.import_kinds is not None]
        self.import_kinds = _merged(kinds)
        self.merge_rules = tuple(rule for domain in self.domains for rule in domain.merge_rules)
        self.merge_events = [domain.merge_event for domain in self.domains if domain.merge_event is not None]
        merged = {kind: [rule.follow for rule in self.merge_rules] for kind in self.merge_events}
        self.handlers = SyncHandlers(
            _joined([merged, *(domain.sync_handlers for domain in self.domains)]),
            _joined([domain.batch_handlers for domain in self.domains]),
        )
        self._check_events([*templates, *emails, *self.handlers.each, *self.handlers.batches])

    def handling_domains(self) -> dict[str, list[str]]:
        """Return by type of event which domains do something in its transaction, in the order in which they do."""
        found: dict[str, list[str]] = {}
        for domain in self.domains:
            merged = {*self.merge_events} if domain.merge_rules else set()
            for kind in {*domain.sync_handlers, *domain.batch_handlers} | merged:
                found.setdefault(kind.type, []).append(domain.name)
        return found

    def _check_events(self, used: Iterable[type[EventPayload]]) -> None:
        """Raise ValueError where something waits for an event that no domain brings."""
        if unknown := sorted({kind.__name__ for kind in used if self.events.get(kind.type) is not kind}):
            raise ValueError(f"no domain brings {', '.join(unknown)}")

    @cached_property
    def contract_templates(self) -> dict[tuple[str, str], ContractTemplate]:
        """Return the texts of contracts by their names and versions."""
        return _merged({one.key: one} for domain in self.domains for one in domain.contract_templates)

    @cached_property
    def patent_titles(self) -> Titles:
        """Return how patents are called; the one domain that has them says so."""
        (titles,) = [domain.patent_titles for domain in self.domains if domain.patent_titles is not None]
        return titles

    def domain_of(self, router: APIRouter) -> Domain:
        """Return the domain that brought a router."""
        return next(domain for domain in self.domains if router in (*domain.literal_routers, *domain.routers))


def jobs_of(domain: Domain) -> Mapping[str, JobHandler]:
    """Return the long work of a domain, with the rebuilds of its indexes."""
    rebuilds = {reindex.kind_of(index): partial(reindex.run, index) for index in domain.search_indexes}
    return _merged([domain.jobs, rebuilds])


def checks_of(domain: Domain) -> Iterable[tuple[str, Check]]:
    """Yield the checks of a domain, and those of its indexes behind them."""
    yield from domain.consistency_checks
    for index in domain.search_indexes:
        yield f"the {index.title}", partial(index_checks.compare, index)


def _merged(tables: Iterable[Mapping[K, T]]) -> dict[K, T]:
    """Return one table of all; raise ValueError where two domains claim one name."""
    found: dict[K, T] = {}
    for table in tables:
        if twice := found.keys() & table.keys():
            raise ValueError(f"two domains bring {', '.join(sorted(map(str, twice)))}")
        found.update(table)
    return found


def _joined(tables: Sequence[Mapping[K, Sequence[T]]]) -> dict[K, list[T]]:
    keys = dict.fromkeys(chain(*tables))
    return {key: list(chain.from_iterable(table.get(key, ()) for table in tables)) for key in keys}

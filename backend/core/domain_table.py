"""The page that tells what each domain brings to the platform, made from the manifests."""

from collections.abc import Iterable
from textwrap import wrap
from typing import Final

from fastapi.routing import APIRoute

from backend.core.domain import Domain, Registry, checks_of, jobs_of

WIDTH: Final = 118
HEAD: Final = """# Domains

Made by `patentmart export-domains` from the manifests (`backend/*/domain.py`), in their order: a domain may rest on
those before it. [CONTRIBUTING.md](../../CONTRIBUTING.md) tells how one is added.
"""


def domain_table(registry: Registry) -> str:
    """Return the page as Markdown: for each domain its addresses, scopes, events, jobs, files and checks."""
    return "\n".join([HEAD, *(line for domain in registry.domains for line in _section(domain))]).rstrip() + "\n"


def _section(domain: Domain) -> Iterable[str]:
    yield f"## {domain.name}"
    yield ""
    for said, names in _parts(domain):
        if names:
            item = f"{said}: {', '.join(f'`{name}`' for name in names)}"
            yield from wrap(item, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
    yield ""


def _parts(domain: Domain) -> Iterable[tuple[str, list[str]]]:
    yield "addresses", _addresses(domain)
    family = [f"{domain.scope}:{act}" for act in ("read", "write")] if domain.scope else []
    yield "scopes of API keys", [*family, *domain.scopes]
    yield "events", sorted(kind.type for kind in domain.events)
    handled = {*domain.sync_handlers, *domain.batch_handlers}
    yield "does in the same transaction as", sorted(kind.type for kind in handled)
    yield "says what a merge of patents makes of", sorted(table for rule in domain.merge_rules for table in rule.tables)
    yield "tells members of", sorted(kind.type for kind in domain.notifications)
    yield "writes to addresses at", sorted(kind.type for kind in domain.emails)
    yield "long work", sorted(jobs_of(domain))
    yield "knows who reads the files of", sorted(domain.file_readers)
    yield "keeps about people", sorted({data.table.name for data in domain.personal_data})
    yield "states of", [machine.title.en for machine in domain.state_machines]
    yield "texts of contracts", [f"{one.name} {one.version}" for one in domain.contract_templates]
    yield "search indexes", [index.name for index in domain.search_indexes]
    yield "fsck", [name for name, _ in checks_of(domain)]


def _addresses(domain: Domain) -> list[str]:
    """Return the first two segments of the addresses, each once."""
    routes = (route for router in (*domain.literal_routers, *domain.routers) for route in router.routes)
    return sorted({"/".join(route.path.split("/")[:3]) for route in routes if isinstance(route, APIRoute)})

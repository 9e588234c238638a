"""Every check, one after another."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from backend.core.consistency import Check, Line, Report, Site
from backend.core.domain import Registry
from backend.fsck import storage_checks

Checks = Sequence[tuple[str, Check]]
Progress = Callable[[str, int], Awaitable[None]]


def checks_of(registry: Registry) -> Checks:
    """Return the checks of what is stored and then of every domain, in the order in which the domains stand."""
    return (
        ("the database's file", storage_checks.file),
        ("references", partial(storage_checks.references, registry.references)),
        ("the event stream", storage_checks.stream),
        *registry.consistency_checks,
    )


async def run_checks(checks: Checks, site: Site, report: Progress) -> Report:
    """Return what came of all checks; `report` hears which one begins, and how many are over."""
    lines = []
    for number, (name, check) in enumerate(checks):
        await report(name, number)
        line = Line(name)
        await check(site, line)
        lines.append(line)
    await report("", len(checks))
    return Report(lines)

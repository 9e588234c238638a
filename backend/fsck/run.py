"""Every check, one after another."""

from collections.abc import Awaitable, Callable
from typing import Final

from backend.fsck import (
    file_checks,
    holding_checks,
    import_checks,
    index_checks,
    licensing_checks,
    quota_checks,
    register_checks,
    storage_checks,
)
from backend.fsck.checking import Check, Line, Report, Site

CHECKS: Final[tuple[tuple[str, Check], ...]] = (
    ("the database's file", storage_checks.file),
    ("references", storage_checks.references),
    ("the event stream", storage_checks.stream),
    ("names of parties", register_checks.parties),
    ("patent numbers", register_checks.numbers),
    ("merged patents", register_checks.merged),
    ("legal events", register_checks.digests),
    ("status, term and annuities", register_checks.derived),
    ("holdings", holding_checks.holdings),
    ("listings", holding_checks.listings),  # after the status that they depend on
    ("open licences", licensing_checks.open_licences),
    ("licences taken", licensing_checks.licences),
    ("claims of grants", licensing_checks.claims),
    ("amounts paid", licensing_checks.payments),
    ("imports", import_checks.counts),
    ("imported files", import_checks.files),
    ("uploaded files", file_checks.files),
    ("forgotten files", import_checks.orphans),
    ("quotas of what is kept", quota_checks.kept),
    ("the search index", index_checks.index),  # last: what was repaired before belongs into it
)
NotificationTemplate = Callable[[str, int], Awaitable[None]]


async def run_checks(site: Site, told: NotificationTemplate) -> Report:
    """Return what came of all checks; `told` hears which one begins, and how many are over."""
    lines = []
    for number, (name, check) in enumerate(CHECKS):
        await told(name, number)
        line = Line(name)
        await check(site, line)
        lines.append(line)
    await told("", len(CHECKS))
    return Report(lines)

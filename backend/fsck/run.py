"""Every check, one after another."""

from collections.abc import Awaitable, Callable
from typing import Final

from backend.core.consistency import Check, Line, Report, Site
from backend.files import consistency_checks as file_checks
from backend.files import quota_checks
from backend.fsck import storage_checks
from backend.imports import consistency_checks as import_checks
from backend.listings import consistency_checks as listing_checks
from backend.open_licences import consistency_checks as licence_checks
from backend.patent_search import consistency_checks as index_checks
from backend.patents import consistency_checks as patent_checks

CHECKS: Final[tuple[tuple[str, Check], ...]] = (
    ("the database's file", storage_checks.file),
    ("references", storage_checks.references),
    ("the event stream", storage_checks.stream),
    ("names of parties", patent_checks.parties),
    ("patent numbers", patent_checks.numbers),
    ("merged patents", patent_checks.merged),
    ("legal events", patent_checks.digests),
    ("status, term and annuities", patent_checks.derived),
    ("holdings", listing_checks.holdings),
    ("listings", listing_checks.listings),  # after the status that they depend on
    ("open licences", licence_checks.open_licences),
    ("licences taken", licence_checks.licences),
    ("claims of grants", licence_checks.claims),
    ("amounts paid", licence_checks.payments),
    ("imports", import_checks.counts),
    ("imported files", import_checks.files),
    ("uploaded files", file_checks.files),
    ("forgotten files", import_checks.orphans),
    ("quotas of what is kept", quota_checks.kept),
    ("the search index", index_checks.index),  # last: what was repaired before belongs into it
)
Progress = Callable[[str, int], Awaitable[None]]


async def run_checks(site: Site, told: Progress) -> Report:
    """Return what came of all checks; `told` hears which one begins, and how many are over."""
    lines = []
    for number, (name, check) in enumerate(CHECKS):
        await told(name, number)
        line = Line(name)
        await check(site, line)
        lines.append(line)
    await told("", len(CHECKS))
    return Report(lines)

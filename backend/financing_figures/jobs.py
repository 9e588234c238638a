"""The scheduled sweep: counts a year once it is over and settled, and never again."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Final

from backend.core.canonical import fingerprint
from backend.core.clock import begin_of_day, china_day
from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.database.sessions import Database
from backend.financing_figures import cases, queries
from backend.financing_figures.case_rules import Place, due_on, last_due
from backend.financing_figures.codes import Row
from backend.financing_figures.models import FinancingFigures
from backend.financing_figures.policy import FiguresPolicy, figures_policy
from backend.financing_figures.publication_rules import VERSION, Figures, published
from backend.financing_figures.tally_rules import Counting, Tallies

FIGURES: Final = table_of(FinancingFigures)


async def sweep(database: Database, now: datetime) -> None:
    """Count every year that is due and was not counted: the last one, and those before it since the first request."""
    policy = figures_policy(database.settings)
    last = last_due(china_day(now), policy.settling_days)
    async with database.read() as session:
        counted = await queries.counted_years(session, is_demonstration=policy.is_demonstration)
        if last in counted:
            return
        first = await cases.first_submitted_on(session)
    since = last if first is None else min(first.year, last)
    for year in range(since, last + 1):
        if year not in counted:
            await publish(database, year, policy, now)


async def publish(database: Database, year: int, policy: FiguresPolicy, now: datetime) -> None:
    """Count a year and keep what may be published of it, where nobody has done so."""
    tallies = await count(database, year, due_on(year, policy.settling_days))
    row = _row(year, published(tallies), policy, now)
    async with database.write() as session:
        await session.execute(insert_into(session, FIGURES).values(row).on_conflict_do_nothing())


async def count(database: Database, year: int, day: date) -> Tallies:
    """Return the sums of the requests submitted in a year, as they stood when a day began, in one pass."""
    counting = Counting()
    async for found in cases.pages(database, year, begin_of_day(day)):
        counting.add(found)
    return counting.finish()


def _row(year: int, cells: dict[Place, Figures], policy: FiguresPolicy, now: datetime) -> dict[str, Any]:
    written = [{"row": place.row.value, "code": place.code} | asdict(figures) for place, figures in cells.items()]
    of_banks = [cell for cell in written if cell["row"] == Row.BANK.value]
    others = [cell for cell in written if cell["row"] != Row.BANK.value]
    return {
        "year": year,
        "is_demonstration": policy.is_demonstration,
        "counted_until": due_on(year, policy.settling_days) - timedelta(days=1),
        "counted_at": now,
        "rules_version": VERSION,
        "cells": others,
        "bank_cells": of_banks,
        "sha256": fingerprint([others, of_banks]),
    }

"""What `patentmart fsck` compares of the figures of financing: what was published of a year is what was written."""

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from backend.core.canonical import fingerprint
from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.financing_figures.models import FinancingFigures
from backend.financing_figures.publication_rules import BLOCK

FIGURES: Final = table_of(FinancingFigures)
NUMBERS: Final = ("requests", "offered", "accepted", "disbursed")


async def figures(site: Site, line: Line) -> None:
    """What was published of a year was never changed, and its numbers are whole blocks."""
    statement: sa.Select[Any] = sa.select(FIGURES.c.year, FinancingFigures)
    async for rows, _ in pages(site.database, statement, FIGURES.c.year):
        for row in rows:
            line.looked_at += 1
            for sentence in publication_faults(row.FinancingFigures):
                line.differs(f"{row.year}: {sentence}")


def publication_faults(published: FinancingFigures) -> Iterator[str]:
    """Yield what of a publication is not as it was written."""
    if fingerprint([published.cells, published.bank_cells]) != published.sha256:
        yield "its cells are not those that were published"
    if any((cell[name] or 0) % BLOCK for cell in (*published.cells, *published.bank_cells) for name in NUMBERS):
        yield "a number is not rounded"


CONSISTENCY_CHECKS: Final = (("figures of financing", figures),)

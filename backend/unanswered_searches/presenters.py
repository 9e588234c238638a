"""How unanswered searches are shown, as JSON and as lines of a file."""

from typing import Any, Final

import sqlalchemy as sa

from backend.unanswered_searches.schemas import UnansweredSearchOut

COLUMNS: Final = ("text", "cause", "language", "searches", "last_on")


def search_out(row: sa.Row[Any]) -> UnansweredSearchOut:
    """Return what is shown of a row."""
    return UnansweredSearchOut(**{name: getattr(row, name) for name in COLUMNS})


def csv_row(shown: UnansweredSearchOut) -> list[str]:
    """Return it as cells of a line."""
    return [str(getattr(shown, name)) for name in COLUMNS]

"""`rejected.csv`: every row with an error as it was sent, with the reasons added, ready to be sent again."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Final

from backend.core.database.sessions import Database
from backend.core.spreadsheets import MARK, csv_lines
from backend.imports.formats.headings import REPORT
from backend.imports.import_kinds import ImportKind
from backend.imports.layout import Layout
from backend.imports.models import Import, ImportRow
from backend.imports.queries import faulty_after
from backend.imports.schemas import row_out

PAGE: Final = 500
ADDED: Final = {
    "zh": ("原行号", "处理结果", "出错列", "出错代码", "出错说明", "改正办法"),
    "en": ("Row in the file sent", "Outcome", "Columns in error", "Error codes", "What is wrong", "What to do"),
}


def _own(layout: Layout, row: Sequence[str]) -> list[str]:
    """Return the cells as sent, without the columns that an earlier rejected.csv added."""
    padded = [*row, *[""] * (len(layout.headings) - len(row))]
    return [cell for cell, field in zip(padded, layout.fields, strict=False) if field != REPORT]


def _reasons(row: ImportRow, layout: Layout, kind: ImportKind | None, language: str) -> list[str]:
    shown = row_out(row, layout, kind, language)
    place = f"{shown.file}: {shown.file_row}" if shown.file else str(row.number)
    columns = dict.fromkeys(e.column for e in shown.errors if e.column)
    codes = dict.fromkeys(e.code for e in shown.errors)
    details = dict.fromkeys(f"{e.column}: {e.detail}" if e.column else e.detail for e in shown.errors)
    cures = dict.fromkeys(e.cure for e in shown.errors if e.cure)
    return [place, row.outcome, *("; ".join(said) for said in (columns, codes, details, cures))]


def _lines(
    layout: Layout,
    rows: Iterator[tuple[int, list[str]]],
    faulty: Sequence[ImportRow],
    kind: ImportKind | None,
    language: str,
) -> str:
    values = {row.number: row for row in faulty}
    lines = []
    for number, cells in rows:
        if number in values:
            lines.append([*_own(layout, cells), *_reasons(values[number], layout, kind, language)])
        if number >= faulty[-1].number:
            break
    return csv_lines(lines)


async def rejected_csv(
    database: Database, blobs: Any, found: Import, kind: ImportKind | None, language: str
) -> AsyncIterator[bytes]:
    """Yield the file piece by piece: UTF-8 with a byte order mark, formulas defused, original headings first."""
    layout = Layout.restored(found.layout)
    stored = await asyncio.to_thread(blobs.file, found.digest)
    file = await asyncio.to_thread(stored.__enter__)
    try:
        yield (MARK + csv_lines([[*_own(layout, layout.headings), *ADDED[language]]])).encode()
        rows, seen = layout.rows(file), 0
        while True:
            async with database.read() as session:
                faulty = await faulty_after(session, found.id, seen, PAGE)
            if not faulty:
                return
            seen = faulty[-1].number
            yield (await asyncio.to_thread(_lines, layout, rows, faulty, kind, language)).encode()
    finally:
        stored.__exit__(None, None, None)

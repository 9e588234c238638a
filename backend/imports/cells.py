"""The cells of a row by field, clean; and what is wrong with a row whatever its kind."""

from collections.abc import Mapping, Sequence
from typing import Final

from backend.core.errors import Text
from backend.core.schemas import clean
from backend.imports.kinds import ColumnError
from backend.imports.layout import Layout

TEXTS: Final[Mapping[str, tuple[Text, Text]]] = {
    "row_too_long": (
        Text("这一行比表头多出单元格，各列可能错位。", "There are more cells than headings; columns may be shifted."),
        Text("请检查引号与分隔符后重新发送这一行。", "Check quotes and delimiters, and send the row again."),
    ),
    "control_characters": (
        Text("含有不可见的控制字符。", "It holds invisible control characters."),
        Text("请删去这些字符。", "Remove them."),
    ),
}  # fmt: skip


def read_cells(layout: Layout, row: Sequence[str]) -> tuple[dict[str, str], list[ColumnError]]:
    """Give the row's cells by field, in NFC and without blanks around them, and the errors that any kind would find."""
    beyond = [cell for cell in row[len(layout.headings) :] if cell.strip()]
    if beyond:
        return {}, [ColumnError("", "row_too_long", " | ".join(beyond))]
    cells, errors = {}, []
    for field, cell in layout.cells(row).items():
        try:
            cells[field] = clean(cell)
        except ValueError:
            errors.append(ColumnError(field, "control_characters", repr(cell)))
    return cells, errors

"""The cells of a row by field, clean; and what is wrong with a row whatever its kind."""

from collections.abc import Mapping, Sequence
from typing import Final

from backend.core.errors import Text
from backend.core.text_rules import CONTROL, clean, without_turning, without_unseen
from backend.imports.formats.record import Unreadable
from backend.imports.import_kinds import ColumnError
from backend.imports.layout import Layout

DECISIVE: Final = frozenset(
    {"holders", "legal_status", "confidential"}
)  # unread, the rest of the row would say something else

TEXTS: Final[Mapping[str, tuple[Text, Text]]] = {
    "row_too_long": (
        Text("这一行比表头多出单元格，各列可能错位。", "There are more cells than headings; columns may be shifted."),
        Text("请检查引号与分隔符后重新发送这一行。", "Check quotes and delimiters, and send the row again."),
    ),
    "row_blank": (
        Text("这一行在已识别的各列中都没有内容。", "None of the columns that are read holds anything in this row."),
        Text("请填写这一行，或删去它。", "Fill it in, or remove it."),
    ),
    "record_unreadable": (
        Text("这条记录无法读取。", "This record cannot be read."),
        Text("请从来源系统重新导出这条记录。", "Export it again from where it comes from."),
    ),
    "name_twice": (
        Text("这条记录中有一个名称出现了两次。", "An object of this record has a name twice."),
        Text("请每个名称只写一次后重新发送这条记录。", "Write each name once, and send the record again."),
    ),
    "holders_not_understood": (
        Text("这条记录在未被读取的项中写明了权利人。", "The record names holders where they are not read."),
        Text("请把该项改名为 holders，或改用表格上传。", "Give them as text under “holders”, or send a table."),
    ),
    "cell_too_long": (
        Text("有一个单元格超过 {longest} 个字符。", "A cell holds more than {longest} characters."),
        Text("请检查引号，或缩短该单元格后重新发送这一行。", "Check its quotes or shorten it, and send the row again."),
    ),
    "control_characters": (
        Text("含有不可见的控制字符。", "It holds invisible control characters."),
        Text("请删去这些字符。", "Remove them."),
    ),
}  # fmt: skip


# Whose cells may run over lines; in all others nobody would see a joiner, but a name would be another name by it.
PROSE: Final = frozenset(
    {"abstract", "abstract_en", "first_claim", "summary", "summary_en", "problem", "tried", "public_abstract"}
)


def read_cells(layout: Layout, row: Sequence[str]) -> tuple[dict[str, str], list[ColumnError]]:
    """Return the row's cells by field, in NFC and without blanks around them, and the errors that any kind would find.

    Characters that nobody sees come into files by copying and are left out, as are those that turn the direction of
    others: no row is lost by them, and no name can hide any.
    """
    if isinstance(row, Unreadable):
        return {}, [ColumnError("", row.code, row.value, row.facts)]
    beyond = [cell for cell in row[len(layout.headings) :] if cell.strip()]
    if beyond:
        return {}, [ColumnError("", "row_too_long", " | ".join(beyond))]
    cells, errors = {}, []
    for field, cell in layout.cells(row).items():
        try:
            cells[field] = clean((without_turning if field in PROSE else without_unseen)(cell))
        except ValueError:
            errors.append(ColumnError(field, "control_characters", repr(cell)))
    if any(error.field in DECISIVE for error in errors):
        return {}, errors
    return cells, errors if cells or errors else [ColumnError("", "row_blank", " | ".join(row).strip())]


def sayable(text: str) -> str:
    """Return the text with a mark for each character that no database keeps and no answer carries."""
    return CONTROL.sub("\ufffd", text)

"""How a file is to be read: its form, and which column means which field. Settled when the file arrives."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, BinaryIO, Final, Self

from backend.core.errors import FieldError, Text
from backend.imports.encoding import encoding_of
from backend.imports.errors import ColumnsMissing, ColumnTwice, EmptyFile, MappingWrong
from backend.imports.headings import REPORT, fold, recognised
from backend.imports.readers import DELIMITERS, beginning, file_format, read_rows

LOOK_AT: Final = 10  # a title or notes may stand above the headings
Mapping_ = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Layout:
    """A file's form and its columns: `fields[n]` is what the column under `headings[n]` means, or None."""

    form: str
    encoding: str
    delimiter: str
    header_row: int
    headings: tuple[str, ...]
    fields: tuple[str | None, ...]

    def stored(self) -> dict[str, Any]:
        """Give the layout as a JSON value."""
        return asdict(self)

    @classmethod
    def restored(cls, value: Mapping[str, Any]) -> Self:
        """Give the layout that `stored` gave."""
        return cls(**{**value, "headings": tuple(value["headings"]), "fields": tuple(value["fields"])})

    def rows(self, file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
        """Give the rows below the headings with their numbers in the file."""
        for number, row in read_rows(file, self.form, self.encoding, self.delimiter):
            if number > self.header_row:
                yield number, row

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """Give the row's cells by field, without blank ones."""
        return {
            field: cell
            for field, cell in zip(self.fields, row, strict=False)
            if field and field != REPORT and cell and not cell.isspace()
        }

    def heading(self, field: str) -> str:
        """Give the heading of the column that means `field`, or the field's own name without one."""
        return self.headings[self.fields.index(field)] if field in self.fields else field


def _score(rows: Sequence[Sequence[str]], fields: Collection[str]) -> tuple[int, int]:
    known = max((sum(f is not None for f in recognised(row, fields)) for row in rows), default=0)
    return known, max((len(row) for row in rows), default=0)


def _delimiter(file: BinaryIO, encoding: str, fields: Collection[str]) -> str:
    return max(DELIMITERS, key=lambda d: _score(beginning(file, encoding, d, LOOK_AT), fields))


def _headings(
    file: BinaryIO, form: str, encoding: str, delimiter: str, fields: Collection[str]
) -> tuple[int, list[str]]:
    """Give the row among the first ones that holds most known headings, and its number."""
    rows = list(islice(read_rows(file, form, encoding, delimiter), LOOK_AT))
    if not rows:
        raise EmptyFile
    return max(rows, key=lambda row: sum(f is not None for f in recognised(row[1], fields)))


def _mapped(headings: Sequence[str], fields: Collection[str], wished: Mapping_) -> list[str | None]:
    meant = recognised(headings, fields)
    places = defaultdict(list)
    for place, heading in enumerate(headings):
        places[fold(heading)].append(place)
    wrong = []
    for heading, field in wished.items():
        pointer = "/mapping/" + heading.replace("~", "~0").replace("/", "~1")
        if fold(heading) not in places:
            said = Text("文件中没有这一列。", "The file has no such column.")
            wrong.append(FieldError(pointer, "no_such_column", said))
        elif field is not None and field not in fields:
            said = Text("没有字段 {field}。", "There is no field {field}.")
            wrong.append(FieldError(pointer, "no_such_field", said, {"field": field}))
        for place in places[fold(heading)]:
            meant[place] = field
    if wrong:
        raise MappingWrong(errors=wrong)
    return meant


def _check(headings: Sequence[str], meant: Sequence[str | None], needs: Sequence[Sequence[str]]) -> None:
    under = defaultdict(list)
    for heading, field in zip(headings, meant, strict=True):
        under[field].append(heading)
    for field, same in under.items():
        if field not in (None, REPORT) and len(same) > 1:
            raise ColumnTwice(field=field, headings="、".join(same))
    missing = [" / ".join(group) for group in needs if not any(field in under for field in group)]
    if missing:
        raise ColumnsMissing(missing="; ".join(missing))


def layout_of(
    file: BinaryIO, fields: Collection[str], needs: Sequence[Sequence[str]], wished: Mapping_ | None = None
) -> Layout:
    """Give how the file is read for a kind with these fields, of which one of each group in `needs` must be there.

    `wished` says what some headings mean (a field, or None for a column that shall not be read).
    Raises a problem of `errors` where the file cannot be taken.
    """
    form = file_format(file)
    encoding = encoding_of(file) if form == "csv" else ""
    delimiter = _delimiter(file, encoding, fields) if form == "csv" else ""
    header_row, headings = _headings(file, form, encoding, delimiter, fields)
    headings = [heading.strip().removeprefix("\ufeff") for heading in headings]
    meant = _mapped(headings, fields, wished or {})
    _check(headings, meant, needs)
    return Layout(form, encoding, delimiter, header_row, tuple(headings), tuple(meant))

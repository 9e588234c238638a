"""How a file is to be read: its form, and which column means which field. Settled when the file arrives."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any, BinaryIO, Final, Self

from backend.core.errors import FieldError, Malformed, Problem, Text, TooLarge
from backend.core.text_rules import seen
from backend.imports.formats.archive import members
from backend.imports.formats.encoding import encoding_of
from backend.imports.formats.errors import (
    ArchiveNested,
    ColumnsMissing,
    ColumnTwice,
    Damaged,
    EmptyFile,
    HoldersUnread,
    MappingWrong,
    NothingInArchive,
    TooManyRows,
)  # fmt: skip
from backend.imports.formats.headings import REPORT, fold, recognised
from backend.imports.formats.holder_headings import unread_headings
from backend.imports.formats.readers import DELIMITERS, TEXTS, beginning, file_format, read_rows
from backend.imports.formats.record import Unreadable
from backend.imports.formats.structured import STRUCTURED, headings_of, rows_of_form

LOOK_AT: Final = 10  # a title or notes may stand above the headings
ARCHIVE: Final = "zip"
MOST_COLUMNS: Final = 16_384  # as many as a spreadsheet has
MOST_ROWS: Final = 2_000_000  # all patents that an office publishes in some years
MOST_NAMED: Final = 20
LONGEST_NAMED: Final = 100
Mapping_ = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: how it is read and how many rows stand above it, or why it is skipped."""

    name: str
    layout: "Layout | None" = None
    above: int = 0
    code: str | None = None
    facts: Mapping[str, Any] | None = None

    @classmethod
    def restored(cls, value: Mapping[str, Any]) -> Self:
        """Return the member that was stored."""
        layout = value["layout"]
        return cls(**{**value, "layout": layout and Layout.restored(layout)})

    @classmethod
    def skipped(cls, name: str, problem: Problem) -> Self:
        """Return a member that is not read, and why."""
        return cls(name, code=problem.code, facts={key: str(said) for key, said in problem.facts.items()})


@dataclass(frozen=True, slots=True)
class Layout:
    """A file's form and its columns: `fields[n]` is what the column under `headings[n]` means, or None."""

    form: str
    encoding: str
    delimiter: str
    header_row: int
    headings: tuple[str, ...]
    fields: tuple[str | None, ...]
    members: tuple["Member", ...] = ()

    def stored(self) -> dict[str, Any]:
        """Return the layout as a JSON value."""
        return asdict(self)

    @classmethod
    def restored(cls, value: Mapping[str, Any]) -> Self:
        """Return the layout that `stored` gave."""
        members = tuple(Member.restored(one) for one in value.get("members", ()))
        changed = {"headings": tuple(value["headings"]), "fields": tuple(value["fields"]), "members": members}
        return cls(**{**value, **changed})

    def rows(self, file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows below the headings with their numbers in the file; in an archive the members follow on."""
        if self.form == ARCHIVE:
            yield from self._rows_of_members(file)
        elif self.form in STRUCTURED:
            yield from rows_of_form(file, self.form, self.encoding, self.headings)
        else:
            for number, row in read_rows(file, self.form, self.encoding, self.delimiter):
                if number > self.header_row:
                    yield number, row

    def _read_members(self, file: BinaryIO) -> Iterator[tuple["Member", "Layout", BinaryIO]]:
        known = {member.name: member for member in self.members}
        for name, part in members(file):
            member = known.get(name)
            if part is not None and member is not None and member.layout is not None:
                yield member, member.layout, part

    def _rows_of_members(self, file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
        above = 0
        for _, layout, part in self._read_members(file):
            number = 0
            for number, row in layout.rows(part):
                yield above + number, self._under_our_headings(layout, row)
            above += number

    def _under_our_headings(self, layout: "Layout", row: list[str]) -> list[str]:
        if isinstance(row, Unreadable):
            return row
        beyond = [cell for cell in row[len(layout.headings) :] if cell.strip()]
        if beyond:
            return Unreadable("row_too_long", " | ".join(beyond)[:200])
        cells = layout.cells(row)
        return [cells.get(heading, "") for heading in self.headings]

    def counted(self, file: BinaryIO) -> tuple[Self, int]:
        """Return the layout, in which each member of an archive has its place, and how many rows there are.

        A member that cannot be read to its end is skipped from then on. Raises TooManyRows.
        """
        if self.form != ARCHIVE:
            return self, sum(1 for _ in _no_more_than(MOST_ROWS, self.rows(file)))
        known = {member.name: member for member in self.members}
        above = total = 0
        for member, layout, part in self._read_members(file):
            number = count = 0
            try:
                rows = _no_more_than(MOST_ROWS - total, layout.rows(part))
                for number, _ in rows:  # noqa: B007 - the last one is needed below
                    count += 1
            except TooManyRows:
                raise
            except (Malformed, TooLarge) as problem:
                known[member.name] = Member.skipped(member.name, problem)
                continue
            known[member.name] = replace(member, above=above)
            above, total = above + number, total + count
        return replace(self, members=tuple(known.values())), total

    def _member_at(self, number: int) -> "Member | None":
        read = [member for member in self.members if member.layout is not None]
        place = bisect_left(read, number, key=lambda member: member.above) - 1
        return read[place] if place >= 0 else None

    def place(self, number: int) -> tuple[str | None, int]:
        """Return the archive member that holds a row, or None outside an archive, and the row's number there."""
        member = self._member_at(number)
        return (member.name, number - member.above) if member else (None, number)

    def at(self, number: int) -> "Layout":
        """Return the layout under which a row stands: of the file in an archive, else this one."""
        member = self._member_at(number) if self.members else None
        return member.layout if member and member.layout else self

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """Return the row's cells by field, without blank ones."""
        return {
            field: cell
            for field, cell in zip(self.fields, row, strict=False)
            if field and field != REPORT and cell and not cell.isspace()
        }

    def heading(self, field: str) -> str:
        """Return the heading of the column that means `field`, or the field's own name without one."""
        return self.headings[self.fields.index(field)] if field in self.fields else field


def _no_more_than(most: int, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for row in rows:
        most -= 1
        if most < 0:
            raise TooManyRows(most=MOST_ROWS)
        yield row


def _score(rows: Sequence[Sequence[str]], fields: Collection[str]) -> tuple[int, int]:
    known = max((sum(f is not None for f in recognised(row, fields)) for row in rows), default=0)
    return known, max((len(row) for row in rows), default=0)


def _delimiter(file: BinaryIO, encoding: str, fields: Collection[str]) -> str:
    return max(DELIMITERS, key=lambda d: _score(beginning(file, encoding, d, LOOK_AT), fields))


def _headings(
    file: BinaryIO, form: str, encoding: str, delimiter: str, fields: Collection[str]
) -> tuple[int, list[str], list[list[str]]]:
    """Return the number of the row among the first ones that holds most known headings, the row, and the others."""
    rows = [row for row in islice(read_rows(file, form, encoding, delimiter), LOOK_AT) if row[1]]
    if not rows:
        raise EmptyFile
    number, row = max(rows, key=lambda row: sum(f is not None for f in recognised(row[1][:MOST_COLUMNS], fields)))
    if len(row) > MOST_COLUMNS:
        raise Damaged(row=number)
    return number, row, [beside for other, beside in rows if other != number]


def _mapped(
    headings: Sequence[str], known: Sequence[str | None], fields: Collection[str], wished: Mapping_
) -> list[str | None]:
    meant = list(known)
    places = defaultdict(list)
    for place, heading in enumerate(headings):
        places[fold(heading)].append(place)
    wrong = []
    for heading, field in wished.items():
        pointer = "/mapping/" + heading.replace("~", "~0").replace("/", "~1")
        if fold(heading) not in places:
            text = Text("文件中没有这一列。", "The file has no such column.")
            wrong.append(FieldError(pointer, "no_such_column", text))
        elif field is not None and field not in fields:
            text = Text("没有字段 {field}。", "There is no field {field}.")
            wrong.append(FieldError(pointer, "no_such_field", text, {"field": field}))
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


def _check_holders(
    headings: Sequence[str], meant: Sequence[str | None], fields: Collection[str], wished: Mapping_,
    beside: Sequence[Sequence[str]] = (),
) -> None:  # fmt: skip
    if unread := unread_headings(headings, meant, fields, wished, beside):
        raise HoldersUnread(headings="、".join(heading[:LONGEST_NAMED] for heading in unread[:MOST_NAMED]))


def layout_of(
    file: BinaryIO, fields: Collection[str], needs: Sequence[Sequence[str]], wished: Mapping_ | None = None
) -> Layout:
    """Return how the file is read for a kind with these fields, of which one of each group in `needs` must be there.

    `wished` says what some headings mean (a field, or None for a column that shall not be read).
    Raises a problem of `errors` where the file cannot be taken.
    """
    form = file_format(file)
    if form == ARCHIVE:
        return _layout_of_archive(file, fields, needs, wished or {})
    return _layout_of_file(file, form, fields, needs, wished or {})


def _layout_of_file(
    file: BinaryIO, form: str, fields: Collection[str], needs: Sequence[Sequence[str]], wished: Mapping_
) -> Layout:
    encoding = encoding_of(file) if form in TEXTS else ""
    if form in STRUCTURED:
        told = headings_of(form, fields)
        meant = _mapped(told, told, fields, wished)
        _check_holders(told, meant, fields, wished)
        return Layout(form, encoding, "", 1, told, tuple(meant))
    if form == ARCHIVE:
        raise ArchiveNested(member="-")
    delimiter = _delimiter(file, encoding, fields) if form == "csv" else ""
    header_row, headings, beside = _headings(file, form, encoding, delimiter, fields)
    headings = [seen(heading) for heading in headings]
    meant = _mapped(headings, recognised(headings, fields), fields, wished)
    _check(headings, meant, needs)
    _check_holders(headings, meant, fields, wished, beside)
    return Layout(form, encoding, delimiter, header_row, tuple(headings), tuple(meant))


def _layout_of_archive(
    file: BinaryIO, fields: Collection[str], needs: Sequence[Sequence[str]], wished: Mapping_
) -> Layout:
    """Return how each member is read; the rows of all stand under the fields that any of them has."""
    found = []
    for name, part in members(file):
        try:
            if part is None:
                raise Damaged(row=1)
            found.append(Member(name, _layout_of_file(part, file_format(part), fields, needs, wished)))
        except (Malformed, TooLarge) as problem:
            found.append(Member.skipped(name, problem))
    read = {name for member in found if member.layout for name in member.layout.fields if name and name != REPORT}
    if not read:
        skipped = "; ".join(f"{member.name} ({member.code})" for member in found[:MOST_NAMED])
        raise NothingInArchive(skipped=skipped or "-")
    told = tuple(sorted(read))
    return Layout(ARCHIVE, "", "", 1, told, told, tuple(found))

"""What imports look like outside."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import Field

from backend.core.errors import Internal, every_problem
from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Moment, Out, Version
from backend.imports import cells
from backend.imports.formats.headings import REPORT
from backend.imports.import_kinds import ImportKind
from backend.imports.layout import Layout
from backend.imports.models import Import, ImportRow
from backend.imports.rules import Mode, Outcome, Prefer, Status, sentence

SHORTEST: Final = 0.001  # seconds
MOST_SKIPPED: Final = 100
SAME: Final = {"id", "organisation_id", "kind", "mode", "prefer", "status", "filename", "size"}


class ImportProgress(Out):
    """How far it has come, and how fast; `total` and what follows from it are null until the rows are counted."""

    done: int
    total: int | None
    per_second: float | None = Field(description="Rows a second since it began; null before that.")
    seconds_left: int | None = Field(description="At that speed; 0 once it has ended.")


class Counts(Out):
    """Rows by outcome."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    conflict: int = 0
    rejected: int = 0


class Example(Out):
    """The first row with an error of this code."""

    row: int
    column: str | None
    value: str


class ColumnCount(Out):
    """How often a column is concerned; null where the whole row is meant."""

    column: str | None
    count: int


class ErrorGroup(Out):
    """All errors with one code: what is wrong, what to do, how often, in which columns, and the first one."""

    code: str
    title: str
    cure: str
    count: int
    columns: list[ColumnCount]
    example: Example


class Failure(Out):
    """What ended the import before its end; `row` and `member` (of an archive) are where it could not be read on."""

    code: str
    title: str
    detail: str
    cure: str | None
    row: int | None
    member: str | None


class SkippedFile(Out):
    """A file in an archive that is not read, and why."""

    file: str
    code: str
    detail: str
    cure: str | None


class ImportOut(Version):
    """An import: what the file is, how it is read, how far it has come, and what came of its rows."""

    id: str
    organisation_id: str
    kind: str
    mode: Mode
    prefer: Prefer
    status: Status
    filename: str
    size: int
    sha256: str
    format: str = Field(
        description="By the content: csv, xlsx, xls, ods, cnipa, cnipa_old, st96, st36, uspto, epo_ops, json, zip."
    )
    files: int | None = Field(description="How many files of an archive are read; null without one.")
    skipped: list[SkippedFile] = Field(description="Files of an archive that are not read, at most a hundred.")
    encoding: str | None
    delimiter: str | None
    header_row: int
    mapping: dict[str, str] = Field(description="Which heading means which field; send it back, changed, as `mapping`.")
    ignored: list[str] = Field(description="Headings of columns that are not read.")
    progress: ImportProgress
    counts: Counts
    with_errors: int = Field(description="Rows with at least one error; they are in rejected.csv.")
    summary: str = Field(description="One sentence in the language asked for: rows, outcomes, what could not be read.")
    errors: list[ErrorGroup] = Field(description="By kind, the most frequent first.")
    failure: Failure | None
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None


class ImportPage(Out):
    """One page of imports, the newest first."""

    items: list[ImportOut]
    next_cursor: str | None


class CellError(Out):
    """What is wrong with one cell."""

    column: str | None = Field(description="The heading in the file; null where the whole row is meant.")
    field: str | None
    value: str
    code: str
    detail: str
    cure: str


class ImportRowOut(Out):
    """What came of one row."""

    row: int = Field(
        description="As a spreadsheet counts: the first row of the file is 1. Of XML and JSON the first record is 2; "
        "in an archive the rows of all its files are counted on."
    )
    file: str | None = Field(description="The file in an archive in which the row stands.")
    file_row: int = Field(description="The row's number in that file.")
    outcome: Outcome
    subject: str | None = Field(description="The id of what the row is about.")
    errors: list[CellError]


class ImportRowPage(Out):
    """One page of rows, in the order of the file."""

    items: list[ImportRowOut]
    next_cursor: str | None


class ImportsQuery(PageQuery):
    """Which imports."""

    kind: str | None = Field(None, max_length=40)
    status: list[Status] = Field([], description="Any of these.")


class RowsQuery(PageQuery):
    """Which rows."""

    outcome: list[Outcome] = Field([], description="Any of these.")
    has_errors: bool | None = None
    code: str | None = Field(None, max_length=60, pattern="^[a-z_]+$", description="Rows with an error of this code.")


def said_of(kind: ImportKind | None, code: str, facts: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Return what is wrong and what to do, in `language`, for an error code of this kind of file."""
    texts = {**cells.TEXTS, **(kind.texts if kind else {})}
    if code not in texts:
        return code, ""
    detail, cure = texts[code]
    return detail.say(language, facts), cure.say(language, facts)


def row_out(row: ImportRow, layout: Layout, kind: ImportKind | None, language: str) -> ImportRowOut:
    """Return a row's result as it is shown."""
    errors = []
    for error in row.errors:
        detail, cure = said_of(kind, error["code"], error["facts"], language)
        shown = {name: error[name] for name in ("column", "field", "value", "code")}
        errors.append(CellError(**shown, detail=detail, cure=cure))
    file, at = layout.place(row.number)
    return ImportRowOut(
        row=row.number, file=file, file_row=at, outcome=row.outcome, subject=row.subject, errors=errors
    )  # fmt: skip


def _groups(found: Import, kind: ImportKind | None, language: str) -> list[ErrorGroup]:
    groups = []
    for code, tally in sorted(found.tally.items(), key=lambda item: -item[1]["count"]):
        title, cure = said_of(kind, code, tally["facts"], language)
        often = sorted(tally["columns"].items(), key=lambda item: -item[1])
        columns = [ColumnCount(column=column or None, count=n) for column, n in often]
        first = Example(row=tally["row"], column=tally["column"], value=tally["value"])
        groups.append(
            ErrorGroup(code=code, title=title, cure=cure, count=tally["count"], columns=columns, example=first)
        )
    return groups


def _failure(found: Import, language: str) -> Failure | None:
    if found.failure is None:
        return None
    facts = found.failure_facts or {}
    said = _sentence_of(found.failure, facts, language)
    return Failure(
        code=found.failure, title=said["title"], detail=said["detail"], cure=said.get("cure"),
        row=facts.get("row"), member=facts.get("member"),
    )  # fmt: skip


def _sentence_of(code: str, facts: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    problem = next((p for p in every_problem() if p.code == code), Internal)
    return problem(**facts).document(language, "", "")


def _skipped(layout: Layout, language: str) -> list[SkippedFile]:
    found = []
    for member in [one for one in layout.members if one.code][:MOST_SKIPPED]:
        said = _sentence_of(member.code or "", member.facts or {}, language)
        detail = said.get("detail") or said["title"]
        found.append(SkippedFile(file=member.name, code=said["code"], detail=detail, cure=said.get("cure")))
    return found


def _progress(found: Import, now: datetime) -> ImportProgress:
    spent = ((found.finished_at or now) - found.started_at).total_seconds() if found.started_at else 0
    per_second = round(found.done / max(spent, SHORTEST), 1) if found.started_at else None
    left = None
    if found.finished_at:
        left = 0
    elif per_second and found.total is not None:
        left = math.ceil((found.total - found.done) / per_second)
    return ImportProgress(done=found.done, total=found.total, per_second=per_second, seconds_left=left)


def import_out(found: Import, kind: ImportKind | None, language: str, now: datetime) -> ImportOut:
    """Return an import as it is shown; `kind` brings the sentences for its error codes."""
    layout = Layout.restored(found.layout)
    columns = list(zip(layout.headings, layout.fields, strict=True))
    return ImportOut(
        **found.model_dump(include=SAME),
        sha256=found.digest,
        format=layout.form,
        files=sum(1 for member in layout.members if member.layout) if layout.members else None,
        skipped=_skipped(layout, language),
        encoding=layout.encoding or None,
        delimiter=layout.delimiter or None,
        header_row=layout.header_row,
        mapping={heading: field for heading, field in columns if field and field != REPORT},
        ignored=[heading for heading, field in columns if field is None and heading],
        progress=_progress(found, now),
        counts=Counts(**found.counts),
        with_errors=found.with_errors,
        summary=sentence(found.status, found.mode, found.counts, found.with_errors, language),
        errors=_groups(found, kind, language),
        failure=_failure(found, language),
        created_at=found.created_at,
        started_at=found.started_at,
        finished_at=found.finished_at,
        version=found.version,
    )  # fmt: skip

"""What extracts of the register look like outside."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from backend.appraisal.codes import ExtractFacet
from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, EachOnce, Line, LongLine, Moment, Out
from backend.files.schemas import FileIds, FileRef

EXAMPLE: dict[str, JsonValue] = {
    "as_of": "2026-06-30",
    "complete_about": ["pledges", "licences", "restrictions", "invalidations"],
    "source": "专利登记簿副本 2026-06-30",
}


class ExtractIn(Body):
    """What an office read in the register: all that it names of these things is on record here, and no more stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    as_of: Day = Field(description="Of which day the extract is.")
    complete_about: Annotated[list[ExtractFacet], Field(min_length=1, max_length=len(ExtractFacet)), EachOnce]
    source: Line
    note: LongLine | None = None
    evidence_files: FileIds = Field([])


class ExtractOut(Out):
    """That an office read the register on a day."""

    id: str
    patent_id: str
    as_of: date
    complete_about: list[ExtractFacet]
    source: str
    note: str | None
    evidence_files: list[FileRef]
    recorded_at: Moment


class ExtractsOut(Out):
    """One page of extracts, the newest first."""

    items: list[ExtractOut]
    next_cursor: str | None


class ExtractsQuery(PageQuery):
    """Extracts of the register about one patent."""

"""What files show of themselves, and how other domains name them."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from backend.core.http.schemas import Moment, Out
from backend.core.ids import id_pattern

MOST_AT_ONE_THING: Final = 20


def _each_once(ids: list[str]) -> list[str]:
    if len(set(ids)) != len(ids):
        raise ValueError("a file is named once")
    return ids


FileId = Annotated[str, StringConstraints(pattern=id_pattern("fil")), Field(description="A file's id.")]
FileIds = Annotated[
    list[FileId],
    Field(
        max_length=MOST_AT_ONE_THING,
        json_schema_extra={"uniqueItems": True},
        description="Uploaded by the caller's organisation; each once.",
    ),
    AfterValidator(_each_once),
]


class FileRef(Out):
    """A file that is attached to something."""

    id: str
    filename: str
    media_type: str
    size: int = Field(description="Bytes.")
    sha256: str
    uploaded_at: Moment


class FileOut(FileRef):
    """A file as its readers see it."""

    description: str | None
    organisation_id: str = Field(description="Who uploaded it.")
    uploaded_by: str | None = Field(description="The user's id; for that organisation and offices.")


class FilesOut(Out):
    """One page of files, the newest first."""

    items: list[FileOut]
    next_cursor: str | None


class FileAccessOut(Out):
    """That somebody was given the content."""

    user_id: str
    organisation_id: str
    key_id: str | None = Field(description="The API key, where a program read it.")
    at: Moment


class FileAccessesOut(Out):
    """One page of accesses, the newest first."""

    items: list[FileAccessOut]
    next_cursor: str | None

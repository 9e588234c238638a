"""What the code lists look like outside."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Day, Out, Sought

Words = Annotated[str, Sought, StringConstraints(max_length=200)]
Beginning = Annotated[str, Sought, StringConstraints(max_length=40)]


class ListOut(Out):
    """One code list, as the index shows it."""

    list: str = Field(description="Its name in the address.")
    title: str = Field(description="Its title in the language asked for.")
    title_zh: str
    title_en: str
    edition: str = Field(description="Which edition of the list this is, or the date of its state.")
    source: str
    confirmed: bool = Field(description="False where some entries could not be checked against a primary text.")
    count: int = Field(description="How many codes it has.")


class ListsOut(Out):
    """One page of the index of lists."""

    items: list[ListOut]
    next_cursor: str | None


class CodeOut(Out):
    """One code with its labels; some lists add members of their own (tier, parent, sector, edition, confirmed)."""

    model_config = ConfigDict(extra="allow", frozen=True)

    code: str
    label: str = Field(description="The label in the language asked for.")
    label_zh: str
    label_en: str


class CodesOut(ListOut):
    """One page of a list's codes, with what the list is and where it comes from."""

    items: list[CodeOut]
    next_cursor: str | None


class CodeQuery(PageQuery):
    """Which codes: by words of a label, by the beginning of the code."""

    q: Annotated[Words | None, Field(description="Part of a label or code, in either language.")] = None
    prefix: Annotated[Beginning | None, Field(description="How the code begins, such as `H01` in the list `ipc`.")] = (
        None
    )


class WorkingDayQuery(BaseModel):
    """From which day on, and how many working days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_: Annotated[Day, Field(alias="from", description="This day itself does not count.", examples=["2026-09-30"])]
    count: Annotated[int, Field(ge=1, le=250, description="How many working days.", examples=[5])]


class WorkingDayOut(Out):
    """The day found."""

    day: date
    provisional: bool = Field(description="Whether a year is touched whose official calendar is not known yet.")

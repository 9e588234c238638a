"""What the code lists look like outside."""

from typing import Annotated

from pydantic import ConfigDict, Field

from backend.core.paging import PageQuery
from backend.core.schemas import Out


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

    q: Annotated[str | None, Field(max_length=200, description="Part of a label or code, in either language.")] = None
    prefix: Annotated[
        str | None, Field(max_length=40, description="How the code begins, such as `H01` in the list `ipc`.")
    ] = None

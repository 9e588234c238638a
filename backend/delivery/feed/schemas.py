"""What happened, as the feed and the webhooks send it."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from backend.core.http.schemas import Moment, Out

LONGEST_WAIT: Final = 30
LARGEST_PAGE: Final = 1_000
KINDS: Final = r"^[a-z_]+(\.[a-z_]+)?(,[a-z_]+(\.[a-z_]+)?){0,49}$"
FROM_NOW: Final = "now"


class ChangesQuery(BaseModel):
    """Where to begin, what to tell, and how long to wait for something to tell."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[
        str | None,
        Field(max_length=100, description="The `next_after` of the last answer; `now` for what is to come; else all."),
    ] = None
    types: Annotated[
        str | None,
        Field(
            max_length=2_000,
            pattern=KINDS,
            description="With commas: types of events (`listing.published`) or things (`listing`), of `EventSelector`.",
            examples=["listing,patent.status_changed"],
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="How many at most.")] = 100
    wait: Annotated[
        int, Field(ge=0, le=LONGEST_WAIT, description="Seconds to wait where there is nothing to tell yet.")
    ] = 0


class ChangeOut(Out):
    """One thing that happened."""

    id: str = Field(description="The same as the `Event-Id` of the write that caused it.")
    type: str = Field(description="`thing.verb_in_past`.", examples=["listing.published"])
    subject: str = Field(description="The id of the thing.")
    at: Moment
    removed: bool = Field(description="Whether the thing is not to be seen any more by those whom this is told.")
    data: dict[str, Any] = Field(description="What it says: the fields of its `type`, as `webhooks` has them below.")


class ChangesOut(Out):
    """The next changes, in the one order of the stream."""

    items: list[ChangeOut]
    next_after: str = Field(description="Where to go on; given also where there was nothing to tell.")
    more: bool = Field(description="Whether there may be more to tell at once.")

"""What a search of needs may ask and what it answers."""

from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from backend.core.http.schemas import Day, refuse_crossed
from backend.core.http.search_answer import SearchAnswer
from backend.listings.schemas import OrganisationId
from backend.needs.codes import Language
from backend.needs.schemas import NeedOut
from backend.needs.search.index_fields import NeedFacet, NeedSort
from backend.patent_search.schemas import (
    Cluster,
    Level,
    Many,
    Region,
    Stage,
    Tree,
    Words,
    split_commas,
)
from backend.patents.codes import DealType
from search.engine import Query


class NarrowedNeeds(BaseModel):
    """The words and filters of a search: any of the values of each filter, all of them together; ends are included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Annotated[
        Words, Field(description="Words or a sentence; a quoted phrase; `+word` must be there, `-word` not.")
    ] = ""
    cluster: Annotated[list[Cluster], Field(description="The city's industry list.")] = Many
    region: Annotated[list[Region], Field(description="GB/T 2260 codes.")] = Many
    deal_type: list[DealType] = Many
    ipc: Annotated[list[Level], Field(description="Any level: H, H01, H01M, H01M10, H01M10/0525.")] = Many
    technology_field: Annotated[list[Tree], Field(description="WIPO's 35 technology fields, by number.")] = Many
    language: list[Language] = Many
    organisation_id: Annotated[list[OrganisationId], Field(description="Asked by any of these.")] = Many
    stage_min: Annotated[Stage | None, Field(description="The need asks for at least this readiness level.")] = None
    stage_max: Annotated[Stage | None, Field(description="A technology of this readiness level is far enough.")] = None
    budget_min_fen: Annotated[
        int | None, Field(ge=0, le=9_000_000_000_000_000, description="A shown budget of at least so much.")
    ] = None
    wanted_from: Day | None = None
    wanted_to: Day | None = None
    published_from: Day | None = None

    @model_validator(mode="after")
    def _bounds_leave_room(self) -> Self:
        refuse_crossed(self, ("stage_min", "stage_max"), ("wanted_from", "wanted_to"))
        return self

    def asked_filters(self) -> dict[str, Any]:
        """Return the filters that are given, by the names that the index has for them."""
        return {name: getattr(self, name) for name in self.model_fields_set & NEED_FILTERS}


NEED_FILTERS: Final = frozenset(NarrowedNeeds.model_fields) - {"q"}


class NeedSearchQuery(NarrowedNeeds):
    """A search of public needs."""

    sort: Annotated[NeedSort | None, Field(description="Without it: relevance with `q`, else the newest first.")] = None
    facets: Annotated[
        list[NeedFacet], BeforeValidator(split_commas), Field(description="What to count by, with commas or repeated.")
    ] = Many
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str | None, Field(max_length=500, description="The `next_cursor` of the page before.")] = None
    after_event: Annotated[
        str | None, Field(max_length=60, description="A write's `Event-Id`: waits for it up to two seconds.")
    ] = None

    def asked(self) -> Query:
        """Return the question in the engine's own terms."""
        return Query(
            text=self.q,
            filters=self.asked_filters(),
            sort=self.sort,
            facets=tuple(self.facets),
            limit=self.limit,
        )


class FoundNeed(NeedOut):
    """A need found, or the abstract of a confidential one, and where it matched."""

    highlights: dict[str, str] = Field(description="Excerpts; HTML of the source is escaped, only <mark> is ours.")
    matched_on: list[str]


class NeedSearchOut(SearchAnswer[FoundNeed]):
    """What was found."""

"""What a need looks like outside."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Clean, Day, EachOnce, Fen, Line, LongLine, Moment, Out
from backend.listings.schemas import Clusters, OrganisationId, Stage
from backend.needs.codes import BudgetVisibility, FaceKind, Language, NeedOutcome, NeedStatus, TakenDownBy
from backend.patent_search.schemas import Level, Region
from backend.patents.codes import DealType

LONGEST_PROBLEM: Final = 10_000
LONGEST_TRIED: Final = 5_000
LONGEST_ABSTRACT: Final = 2_000
MOST_NAMED: Final = 50
NEVER_EMPTY: Final = ("title", "problem", "confidential", "budget_visibility", "ipc", "technology_fields", "clusters",
                      "deal_types", "shown_to")  # fmt: skip


Problem = Annotated[str, Clean, StringConstraints(min_length=1, max_length=LONGEST_PROBLEM)]
Tried = Annotated[str, Clean, StringConstraints(min_length=1, max_length=LONGEST_TRIED)]
Abstract = Annotated[str, Clean, StringConstraints(min_length=1, max_length=LONGEST_ABSTRACT)]
Classes = Annotated[list[Level], Field(max_length=20, description="IPC symbols of any level."), EachOnce]
Fields = Annotated[
    list[Annotated[int, Field(ge=1, le=35, strict=True)]],
    Field(max_length=35, description="WIPO's technology fields, by number."),
    EachOnce,
]
DealTypes = Annotated[list[DealType], Field(max_length=len(DealType), description="Any of which would do."), EachOnce]
Named = Annotated[
    list[OrganisationId],
    Field(max_length=MOST_NAMED, description="The organisations that see a confidential need."),
    EachOnce,
]
EXAMPLE: dict[str, Any] = {
    "title": "寻求低温快充的锂离子电池电解液",
    "problem": "零下二十度时电芯充电析锂，充电时间超过九十分钟。希望找到可在现有产线使用的电解液配方。",
    "clusters": ["advanced_materials"],
    "ipc": ["H01M10/0525"],
    "tried": "更换过两种添加剂，循环寿命下降。",
    "deal_types": ["ordinary_licence", "assignment"],
    "budget_max_fen": 80_000_000,
    "budget_visibility": "secret",
    "stage_min": 5,
    "wanted_by": "2027-06-30",
}


class NeedTerms(Body):
    """What a need says beside its title and problem."""

    language: Language | None = Field(None, description="In which it is written; found from its words where none.")
    abstract: Abstract | None = Field(None, description="All that the public is shown of a confidential need.")
    tried: Tried | None = Field(None, description="What was tried already.")
    ipc: Classes = Field([])
    technology_fields: Fields = Field([])
    clusters: Clusters = Field([])
    deal_types: DealTypes = Field([])
    budget_min_fen: Fen | None = None
    budget_max_fen: Fen | None = None
    budget_visibility: BudgetVisibility = Field(
        BudgetVisibility.SECRET, description="A secret budget is shown to nobody else, whatever they ask."
    )
    stage_min: Stage | None = Field(None, description="The least technology readiness level.")
    region: Region | None = Field(None, description="Where it is wanted: a GB/T 2260 code.")
    wanted_by: Day | None = Field(None, description="By when; after that day the asker is asked what became of it.")
    confidential: bool = Field(
        False, strict=True, description="Then only the organisations in `shown_to` see it, the public its `abstract`."
    )
    shown_to: Named = Field([])
    reference: Line | None = Field(None, description="Your own number of it; each names one need.")


class NeedIn(NeedTerms):
    """A new need, as a draft."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    title: Line
    problem: Problem = Field(description="In plain words, Chinese or English.")


class NeedPatch(NeedTerms):
    """What shall change of a need; what is not named stays, null empties."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"stage_min": 6, "tried": "更换过两种添加剂。"}]})
    title: Line = ""
    problem: Problem = ""

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing to change is named")
        return self


class Closure(Body):
    """What became of a need."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "contracted"}]})
    outcome: NeedOutcome


class Takedown(Body):
    """Why the platform takes a need down; the asker reads it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "内容含有联系方式，请删除后重新发布。"}]})
    reason: LongLine


class NeedOut(Out):
    """A need, as far as the caller may see it. What is null is not known, or not shown: `face` says how much is shown.

    `own` is all of it; `platform` all but a secret budget and what is the asker's own; `full` what whoever may see the
    need is shown; `abstract` the public abstract of a confidential need, and nothing else.
    """

    id: str
    face: FaceKind
    version: int | None = Field(description="Rises with each change; for the asker and the platform.")
    organisation_id: str | None
    organisation_name: str | None
    status: NeedStatus | None
    title: str | None
    problem: str | None
    language: Language | None
    abstract: str | None
    tried: str | None
    ipc: list[str] | None
    technology_fields: list[int] | None
    clusters: list[str] | None
    deal_types: list[DealType] | None
    budget_visibility: BudgetVisibility | None
    budget_min_fen: int | None
    budget_max_fen: int | None
    stage_min: int | None
    region: str | None
    wanted_by: date | None
    confidential: bool | None
    shown_to: Sequence[str] | None = Field(description="For the asker alone.")
    reference: str | None = Field(description="The asker's own number.")
    status_reason: str | None = Field(description="Why it was taken down.")
    taken_down_by: TakenDownBy | None
    outcome: NeedOutcome | None
    published_at: Moment | None
    created_at: Moment | None
    matched_at: Moment | None
    closed_at: Moment | None
    erased_at: Moment | None = Field(description="Since when nothing of what it said is kept.")
    ask_on: date | None = Field(description="When the asker is next asked what became of it.")
    times_asked: int | None = Field(description="How often in a row that was, without an answer.")


class NeedPage(Out):
    """One page of needs, newest first."""

    items: list[NeedOut]
    next_cursor: str | None


class NeedsQuery(PageQuery):
    """Which needs."""

    status: list[NeedStatus] = Field([], description="Any of these.")
    mine: bool = Field(False, description="The caller's own organisation's alone.")

"""What matches look like outside."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from backend.core.http.schemas import Body, Clean, LongLine, Moment, Out
from backend.matching.codes import FeedbackReason, MatchVerdict
from backend.matching.scoring.parts import PartName
from backend.needs.schemas import Classes, DealTypes, NeedOut
from backend.patent_search.schemas import FoundPatent
from backend.patents.schemas import example
from backend.rights.codes import Permission

LONGEST_TEXT = 10_000
Text = Annotated[str, Clean, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]


class ImprovementOut(Out):
    """What would raise a part of the score, and by how much at least."""

    code: str
    points: float
    facts: dict[str, Any]


class PartOut(Out):
    """One addend of the score: what it is worth here, at most, why, and what its holder could do to raise it."""

    name: PartName
    points: float
    most: float
    evidence: dict[str, Any]
    raised_by: list[ImprovementOut] = Field(
        description="What the holder could do to raise it. Words for `text` are proposed by `GET /v1/matches/{id}` "
        "alone; elsewhere it is empty for `text`. It is always empty for `classes`, `region`, `term_left` and "
        "`feedback`, which nothing that a holder could do raises."
    )


class DealPermissionOut(Out):
    """What the rights ledger says, to the caller, of one way of having the patent."""

    deal_type: str
    answer: Permission
    reasons: list[str]


class FeedbackOut(Out):
    """What the caller's organisation said of the match."""

    verdict: MatchVerdict
    reasons: list[FeedbackReason]
    note: str | None
    given_at: Moment


class Scored(Out):
    """A score with its parts, which add up to it."""

    score: float
    score_version: str = Field(description="Changes when the same inputs would give another score.")
    parts: list[PartOut]
    highlights: dict[str, str] = Field(description="Texts with the words marked that met; HTML is escaped.")


class MatchOut(Scored):
    """A listing that a need meets, or a need that a listing meets: what the caller's side may know of the pair."""

    id: str | None = Field(description="None while the need is no open one: nothing can be said or asked about it.")
    need_id: str
    listing_id: str
    listing: FoundPatent | None = Field(description="Shown to the need's side.")
    need: NeedOut | None = Field(description="Shown to the listing's side: the whole need, or its abstract.")
    permissions: list[DealPermissionOut]
    feedback: FeedbackOut | None


class MatchesOut(Out):
    """A page of matches, best first."""

    items: list[MatchOut]
    next_cursor: str | None
    total: int = Field(
        description="How many there are at most, of the 200 that are looked at closely: what the rights ledger refuses "
        "to the asker is left out when a page is made, so that a page may hold fewer than `limit`."
    )
    shifted: bool = Field(description="The order before this page changed under the cursor; pages may overlap.")


class PreviewIn(Body):
    """A text that is compared with all listings; it is kept nowhere."""

    model_config = example(text="我们的冲床振动大，邻居投诉，想找隔振降噪的办法。", limit=5)
    text: Text
    ipc: Classes = Field(default_factory=list)
    deal_types: DealTypes = Field(
        default_factory=list, description="Leave out what cannot be had in any of these ways."
    )
    limit: Annotated[int, Field(ge=1, le=20)] = 10


class FoundAlike(Scored):
    """A listed patent that a text or another patent comes close to."""

    listing: FoundPatent


class FoundAlikeOut(Out):
    """Listed patents, the closest first."""

    items: list[FoundAlike]


class SimilarQuery(Body):
    """How many."""

    limit: Annotated[int, Field(ge=1, le=20)] = 10


class FeedbackIn(Body):
    """What one thinks of a match, and why."""

    model_config = example(verdict="not_relevant", reasons=["too_early"])
    verdict: MatchVerdict
    reasons: list[FeedbackReason] = Field(default_factory=list, max_length=len(FeedbackReason))
    note: LongLine | None = None


class ObjectionsOut(Out):
    """What keeps askers from taking a listing: a sum that grows by five askers at a time and does not change else."""

    askers: int | None = Field(description="How many are counted: a multiple of five; null: fewer than five so far.")
    reasons: dict[str, int]


class MatchingSettings(Body):
    """How matches are shown to a person."""

    model_config = example(order_by_feedback=False)
    order_by_feedback: bool = Field(description="Whether what one's organisation said of matches changes the order.")


class MatchingSettingsOut(Out):
    """How matches are shown to a person."""

    order_by_feedback: bool
    version: int

"""One action for many listings: what is asked."""

from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from backend.core.http.schemas import Body, LongLine
from backend.core.ids import id_pattern
from backend.listings.bulk.rules import BulkAction
from backend.listings.schemas import EXAMPLE_TERMS, TermsPatch
from backend.patents.codes import ListingStatus
from backend.patents.schemas import RegisterFilter

MOST_IDS = 10_000


class BulkFilter(RegisterFilter):
    """Which patents of one's register; an empty filter means all of it."""

    import_id: Annotated[str | None, Field(pattern=id_pattern("imp"), description="That came with this upload.")] = None
    listing_status: list[ListingStatus] = Field([], description="Whose listing stands in any of these states.")


TargetId = Annotated[str, Field(pattern=id_pattern("pat", "lst"))]


def _each_once(ids: list[str]) -> list[str]:
    return sorted(set(ids))


class BulkIn(Body):
    """One action for a filter or for a list of ids.

    `publish` takes a patent without a listing the whole way: draft with `terms`, submission, publication.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "publish", "filter": {"grade": ["A", "B"], "listed": False}, "terms": EXAMPLE_TERMS}
            ]
        }
    )
    action: BulkAction
    ids: Annotated[list[TargetId], Field(min_length=1, max_length=MOST_IDS), AfterValidator(_each_once)] | None = Field(
        None, description="Of listings, or of patents, which stand for theirs."
    )
    filter: BulkFilter | None = None
    terms: TermsPatch | None = Field(
        None, description="`update` sets them; `create` and `publish` give them to new listings and to gaps of drafts."
    )
    reason: LongLine | None = Field(None, description="Of a suspension or a refusal.")

    @model_validator(mode="after")
    def _is_clear(self) -> Self:
        if (self.ids is None) == (self.filter is None):
            raise ValueError("give either ids or filter")
        if self.action is BulkAction.UPDATE and self.terms is None:
            raise ValueError("update needs terms")
        if self.action is BulkAction.REFUSE and self.reason is None:
            raise ValueError("refuse needs a reason")
        return self

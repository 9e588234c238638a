"""What alerts look like outside."""

from typing import Annotated, Any, Final, Self

from pydantic import ConfigDict, Field, model_validator

from backend.alerts.codes import AlertFrequency, AlertKind, HitChange
from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Line, Moment, Out, Version
from backend.core.ids import id_pattern
from backend.needs.search.schemas import NarrowedNeeds
from backend.patent_search.schemas import FILTERS, Cluster, Level, Many, Narrowed, Tree, Words

PatentId = Annotated[str, Field(pattern=id_pattern("pat"), examples=["pat_01h455vb4pex5vsknk084sn02q"])]
HolderId = Annotated[str, Field(pattern=id_pattern("org", "pty"), examples=["org_01h455vb4pex5vsknk084sn02q"])]
EXAMPLE: Final[dict[str, Any]] = {
    "name": "低温快充电解液",
    "frequency": "daily",
    "search": {"q": "锂离子电池 电解液", "ipc": ["H01M"], "deal_type": ["open_licence"]},
}


class SavedSearch(Narrowed):
    """The words and filters of GET /v1/patents/search."""

    q: Annotated[Words, Field(description="As in a search; empty: whatever the filters leave.")] = ""
    holder: Annotated[list[Line], Field(description="Names, or party or organisation ids.")] = Many
    applicant: Annotated[list[Line], Field(description="Names, whole, in any capitals and widths.")] = Many
    inventor: Annotated[list[Line], Field(description="Names, whole.")] = Many
    grade: Annotated[list[Line], Field(description="Stock-taking grades.")] = Many

    def asked_filters(self) -> dict[str, Any]:
        """Return the filters that are given, by the names that the index has for them."""
        return {name: getattr(self, name) for name in self.model_fields_set & FILTERS}


class SavedNeedSearch(NarrowedNeeds):
    """The words and filters of GET /v1/needs/search."""


class Classification(Body):
    """One class: an IPC symbol of any level, one of WIPO's technology fields, or one of the city's clusters."""

    ipc: Level | None = None
    technology_field: Tree | None = None
    cluster: Cluster | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if len([one for one in (self.ipc, self.technology_field, self.cluster) if one is not None]) != 1:
            raise ValueError("one of ipc, technology_field and cluster is named")
        return self


class AlertIn(Body):
    """A new alert: one of a search of patents or needs, a patent, a holder and a class."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    name: Line
    frequency: AlertFrequency = AlertFrequency.DAILY
    search: SavedSearch | None = None
    need_search: SavedNeedSearch | None = None
    patent_id: PatentId | None = Field(None, description="Its status, listing, offers and licences are watched.")
    holder_id: HolderId | None = Field(None, description="The listings of an organisation or party are watched.")
    classification: Classification | None = Field(None, description="What is newly listed in a class.")

    @property
    def kind(self) -> AlertKind:
        """Return what it looks at."""
        return next(kind for kind, name in PARTS.items() if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _seeks_one(self) -> Self:
        if len([name for name in PARTS.values() if getattr(self, name) is not None]) != 1:
            raise ValueError(f"one of {', '.join(PARTS.values())} is given")
        return self


PARTS: Final = {
    AlertKind.SEARCH: "search",
    AlertKind.NEED_SEARCH: "need_search",
    AlertKind.PATENT: "patent_id",
    AlertKind.HOLDER: "holder_id",
    AlertKind.CLASS: "classification",
}


class AlertPatch(Body):
    """What shall change of an alert; what it looks for stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"frequency": "weekly"}]})
    name: Line = ""
    frequency: AlertFrequency = AlertFrequency.DAILY
    paused: bool = Field(
        False,
        strict=True,
        description="What changes during a pause is not found afterwards; what was found before it waits for its end.",
    )

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing to change is named")
        return self


class AlertOut(Version):
    """An alert, for its owner."""

    id: str
    kind: AlertKind
    name: str
    frequency: AlertFrequency
    paused: bool
    search: dict[str, Any] | None
    need_search: dict[str, Any] | None
    patent_id: str | None
    holder_id: str | None
    classification: dict[str, Any] | None
    is_broad: bool | None = Field(
        description="It finds so much that only what is newly listed or published is a hit; null: not known yet."
    )
    created_at: Moment
    next_notification_at: Moment | None = Field(
        description="When the hits found so far are told of, if there are any; null during a pause."
    )


class AlertsOut(Out):
    """One page of alerts, newest first."""

    items: list[AlertOut]
    next_cursor: str | None


class HitThing(Out):
    """What is found, as everybody is shown it now."""

    title: str | None
    title_en: str | None
    listing_id: str | None


class HitOut(Out):
    """Something that an alert found."""

    subject: str = Field(description="The id of the patent or the need.")
    change: HitChange = Field(description="Why it is a hit.")
    matched_on: list[str] | None = Field(
        description="The fields that hold the words of the search now; null: it is not found any more, or unknown."
    )
    found_at: Moment
    notified_at: Moment | None = Field(description="When a digest told of it; null: one that is to come.")
    thing: HitThing | None = Field(description="Null where the public is not shown it any more.")


class HitsOut(Out):
    """One page of hits, newest first."""

    items: list[HitOut]
    next_cursor: str | None


class HitsQuery(PageQuery):
    """Which hits."""

    notified: bool | None = Field(None, description="Those that a digest has told of, or those that wait for one.")


class AlertSubscriptionOut(Out):
    """What the link of an e-mail stands for."""

    name: str | None = Field(description="The alert's name; null where it is there no longer.")
    subscribed: bool = Field(description="Whether the alert still notifies.")

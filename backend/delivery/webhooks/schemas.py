"""What goes in and out of webhooks."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, CleanLine, Line, Moment, Out, Version
from backend.delivery.webhooks.codes import DeliveryFailure, DeliveryStatus, DisabledBecause, WebhookStatus

EventSelector = Annotated[str, StringConstraints(max_length=60)]
EventSelectors = Annotated[
    list[EventSelector], Field(max_length=50, description="`listing.published`, or `listing`; empty: all.")
]
Url = Annotated[str, CleanLine, StringConstraints(min_length=1, max_length=2_000, pattern=r"^\S+$")]


class NewWebhook(Body):
    """Where to send what."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://example.com/hooks", "types": ["listing"]}]}
    )

    url: Url = Field(description="https; neither private nor of this machine.")
    types: EventSelectors = Field(default_factory=list)
    description: Line | None = None


class WebhookChange(Body):
    """What is to change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"types": ["listing.published"]}]})

    url: Url | None = None
    types: EventSelectors | None = None
    description: Line | None = None
    status: Literal["active", "disabled"] | None = Field(
        None, description="Made active again it is told of what comes; /v1/changes has what it missed."
    )

    @model_validator(mode="after")
    def _says_something(self) -> "WebhookChange":
        for name in ("url", "types", "status"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"`{name}` cannot be null")
        return self


class WebhookOut(Version):
    """A webhook; its secret shows when it is made or renewed, and never again."""

    id: str
    url: str
    types: list[str]
    description: str | None
    status: WebhookStatus = Field(description="`unproven` until the address answers with the token it is sent.")
    disabled_because: DisabledBecause | None
    failing_since: Moment | None = Field(description="Since when every attempt fails; after three days it is disabled.")
    created_at: Moment
    secret_changed_at: Moment
    verified_at: Moment | None = Field(description="When the present address answered with its token.")
    verification_sent_at: Moment | None = Field(description="When it was last asked for that.")
    verification_answered: int | None = Field(description="The HTTP status that it answered with.")
    verification_failure: DeliveryFailure | None = Field(description="Why it is not proved; `token`: another answer.")
    secret: str | None = Field(None, description="`whsec_…`, for the signature; shown once.")


class WebhooksOut(Out):
    """One page of webhooks."""

    items: list[WebhookOut]
    next_cursor: str | None


class DeliveriesQuery(PageQuery):
    """Which deliveries."""

    status: DeliveryStatus | None = None


class DeliveryOut(Out):
    """One event for one webhook, and what came of it."""

    id: str = Field(description="The `webhook-id` that is sent, the same in each attempt.")
    event_id: str = Field(description="The event, as /v1/changes names it.")
    type: str
    subject: str
    sequence: int = Field(description="Which event of its subject this is for the webhook: 1, 2, …")
    status: DeliveryStatus
    attempts: int
    answered: int | None = Field(description="The HTTP status of the last answer.")
    failure: DeliveryFailure | None
    next_at: Moment | None = Field(description="When it is tried again; null: not any more.")
    created_at: Moment
    tried_at: Moment | None
    delivered_at: Moment | None


class DeliveriesOut(Out):
    """One page of deliveries, the newest first."""

    items: list[DeliveryOut]
    next_cursor: str | None

"""What goes in and out of the inbox."""

from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, StringConstraints

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Moment, Out, Version
from backend.core.ids import id_pattern
from backend.delivery.email.codes import BounceKind, EmailLanguage, Frequency

MOST_CATEGORIES: Final = 50
Category = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]


class InboxQuery(PageQuery):
    """Which messages."""

    unread: bool | None = Field(None, description="Only those that are not read, or only those that are.")
    category: Category | None = Field(None, description="Only these; GET /v1/me/notification-settings has them all.")


class MessagePatent(Out):
    """The patent that a message speaks of, as it was known when that happened."""

    title: str
    application_number: str | None


class MessageOut(Out):
    """Something that the members of an organisation are told."""

    id: str
    event_id: str = Field(description="The event, as /v1/changes names it.")
    type: str = Field(description="`thing.verb_in_past`.")
    category: str
    text: str = Field(description="In the language of the request.")
    subject: str = Field(description="The id of the thing.")
    patent: MessagePatent | None = Field(description="Of a message about a patent, or about a right or licence on it.")
    data: dict[str, Any] = Field(description="What the event says: the fields of its `type`.")
    at: Moment
    read: bool = Field(description="Whether the member who asks has read it; a program never has.")


class UnreadOut(Out):
    """How much is not read."""

    unread: int = Field(description="Messages not read, counted up to 999.")
    unread_is_exact: bool = Field(description="False: there are more.")


class InboxOut(UnreadOut):
    """One page of messages, the newest first."""

    items: list[MessageOut]
    next_cursor: str | None


class ReadThrough(Body):
    """Up to which message everything is read."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"through": "msg_01h455vb4pex5vsknk084sn02q"}]})

    through: Annotated[str, StringConstraints(pattern=id_pattern("msg"))] = Field(
        description="The newest message that was seen."
    )


class NotificationSettings(Body):
    """What a member does not want to be told in this organisation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"off": ["members"], "email": {"patents": "weekly", "licences": "at_once"}, "language": "zh"}]
        }
    )

    off: list[Category] = Field(max_length=MOST_CATEGORIES, description="Categories switched off; empty: none.")
    email: dict[Category, Frequency] | None = Field(
        None,
        max_length=MOST_CATEGORIES,
        description="By category how often e-mails tell; one that is left out is told daily. Null: as it was. "
        "Of `alerts` only `off` counts: otherwise each alert's own `frequency` does.",
    )
    language: EmailLanguage | None = Field(None, description="Of e-mails. Null: as it was.")


class AddressState(StrEnum):
    """Whether e-mails go to a member's address."""

    NOT_CONFIGURED = "not_configured"
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    STOPPED = "stopped"


class EmailAddressOut(Out):
    """The address of a member's account, and whether e-mails go there."""

    address: str
    state: AddressState = Field(
        description="`not_configured`: the platform sends none; `stopped`: e-mails came back from there."
    )
    stopped_at: Moment | None
    stopped_because: BounceKind | None
    cure: str | None = Field(description="What has e-mails sent there, in the language of the request.")


class NotificationSettingsOut(Version):
    """What a member is told in this organisation, and what not."""

    off: list[str]
    categories: list[str] = Field(description="All that there are.")
    email: dict[str, Frequency] = Field(
        description="By category how often e-mails tell. What has legal effect is sent at once in any case; what "
        "is switched off in the inbox is not sent otherwise. `alerts` that are not `off` come as each alert's own "
        "`frequency` says, never in a digest of this."
    )
    language: EmailLanguage
    address: EmailAddressOut

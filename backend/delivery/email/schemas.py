"""What goes in and out of e-mail subscriptions and bounces."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from backend.core.http.schemas import Body, Out


class SubscriptionOut(Out):
    """What a link to unsubscribe stands for, and whether there is anything left to switch off."""

    scope: str = Field(description="A category, or `daily` or `weekly` for that digest.")
    text: str = Field(description="What a POST does, in the language of the request.")
    categories: list[str] = Field(description="Whose e-mails a POST switches off; empty: they are off.")
    subscribed: bool


class BounceReport(Body):
    """An e-mail that came back, as a sending service reports it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"returned_to": "bounces+000000000000000000000000@example.com", "kind": "hard"}]
        }
    )

    returned_to: Annotated[str, StringConstraints(min_length=3, max_length=320)] = Field(
        description="The e-mail's Return-Path, with its token."
    )
    kind: Literal["hard", "soft"] = Field(
        description="`hard`: there is no such address; `soft`: it could not be reached now."
    )


class BounceOut(Out):
    """What came of a report."""

    taken: bool = Field(description="False: the message reports no failure, as that of a holiday.")
    stopped: bool = Field(description="Whether nothing is sent to the address any more, by this report.")

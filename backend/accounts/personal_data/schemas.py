"""What is taken and answered about personal data."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from backend.accounts.schemas import Password
from backend.core.http.schemas import Body, Moment, Out


class ErasureRequest(Body):
    """The present password, once more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"current_password": "a long sentence of mine"}]})

    current_password: Password


class KeptOut(Out):
    """Something that is kept: with the account's id alone, which names nobody any more, unless `until` is null."""

    name: str = Field(description="As in `GET /v1/me/data`.")
    what: str
    why: str
    until: Moment | None = Field(description="Then the id goes too; null: as long as the thing that it belongs to.")


class ErasureOut(Out):
    """What is gone, and what is kept, why, and until when."""

    user_id: str
    erased: list[str]
    kept: list[KeptOut]


class SectionOut(Out):
    """What is kept about the person in one place."""

    name: str
    purpose: str
    on_erasure: Literal["deleted", "overwritten", "kept", "pseudonymised"]
    items: list[dict[str, Any]]


class DataOut(Out):
    """All that is kept about the person."""

    user_id: str
    made_at: Moment
    sections: list[SectionOut]

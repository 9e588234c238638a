"""What an organisation's usage shows."""

from pydantic import Field

from backend.accounts.quotas.rules import Period, Standing
from backend.core.http.schemas import Moment, Out


class ResourceOut(Out):
    """How much of something limited is used."""

    limit: int | None = Field(description="How much there may be; null: no limit.")
    used: int
    remaining: int | None = Field(description="How much is left; null: as much as is wanted.")
    period: Period = Field(description="How long what was used counts; `always`: as long as it is kept.")
    resets_at: Moment | None = Field(description="When the period ends and `used` is 0 again.")


class UsageOut(Out):
    """What an organisation may use, and has used."""

    organisation_id: str
    standing: Standing = Field(description="What the limits depend on.")
    resources: dict[str, ResourceOut] = Field(
        description="By name: `claims`, `files`, `file_bytes`, `upload_bytes`, `webhooks`, …"
    )

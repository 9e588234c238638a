"""What one document of the needs' index holds: what everybody is shown of a need, and nothing else."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedDocument:
    """One public need as search sees it; of a confidential one the abstract is the only text.

    `budget_fen` is the most that may be spent, where that is shown; else the least, where that is. `served` is the
    ready JSON object of what a client sees.
    """

    id: str
    served: bytes
    published_at: datetime
    title: str = ""
    problem: str = ""
    abstract: str = ""
    tried: str = ""
    organisation_name: str = ""
    organisation_id: str | None = None
    language: str | None = None
    ipc: tuple[str, ...] = ()
    technology_fields: tuple[int, ...] = ()
    clusters: tuple[str, ...] = ()
    deal_types: tuple[str, ...] = ()
    region: str | None = None
    stage_min: int | None = None
    budget_fen: int | None = None
    wanted_by: date | None = None

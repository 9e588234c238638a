"""What one document of the patents' index holds."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PatentDocument:
    """One listed patent as search sees it: words to find it by, values to filter and sort by, and what to serve.

    `numbers` are canonical application, publication and grant numbers; the index has every other spelling.
    `holders_en` are the holders' English names in their order, empty where one has none, and not sought in.
    `holder_ids` are party and organisation ids. `served` is the ready JSON object of what a client sees; it is kept
    and handed back untouched.
    """

    id: str
    listing_id: str
    served: bytes
    title: str
    listed_at: datetime
    title_en: str = ""
    abstract: str = ""
    abstract_en: str = ""
    first_claim: str = ""
    keywords: tuple[str, ...] = ()
    summary: str = ""
    summary_en: str = ""
    holders: tuple[str, ...] = ()
    holders_en: tuple[str, ...] = ()
    holder_ids: tuple[str, ...] = ()
    inventors: tuple[str, ...] = ()
    applicants: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    kind: str | None = None
    legal_status: str | None = None
    ipc: tuple[str, ...] = ()
    technology_fields: tuple[int, ...] = ()
    clusters: tuple[str, ...] = ()
    region: str | None = None
    deal_types: tuple[str, ...] = ()
    open_licence: bool = False
    grade: str | None = None
    stage: int | None = None
    price_fen: int | None = None
    filing_date: date | None = None
    publication_date: date | None = None
    grant_date: date | None = None
    expiry_date: date | None = None

"""A licensed patent as its announcement and its licensees' certificates name it."""

from datetime import date

from pydantic import Field

from backend.core.http.schemas import Out
from backend.patents.codes import PatentKind
from backend.patents.models import Patent


class NamedPatent(Out):
    """The patent as the register names it (Guidelines for Patent Examination 2023, Part V ch. 11, 5)."""

    application_number: str | None
    grant_number: str | None
    title: str
    title_en: str | None
    kind: PatentKind | None
    filing_date: date | None
    grant_date: date | None
    expiry_date: date | None = Field(description="The first day after the term.")
    main_ipc: str | None


def named(patent: Patent) -> NamedPatent:
    """Return the patent by its names."""
    values = {name: getattr(patent, name) for name in NamedPatent.model_fields if name != "main_ipc"}
    return NamedPatent(**values, main_ipc=patent.ipc[0] if patent.ipc else None)

"""How what a bank is owed is shown."""

from collections.abc import Mapping
from datetime import date

from backend.financing_figures.exposure.rules import Exposure, Sum
from backend.financing_figures.exposure.schemas import CodeExposureOut, ExposureOut, ExposureSumOut, StatusExposureOut
from backend.reference.lists import label


def exposure_out(found: Exposure, on: date, language: str) -> ExposureOut:
    """Return the sums as the bank sees them, the largest first."""
    return ExposureOut(
        on=on,
        total=_sum(found.total),
        pledged=_sum(found.pledged),
        without_pledge=_sum(found.without_pledge),
        by_status=[
            StatusExposureOut(status=status, **_sum(total).model_dump())
            for status, total in sorted(found.by_status.items())
        ],
        by_technology_field=_lines(found.by_field, "technology-fields", language),
        by_cluster=_lines(found.by_cluster, "clusters", language),
    )


def _sum(found: Sum) -> ExposureSumOut:
    return ExposureSumOut(
        loans=len(found.loan_ids), patents=len(found.patent_ids), outstanding_fen=found.outstanding_fen
    )


def _lines(found: Mapping[str | None, Sum], list_name: str, language: str) -> list[CodeExposureOut]:
    ordered = sorted(found.items(), key=lambda item: (-item[1].outstanding_fen, item[0] or ""))
    return [
        CodeExposureOut(code=code, label=label(list_name, code, language) if code else None, **_sum(total).model_dump())
        for code, total in ordered
    ]

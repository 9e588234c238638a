"""Facts of a made-up patent of which everything is known, and the first weights."""

import csv
from datetime import date
from pathlib import Path
from typing import Final

from backend.appraisal import models
from backend.appraisal.codes import Source
from backend.appraisal.indicators.facts import Challenge, Facts, Known, Licensed
from backend.patents.codes import Finding, LegalStatus, PatentKind

DAY: Final = date(2026, 7, 1)
FIRST: Final = Path(models.__file__).parent / "data" / "weights_2026.csv"
WHOLE: Final = Facts(
    kind=PatentKind.INVENTION,
    on=DAY,
    status=Known(LegalStatus.IN_FORCE, Source.LEGAL_EVENT),
    expiry=Known(date(2038, 3, 1), Source.REGISTER),
    claim_words=Known(200, Source.REGISTER),
    report=Known(Finding.GRANTABLE, Source.LEGAL_EVENT),
    challenge=Known(Challenge.SURVIVED, Source.REGISTER_EXTRACT),
    annuities_paid=Known(True, Source.LEGAL_EVENT),
    restricted=Known(False, Source.REGISTER_EXTRACT),
    pledged=Known(False, Source.REGISTER_EXTRACT),
    licensed=Known(Licensed.SOLE, Source.REGISTER_EXTRACT),
    holders=Known(2, Source.HOLDINGS),
    disputed=Known(False, Source.HOLDINGS),
    stage=Known(4, Source.LISTING),
    subclasses=Known(2, Source.REGISTER),
    filed=Known(date(2018, 3, 1), Source.REGISTER),
    grade_rank=Known(333, Source.ASSESSMENT),
    licences=Known(2, Source.LICENCES),
    income_fen=Known(5_000_000, Source.PAYMENTS),
    market_fen=None,
    offered=Known(2, Source.LISTING),
    years_maintained=Known(9, Source.LEGAL_EVENT),
)


def first_weights(scenario: str) -> dict[str, int]:
    """Return the platform's first weights for a scenario."""
    with FIRST.open(encoding="utf-8", newline="") as text:
        return {row["indicator"]: int(row[scenario]) for row in csv.DictReader(text)}

"""What happens to the dated tables behind loans, as events."""

from datetime import date
from typing import Final

from backend.core.events.domain_event import PUBLIC, DomainEvent, EventPayload
from backend.loan_terms.codes import LprTenor
from backend.loan_terms.models import FinancingScheme, LoanPrimeRate

EVERYBODY: Final = "everybody"
TABLES: Final = "it is reference data, which everybody reads"


class LprEntered(EventPayload, name="lpr.entered", audience=EVERYBODY, unnotified=TABLES):
    """A loan prime rate was entered, in the place of a wrong one where `corrects_id` names it."""

    lpr_id: str
    tenor: LprTenor
    announced_on: date
    rate_bp: int
    corrects_id: str | None = None


class SchemeEntered(EventPayload, name="scheme.entered", audience=EVERYBODY, unnotified=TABLES):
    """A scheme of risk sharing or subsidy was entered, in the place of a wrong row where `corrects_id` names it."""

    scheme_id: str
    code: str
    corrects_id: str | None = None


def lpr_entered(row: LoanPrimeRate, actor: str) -> DomainEvent[LprEntered]:
    """Return the event of a new rate."""
    payload = LprEntered(
        lpr_id=row.id,
        tenor=row.tenor,
        announced_on=row.announced_on,
        rate_bp=row.rate_bp,
        corrects_id=row.corrects_id,
    )
    return DomainEvent(payload, row.id, [PUBLIC], actor)


def scheme_entered(row: FinancingScheme, actor: str) -> DomainEvent[SchemeEntered]:
    """Return the event of a new row of schemes."""
    return DomainEvent(
        SchemeEntered(scheme_id=row.id, code=row.code, corrects_id=row.corrects_id), row.id, [PUBLIC], actor
    )

"""What loan terms bring to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.core.events.domain_event import events_in
from backend.loan_terms import events, routes

DOMAIN: Final = Domain(
    name="loan_terms",
    routers=(routes.calculator,),
    literal_routers=(routes.tables,),
    tags={"loan terms": "What a loan costs, the loan prime rate by date, schemes of risk sharing and subsidy."},
    events=events_in(events),
)

"""What the counting of unanswered searches brings to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.unanswered_searches import jobs, routes
from backend.unanswered_searches.consistency_checks import CONSISTENCY_CHECKS
from backend.unanswered_searches.recorder import NAME, recording

DOMAIN: Final = Domain(
    name="unanswered_searches",
    routers=(routes.router,),
    scope="catalogue",
    sweeps=(jobs.sweep,),
    consistency_checks=CONSISTENCY_CHECKS,
    services={NAME: recording},
)

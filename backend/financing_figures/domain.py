"""What the figures of financing bring to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.financing_figures import jobs
from backend.financing_figures.consistency_checks import CONSISTENCY_CHECKS
from backend.financing_figures.exposure import routes as exposure_routes
from backend.financing_figures.report import routes as report_routes
from backend.financing_figures.watch import routes as watch_routes

DOMAIN: Final = Domain(
    name="financing_figures",
    routers=(report_routes.router, exposure_routes.router, watch_routes.router),
    scope="financing",
    sweeps=(jobs.sweep,),
    consistency_checks=CONSISTENCY_CHECKS,
)

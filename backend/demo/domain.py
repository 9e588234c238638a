"""What the demonstration brings to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.demo import jobs, routes

DOMAIN: Final = Domain(
    name="demo",
    routers=(routes.router,),
    tags={"demonstration": "The demonstration's clock; elsewhere these addresses are 404."},
    jobs={jobs.KIND: jobs.run},
)

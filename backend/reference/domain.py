"""What the code lists bring to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.reference import routes

DOMAIN: Final = Domain(
    name="reference",
    routers=(routes.router,),
    tags={"reference": "Code lists with labels in Chinese and English."},
)

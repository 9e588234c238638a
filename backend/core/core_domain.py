"""What the core itself brings: whether the platform lives, its pages, and what is kept only for a time."""

from typing import Final

from backend.core.domain import Domain
from backend.core.http import docs_page, health, retention

DOMAIN: Final = Domain(
    name="core",
    routers=(health.router, docs_page.router),
    sweeps=(retention.sweep,),
)

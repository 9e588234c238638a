"""What the comparison of all that is kept brings to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.fsck import jobs

DOMAIN: Final = Domain(name="fsck", jobs={jobs.KIND: jobs.run})

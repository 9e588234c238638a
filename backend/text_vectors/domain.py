"""What the vectors of texts bring to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.text_vectors import consistency_checks, jobs, retention
from backend.text_vectors.process_service import KIND, NAME, text_vectors

DOMAIN: Final = Domain(
    name="text_vectors",
    jobs={KIND: jobs.compute, retention.KIND: retention.run},
    sweeps=(retention.sweep,),
    services={NAME: text_vectors},
    consistency_checks=(("vectors of texts", consistency_checks.text_vectors),),
)

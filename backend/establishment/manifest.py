"""What the app takes of this domain: its addresses, handlers, job, sentences and readers of files."""

from backend.establishment import jobs  # noqa: F401 - a server does the work that is asked of it
from backend.establishment.event_handlers import BATCHES as BATCHES
from backend.establishment.event_handlers import INLINE as INLINE
from backend.establishment.evidence import FILE_READERS as FILE_READERS
from backend.establishment.notification_templates import NOTIFICATION_TEMPLATES as NOTIFICATION_TEMPLATES
from backend.establishment.routes import router as router

"""What the app takes of this domain: its addresses, handlers, job, sweep, sentences and readers of files."""

from backend.establishment.event_handlers import BATCH_HANDLERS as BATCH_HANDLERS
from backend.establishment.event_handlers import SYNC_HANDLERS as SYNC_HANDLERS
from backend.establishment.evidence import FILE_READERS as FILE_READERS
from backend.establishment.jobs import sweep as sweep
from backend.establishment.notification_templates import NOTIFICATION_TEMPLATES as NOTIFICATION_TEMPLATES
from backend.establishment.routes import router as router

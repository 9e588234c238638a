"""What files of evidence bring to the platform."""

from typing import Final

from backend.accounts.models import User
from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.events.domain_event import events_in
from backend.files import consistency_checks, events, quota_checks, routes
from backend.files.models import FileAccess, FileAttachment, StoredFile

DOMAIN: Final = Domain(
    name="files",
    routers=(routes.uploads, routes.router),
    tags={"files": "Evidence and documents, read by whoever may see what they are attached to."},
    scope="files",
    events=events_in(events),
    consistency_checks=(
        ("uploaded files", consistency_checks.files),
        ("quotas of what is kept", quota_checks.kept),
    ),
    references=(
        (table_of(StoredFile).c.uploaded_by, table_of(User).c.id),
        (table_of(FileAttachment).c.attached_by, table_of(User).c.id),
        (table_of(FileAccess).c.user_id, table_of(User).c.id),
    ),
)

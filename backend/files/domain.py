"""What files of evidence bring to the platform."""

from typing import Final

from backend.accounts.models import User
from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.personal_data import Erasure, PersonalData
from backend.files import consistency_checks, events, quota_checks, routes
from backend.files.models import FileAccess, FileAttachment, StoredFile

EVIDENCE: Final = Text(
    "证据从何而来、由谁阅读，须可查。", "where evidence came from and who read it must be known in a dispute"
)
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
    personal_data=(
        PersonalData(
            column=table_of(StoredFile).c.uploaded_by,
            purpose=Text("谁上传了文件", "who uploaded a file"),
            erasure=Erasure.PSEUDONYMISED,
            kept_because=EVIDENCE,
            shows=("id", "organisation_id", "filename", "description", "size", "uploaded_at"),
        ),
        PersonalData(
            column=table_of(FileAttachment).c.attached_by,
            purpose=Text("谁附上了文件", "who attached a file"),
            erasure=Erasure.PSEUDONYMISED,
            kept_because=EVIDENCE,
            shows=("file_id", "kind", "subject", "attached_at"),
        ),
        PersonalData(
            column=table_of(FileAccess).c.user_id,
            purpose=Text("谁阅读了文件", "who read a file"),
            erasure=Erasure.PSEUDONYMISED,
            kept_because=EVIDENCE,
            shows=("file_id", "organisation_id", "key_id", "at"),
        ),
    ),
    references=(
        (table_of(StoredFile).c.uploaded_by, table_of(User).c.id),
        (table_of(FileAttachment).c.attached_by, table_of(User).c.id),
        (table_of(FileAccess).c.user_id, table_of(User).c.id),
    ),
)

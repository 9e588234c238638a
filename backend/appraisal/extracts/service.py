"""What changes about extracts of the register: an office adds one; none is changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.appraisal.events import extract_recorded
from backend.appraisal.extracts.schemas import ExtractIn, ExtractOut
from backend.appraisal.models import RegisterExtract
from backend.core.clock import china_day
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.files.schemas import FileRef
from backend.files.service import attach
from backend.patents.access import Permitted

EVIDENCE: Final = "register_extract"  # the kind of thing that evidence files are attached to
LATER: Final = Text("该日期尚未到来。", "That day has not come yet.")


async def record(session: AsyncSession, held: Permitted, body: ExtractIn, now: datetime) -> RegisterExtract:
    """Return the extract as recorded; raise Malformed for a day to come."""
    if body.as_of > china_day(now):
        raise Malformed(errors=[FieldError("/as_of", "in_the_future", LATER)])
    extract = RegisterExtract(
        id=new_id("rex"),
        patent_id=held.whole.patent.id,
        as_of=body.as_of,
        complete_about=[facet.value for facet in body.complete_about],
        source=body.source,
        note=body.note,
        recorded_at=now,
        recorded_by=held.caller.organisation_id,
    )
    session.add(extract)
    files = body.evidence_files
    await attach(session, held.caller, files, kind=EVIDENCE, subject=extract.id, pointer="/evidence_files", now=now)
    await append(session, extract_recorded(extract, held.whole.organisations, held.caller.user_id), now)
    return extract


def extract_out(extract: RegisterExtract, files: Sequence[FileRef]) -> ExtractOut:
    """Return the extract as holders and offices see it."""
    values = extract.model_dump(include=set(ExtractOut.model_fields))
    return ExtractOut(**values, evidence_files=list(files))

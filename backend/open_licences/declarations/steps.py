"""A step of a declaration: its day, who recorded it, its evidence; kept for good, and told."""

from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.files.service import attach
from backend.open_licences.declarations.schemas import OfficeStep
from backend.open_licences.events import (
    OpenLicenceAnnounced,
    OpenLicenceEvent,
    OpenLicenceFiled,
    OpenLicenceRefused,
    OpenLicenceRevoked,
    OpenLicenceSubmitted,
    OpenLicenceTakenBack,
    OpenLicenceTerminated,
    OpenLicenceWithdrawalFiled,
    OpenLicenceWithdrawalRefused,
    OpenLicenceWithdrawn,
    append_event,
)
from backend.open_licences.models import OpenLicence, OpenLicenceStep
from backend.open_licences.states import OpenStatus, OpenStep
from backend.patents import queries as patent_queries
from backend.patents.queries import PatentAggregate

EVIDENCE: Final = "open_licence"
EARLIEST: Final = date(2021, 6, 1)  # when open licensing began (Patent Law of 2020)
EVENT_OF: Final[dict[OpenStep, type[OpenLicenceEvent]]] = {
    OpenStep.SUBMIT: OpenLicenceSubmitted,
    OpenStep.FILE: OpenLicenceFiled,
    OpenStep.ANNOUNCE: OpenLicenceAnnounced,
    OpenStep.ANNOUNCE_UNFILED: OpenLicenceAnnounced,
    OpenStep.REFUSE: OpenLicenceRefused,
    OpenStep.TAKE_BACK: OpenLicenceTakenBack,
    OpenStep.WITHDRAW: OpenLicenceWithdrawalFiled,
    OpenStep.ANNOUNCE_WITHDRAWAL: OpenLicenceWithdrawn,
    OpenStep.REFUSE_WITHDRAWAL: OpenLicenceWithdrawalRefused,
    OpenStep.TERMINATE: OpenLicenceTerminated,
    OpenStep.REVOKE: OpenLicenceRevoked,
}


async def attach_evidence(
    session: AsyncSession, declared: OpenLicence, given: OfficeStep, caller: Caller, now: datetime
) -> None:
    """Attach what shows that the step happened."""
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=declared.id, pointer="/evidence_files", now=now)


async def take_step(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, step: OpenStep, target: OpenStatus, on: date,
    caller: Caller, now: datetime,
) -> None:  # fmt: skip
    """Have the declaration take the step."""
    declared.status = target
    declared.version += 1
    session.add(
        OpenLicenceStep(
            open_licence_id=declared.id,
            step=step.value,
            status=target,
            happened_on=on,
            recorded_at=now,
            recorded_by=caller.organisation_id,
            by_authority=patent_queries.is_office(caller),
        )
    )
    await append_event(session, declared, whole, EVENT_OF[step], now, caller.user_id)

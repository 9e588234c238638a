"""The licence that a notice makes, with what was due at its start paid."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.licences.certificates.content import CertifiedStep, chained
from backend.licences.codes import LicenceSource
from backend.licences.lifecycle import activation
from backend.licences.lifecycle.activation import Grant
from backend.licences.models import Licence, Payment
from backend.licences.policy import LicencePolicy
from backend.open_licences.errors import NotAvailable
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.states import NoticeStep, next_notice
from backend.patents.queries import PatentAggregate
from backend.rights.codes import LicenceType
from backend.rights.queries import ledger_of


async def take_effect(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    notice: Notice,
    effective_on: date,
    policy: LicencePolicy,
    now: datetime,
    payments: Sequence[Payment] = (),
    right_ended_on: date | None = None,
) -> Licence:
    """Return the licence made by notice and payment; raise NotAvailable where the right ended before it."""
    ledger, grant = await ledger_of(session, whole, now), _grant(declared, notice, effective_on)
    ran = right_ended_on is not None and effective_on < right_ended_on
    if found := activation.obstacles(ledger, grant, china_day(now), ran=ran):
        raise NotAvailable(reasons=found)
    licence = await activation.take_effect(session, whole, grant, ledger, effective_on, policy, now, payments)
    notice.status = next_notice(notice.status, NoticeStep.TAKE_EFFECT)
    notice.status_reason, notice.licence_id, notice.ended_on = None, licence.id, None
    notice.version += 1
    return licence


def _grant(declared: OpenLicence, notice: Notice, effective_on: date) -> Grant:
    """Return what the licence is made from: the declared fee, at the terms and days that the notice froze."""
    late = declared.withdrawn_on is not None and effective_on > declared.withdrawn_on
    return Grant(
        source=LicenceSource.OPEN_LICENCE,
        source_id=notice.id,
        offer_id=declared.id,
        offer_ended_on=declared.withdrawn_on,
        reference=declared.declaration_number,
        reference_on=declared.announced_on,
        licence_type=LicenceType.OPEN,
        licensor_organisation_id=declared.organisation_id,
        licensee_organisation_id=notice.licensee_organisation_id,
        licensee_party_id=notice.licensee_party_id,
        grantors=declared.holders,
        fee=declared.fee,
        terms_version=notice.terms_version,
        terms_hash=notice.terms_hash,
        due_at_start_fen=notice.due_at_start_fen,
        first_instalment_due_on=notice.pay_by,
        starts_on=notice.starts_on,
        ends_on=notice.ends_on,
        origin=[chained(CertifiedStep.NOTICE_GIVEN, notice.given_on, notice.id)],
        flags=["taken_after_withdrawal"] if late else [],
        entry_source="open licence: notice and payment",
    )

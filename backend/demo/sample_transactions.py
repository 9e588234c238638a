"""Sample transactions of the demonstration: open licences in every state, notices, licences, a pledge.

All of it is done by the services that the routes call, so that it is what the front door would have made.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.quotas.policy import QuotaPolicy
from backend.core.settings import Settings
from backend.demo.alerts import show_alerts, show_unanswered_searches
from backend.demo.establishment_requests import ask_to_be_heard
from backend.demo.finance.appraisals import make_appraisals
from backend.demo.finance.financing import finance
from backend.demo.introductions import introduce
from backend.demo.load_context import Stage
from backend.demo.needs import draft_and_publish_needs
from backend.demo.open_licences import EXPLANATION, OTHER, fee_of
from backend.demo.terms import SOURCE, Place
from backend.licences.models import Licence, Payment
from backend.licences.recordal import service as recordal
from backend.licences.schemas import Contest, PaymentIn, RecordalConfirmation, RecordalFiling
from backend.licences.terms.models import FeeTerms
from backend.open_licences.availability import service as availability
from backend.open_licences.declarations import (
    service as declarations,
)
from backend.open_licences.declarations import (
    withdrawal as declaration_withdrawal,
)
from backend.open_licences.declarations.content import EXAMPLE_USE
from backend.open_licences.declarations.schemas import (
    Contact,
    Filing,
    OfficeStep,
    OpenLicenceIn,
    Reasoned,
    Submission,
    Withdrawal,
)
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.notices import payment_contests
from backend.open_licences.notices import payments as notice_payments
from backend.open_licences.notices import service as notices
from backend.open_licences.notices.schemas import NoticeIn
from backend.open_licences.states import OpenStatus, OpenStep
from backend.patents.codes import EventKind, HoldingState, LegalStatus, ListingStatus, PatentKind
from backend.patents.legal_events import service as events_service
from backend.patents.models import Holding, Listing, Patent
from backend.patents.queries import PatentAggregate
from backend.patents.record_schemas import LegalEventIn
from backend.rights import availability as listing_offers
from backend.rights.codes import LicenceType, RightKind
from backend.rights.entries import service as rights
from backend.rights.schemas import RightIn

REASON: Final = "演示数据：拟与他人合作产业化"
NOT_RECEIVED: Final = "演示数据：账户未收到该笔款项"
NOT_IN_ORDER: Final = "演示数据：声明内容不符合规定"
SECURED_FEN: Final = 200_000_000
BARE: Final = 6  # patents without an open licence that something is shown on


async def show(
    session: AsyncSession, settings: Settings, places: Mapping[str, Place], quotas: QuotaPolicy, now: datetime
) -> None:
    """Show each state on the first patents that fit; a register too small for one leaves it out."""
    stage = Stage(session, settings, places, quotas, now)
    declared = [one async for one in _announced(session)]
    lumps = [one for one in declared if one.fee["form"] == "lump_sum"]
    for one in [found for found in declared if found.fee["form"] in ("free", "running_royalty")][:2]:
        await _notice(stage, one, "bishui")
    for one in lumps[:1]:
        await _recorded(stage, await _licence(stage, one, "yuli"))
        await _licence(stage, one, "inventor_a")
        await _notice(stage, one, "shancheng")
    for one in lumps[1:2]:
        await _contested(stage, await _licence(stage, one, "huoguo"))
    for one in lumps[2:3]:
        await _withdrawn(stage, one)
    for one in lumps[3:4]:
        await _suspended(stage, one)
    await _on_bare_patents(stage)
    await ask_to_be_heard(stage)
    await draft_and_publish_needs(stage)
    await introduce(stage)
    await make_appraisals(stage)
    await finance(stage)
    await show_alerts(stage)
    await show_unanswered_searches(stage)
    for patent_id in sorted(stage.touched):
        await listing_offers.reassess(session, await stage.whole(patent_id), now)


async def _announced(session: AsyncSession) -> AsyncIterator[OpenLicence]:
    """Yield the announced open licences of patents with one holder, in the order of their numbers."""
    single = sa.select(col(Holding.patent_id)).group_by(col(Holding.patent_id)).having(sa.func.count() == 1)
    statement = sa.select(OpenLicence).where(
        col(OpenLicence.status) == OpenStatus.ANNOUNCED, col(OpenLicence.patent_id).in_(single)
    )
    for one in await session.scalars(statement.order_by(col(OpenLicence.declaration_number)).limit(40)):
        yield one


async def _notice(stage: Stage, declared: OpenLicence, licensee: str) -> Notice:
    caller = await stage.caller(stage.places[licensee].organisation_id)
    content = NoticeIn(
        terms_version=declared.terms_version, terms_hash=declared.terms_hash, message=OTHER, **_use(declared)
    )
    whole = await stage.whole(declared.patent_id)
    return await notices.give_notice(stage.session, whole, declared, content, caller, stage.policy, stage.now)


def _use(declared: OpenLicence) -> dict[str, int]:
    """Return the use of the worked example, where the fee asks for one."""
    fee = FeeTerms(**declared.fee)
    return EXAMPLE_USE[fee.base] if fee.base else {}


async def _licence(stage: Stage, declared: OpenLicence, licensee: str) -> Payment:
    notice = await _notice(stage, declared, licensee)
    caller = await stage.caller(notice.licensee_organisation_id)
    content = PaymentIn(
        amount_fen=notice.due_at_start_fen, value_date=stage.today, evidence_files=await stage.evidence(caller)
    )
    whole = await stage.whole(declared.patent_id)
    about = (stage.session, whole, declared, notice)
    return await notice_payments.pay_notice(*about, content, caller, stage.policy, stage.now)


async def _recorded(stage: Stage, payment: Payment) -> None:
    await stage.session.flush()
    licence = await stage.session.get_one(Licence, payment.licence_id)
    caller = await stage.caller(licence.licensee_organisation_id)
    filing = RecordalFiling(on=stage.today)
    await recordal.file_recordal(stage.session, licence, filing, caller, stage.now)
    confirmed = RecordalConfirmation(on=stage.today, number="DEMO-X000001")
    await recordal.confirm_recordal(stage.session, licence, confirmed, caller, stage.now)


async def _contested(stage: Stage, payment: Payment) -> None:
    await stage.session.flush()
    licence = await stage.session.get_one(Licence, payment.licence_id)
    notice = await stage.session.get_one(Notice, payment.payable_id)
    caller = await stage.caller(licence.licensor_organisation_id)
    await payment_contests.contest(
        stage.session, licence, notice, payment, Contest(reason=NOT_RECEIVED), caller, stage.now
    )


async def _withdrawn(stage: Stage, declared: OpenLicence) -> None:
    caller = await stage.caller(declared.organisation_id)
    about = (stage.session, await stage.whole(declared.patent_id), declared)
    content = Withdrawal(on=stage.today, legal_reason="other_legitimate", reason=REASON)
    await declaration_withdrawal.withdraw(*about, content, caller, stage.now)
    announced = OfficeStep(on=stage.today, evidence_files=await stage.evidence(caller))
    await declaration_withdrawal.end(*about, OpenStep.ANNOUNCE_WITHDRAWAL, announced, caller, stage.policy, stage.now)


async def _suspended(stage: Stage, declared: OpenLicence) -> None:
    """An annuity is missed, and the open licence cannot be taken until it is paid."""
    office = await stage.caller(stage.places["authority_city"].organisation_id)
    whole = await stage.whole(declared.patent_id)
    filed = whole.patent.filing_date
    if filed is None or whole.patent.annuity_paid_through is None:
        return
    year = whole.patent.annuity_paid_through.year - filed.year
    missed = LegalEventIn(kind=EventKind.ANNUITY_MISSED, effective_on=stage.today, source=SOURCE, year=year)
    await events_service.record(stage.session, whole, office, missed, stage.now)
    whole = await stage.whole(declared.patent_id)
    await availability.reassess(stage.session, declared, whole, stage.policy, stage.now)


async def _on_bare_patents(stage: Stage) -> None:
    """A pledge, an exclusive licence, and declarations on their way: drafted, submitted, filed, refused."""
    statement = (
        sa.select(col(Patent.id))
        .join(Listing, col(Listing.patent_id) == col(Patent.id))
        .where(
            col(Patent.legal_status) == LegalStatus.IN_FORCE,
            col(Patent.kind) == PatentKind.INVENTION,
            col(Patent.expiry_date) > stage.today + timedelta(days=1_500),
            col(Listing.status) == ListingStatus.LISTED,
            col(Patent.id).not_in(sa.select(col(OpenLicence.patent_id))),
            col(Patent.id).in_(
                sa.select(col(Holding.patent_id)).group_by(col(Holding.patent_id)).having(sa.func.count() == 1)
            ),
            col(Patent.id).in_(sa.select(col(Holding.patent_id)).where(col(Holding.state) == HoldingState.VERIFIED)),
        )
        .order_by(col(Patent.application_number).desc())
        .limit(BARE)
    )
    found = [await stage.whole(patent_id) for patent_id in (await stage.session.scalars(statement)).all()]
    for place, whole in enumerate(found):
        if place == 0:
            await _right(stage, whole, RightKind.PLEDGE, "bank_jiangbei", secured_fen=SECURED_FEN)
        elif place == 1:
            await _right(stage, whole, RightKind.LICENCE, "tieqi", licence_type=LicenceType.EXCLUSIVE)
        else:
            await _on_its_way(stage, whole, place - 2)


async def _right(stage: Stage, whole: PatentAggregate, kind: RightKind, party: str, **more: Any) -> None:
    caller = await stage.caller(whole.organisations[0])
    content = RightIn(
        kind=kind, party_id=stage.places[party].party_id, effective_on=stage.today, announced_on=stage.today,
        ends_on=stage.today + timedelta(days=1_000), source=SOURCE, number="DEMO-R000001",
        evidence_files=await stage.evidence(caller), **more,
    )  # fmt: skip
    await rights.record(stage.session, whole, caller, content, stage.quotas, stage.now)


async def _on_its_way(stage: Stage, whole: PatentAggregate, steps: int) -> None:
    """Declare an open licence and go so many steps: none, submitted, filed, refused by the office."""
    caller, now, session = await stage.caller(whole.organisations[0]), stage.now, stage.session
    content = OpenLicenceIn(
        patent_id=whole.patent.id, fee=fee_of(0, None), fee_explanation=EXPLANATION, other=OTHER,
        ends_on=stage.today + timedelta(days=1_000), undertaking=True, confirmed=["annuity_unknown"],
        contact=Contact(name="示范成果转化中心", telephone="023-00000000"),
    )  # fmt: skip
    declared = await declarations.draft(session, whole, caller, content, now)
    await session.flush()
    refusal = Reasoned(on=stage.today, reason=NOT_IN_ORDER)
    about = (session, whole, declared)
    ways: tuple[Callable[[], Awaitable[OpenLicence]], ...] = (
        lambda: declarations.submit(*about, Submission(), caller, stage.quotas, now),
        lambda: declarations.file(*about, Filing(on=stage.today), caller, now),
        lambda: declarations.refuse(*about, refusal, caller, now),
    )
    for go in ways[:steps]:
        await go()

"""Who may do what with open licences: path id → loaded, permitted thing, its patent locked first.

| act | offices | declarant | co-holder | licensee | anyone |
|---|---|---|---|---|---|
| see an announced open licence, quote it | x | x | x | x | x |
| see a submitted one; duties, evidence and terms of consent of any | x | x | x (verified) | | |
| draft, change | | x (established holder) | | | |
| submit | | x, verified organisations | | | |
| record filing, announcement | x | x, verified | x (established), verified | | |
| record refusal, withdrawal, its announcement or refusal; that licensees were told | x | x | x (established) | | |
| record termination, revocation | x | | | | |
| take back one not announced | where its declarant holds the patent no more | x | the same | | |
| give notice | | | | any verified organisation that holds no share | |
| pay, report royalties | | | | x | |
| file for recordal, confirm it | x | x | x (verified) | x | |
| give a licence up, from today on | | | | x | |
| record that a licence has ended, with evidence | x | | | | |
| withdraw an unpaid notice, or an own payment that nothing follows from | | | | x | |
| confirm a payment that was told late, contest a payment | | x | | | |
| decide on one of these | x (unless it is a side) | | | | |
| see notices, licences, reports, certificates | x | x | | x | |
| check a certificate by its hash | x | x | x | x | x |

What begins something asks for a verified organisation. What is owed, and what ends something, asks for one that is
verified or was, so that whoever is refused later still pays, reports, records and ends what it has. A draft is free.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import (
    Editor,
    MaybeCaller,
    OnceVerifiedEditor,
    PlatformOrAuthority,
    VerifiedEditor,
    Viewer,
)
from backend.accounts.caller import Caller, Verification
from backend.accounts.errors import OrganisationNotVerified
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.licences.access import SUFFIX, locked
from backend.licences.errors import NoSuchPayment, StepNotYours
from backend.licences.models import Licence, Payment
from backend.open_licences import queries as open_queries
from backend.open_licences.declarations.schemas import OpenLicenceIn
from backend.open_licences.errors import NoSuchNotice, NoSuchOpenLicence
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.states import OpenStatus
from backend.patents import queries as patent_queries
from backend.patents.access import Act, locked_patent, may, permit
from backend.patents.queries import PatentAggregate

OpenLicenceId = Annotated[str, Path(pattern=id_pattern("opl"), examples=[f"opl_{SUFFIX}"])]
NoticeId = Annotated[str, Path(pattern=id_pattern("ntc"), examples=[f"ntc_{SUFFIX}"])]
PaymentId = Annotated[str, Path(pattern=id_pattern("pay"), examples=[f"pay_{SUFFIX}"])]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A declaration that somebody may draft, on a patent held for a change."""

    whole: PatentAggregate
    caller: Caller
    body: OpenLicenceIn


@dataclass(frozen=True, slots=True)
class HeldOpen:
    """A declaration held for a change together with its patent."""

    whole: PatentAggregate
    caller: Caller
    declared: OpenLicence


@dataclass(frozen=True, slots=True)
class HeldNotice:
    """A notice held for a change together with its patent and declaration."""

    whole: PatentAggregate
    caller: Caller
    declared: OpenLicence
    notice: Notice


async def _drafted(request: Request, caller: Editor, body: OpenLicenceIn, session: Db) -> Drafted:
    whole = await locked_patent(request, session, caller, body.patent_id)
    if patent_queries.is_office(caller) and not whole.held_by(caller.organisation_id):
        raise StepNotYours(by="holder")
    permit(Act.RECORD, caller, whole)
    return Drafted(whole, caller, body)


async def _seen(open_licence_id: OpenLicenceId, caller: MaybeCaller, session: ReadDb) -> OpenLicence:
    found = await open_queries.open_licence(session, caller, open_licence_id)
    if found is None:
        raise NoSuchOpenLicence
    return found


async def _visible_open_licence(session: AsyncSession, caller: Caller, open_licence_id: str) -> HeldOpen:
    found = await open_queries.open_licence(session, caller, open_licence_id)
    if found is None:
        raise NoSuchOpenLicence
    whole = await locked(session, found)
    return HeldOpen(whole, caller, found)


async def _own(open_licence_id: OpenLicenceId, caller: Editor, session: Db) -> HeldOpen:
    held = await _visible_open_licence(session, caller, open_licence_id)
    if held.declared.organisation_id != caller.organisation_id:
        raise StepNotYours(by="declarant")
    permit(Act.RECORD, caller, held.whole)
    return held


async def _of_holder(open_licence_id: OpenLicenceId, caller: Editor, session: Db) -> HeldOpen:
    held = await _visible_open_licence(session, caller, open_licence_id)
    if not may(Act.RECORD, caller, held.whole):
        raise StepNotYours(by="holder, authority")
    return held


async def _submitted(_: VerifiedEditor, held: Annotated[HeldOpen, Depends(_own)]) -> HeldOpen:
    return held


async def _brought_forward(_: VerifiedEditor, held: Annotated[HeldOpen, Depends(_of_holder)]) -> HeldOpen:
    return held


async def _recorded(_: OnceVerifiedEditor, held: Annotated[HeldOpen, Depends(_of_holder)]) -> HeldOpen:
    return held


async def _withdrawn(held: Annotated[HeldOpen, Depends(_of_holder)]) -> HeldOpen:
    if held.declared.status is not OpenStatus.DRAFT and not held.caller.meets(Verification.ONCE):
        raise OrganisationNotVerified
    return held


async def _offered(open_licence_id: OpenLicenceId, caller: VerifiedEditor, session: Db) -> HeldOpen:
    return await _visible_open_licence(session, caller, open_licence_id)


async def _by_office(open_licence_id: OpenLicenceId, caller: PlatformOrAuthority, session: Db) -> HeldOpen:
    return await _visible_open_licence(session, caller, open_licence_id)


async def _seen_notice(notice_id: NoticeId, caller: Viewer, session: ReadDb) -> Notice:
    found = await open_queries.notice(session, caller, notice_id)
    if found is None:
        raise NoSuchNotice
    return found


async def _visible_notice(notice_id: NoticeId, caller: OnceVerifiedEditor, session: Db) -> HeldNotice:
    found = await open_queries.notice(session, caller, notice_id)
    if found is None:
        raise NoSuchNotice
    whole = await locked(session, found)
    declared = await session.get_one(OpenLicence, found.open_licence_id, populate_existing=True)
    return HeldNotice(whole, caller, declared, found)


async def _licensees_notice(held: Annotated[HeldNotice, Depends(_visible_notice)]) -> HeldNotice:
    if held.notice.licensee_organisation_id != held.caller.organisation_id:
        raise StepNotYours(by="licensee")
    return held


@dataclass(frozen=True, slots=True)
class HeldPayment:
    """A payment held for a change together with its notice, and with the licence where there is one."""

    held: HeldNotice
    payment: Payment
    licence: Licence | None


async def _of(session: AsyncSession, held: HeldNotice, payment_id: str) -> HeldPayment:
    payment = await session.get(Payment, payment_id, with_for_update=True)
    if payment is None or payment.payable_id != held.notice.id:
        raise NoSuchPayment
    made = held.notice.licence_id
    return HeldPayment(held, payment, await session.get_one(Licence, made, with_for_update=True) if made else None)


async def _visible_payment(
    held: Annotated[HeldNotice, Depends(_visible_notice)], payment_id: PaymentId, session: Db
) -> HeldPayment:
    return await _of(session, held, payment_id)


async def _own_payment(
    held: Annotated[HeldNotice, Depends(_licensees_notice)], payment_id: PaymentId, session: Db
) -> HeldPayment:
    return await _of(session, held, payment_id)


async def _by_licensor(found: Annotated[HeldPayment, Depends(_visible_payment)]) -> HeldPayment:
    if found.held.declared.organisation_id != found.held.caller.organisation_id:
        raise StepNotYours(by="licensor")
    return found


async def _decided(
    found: Annotated[HeldPayment, Depends(_visible_payment)], caller: PlatformOrAuthority
) -> HeldPayment:
    sides = (found.held.notice.licensee_organisation_id, found.held.declared.organisation_id)
    if caller.organisation_id in sides:
        raise StepNotYours(by="office that is no side")
    return found


DraftedOpen = Annotated[Drafted, Depends(_drafted)]
SeenOpen = Annotated[OpenLicence, Depends(_seen)]
OwnOpen = Annotated[HeldOpen, Depends(_own)]
SubmittedOpen = Annotated[HeldOpen, Depends(_submitted)]
OutwardOpen = Annotated[HeldOpen, Depends(_brought_forward)]
OfficialOpen = Annotated[HeldOpen, Depends(_recorded)]
WithdrawnOpen = Annotated[HeldOpen, Depends(_withdrawn)]
AuthorityOpen = Annotated[HeldOpen, Depends(_by_office)]
OfferedOpen = Annotated[HeldOpen, Depends(_offered)]
SeenNotice = Annotated[Notice, Depends(_seen_notice)]
LicenseesNotice = Annotated[HeldNotice, Depends(_licensees_notice)]
OwnPayment = Annotated[HeldPayment, Depends(_own_payment)]
LicensorsPayment = Annotated[HeldPayment, Depends(_by_licensor)]
DecidedPayment = Annotated[HeldPayment, Depends(_decided)]

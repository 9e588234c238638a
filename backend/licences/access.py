"""Who may do what with licences and their reports: path id → permitted thing; see the table in `open_licences`."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import OnceVerifiedEditor, PlatformOrAuthority, Viewer
from backend.accounts.caller import Caller
from backend.core.http.problems import ChangedMeanwhile
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.licences import queries
from backend.licences.errors import NoSuchLicence, NoSuchReport, StepNotYours
from backend.licences.models import Licence, RoyaltyReport
from backend.patents import queries as patent_queries
from backend.patents.errors import NoSuchPatent
from backend.patents.queries import PatentAggregate

SUFFIX: Final = "01h455vb4pex5vsknk084sn02q"
LicenceId = Annotated[str, Path(pattern=id_pattern("lic"), examples=[f"lic_{SUFFIX}"])]
ReportId = Annotated[str, Path(pattern=id_pattern("roy"), examples=[f"roy_{SUFFIX}"])]


@dataclass(frozen=True, slots=True)
class HeldLicence:
    """A licence held for a change together with its patent."""

    whole: PatentAggregate
    caller: Caller
    licence: Licence


async def locked(session: AsyncSession, thing: Any) -> PatentAggregate:
    """Return the patent of a thing, held with it for a change; the patent first, as every grant does.

    A merge may have moved the thing while its patent was waited for: then whoever asks tries again.
    """
    patent_id = thing.patent_id
    whole = await patent_queries.load(session, patent_id, lock=True)
    if whole is None:
        raise NoSuchPatent
    await session.refresh(thing, with_for_update=True)
    if thing.patent_id != patent_id:
        raise ChangedMeanwhile
    return whole


async def _seen_licence(licence_id: LicenceId, caller: Viewer, session: ReadDb) -> Licence:
    found = await queries.licence(session, caller, licence_id)
    if found is None:
        raise NoSuchLicence
    return found


async def _visible_licence(licence_id: LicenceId, caller: OnceVerifiedEditor, session: Db) -> HeldLicence:
    found = await queries.licence(session, caller, licence_id)
    if found is None:
        raise NoSuchLicence
    whole = await locked(session, found)
    return HeldLicence(whole, caller, found)


def is_licensee(licence: Licence, caller: Caller) -> bool:
    """Whether the caller's organisation has taken the licence."""
    return licence.licensee_organisation_id == caller.organisation_id


async def _licensees(held: Annotated[HeldLicence, Depends(_visible_licence)]) -> HeldLicence:
    if not is_licensee(held.licence, held.caller):
        raise StepNotYours(by="licensee")
    return held


async def _ended(held: Annotated[HeldLicence, Depends(_visible_licence)]) -> HeldLicence:
    """A licence taken runs on, whatever its licensors want (Patent Law, arts. 50(2), 51)."""
    if not (is_licensee(held.licence, held.caller) or patent_queries.is_office(held.caller)):
        raise StepNotYours(by="licensee, authority")
    return held


async def _contested(
    held: Annotated[HeldLicence, Depends(_visible_licence)], caller: PlatformOrAuthority
) -> HeldLicence:
    if caller.organisation_id in (held.licence.licensee_organisation_id, held.licence.licensor_organisation_id):
        raise StepNotYours(by="office that is no side")
    return held


async def _report(
    held: Annotated[HeldLicence, Depends(_licensees)], report_id: ReportId, session: Db
) -> tuple[HeldLicence, RoyaltyReport]:
    report = await session.get(RoyaltyReport, report_id, with_for_update=True)
    if report is None or report.licence_id != held.licence.id:
        raise NoSuchReport
    return held, report


SeenLicence = Annotated[Licence, Depends(_seen_licence)]
EitherLicence = Annotated[HeldLicence, Depends(_visible_licence)]
ContestedLicence = Annotated[HeldLicence, Depends(_contested)]
EndedLicence = Annotated[HeldLicence, Depends(_ended)]
LicenseesLicence = Annotated[HeldLicence, Depends(_licensees)]
OwnReport = Annotated[tuple[HeldLicence, RoyaltyReport], Depends(_report)]

"""The made-up pledge of what a licence of the demonstration brings in, with its licensee's consent."""

from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.demo.load_context import Stage
from backend.licences.access import HeldLicence
from backend.licences.codes import FeeForm
from backend.licences.models import Licence
from backend.licences.states import LicenceStatus
from backend.receivable_pledges import service
from backend.receivable_pledges.access import HeldReceivablePledge
from backend.receivable_pledges.schemas import ReceivablePledgeAnswer, ReceivablePledgeIn, ReceivableRegistration

PLEDGEE: Final = "bank_shancheng"


async def pledge_income(stage: Stage) -> None:
    """Pledge the income of the first licence that has any, and register the pledge."""
    running = sa.select(Licence).where(col(Licence.status) == LicenceStatus.IN_FORCE).order_by(col(Licence.id))
    licence = next((one for one in await stage.session.scalars(running) if one.fee["form"] != FeeForm.FREE), None)
    if licence is None:
        return
    session, now, whole = stage.session, stage.now, await stage.whole(licence.patent_id)
    licensor = await stage.caller(licence.licensor_organisation_id)
    licensee = await stage.caller(licence.licensee_organisation_id)
    pledgee = await stage.caller(stage.places[PLEDGEE].organisation_id)
    body = ReceivablePledgeIn(pledgee_organisation_id=pledgee.organisation_id, note="演示数据：许可收益质押")
    row = await service.ask(session, HeldLicence(whole, licensor, licence), body, now)
    consenting = HeldReceivablePledge(row, HeldLicence(whole, licensee, licence), licensee)
    await service.answer(session, consenting, ReceivablePledgeAnswer(answer="given"), now)
    registered = ReceivableRegistration(registration_number="DEMO-A000001", registered_on=stage.today)
    registering = HeldReceivablePledge(row, HeldLicence(whole, pledgee, licence), pledgee)
    await service.register(session, registering, registered, now)

"""A request to be heard as a holder, as a newcomer finds it: a private row beside an established patent."""

from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.demo.load_context import Stage
from backend.establishment.access import Asking
from backend.establishment.matching import propose
from backend.establishment.schemas import EstablishmentIn
from backend.establishment.service import take_in
from backend.patents.codes import HoldingState, ListingStatus
from backend.patents.models import Holding, Listing, Patent
from backend.patents.register.service import enter
from backend.patents.schemas import PatentIn

ASKER: Final = "bishui"
EVIDENCE: Final = "演示数据：转让合同，已提交著录项目变更"
TITLE: Final = "演示数据：受让的专利"


async def ask_to_be_heard(stage: Stage) -> None:
    """Have an enterprise that says to have bought a listed patent ask its holder."""
    statement = (
        sa.select(col(Patent.id))
        .join(Listing, col(Listing.patent_id) == col(Patent.id))
        .join(Holding, col(Holding.patent_id) == col(Patent.id))
        .where(col(Listing.status) == ListingStatus.LISTED, col(Holding.state) == HoldingState.VERIFIED)
        .where(col(Patent.application_number).is_not(None))
        .order_by(col(Patent.application_number))
        .limit(1)
    )
    patent_id = (await stage.session.scalars(statement)).first()
    if patent_id is None:
        return
    target = await stage.whole(patent_id)
    caller = await stage.caller(stage.places[ASKER].organisation_id)
    content = PatentIn(application_number=target.patent.application_number, title=TITLE, evidence=EVIDENCE)
    row, _, _ = await enter(stage.session, caller, content, stage.quotas, stage.now)
    evidence = EstablishmentIn(evidence=EVIDENCE, evidence_files=await stage.evidence(caller))
    (request,) = await take_in(stage.session, Asking(row, caller), evidence, stage.quotas, stage.now)
    await propose(stage.session, request, row, target, stage.now)

"""How a pledge is drawn up from an accepted offer, with its contract."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Party
from backend.accounts.parties.directory import party_of
from backend.contracts import service as contracts
from backend.contracts.models import Contract
from backend.contracts.policy import ContractPolicy
from backend.contracts.service import Side
from backend.core.clock import china_day
from backend.core.database.columns import iso
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.patents.legal_events.term_rules import add_months
from backend.patents.queries import PatentAggregate
from backend.pledges import queries
from backend.pledges.access import HeldPledge
from backend.pledges.codes import PledgeKind, PledgeSide, PledgeStatus
from backend.pledges.collateral.accepted_offer import Collateral
from backend.pledges.drafting.contract_template import (
    PLEDGE_CONTRACT,
    DebtTerms,
    PledgedPatentTerms,
    PledgeTerms,
)
from backend.pledges.errors import PledgeExists, PledgeNotInState
from backend.pledges.events import PledgeDrafted, PledgeRevised, pledge_event
from backend.pledges.models import Pledge, PledgedPatent, Pledgor
from backend.pledges.schemas import PledgeIn, PledgePatch
from backend.pledges.service import announce

PLEDGOR, PLEDGEE = PledgeSide.PLEDGOR.value, PledgeSide.PLEDGEE.value
GRACE_MONTHS: Final = 1  # between the drafting and the disbursement, from which the loan's own term runs


async def draw_up(
    session: AsyncSession, collateral: Collateral, body: PledgeIn, policy: ContractPolicy, now: datetime
) -> Pledge:
    """Return the pledge with its contract, which pledgors and pledgee sign; raise PledgeExists."""
    offer = collateral.offer
    known = await queries.of_offer(session, offer.id)
    if known is not None:
        raise PledgeExists(pledge_id=known.id)
    pledgee = await party_of(session, collateral.pledgee_organisation_id)
    debtor = await party_of(session, collateral.debtor_organisation_id)
    today = china_day(now)
    terms = _terms(collateral, body, debtor, today)
    pledge = Pledge(
        id=new_id("plg"),
        offer_id=offer.id,
        status=PledgeStatus.DRAFT,
        kind=body.kind,
        debtor_organisation_id=collateral.debtor_organisation_id,
        pledgee_organisation_id=collateral.pledgee_organisation_id,
        pledgee_party_id=pledgee.id,
        secured_fen=body.maximum_fen if body.maximum_fen is not None else offer.amount_fen,
        debt_from=today,
        debt_until=date.fromisoformat(terms.debt.due_until),
        terms=terms.model_dump(mode="json"),
        created_at=now,
        created_by=collateral.caller.organisation_id,
    )
    session.add(pledge)
    await session.flush()
    pledgors = await _add_patents(session, pledge, collateral)
    contract = await contracts.draw_up(
        session, PLEDGE_CONTRACT, subject=pledge.id, sides=_sides(pledge, pledgors), terms=terms,
        by=collateral.caller, policy=policy, now=now,
    )  # fmt: skip
    pledge.contract_id = contract.id
    payload = PledgeDrafted(pledge_id=pledge.id, offer_id=offer.id)
    own = [collateral.caller.organisation_id]
    audience = queries.audience_of(pledge, pledgors, offer.organisation_id)
    await append(session, pledge_event(payload, audience, collateral.caller.user_id, own), now)
    return pledge


async def revise(
    session: AsyncSession, held: HeldPledge, body: PledgePatch, policy: ContractPolicy, now: datetime
) -> None:
    """Change the terms of the contract before all have signed it; signatures of the version before lapse.

    Raises PledgeNotInState, ContractNotInState.
    """
    pledge = held.pledge
    if pledge.status is not PledgeStatus.DRAFT or pledge.contract_id is None:
        raise PledgeNotInState(status=pledge.status.value, action="change")
    terms = PledgeTerms.model_validate(pledge.terms | body.model_dump(mode="json", exclude_unset=True))
    contract = await session.get_one(Contract, pledge.contract_id)
    await contracts.revise(session, contract, PLEDGE_CONTRACT, terms, by=held.caller, policy=policy, now=now)
    pledge.terms = terms.model_dump(mode="json")
    pledge.version += 1
    await announce(session, held, PledgeRevised, now)


def _terms(collateral: Collateral, body: PledgeIn, debtor: Party, today: date) -> PledgeTerms:
    offer = collateral.offer
    debt = DebtTerms(
        debtor=debtor.name,
        financing_offer_id=offer.id,
        amount_fen=offer.amount_fen,
        term_months=offer.term_months,
        lpr_tenor=offer.rate_tenor,
        margin_bp=offer.rate_bp,
        due_from=today.isoformat(),
        due_until=add_months(today, offer.term_months + GRACE_MONTHS).isoformat(),
    )
    return PledgeTerms(
        kind=body.kind,
        maximum_fen=body.maximum_fen if body.kind is PledgeKind.MAXIMUM_AMOUNT else None,
        debt=debt,
        secures=list(body.secures),
        patents=[_patent_terms(whole, collateral.pledgors[whole.patent.id]) for whole in collateral.wholes],
        annuities_paid_by=body.annuities_paid_by,
        special_terms=body.special_terms,
    )


def _patent_terms(whole: PatentAggregate, pledgors: Sequence[Party]) -> PledgedPatentTerms:
    patent = whole.patent
    return PledgedPatentTerms(
        patent_id=patent.id,
        title=patent.title or patent.application_number or patent.id,
        kind=patent.kind,
        application_number=patent.application_number,
        grant_number=patent.grant_number,
        filing_date=iso(patent.filing_date),
        grant_date=iso(patent.grant_date),
        pledgors=[party.name for party in pledgors],
    )


async def _add_patents(session: AsyncSession, pledge: Pledge, collateral: Collateral) -> list[Pledgor]:
    session.add_all(PledgedPatent(pledge_id=pledge.id, patent_id=whole.patent.id) for whole in collateral.wholes)
    rows = [
        Pledgor(
            pledge_id=pledge.id,
            patent_id=whole.patent.id,
            party_id=party.id,
            organisation_id=str(party.organisation_id),
        )
        for whole in collateral.wholes
        for party in collateral.pledgors[whole.patent.id]
    ]
    await session.flush()
    session.add_all(rows)
    await session.flush()
    return rows


def _sides(pledge: Pledge, pledgors: Sequence[Pledgor]) -> list[Side]:
    """Return who signs: each organisation that pledges, once, and the pledgee."""
    each_once = {one.organisation_id: one for one in pledgors}.values()
    return [
        *(Side(code=PLEDGOR, organisation_id=one.organisation_id, party_id=one.party_id) for one in each_once),
        Side(code=PLEDGEE, organisation_id=pledge.pledgee_organisation_id, party_id=pledge.pledgee_party_id),
    ]

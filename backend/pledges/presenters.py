"""How pledges are shown to who asks: what belongs to a list of them is read at one go."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.database.columns import iso
from backend.pledges import queries
from backend.pledges.access import SeenPledge
from backend.pledges.codes import PledgeStatus, SecuredItem
from backend.pledges.collateral.watch import ADVICE
from backend.pledges.models import Pledge, PledgeChange, PledgeDisposal, PledgedPatent, PledgeProceeds, PledgeWatch
from backend.pledges.policy import PledgePolicy
from backend.pledges.response_schemas import (
    DisposalOut,
    PledgeChangeOut,
    PledgeClaimOut,
    PledgeConfirmationOut,
    PledgeCorrectionOut,
    PledgedPatentOut,
    PledgeOut,
    PledgeWatchOut,
    PledgorOut,
    ProceedsOut,
)

PLAIN = frozenset(
    {"id", "version", "status", "kind", "contract_id", "debtor_organisation_id", "pledgee_organisation_id",
     "filing_number", "refusal_ground", "refusal_note", "registration_number", "release_reason", "default_note",
     "revocation_note", "created_at"}
)  # fmt: skip
DAYS = (
    "debt_from", "debt_until", "filed_on", "registered_on", "release_due_on", "release_filed_on", "released_on",
    "defaulted_on", "cured_on", "disposed_on", "revoked_on", "reappraisal_due_on",
)  # fmt: skip
Role = Literal["pledgor", "debtor", "pledgee", "lender", "office"]


async def pledges_out(
    session: AsyncSession, caller: Caller, rows: Sequence[Pledge], policy: PledgePolicy
) -> list[PledgeOut]:
    """Return the pledges as the caller sees them."""
    ids = [row.id for row in rows]
    patents, pledgors = await queries.patents_of(session, ids), await queries.pledgors_of(session, ids)
    lenders = await queries.lenders_of(session, rows)
    seen = (SeenPledge(row, patents[row.id], pledgors[row.id], lenders[row.id], caller) for row in rows)
    return [pledge_out(one, policy) for one in seen]


def pledge_out(seen: SeenPledge, policy: PledgePolicy) -> PledgeOut:
    """Return a pledge as the caller sees it; offices do not see what it secures."""
    row, role = seen.pledge, _role(seen)
    is_side = role != "office"
    expected = None
    if row.status is PledgeStatus.FILED and row.filed_on is not None:
        expected = iso(policy.registration_expected(row.filed_on))
    return PledgeOut(
        **row.model_dump(include=set(PLAIN)),
        **{name: iso(getattr(row, name)) for name in DAYS},
        role=role,
        financing_offer_id=row.offer_id if is_side else None,
        secured_fen=row.secured_fen if is_side else None,
        secures=[SecuredItem(one) for one in row.terms["secures"]] if is_side else [],
        patents=[_patent(one, seen) for one in seen.patents],
        confirmations=[PledgeConfirmationOut(**one) for one in row.confirmations],
        claims=[PledgeClaimOut(**one) for one in row.claims],
        registration_expected_by=expected,
        correction=PledgeCorrectionOut(**row.correction) if row.correction else None,
    )


def _role(seen: SeenPledge) -> Role:
    if seen.is_pledgee:
        return "pledgee"
    if seen.is_debtor:
        return "debtor"
    if seen.is_pledgor:
        return "pledgor"
    return "lender" if seen.is_lender else "office"


def _patent(one: PledgedPatent, seen: SeenPledge) -> PledgedPatentOut:
    pledgors = [PledgorOut(party_id=p.party_id, organisation_id=p.organisation_id)
                for p in seen.pledgors if p.patent_id == one.patent_id]  # fmt: skip
    return PledgedPatentOut(
        patent_id=one.patent_id,
        pledgors=pledgors,
        right_id=one.right_id,
        release_filed_on=iso(one.release_filed_on),
        released_on=iso(one.released_on),
        release_reason=one.release_reason,
        disposed_on=iso(one.disposed_on),
    )


def change_out(row: PledgeChange) -> PledgeChangeOut:
    """Return a change as the pledge's sides see it."""
    days = {"filed_on": iso(row.filed_on), "decided_on": iso(row.decided_on)}
    return PledgeChangeOut(
        **row.model_dump(include={"id", "kind", "status", "before", "after", "agreed_by", "note"}), **days
    )


def disposal_out(row: PledgeDisposal) -> DisposalOut:
    """Return a realisation as the pledge's sides see it."""
    shown = {"id", "method", "patent_ids", "buyer_party_id", "proceeds_fen", "costs_fen", "distribution", "recorded_at"}
    return DisposalOut(**row.model_dump(include=shown), disposed_on=iso(row.disposed_on))


def proceeds_out(row: PledgeProceeds) -> ProceedsOut:
    """Return what a licence brought in as the pledge's sides see it."""
    shown = {
        "id", "version", "patent_id", "licence_id", "payment_id", "amount_fen", "received_at", "use", "decided_at",
    }  # fmt: skip
    return ProceedsOut(**row.model_dump(include=shown), struck=row.struck_at is not None)


def watch_out(row: PledgeWatch, language: str) -> PledgeWatchOut:
    """Return what happened to a pledged patent, with what its pledgee may do."""
    advice = getattr(ADVICE[row.kind], language)
    return PledgeWatchOut(**row.model_dump(include={"patent_id", "kind", "about", "noticed_at"}), advice=advice)

"""The checks of a request's patents: by whom they would be pledged, for which debt, and what was confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.canonical import fingerprint
from backend.core.clock import china_day
from backend.core.database.columns import iso
from backend.core.errors import Reason, Text
from backend.financing import queries
from backend.financing.checks import service as checks
from backend.financing.checks.service import DebtTerm, PatentChecks, PatentToPledge
from backend.financing.codes import Ground, PledgorConsentStatus
from backend.financing.models import FinancingPatent, FinancingRequest, PledgorConsent
from backend.patents import queries as patents
from backend.patents.legal_events.term_rules import add_months
from backend.patents.queries import PatentAggregate

CONSENT_MISSING = Text("专利权人尚未同意出质。", "A holder of the patent has not agreed to pledge it.")
AGREE = Text("请由该权利人答复：POST /v1/pledgor-consents/…/agreement。", "That holder answers, by …/agreement.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestChecks:
    """What came of the checks of a request, and what its patents' other holders have not agreed to yet."""

    ends_on: date
    terms: dict[str, Any]
    terms_hash: str
    patents: Sequence[PatentChecks]
    consents_missing: Sequence[PledgorConsent]

    @property
    def is_clear(self) -> bool:
        """Whether nothing stands against sending the request."""
        return not self.consents_missing and not any(patent.against for patent in self.patents)

    def reasons(self) -> list[Reason]:
        """Return what stands against sending the request."""
        found = [
            Reason(
                "pledgor_consent_missing",
                CONSENT_MISSING,
                cure=AGREE,
                since=iso(one.asked_at),
                params={"patent_id": one.patent_id, "pledgor_consent_id": one.id},
            )
            for one in self.consents_missing
        ]
        return found + [reason for one in self.patents for reason in one.reasons()]


def pledge_terms(request: FinancingRequest) -> dict[str, Any]:
    """Return the terms to which a co-owner off the platform consents, by POST /v1/patents/{id}/consents."""
    return {"request_id": request.id, "amount_fen": request.amount_fen, "term_months": request.term_months}


async def check(session: AsyncSession, request: FinancingRequest, now: datetime) -> RequestChecks:
    """Return what came of every ground for every patent of the request now."""
    patent_rows = await queries.patents_of(session, request.id)
    consents = await queries.consents_of(session, request.id)
    wholes = {w.patent.id: w for w in await patents.load_all(session, [row.patent_id for row in patent_rows])}
    terms = pledge_terms(request)
    term = DebtTerm(ends_on=add_months(china_day(now), request.term_months), terms_hash=fingerprint(terms))
    to_pledge = [_to_pledge(wholes[row.patent_id], row, consents, request.organisation_id) for row in patent_rows]
    return RequestChecks(
        ends_on=term.ends_on,
        terms=terms,
        terms_hash=fingerprint(terms),
        patents=await checks.run(session, to_pledge, term, now),
        consents_missing=[consent for consent in consents if consent.status is not PledgorConsentStatus.AGREED],
    )


def _to_pledge(
    whole: PatentAggregate, named: FinancingPatent, consents: Sequence[PledgorConsent], requester: str
) -> PatentToPledge:
    """Return the patent with those who would pledge it: the requester where it holds it, and the others asked.

    Confirmed is what each of them confirmed. Unless all others have agreed, a requester that does not hold the patent
    sees its ledger as anybody would.
    """
    others = [consent for consent in consents if consent.patent_id == named.patent_id]
    own = {holding.party_id for holding in whole.held_by(requester)}
    confirmations = [frozenset(Ground(code) for code in consent.confirmed) for consent in others]
    if own or not others:
        confirmations.append(frozenset(Ground(code) for code in named.confirmed))
    may_see_all = bool(own) or (others and all(consent.status is PledgorConsentStatus.AGREED for consent in others))
    return PatentToPledge(
        patent_id=named.patent_id,
        pledgors=frozenset(own | {consent.party_id for consent in others}),
        same_day=named.same_day,
        confirmed=frozenset.intersection(*confirmations),
        seen_by=None if may_see_all else frozenset(),
    )

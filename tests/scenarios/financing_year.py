"""A year of requests for financing put straight into the database, with what became of each as it was drawn."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from backend.accounts.codes import OrganisationKind, OrganisationStatus
from backend.accounts.models import Organisation
from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.core.ids import new_id
from backend.financing.codes import DisclosureStatus, OfferStatus, PledgeeKind, RecipientKind, RequestStatus
from backend.financing.models import Disclosure, FinancingOffer, FinancingPatent, FinancingRequest
from backend.loan_terms.codes import DayCount, LprTenor, RepaymentMethod
from backend.loans.codes import LoanStatus
from backend.loans.models import Loan
from backend.patents.codes import ListingStatus
from backend.patents.models import Listing, Patent

CLUSTERS: Final = ("advanced_materials", "intelligent_equipment", "new_generation_electronics", None)
REGIONS: Final = ("500106", "510100", "110105", None)
USER: Final = "usr_00000000000000000000000000"
AT_ONCE: Final = 2_000
TERMS: Final[dict[str, Any]] = {
    "rate_tenor": LprTenor.ONE_YEAR,
    "method": RepaymentMethod.AT_MATURITY,
    "day_count": DayCount.ACTUAL_360,
    "interest_every": 12,
    "fees": [],
    "penalty_bp": 150,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A request as it was drawn; the offer that it accepted is the first bank's."""

    enterprise_id: str
    region: str | None
    cluster: str | None
    banks: Sequence[str]
    requested_fen: int
    first_loan: bool | None
    days_to_offers: dict[str, int] = field(default_factory=dict)
    accepted_by: str | None = None
    accepted_fen: int = 0
    days_to_acceptance: int = 0
    days_to_disbursement: int | None = None
    loan_status: LoanStatus = LoanStatus.AGREED


def draw_year(chance: random.Random, requests: int, enterprises: int, banks: Sequence[str]) -> list[Drawn]:
    """Return requests of so many enterprises to some of the banks."""
    ids = [new_id("org") for _ in range(enterprises)]
    regions = {one: chance.choice(REGIONS) for one in ids}
    return [_drawn(chance, one := chance.choice(ids), regions[one], banks) for _ in range(requests)]


def _drawn(chance: random.Random, enterprise_id: str, region: str | None, banks: Sequence[str]) -> Drawn:
    asked = chance.sample(banks, min(3, len(banks)))
    offers = {bank: chance.randrange(1, 40) for bank in asked if chance.random() < 0.7}
    accepted = next(iter(offers), None) if chance.random() < 0.7 else None
    amount = chance.randrange(50, 1_000) * 1_000_000
    days = (offers[accepted] + chance.randrange(20)) if accepted else 0
    disbursed = days + chance.randrange(1, 60) if accepted and chance.random() < 0.8 else None
    statuses = (LoanStatus.DISBURSED, LoanStatus.REPAID, LoanStatus.OVERDUE, LoanStatus.DEFAULTED, LoanStatus.CLOSED)
    return Drawn(
        enterprise_id=enterprise_id,
        region=region,
        cluster=chance.choice(CLUSTERS),
        banks=asked,
        requested_fen=amount,
        first_loan=chance.choice((True, False, None)),
        days_to_offers=offers,
        accepted_by=accepted,
        accepted_fen=amount * 9 // 10,
        days_to_acceptance=days,
        days_to_disbursement=disbursed,
        loan_status=LoanStatus.AGREED if disbursed is None else chance.choices(statuses, (70, 20, 6, 2, 2))[0],
    )


async def insert_year(database: Database, year: int, drawn: Sequence[Drawn], banks: Sequence[str]) -> None:
    """Put the requests in, submitted on days of the year, with a patent of each cluster that they share."""
    begin = datetime(year, 1, 1, 1, tzinfo=UTC)
    regions = {one.enterprise_id: one.region for one in drawn}
    organisations = [_organisation(one, OrganisationKind.ENTERPRISE, begin, region) for one, region in regions.items()]
    organisations += [_organisation(bank, OrganisationKind.BANK, begin, None) for bank in banks]
    patents = {cluster: new_id("pat") for cluster in CLUSTERS}
    rows = _Rows(patents)
    for number, one in enumerate(drawn):
        rows.add(one, begin + timedelta(days=number % 365, seconds=number))
    await _insert(database, Organisation, organisations)
    await _insert(database, Patent, [_patent(one, begin) for one in patents.values()])
    listings = [_listing(patents[one], organisations[0]["id"], one, begin) for one in CLUSTERS if one]
    await _insert(database, Listing, listings)
    for table in (FinancingRequest, FinancingPatent, Disclosure, FinancingOffer, Loan):
        await _insert(database, table, rows.of[table])


async def _insert(database: Database, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        async with database.write() as session:
            await session.execute(sa.insert(table_of(table)), list(rows[start : start + AT_ONCE]))


def _organisation(organisation_id: str, kind: OrganisationKind, at: datetime, region: str | None) -> dict[str, Any]:
    return {
        "id": organisation_id, "kind": kind, "status": OrganisationStatus.VERIFIED, "name": f"示例 {organisation_id}",
        "country": "CN", "region": region, "party_id": new_id("pty"), "created_at": at, "version": 1,
    }  # fmt: skip


def _patent(patent_id: str, at: datetime) -> dict[str, Any]:
    return Patent(id=patent_id, title="示例专利", ipc=["H01M10/0525"], created_at=at, updated_at=at).model_dump()


def _listing(patent_id: str, organisation_id: str, cluster: str, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id("lst"), "patent_id": patent_id, "organisation_id": organisation_id,
        "status": ListingStatus.DELISTED, "deal_types": [], "clusters": [cluster], "keywords": [], "created_at": at,
        "listed_at": at, "version": 1,
    }  # fmt: skip


class _Rows:
    """Rows of the tables of financing, by table."""

    def __init__(self, patents: dict[str | None, str]) -> None:
        self.patents = patents
        self.of: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (FinancingRequest, FinancingPatent, Disclosure, FinancingOffer, Loan)
        }

    def add(self, one: Drawn, at: datetime) -> None:
        request_id = new_id("fin")
        self.of[FinancingRequest].append(
            FinancingRequest(
                id=request_id, organisation_id=one.enterprise_id, amount_fen=one.requested_fen, term_months=12,
                status=RequestStatus.ACCEPTED if one.accepted_by else RequestStatus.DECLINED, purpose="示例",
                first_loan=one.first_loan, created_by=USER, created_at=at, submitted_by=USER, submitted_at=at,
            ).model_dump()
        )  # fmt: skip
        patent = FinancingPatent(request_id=request_id, patent_id=self.patents[one.cluster], number=1)
        self.of[FinancingPatent].append(patent.model_dump())
        for bank in one.banks:
            self._disclosure(one, request_id, bank, at)

    def _disclosure(self, one: Drawn, request_id: str, bank: str, at: datetime) -> None:
        disclosure_id = new_id("dsc")
        self.of[Disclosure].append(
            Disclosure(
                id=disclosure_id, request_id=request_id, organisation_id=bank, recipient=RecipientKind.BANK,
                purpose="示例", ends_on=date(at.year, 12, 31), status=DisclosureStatus.ENDED, receipt={},
                receipt_sha256="0" * 64, created_by=USER, created_at=at, sent_at=at,
            ).model_dump()
        )  # fmt: skip
        if bank in one.days_to_offers:
            self._offer(one, request_id, disclosure_id, bank, at)

    def _offer(self, one: Drawn, request_id: str, disclosure_id: str, bank: str, at: datetime) -> None:
        offer_id, is_accepted = new_id("off"), bank == one.accepted_by
        approved_at = at + timedelta(days=one.days_to_offers[bank])
        accepted_at = at + timedelta(days=one.days_to_acceptance)
        self.of[FinancingOffer].append(
            FinancingOffer(
                id=offer_id, request_id=request_id, disclosure_id=disclosure_id, organisation_id=bank,
                status=OfferStatus.ACCEPTED if is_accepted else OfferStatus.REJECTED,
                amount_fen=one.accepted_fen, term_months=12, rate_bp=45, pledgee=PledgeeKind.BANK,
                valid_until=date(at.year, 12, 31), drafted_by=USER, drafted_at=at, approved_by=f"{USER[:-1]}1",
                approved_at=approved_at, closed_at=accepted_at, **TERMS,
            ).model_dump()
        )  # fmt: skip
        if is_accepted:
            self._loan(one, request_id, offer_id, at)

    def _loan(self, one: Drawn, request_id: str, offer_id: str, at: datetime) -> None:
        agreed_at = at + timedelta(days=one.days_to_acceptance)
        days = one.days_to_disbursement
        disbursed_at = None if days is None else at + timedelta(days=days)
        self.of[Loan].append(
            Loan(
                id=new_id("loan"), offer_id=offer_id, request_id=request_id, lender_organisation_id=one.accepted_by,
                borrower_organisation_id=one.enterprise_id, status=one.loan_status, amount_fen=one.accepted_fen,
                agreed_term_months=12, term_months=12, margin_bp=45, agreed_on=agreed_at.date(), agreed_at=agreed_at,
                disbursed_on=disbursed_at and disbursed_at.date(), disbursed_at=disbursed_at,
                rate_bp=None if disbursed_at is None else 345, **TERMS,
            ).model_dump()
        )  # fmt: skip

"""The checks of the pledge registration, read from the ledger of rights; pledges ask them again before they file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.core.database.columns import iso
from backend.core.errors import Reason, Text
from backend.financing.checks import rules
from backend.financing.checks.rules import ContractFacts, Finding, GroundCheck, ProposedPledge
from backend.financing.codes import Ground, SameDayAnswer
from backend.patents import queries as patents
from backend.patents.queries import PatentAggregate
from backend.reference.lists import label
from backend.rights import queries as rights
from backend.rights.ledger import Ledger

GROUNDS: Final = "pledge-grounds"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatentToPledge:
    """A patent, the parties that would pledge it together, and what was answered and confirmed about it.

    `seen_by` are the parties of somebody who may not see all that burdens the patent, to whom it shows as to others.
    """

    patent_id: str
    pledgors: frozenset[str]
    same_day: SameDayAnswer | None = None
    confirmed: frozenset[Ground] = frozenset()
    seen_by: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtTerm:
    """Until when the debt runs, to whom it is owed where that is known, and by which hash its terms are known."""

    ends_on: date
    to_party: str | None = None
    terms_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatentChecks:
    """What came of the grounds for one patent."""

    patent_id: str
    grounds: tuple[GroundCheck, ...]

    @property
    def against(self) -> tuple[GroundCheck, ...]:
        """The grounds that stand against sending or registering it."""
        return tuple(one for one in self.grounds if one.stands_against)

    def reasons(self) -> list[Reason]:
        """Return each thing that stands against it, with its patent and the code and title of its ground."""
        return [self._reason(ground, finding) for ground in self.against for finding in ground.findings]

    def _reason(self, check: GroundCheck, finding: Finding) -> Reason:
        ground = check.ground.value
        return Reason(
            finding.code,
            finding.detail,
            finding.rule,
            finding.cure_of(check.ground),
            iso(finding.since),
            params={"patent_id": self.patent_id, "ground": ground, "ground_title": title_of(check.ground)},
        )


def title_of(ground: Ground) -> Text:
    """Return how a ground is called in the reference list."""
    return Text(*(label(GROUNDS, ground.value, language) for language in ("zh", "en")))


async def run(
    session: AsyncSession, patents_to_pledge: Sequence[PatentToPledge], term: DebtTerm, now: datetime
) -> list[PatentChecks]:
    """Return what came of every ground for each patent, in the order in which they were named."""
    ids = [one.patent_id for one in patents_to_pledge]
    wholes = {whole.patent.id: whole for whole in await patents.load_all(session, ids)}
    found = []
    for one in patents_to_pledge:
        whole = wholes[one.patent_id]
        ledger = await rights.ledger_of(session, whole, now, own=one.seen_by)
        found.append(_checked(whole, ledger, one, term, china_day(now)))
    return found


def _checked(whole: PatentAggregate, ledger: Ledger, one: PatentToPledge, term: DebtTerm, today: date) -> PatentChecks:
    patent = whole.patent
    facts = ContractFacts(
        has_number=bool(patent.grant_number or patent.application_number),
        has_filing_date=patent.filing_date is not None,
        has_grant_date=patent.grant_date is not None,
    )
    asked = ProposedPledge(
        on=today,
        ends_on=term.ends_on,
        by=one.pledgors,
        to_party=term.to_party,
        terms_hash=term.terms_hash,
        same_day=one.same_day,
        confirmed=one.confirmed,
    )
    return PatentChecks(patent_id=patent.id, grounds=rules.check(ledger, asked, facts))

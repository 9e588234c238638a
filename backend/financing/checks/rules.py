"""The grounds on which the office refuses to register a pledge, each asked of the ledger of rights; pure.

Grounds 10 and 11 are no refusals where the parties know of them and still want the pledge, so they are to be
confirmed. What is not on record is unknown, which asks for a confirmation too; nothing passes by silence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from backend.core.errors import Text
from backend.financing.checks import ground_texts
from backend.financing.checks.ground_texts import GroundText
from backend.financing.codes import CheckOutcome, Ground, SameDayAnswer
from backend.patents.codes import HoldingState, LegalStatus, PatentKind
from backend.rights.codes import Act, Permission, Sureness
from backend.rights.ledger import CHINA, Annuity, Ledger, PermissionRequest
from backend.rights.permissions.rules import Because, decide

NUMBERS: Final = {ground: number for number, ground in enumerate(Ground, start=1)}
GROUND_OF: Final[Mapping[str, Ground]] = {
    "not_a_holder": Ground.NOT_THE_REGISTERED_OWNER,
    "holding_disputed": Ground.NOT_THE_REGISTERED_OWNER,
    "right_terminated": Ground.TERMINATED_OR_INVALID,
    "wholly_invalidated": Ground.TERMINATED_OR_INVALID,
    "status_unknown": Ground.TERMINATED_OR_INVALID,
    "pledge_before_grant": Ground.NOT_GRANTED,
    "pledge_annuity_unpaid": Ground.ANNUITY_UNPAID,
    "suspended_disposal": Ground.SUSPENDED,
    "seized_disposal": Ground.SUSPENDED,
    "debt_outlasts_right": Ground.DEBT_OUTLASTS_PATENT,
    "co_owners": Ground.CO_OWNERS_MISSING,
    "co_owner_agreement": Ground.CO_OWNERS_MISSING,
    "already_pledged": Ground.ALREADY_PLEDGED,
    "invalidation_pending": Ground.INVALIDATION_PENDING,
}
UNKNOWN_STATUSES: Final = frozenset({LegalStatus.UNKNOWN})
STRENGTH: Final = {outcome: place for place, outcome in enumerate(CheckOutcome)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a ground found; `is_answerable` is false where a question is to be answered first."""

    code: str
    outcome: CheckOutcome
    detail: Text
    cure: Text
    rule: str | None = ground_texts.MEASURES
    sure: Sureness = Sureness.SECONDARY
    since: date | None = None
    is_answerable: bool = True

    def cure_of(self, ground: Ground) -> Text:
        """Return what would lift it, of the ground that it belongs to."""
        return Text(*(text.replace("{ground}", ground.value) for text in self.cure))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundCheck:
    """What came of one ground for one patent."""

    ground: Ground
    outcome: CheckOutcome
    confirmed: bool
    findings: tuple[Finding, ...]

    @property
    def number(self) -> int:
        """The ground's number in the office's measures."""
        return NUMBERS[self.ground]

    @property
    def stands_against(self) -> bool:
        """Whether nothing may be sent or registered because of it."""
        return self.outcome is not CheckOutcome.PASS and not self.confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedPledge:
    """A pledge that somebody has in mind: by which parties, for a debt until when, and what was answered about it."""

    on: date
    ends_on: date
    by: frozenset[str]
    to_party: str | None = None
    terms_hash: str | None = None
    same_day: SameDayAnswer | None = None
    confirmed: frozenset[Ground] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts:
    """Whether what a pledge contract says about the patent is on record."""

    has_number: bool
    has_filing_date: bool
    has_grant_date: bool


def check(ledger: Ledger, asked: ProposedPledge, facts: ContractFacts) -> tuple[GroundCheck, ...]:
    """Return what came of each of the twelve grounds, in their order."""
    by_ground: dict[Ground, list[Finding]] = {ground: [] for ground in Ground}
    request = PermissionRequest(
        Act.PLEDGE, asked.on, asked.by, ends_on=asked.ends_on, to_party=asked.to_party, terms_hash=asked.terms_hash
    )
    for reason in decide(ledger, request).reasons:
        by_ground[GROUND_OF.get(reason.rule.code, Ground.OTHER)].append(_of_rule(reason, ledger))
    for ground, finding in (*_unknown(ledger, asked, facts), *_beyond_the_rules(ledger, asked)):
        if all(known.code != finding.code for known in by_ground[ground]):
            by_ground[ground].append(finding)
    return tuple(_result(ground, findings, asked.confirmed) for ground, findings in by_ground.items())


def _result(ground: Ground, findings: Sequence[Finding], confirmed: frozenset[Ground]) -> GroundCheck:
    outcome = max((finding.outcome for finding in findings), key=STRENGTH.__getitem__, default=CheckOutcome.PASS)
    may_be = outcome in (CheckOutcome.UNKNOWN, CheckOutcome.TO_CONFIRM) and all(
        finding.is_answerable for finding in findings
    )
    return GroundCheck(
        ground=ground, outcome=outcome, confirmed=may_be and ground in confirmed, findings=tuple(findings)
    )


def _of_rule(reason: Because, ledger: Ledger) -> Finding:
    rule = reason.rule
    finding = Finding(
        code=rule.code,
        outcome=CheckOutcome.REFUSED,
        detail=rule.said.detail,
        cure=rule.said.cure,
        rule=rule.law,
        sure=rule.sure,
        since=reason.hit.since,
    )
    if rule.code == "pledge_before_grant" and ledger.register.legal_status in UNKNOWN_STATUSES:
        return _unknown_fact(rule.code, ground_texts.GRANT_UNKNOWN)
    if rule.code == "status_unknown":
        return _unknown_fact(rule.code, ground_texts.STATUS_UNKNOWN)
    if rule.leads_to is Permission.NEEDS_CONFIRMATION or rule.code == "pledgee_on_open_licence":
        return replace(finding, outcome=CheckOutcome.TO_CONFIRM)
    return finding


def _unknown_fact(code: str, text: GroundText) -> Finding:
    return Finding(
        code=code, outcome=CheckOutcome.UNKNOWN, detail=text.detail, cure=text.cure, rule=None, sure=Sureness.PLATFORM
    )


def _unknown(ledger: Ledger, asked: ProposedPledge, facts: ContractFacts) -> Iterable[tuple[Ground, Finding]]:
    """Yield what is not on record and would have to be."""
    register = ledger.register
    states = {holder.state for holder in ledger.holders if holder.party_id in asked.by}
    if HoldingState.ASSERTED in states:
        yield Ground.NOT_THE_REGISTERED_OWNER, _unknown_fact("holding_asserted", ground_texts.HOLDING_ASSERTED)
    if register.legal_status in UNKNOWN_STATUSES:
        yield Ground.TERMINATED_OR_INVALID, _unknown_fact("status_unknown", ground_texts.STATUS_UNKNOWN)
    if register.annuity in (Annuity.UNKNOWN, Annuity.UNRECORDED):
        yield Ground.ANNUITY_UNPAID, _unknown_fact("annuity_unknown", ground_texts.ANNUITY_UNKNOWN)
    if register.expiry is None:
        yield Ground.DEBT_OUTLASTS_PATENT, _unknown_fact("expiry_unknown", ground_texts.EXPIRY_UNKNOWN)
    if not (facts.has_number and facts.has_filing_date and facts.has_grant_date):
        missing = _unknown_fact("contract_facts_missing", ground_texts.CONTENT_MISSING)
        yield Ground.CONTRACT_INCOMPLETE, replace(missing, is_answerable=False)  # no word puts a number on a paper


def _beyond_the_rules(ledger: Ledger, asked: ProposedPledge) -> Iterable[tuple[Ground, Finding]]:
    """Yield what the rules of rights do not ask: the same-day application, and patents of other offices."""
    if ledger.register.kind in (PatentKind.UTILITY_MODEL, None):
        yield from ((Ground.SAME_DAY_APPLICATION, finding) for finding in _same_day(asked.same_day))
    if ledger.register.office != CHINA:
        text = ground_texts.NOT_CHINESE
        yield (
            Ground.OTHER,
            Finding(code="foreign_patent", outcome=CheckOutcome.REFUSED, detail=text.detail, cure=text.cure),
        )


def _same_day(answer: SameDayAnswer | None) -> Iterable[Finding]:
    if answer is None:
        yield replace(_unknown_fact("same_day_unanswered", ground_texts.SAME_DAY_UNANSWERED), is_answerable=False)
    elif answer is SameDayAnswer.UNKNOWN:
        yield _unknown_fact("same_day_unknown", ground_texts.SAME_DAY_UNKNOWN)
    elif answer is SameDayAnswer.YES:
        text = ground_texts.SAME_DAY_APPLICATION
        yield Finding(code="same_day_application", outcome=CheckOutcome.TO_CONFIRM, detail=text.detail, cure=text.cure)

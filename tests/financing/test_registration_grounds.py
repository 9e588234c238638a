"""Each ground on which the office refuses to register a pledge, on the ledger that has it, and both to be confirmed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from backend.financing.checks.rules import ContractFacts, GroundCheck, ProposedPledge, check
from backend.financing.codes import CheckOutcome, Ground, SameDayAnswer
from backend.patents.codes import HoldingState, LegalStatus, PatentKind
from backend.rights.codes import Act, RightKind, Whose
from backend.rights.ledger import Agreement, Annuity, Entry, Holder, Ledger, Register
from backend.rights.scope_rules import Period

TODAY = date(2026, 11, 30)
SOUND = Register(
    kind=PatentKind.INVENTION,
    legal_status=LegalStatus.IN_FORCE,
    status_since=date(2020, 5, 5),
    is_granted=True,
    expiry=date(2038, 3, 1),
    annuity=Annuity.PAID,
)
LEDGER = Ledger(SOUND, (Holder("own"),))
ASKED = ProposedPledge(on=TODAY, ends_on=date(2027, 11, 30), by=frozenset({"own"}))
FACTS = ContractFacts(has_number=True, has_filing_date=True, has_grant_date=True)
PLEDGE = Entry("rgt_1", RightKind.PLEDGE, Period(date(2026, 1, 1)), party_id="bank")
SEIZURE = Entry("rgt_2", RightKind.SEIZURE, Period(date(2026, 1, 1)))
OPEN = Entry("rgt_3", RightKind.OPEN_LICENCE, Period(date(2026, 1, 1)), terms_hash="a" * 64, is_announced=True)
ALL_AGREE = Agreement("agr", {Act.PLEDGE: (Whose.ALL, frozenset())})


def found(
    ledger: Ledger = LEDGER, asked: ProposedPledge = ASKED, facts: ContractFacts = FACTS
) -> Mapping[Ground, GroundCheck]:
    return {one.ground: one for one in check(ledger, asked, facts)}


def registered(**facts: Any) -> Ledger:
    return replace(LEDGER, register=replace(SOUND, **facts))


def held(*holders: Holder, **more: Any) -> Ledger:
    return replace(LEDGER, holders=holders, **more)


REFUSED = {
    "1 not the registered owner": (Ground.NOT_THE_REGISTERED_OWNER, held(Holder("another"))),
    "1 the holding is disputed": (Ground.NOT_THE_REGISTERED_OWNER, held(Holder("own", state=HoldingState.DISPUTED))),
    "2 lapsed": (Ground.TERMINATED_OR_INVALID, registered(legal_status=LegalStatus.LAPSED)),
    "2 surrendered": (Ground.TERMINATED_OR_INVALID, registered(legal_status=LegalStatus.SURRENDERED)),
    "2 expired": (Ground.TERMINATED_OR_INVALID, registered(legal_status=LegalStatus.EXPIRED)),
    "2 ended for a reason not told": (
        Ground.TERMINATED_OR_INVALID, registered(legal_status=LegalStatus.ENDED_UNKNOWN)),
    "2 wholly invalidated": (Ground.TERMINATED_OR_INVALID, registered(legal_status=LegalStatus.INVALIDATED)),
    "3 not granted": (Ground.NOT_GRANTED, registered(legal_status=LegalStatus.PENDING, is_granted=False)),
    "4 annuity unpaid": (Ground.ANNUITY_UNPAID, registered(annuity=Annuity.UNPAID, unpaid_since=date(2026, 3, 1))),
    "5 proceedings suspended": (Ground.SUSPENDED, registered(suspended_since=date(2026, 6, 1))),
    "5 preserved by a court": (Ground.SUSPENDED, replace(LEDGER, entries=(SEIZURE,))),
    "6 debt outlasts the patent": (Ground.DEBT_OUTLASTS_PATENT, registered(expiry=date(2027, 11, 30))),
    "8 a co-owner has not consented": (Ground.CO_OWNERS_MISSING, held(Holder("own"), Holder("other"))),
    "8 the co-owners' agreement asks for all": (
        Ground.CO_OWNERS_MISSING, held(Holder("own"), Holder("other"), agreement=ALL_AGREE)),
    "9 already pledged": (Ground.ALREADY_PLEDGED, replace(LEDGER, entries=(PLEDGE,))),
    "12 a patent of another office": (Ground.OTHER, registered(office="US")),
}  # fmt: skip
UNKNOWN = {
    "1 the holding is asserted": (
        Ground.NOT_THE_REGISTERED_OWNER, held(Holder("own", state=HoldingState.ASSERTED)), ASKED, FACTS),
    "2 the status is not on record": (
        Ground.TERMINATED_OR_INVALID, registered(legal_status=LegalStatus.UNKNOWN), ASKED, FACTS),
    "3 neither status nor grant is on record": (
        Ground.NOT_GRANTED, registered(legal_status=LegalStatus.UNKNOWN, is_granted=False), ASKED, FACTS),
    "4 no payment is on record": (Ground.ANNUITY_UNPAID, registered(annuity=Annuity.UNKNOWN), ASKED, FACTS),
    "4 the last payment is not on record": (
        Ground.ANNUITY_UNPAID, registered(annuity=Annuity.UNRECORDED), ASKED, FACTS),
    "6 the end of the term is not known": (Ground.DEBT_OUTLASTS_PATENT, registered(expiry=None), ASKED, FACTS),
    "7 the contract lacks the grant day": (
        Ground.CONTRACT_INCOMPLETE, LEDGER, ASKED, replace(FACTS, has_grant_date=False)),
    "7 the contract lacks the number": (Ground.CONTRACT_INCOMPLETE, LEDGER, ASKED, replace(FACTS, has_number=False)),
    "10 the requester does not know": (
        Ground.SAME_DAY_APPLICATION, registered(kind=PatentKind.UTILITY_MODEL),
        replace(ASKED, same_day=SameDayAnswer.UNKNOWN), FACTS),
    "10 the kind is not known, and nor does the requester": (
        Ground.SAME_DAY_APPLICATION, registered(kind=None), replace(ASKED, same_day=SameDayAnswer.UNKNOWN), FACTS),
}  # fmt: skip
TO_CONFIRM = {
    "10 same-day invention application": (
        Ground.SAME_DAY_APPLICATION, registered(kind=PatentKind.UTILITY_MODEL),
        replace(ASKED, same_day=SameDayAnswer.YES)),
    "11 invalidation pending": (
        Ground.INVALIDATION_PENDING, registered(invalidation_since=date(2026, 9, 1)), ASKED),
    "12 an open licence stands, which the pledgee lets go on": (Ground.OTHER, replace(LEDGER, entries=(OPEN,)), ASKED),
}  # fmt: skip


def test_a_sound_patent_passes_every_ground() -> None:
    grounds = found()
    assert [one.number for one in grounds.values()] == list(range(1, 13))
    assert {one.outcome for one in grounds.values()} == {CheckOutcome.PASS}
    assert not any(one.stands_against for one in grounds.values())


@pytest.mark.parametrize("name", REFUSED)
def test_the_ground_refuses_and_no_confirmation_lifts_it(name: str) -> None:
    ground, ledger = REFUSED[name]
    one = found(ledger, replace(ASKED, confirmed=frozenset(Ground)))[ground]
    assert (one.outcome, one.confirmed, one.stands_against) == (CheckOutcome.REFUSED, False, True)
    assert one.number == int(name.split(maxsplit=1)[0])
    assert all(finding.cure.zh and finding.cure.en and finding.detail.zh for finding in one.findings)


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_known_never_passes_by_silence(name: str) -> None:
    ground, ledger, asked, facts = UNKNOWN[name]
    silent = found(ledger, asked, facts)[ground]
    assert (silent.outcome, silent.stands_against) == (CheckOutcome.UNKNOWN, True)
    said = found(ledger, replace(asked, confirmed=frozenset({ground})), facts)[ground]
    can_be = ground is not Ground.CONTRACT_INCOMPLETE  # no word puts a number or a day on the contract's paper
    assert (said.outcome, said.confirmed, said.stands_against) == (CheckOutcome.UNKNOWN, can_be, not can_be)


@pytest.mark.parametrize("name", TO_CONFIRM)
def test_the_parties_who_know_of_it_may_still_want_it(name: str) -> None:
    ground, ledger, asked = TO_CONFIRM[name]
    before = found(ledger, asked)[ground]
    assert (before.outcome, before.stands_against) == (CheckOutcome.TO_CONFIRM, True)
    after = found(ledger, replace(asked, confirmed=frozenset({ground})))[ground]
    assert (after.outcome, after.stands_against) == (CheckOutcome.TO_CONFIRM, False)
    other = found(ledger, replace(asked, confirmed=frozenset(Ground) - {ground}))[ground]
    assert other.stands_against


def test_10_is_asked_of_the_requester_before_anybody_can_confirm_it() -> None:
    model = registered(kind=PatentKind.UTILITY_MODEL)
    silent = found(model, replace(ASKED, confirmed=frozenset(Ground)))[Ground.SAME_DAY_APPLICATION]
    assert (silent.outcome, silent.stands_against) == (CheckOutcome.UNKNOWN, True)
    no = found(model, replace(ASKED, same_day=SameDayAnswer.NO))[Ground.SAME_DAY_APPLICATION]
    assert (no.outcome, no.stands_against) == (CheckOutcome.PASS, False)


def test_10_is_asked_of_utility_models_alone() -> None:
    for kind in (PatentKind.INVENTION, PatentKind.DESIGN):
        one = found(registered(kind=kind))[Ground.SAME_DAY_APPLICATION]
        assert one.outcome is CheckOutcome.PASS


def test_8_is_lifted_where_all_co_owners_pledge_together() -> None:
    ledger = held(Holder("own"), Holder("other"))
    together = replace(ASKED, by=frozenset({"own", "other"}))
    assert found(ledger, together)[Ground.CO_OWNERS_MISSING].outcome is CheckOutcome.PASS


def test_a_ground_that_refuses_is_not_hidden_by_one_that_is_unknown() -> None:
    ledger = held(Holder("own", state=HoldingState.ASSERTED), register=replace(SOUND, annuity=Annuity.UNPAID))
    grounds = found(ledger, replace(ASKED, confirmed=frozenset(Ground)))
    assert grounds[Ground.ANNUITY_UNPAID].outcome is CheckOutcome.REFUSED
    assert grounds[Ground.NOT_THE_REGISTERED_OWNER].confirmed

from dataclasses import replace

import pytest

from backend.rights.codes import Act, ConsentState, LicenceType, Permission, RightKind, Whose
from backend.rights.ledger import Annuity, Given, Ledger, PermissionRequest
from backend.rights.permissions.rules import decide
from tests.rights.ledgers import (
    LICENSEE,
    LONG_AGO,
    OTHER_TERMS,
    OTHERS,
    OURS,
    PLEDGEE,
    TERMS,
    THEIRS,
    TODAY,
    YESTERDAY,
    agreement,
    ask,
    consent,
    entry,
    ledger,
    licence,
    open_licence,
    pledge,
    reasons,
)

EXCLUSIVE, ORDINARY, ASSIGN, ABANDON = Act.GRANT_EXCLUSIVE, Act.GRANT_ORDINARY, Act.ASSIGN, Act.ABANDON
DECLARE, KEEP, PLEDGE = Act.DECLARE_OPEN_LICENCE, Act.KEEP_OPEN_LICENCE, Act.PLEDGE
PAIR, THREE = (OURS, THEIRS), (OURS, THEIRS, OTHERS)
ASKED = ask(EXCLUSIVE, terms_hash=TERMS, subject="rgt_this")
S = ConsentState


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        (consent(EXCLUSIVE, THEIRS), True),
        (consent(EXCLUSIVE, THEIRS, OTHER_TERMS), False),
        (consent(Act.GRANT_SOLE, THEIRS), False),
        (consent(EXCLUSIVE, OTHERS), False),
        (consent(EXCLUSIVE, THEIRS, state=S.USED, used_by="rgt_this"), True),
        (consent(EXCLUSIVE, THEIRS, state=S.USED, used_by="rgt_another"), False),
        (consent(EXCLUSIVE, THEIRS, state=S.USED), False),
        (consent(EXCLUSIVE, THEIRS, state=S.ASKED), False),
        (consent(EXCLUSIVE, THEIRS, state=S.REFUSED), False),
        (consent(EXCLUSIVE, THEIRS, state=S.REVOKED), False),
        (consent(EXCLUSIVE, THEIRS, state=S.REVOKED, used_by="rgt_this"), False),
    ],
)
def test_a_consent_counts_for_its_act_its_terms_and_its_party_and_once(given: Given, counts: bool) -> None:
    told = ledger(holders=PAIR, consents=(given,))
    decision = decide(told, ASKED)
    assert decision.answer is (Permission.ALLOWED if counts else Permission.NEEDS_CONSENT)
    assert decision.consents == (frozenset({given.id}) if counts else frozenset())


def test_a_used_consent_serves_nobody_who_names_no_subject() -> None:
    used = consent(EXCLUSIVE, THEIRS, state=S.USED)
    assert decide(ledger(holders=PAIR, consents=(used,)), replace(ASKED, subject=None)).answer is not Permission.ALLOWED


def test_a_consent_on_terms_serves_no_ask_that_names_none() -> None:
    told = ledger(holders=PAIR, consents=(consent(EXCLUSIVE, THEIRS),))
    assert decide(told, replace(ASKED, terms_hash=None)).answer is Permission.NEEDS_CONSENT


def test_who_has_consented_is_asked_no_more_and_who_has_not_is_named() -> None:
    told = ledger(holders=THREE, consents=(consent(EXCLUSIVE, THEIRS),))
    decision = decide(told, ASKED)
    assert [because.hit.of for because in decision.reasons] == [(OTHERS,)]
    assert decision.consents == {"con_pty_co_owner"}


def test_who_acts_is_not_asked_for_its_own_consent() -> None:
    told = ledger(licence(LicenceType.ORDINARY, party_id=THEIRS), holders=PAIR)
    assert decide(told, ask(ABANDON, *PAIR)).answer is Permission.ALLOWED
    assert [because.hit.of for because in decide(told, ask(ABANDON, OURS)).reasons] == [(THEIRS,), (THEIRS,)]


def test_each_pledgee_is_asked() -> None:
    second = pledge(id="rgt_second", party_id=OTHERS)
    told = ledger(pledge(), second, consents=(consent(ASSIGN, PLEDGEE),))
    decision = decide(told, ask(ASSIGN, terms_hash=TERMS))
    assert [(because.hit.about, because.hit.of) for because in decision.reasons] == [(("rgt_second",), (OTHERS,))]


def test_a_burden_in_nobodys_name_needs_a_consent_that_nobody_can_give() -> None:
    told = ledger(pledge(party_id=None), consents=(consent(ASSIGN, PLEDGEE),))
    assert reasons(told, ask(ASSIGN, terms_hash=TERMS)) == {"pledged": Permission.NEEDS_CONSENT}


def test_every_licensee_consents_to_an_abandonment() -> None:
    held = (licence(LicenceType.ORDINARY), licence(LicenceType.OPEN, party_id=OTHERS))
    told = ledger(*held, consents=(consent(ABANDON, LICENSEE),))
    asked = ask(ABANDON, terms_hash=TERMS)
    assert [because.hit.of for because in decide(told, asked).reasons] == [(OTHERS,)]
    both = replace(told, consents=(consent(ABANDON, LICENSEE), consent(ABANDON, OTHERS)))
    assert decide(both, asked).answer is Permission.ALLOWED


def test_a_licensor_consents_to_a_sub_licence() -> None:
    upper = licence(LicenceType.EXCLUSIVE, grantors=frozenset(PAIR))
    asked = ask(Act.SUB_LICENSE, LICENSEE, licence=upper.id, terms_hash=TERMS)
    told = ledger(upper, holders=PAIR, consents=(consent(Act.SUB_LICENSE, OURS),))
    assert [because.hit.of for because in decide(told, asked).reasons] == [(THEIRS,)]
    free = ledger(replace(upper, sub_licensing=True), holders=PAIR)
    assert decide(free, asked).answer is Permission.ALLOWED


def test_the_pledgee_to_come_consents_to_keeping_the_terms_that_are_announced() -> None:
    asked = ask(PLEDGE, to_party=PLEDGEE, terms_hash=OTHER_TERMS)
    for terms, counts in ((TERMS, True), (OTHER_TERMS, False)):
        told = ledger(open_licence(), consents=(consent(KEEP, PLEDGEE, terms),))
        decision = decide(told, asked)
        assert (decision.answer is Permission.ALLOWED) is counts
        assert bool(decision.consents) is counts


def test_a_declaration_takes_the_pledgees_consent_and_a_second_one_needs_another() -> None:
    told = ledger(pledge(), consents=(consent(DECLARE, PLEDGEE),))
    asked = ask(DECLARE, terms_hash=TERMS, subject="opn_first")
    assert decide(told, asked).consents == {"con_pty_pledgee"}
    used = replace(told, consents=(consent(DECLARE, PLEDGEE, state=S.USED, used_by="opn_first"),))
    assert decide(used, asked).answer is Permission.ALLOWED
    assert decide(used, replace(asked, subject="opn_second")).answer is Permission.NEEDS_CONSENT


@pytest.mark.parametrize(
    ("given", "covered"),
    [
        (consent(DECLARE, PLEDGEE, state=S.USED, used_by="opn_1"), {"rgt_old"}),
        (consent(KEEP, PLEDGEE, state=S.USED, used_by="rgt_old"), {"rgt_old"}),
        (consent(KEEP, PLEDGEE, state=S.USED, used_by="rgt_new"), {"rgt_new"}),
        (consent(KEEP, PLEDGEE), {"rgt_old", "rgt_new"}),
    ],
)
def test_each_pledge_of_a_right_that_stands_open_needs_a_consent_of_its_own(given: Given, covered: set[str]) -> None:
    old, new = pledge(LONG_AGO, id="rgt_old"), pledge(TODAY, id="rgt_new")
    told = ledger(open_licence(YESTERDAY), old, new, consents=(given,))
    found = decide(told, ask(KEEP, terms_hash=TERMS)).reasons
    assert {about for because in found for about in because.hit.about} == {"rgt_old", "rgt_new"} - covered


CONFIRMED = ask(DECLARE)
UNKNOWN = ledger(annuity=Annuity.UNKNOWN)


@pytest.mark.parametrize(
    ("confirmed", "answer"),
    [
        ((), Permission.NEEDS_CONFIRMATION),
        (("annuity_unknown",), Permission.ALLOWED),
        (("status_unknown",), Permission.NEEDS_CONFIRMATION),
    ],
)
def test_a_confirmation_counts_for_the_reason_that_it_names(confirmed: tuple[str, ...], answer: Permission) -> None:
    decision = decide(UNKNOWN, replace(CONFIRMED, confirmed=frozenset(confirmed)))
    assert decision.answer is answer
    assert [because.rule.code for because in (*decision.reasons, *decision.confirmed)] == ["annuity_unknown"]


@pytest.mark.parametrize(
    ("told", "act", "code"),
    [
        (ledger(suspended_since=ASKED.on), DECLARE, "suspended"),
        (ledger(holders=PAIR), EXCLUSIVE, "co_owners"),
        (ledger(pledge()), ASSIGN, "pledged"),
    ],
)
def test_nobody_confirms_away_a_refusal_or_the_consent_of_another(told: Ledger, act: Act, code: str) -> None:
    plain, naming = ask(act), ask(act, confirmed=frozenset({code}))
    assert reasons(told, plain) == reasons(told, naming)
    assert code in reasons(told, naming)


def test_all_reasons_are_told_and_the_strongest_decides() -> None:
    told = ledger(pledge(), entry(RightKind.SEIZURE), holders=PAIR, annuity=Annuity.UNPAID)
    found = {
        "seized_disposal": Permission.REFUSED,
        "annuity_late": Permission.NEEDS_CONFIRMATION,
        "co_owners": Permission.NEEDS_CONSENT,
        "pledged": Permission.NEEDS_CONSENT,
    }
    assert reasons(told, ask(ASSIGN)) == found
    assert decide(told, ask(ASSIGN)).answer is Permission.REFUSED
    lifted = replace(told, entries=(pledge(),))
    assert decide(lifted, ask(ASSIGN)).answer is Permission.NEEDS_CONSENT
    alone = replace(lifted, entries=(), holders=lifted.holders[:1])
    assert decide(alone, ask(ASSIGN)).answer is Permission.NEEDS_CONFIRMATION
    assert decide(alone, ask(ASSIGN, confirmed=frozenset({"annuity_late"}))).answer is Permission.ALLOWED


ALL_OF_THEM: tuple[Act, ...] = tuple(act for act in Act if act not in (KEEP, Act.SUB_LICENSE))


@pytest.mark.parametrize("act", ALL_OF_THEM)
@pytest.mark.parametrize(
    ("whose", "named", "missing"),
    [
        (Whose.EACH, (), ()),
        (Whose.NAMED, (OURS,), ()),
        (Whose.NAMED, (THEIRS,), (THEIRS,)),
        (Whose.NAMED, PAIR, (THEIRS,)),
        (Whose.ALL, (), (OTHERS, THEIRS)),
    ],
)
def test_what_co_owners_agreed_goes_before_the_law(
    act: Act, whose: Whose, named: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    told = ledger(holders=THREE, agreement=agreement(**{act: (whose, frozenset(named))}))
    found = decide(told, ask(act)).reasons
    assert [(because.rule.code, sorted(because.hit.of)) for because in found] == (
        [("co_owner_agreement", sorted(missing))] if missing else []
    )


def by_law(act: Act, *by: str) -> list[tuple[str, ...]]:
    return [
        because.hit.of
        for because in decide(ledger(holders=PAIR), PermissionRequest(act, ASKED.on, frozenset(by))).reasons
    ]


@pytest.mark.parametrize("act", ALL_OF_THEM)
def test_by_law_each_grants_ordinary_licences_and_all_else_is_done_by_all(act: Act) -> None:
    assert by_law(act, OURS) == ([] if act is ORDINARY else [(THEIRS,)])
    assert by_law(act, *PAIR) == []


@pytest.mark.parametrize("act", ALL_OF_THEM)
def test_an_agreement_on_one_act_leaves_the_others_to_the_law(act: Act) -> None:
    other = ABANDON if act is not ABANDON else ASSIGN
    for whose in (Whose.EACH, Whose.ALL):
        told = ledger(holders=PAIR, agreement=agreement(**{other: (whose, frozenset())}))
        assert [because.hit.of for because in decide(told, ask(act)).reasons] == by_law(act, OURS)


def test_an_agreement_whose_named_co_owners_have_left_binds_nobody() -> None:
    told = ledger(holders=PAIR, agreement=agreement(assign=(Whose.NAMED, frozenset({OTHERS}))))
    assert reasons(told, ask(ASSIGN)) == {"co_owners": Permission.NEEDS_CONSENT}


def test_a_consent_does_what_an_agreement_asks() -> None:
    told = ledger(
        holders=PAIR,
        agreement=agreement(grant_ordinary=(Whose.ALL, frozenset())),
        consents=(consent(ORDINARY, THEIRS),),
    )
    assert decide(told, ask(ORDINARY, terms_hash=TERMS)).answer is Permission.ALLOWED

"""Every entry against every act, by how their scopes and days overlap, as the matrix of conflicts has it.

The oracle below is written from the law alone and knows nothing of the rules' own questions.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from backend.rights.codes import Act, LicenceType, Permission, RightKind, Working
from backend.rights.ledger import Entry, Ledger, PermissionRequest
from backend.rights.permissions.rules import STRENGTH, decide
from backend.rights.scope_rules import ALL, Period, Scope
from tests.rights.ledgers import LICENSEE, OURS, PLEDGEE, TERMS, ask, entry, ledger, licence, open_licence, pledge

DECLARE, KEEP, WITHDRAW = Act.DECLARE_OPEN_LICENCE, Act.KEEP_OPEN_LICENCE, Act.WITHDRAW_OPEN_LICENCE
ORDINARY, SOLE, EXCLUSIVE = Act.GRANT_ORDINARY, Act.GRANT_SOLE, Act.GRANT_EXCLUSIVE
SUB, ASSIGN, PLEDGE, ABANDON = Act.SUB_LICENSE, Act.ASSIGN, Act.PLEDGE, Act.ABANDON
YES, CONFIRM = Permission.ALLOWED, Permission.NEEDS_CONFIRMATION
CONSENT, NO = Permission.NEEDS_CONSENT, Permission.REFUSED
L = LicenceType

FROM, TO = date(2027, 1, 1), date(2028, 12, 31)  # the days that are asked for, the last included
AFTER_IT = TO + timedelta(days=1)
ONE_DAY = timedelta(days=1)

ENTRIES = {
    "exclusive": licence(L.EXCLUSIVE),
    "sole": licence(L.SOLE),
    "ordinary": licence(L.ORDINARY),
    "taken under an open one": licence(L.OPEN),
    "in place of own working": licence(L.ORDINARY, own_working=True),
    "declared open": open_licence(),
    "pledge": pledge(),
    "seizure": entry(RightKind.SEIZURE),
    "option": entry(RightKind.OPTION, party_id=LICENSEE),
    "obstacle": entry(RightKind.OBSTACLE),
    "none": None,
}
SCOPES = {  # of the entry, of what is asked for, whether they meet
    "the same": (ALL, ALL, True),
    "another province": (Scope(frozenset({"510000"})), Scope(frozenset({"500000"})), False),
    "a province of the whole": (ALL, Scope(frozenset({"500000"})), True),
    "another field": (Scope(fields=frozenset({3, 4})), Scope(fields=frozenset({5})), False),
    "another way of working": (
        Scope(working=frozenset({Working.MAKE})), Scope(working=frozenset({Working.USE, Working.SELL})), False),
}  # fmt: skip
TIMES = {  # of the entry; whether it holds today, on a day asked for, on a day from the first one asked for on
    "the same": (Period(FROM, AFTER_IT), False, True, True),
    "long before": (Period(date(2020, 1, 1), date(2021, 1, 1)), False, False, False),
    "after": (Period(AFTER_IT + 30 * ONE_DAY, None), False, False, True),
    "touching: it begins on the last day": (Period(TO, None), False, True, True),
    "touching: its last day is the first": (Period(date(2020, 1, 1), FROM + ONE_DAY), True, True, True),
    "it ended the day before": (Period(date(2020, 1, 1), FROM), True, False, False),
    "it begins the day after": (Period(AFTER_IT, None), False, False, True),
    "without an end": (Period(date(2020, 1, 1), None), True, True, True),
}
COMBINATIONS = list(product(ENTRIES, Act, SCOPES, TIMES))


def made(name: str, scope: str, time: str) -> Entry | None:
    """The entry; an open licence is for the whole mainland, a burden is of the whole right."""
    plain = ENTRIES[name]
    if plain is None:
        return None
    territory = SCOPES[scope][0] if plain.kind is RightKind.LICENCE else ALL
    return replace(plain, scope=territory, period=TIMES[time][0])


def asked(act: Act, scope: str) -> PermissionRequest:
    """What is asked for; a sub-licence by a licensee that may grant it."""
    by = "pty_sub_licensor" if act is SUB else OURS
    own = {"licence": "rgt_upper"} if act is SUB else {}
    return ask(act, by, starts_on=FROM, ends_on=TO, scope=SCOPES[scope][1], terms_hash=TERMS, to_party=PLEDGEE, **own)


UPPER = licence(L.ORDINARY, id="rgt_upper", party_id="pty_sub_licensor", sub_licensing=True)


def expected(name: str, act: Act, scope: str, time: str) -> Permission:
    """The answer by the law: Patent Law 14, 51(3); Regs 86, 105; Civil Code 444(2); SPC 25-27; Guidelines V-11 9."""
    meets = SCOPES[scope][2]
    _, today, in_days, ever_after = TIMES[time]
    if act in (ORDINARY, SOLE, EXCLUSIVE):
        return licensed(name, act, in_days=in_days, meets=meets, today=today)
    if act is DECLARE:
        return declared(name, until_the_end=today or in_days, in_days=in_days, today=today)
    if act is KEEP:  # one stands today and none of the bars holds: nothing else stands here
        return YES if name == "declared open" and today else NO
    if act is WITHDRAW:
        return YES  # by a lone holder; of the open licence's own states its declaration knows
    if act is SUB:
        return CONFIRM if name == "seizure" and today else YES
    return disposed(name, act, today=today, ever_after=ever_after)


def declared(name: str, *, until_the_end: bool, in_days: bool, today: bool) -> Permission:
    """An open licence, which is judged from today on, to its last day, and whatever the scope of others."""
    barred = (name in ("exclusive", "sole", "obstacle") and until_the_end) or (name == "seizure" and today)
    waits = (name == "pledge" and until_the_end) or (name == "option" and in_days)
    return NO if barred or (name == "declared open" and in_days) else CONSENT if waits else YES


def licensed(name: str, act: Act, *, in_days: bool, meets: bool, today: bool) -> Permission:
    """A licence against what stands: 2.2 of the rules of the field."""
    if name == "seizure":
        return CONFIRM if today else YES
    if not in_days:
        return YES
    shuts_out = act in (SOLE, EXCLUSIVE)
    barred = {
        "exclusive": meets,
        "sole": meets,
        "ordinary": meets and shuts_out,
        "taken under an open one": meets and shuts_out,
        "in place of own working": meets and shuts_out,
        "declared open": shuts_out,
    }
    waits = {"pledge": True, "option": shuts_out}
    return NO if barred.get(name) else CONSENT if waits.get(name) else YES


def disposed(name: str, act: Act, *, today: bool, ever_after: bool) -> Permission:
    """An assignment, pledge or abandonment, which is for good from its first day on and of the whole right."""
    if name == "seizure":
        return NO if today else YES
    if not ever_after:
        return YES
    is_licence = ENTRIES[name] is not None and name not in ("declared open", "pledge", "option", "obstacle")
    said = {
        "declared open": CONSENT if act is PLEDGE else NO,
        "pledge": NO if act is PLEDGE else CONSENT,
        "option": YES if act is PLEDGE else CONSENT,
    }
    return said.get(name, CONSENT if is_licence and act is ABANDON else YES)


def told_of(name: str, act: Act, scope: str, time: str) -> Ledger:
    """The ledger with the entry, and with the licence under which a sub-licence is granted."""
    found = made(name, scope, time)
    return ledger(*([found] if found else []), *([UPPER] if act is SUB else []))


def test_every_entry_against_every_act_by_scope_and_time() -> None:
    wrong = [
        (combination, answer, said)
        for combination in COMBINATIONS
        if (answer := decide(told_of(*combination), asked(combination[1], combination[2])).answer)
        is not (said := expected(*combination))
    ]
    assert wrong == []
    assert len(COMBINATIONS) == 11 * 10 * 5 * 8


def test_the_order_and_number_of_other_entries_change_nothing() -> None:
    """Beside each other, entries say what the strongest of them says alone."""
    names = [name for name in ENTRIES if name != "none"]
    for act, scope, time in product(set(Act) - {KEEP}, SCOPES, TIMES):
        each = [told_of(name, act, scope, time).entries[0] for name in names]
        alone = max((expected(name, act, scope, time) for name in names), key=STRENGTH.__getitem__)
        own = [UPPER] if act is SUB else []
        for entries in (each, each[::-1]):
            assert decide(ledger(*entries, *own), asked(act, scope)).answer is alone, (act, scope, time)


@pytest.mark.parametrize("act", [SOLE, EXCLUSIVE])
@pytest.mark.parametrize("name", list(ENTRIES))
def test_only_earlier_licences_that_leave_room_can_be_carved_out(name: str, act: Act) -> None:
    found = made(name, "the same", "without an end")
    plain = asked(act, "the same")
    told = ledger(*([found] if found else []))
    carved = decide(told, replace(plain, carves_out=frozenset({found.id if found else "rgt_none"}))).answer
    before = decide(told, plain).answer
    can_be = name in ("ordinary", "taken under an open one", "in place of own working")
    assert carved is (YES if can_be else before)
    assert decide(told, replace(plain, carves_out=frozenset({"rgt_another"}))).answer is before


def own_working_cases() -> Iterator[tuple[str, Act, Permission]]:
    """The exception of a sole licensor: for one ordinary licence, chosen openly, and for no other act."""
    for name, act in product(ENTRIES, (ORDINARY, SOLE, EXCLUSIVE)):
        said = expected(name, act, "the same", "without an end")
        if act is ORDINARY and name == "sole":
            said = CONFIRM
        if act is ORDINARY and name == "in place of own working":
            said = NO
        yield name, act, said


@pytest.mark.parametrize(("name", "act", "said"), list(own_working_cases()))
def test_own_working_opens_a_sole_licence_once_and_nothing_else(name: str, act: Act, said: Permission) -> None:
    found = made(name, "the same", "without an end")
    chosen = replace(asked(act, "the same"), own_working=True)
    assert decide(ledger(*([found] if found else [])), chosen).answer is said


@pytest.mark.parametrize("scope", list(SCOPES))
@pytest.mark.parametrize("time", list(TIMES))
def test_a_second_licence_in_place_of_own_working_waits_for_the_end_of_the_first(scope: str, time: str) -> None:
    first = made("in place of own working", scope, time)
    assert first is not None
    told = ledger(licence(L.SOLE, date(2019, 1, 1)), first)
    chosen = replace(asked(ORDINARY, scope), own_working=True, confirmed=frozenset({"sole_licensors_own_working"}))
    assert decide(told, chosen).answer is (NO if TIMES[time][2] else YES)

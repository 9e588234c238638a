"""What the rules allow is never held apart by the claims, and what they refuse mostly is: two nets of one mesh."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.patents.codes import LegalStatus, PatentKind
from backend.rights.codes import Act, LicenceType, Origin, Permission, RightKind, Working
from backend.rights.ledger import Annuity, Entry, Holder, Ledger, PermissionRequest, Register
from backend.rights.permissions.grant_conflict_rules import stand_apart, taken_by
from backend.rights.permissions.rules import decide
from backend.rights.scope_rules import Period, Scope

TODAY: Final = date(2026, 5, 1)
REGISTER: Final = Register(PatentKind.INVENTION, LegalStatus.IN_FORCE, None, True, None, Annuity.PAID)
ACTS: Final = {
    LicenceType.EXCLUSIVE: Act.GRANT_EXCLUSIVE,
    LicenceType.SOLE: Act.GRANT_SOLE,
    LicenceType.ORDINARY: Act.GRANT_ORDINARY,
}
CONFLICTS: Final = {"exclusive_licence_in_force", "sole_licence_in_force", "ordinary_licence_in_force"}
scopes = st.builds(
    Scope,
    st.sampled_from([frozenset(), frozenset({"500000"}), frozenset({"500101"}), frozenset({"110000", "500102"})]),
    st.sampled_from([frozenset(), frozenset({3, 5}), frozenset({5}), frozenset({7})]),
    st.sampled_from([frozenset(), frozenset({Working.SELL}), frozenset({Working.MAKE, Working.SELL})]),
)


@st.composite
def licences(draw: st.DrawFn, name: str, carvable: str | None = None) -> Entry:
    kind = draw(st.sampled_from(list(ACTS)))
    start = TODAY + timedelta(days=draw(st.integers(-400, 400)))
    days = draw(st.none() | st.integers(0, 500))
    own = kind is LicenceType.ORDINARY and draw(st.booleans())
    carved = carvable is not None and kind is not LicenceType.ORDINARY and draw(st.booleans())
    return Entry(
        name, RightKind.LICENCE, Period.of(start, None if days is None else start + timedelta(days=days)), kind,
        scope=draw(scopes), own_working=own, carves_out=frozenset({carvable} if carved and carvable else ()),
    )  # fmt: skip


def _decided(first: Entry, second: Entry) -> Any:
    stop = second.period.stop
    ask = PermissionRequest(
        ACTS[second.licence_type or LicenceType.ORDINARY], TODAY, frozenset({"holder"}),
        starts_on=second.period.start, ends_on=None if stop is None else stop - timedelta(days=1), scope=second.scope,
        carves_out=second.carves_out, own_working=second.own_working,
        confirmed=frozenset({"sole_licensors_own_working"}),
    )  # fmt: skip
    return decide(Ledger(REGISTER, (Holder("holder"),), (first,)), ask)


@given(licences("rgt_first"), licences("rgt_second", carvable="rgt_first"))
def test_the_rules_and_the_claims_refuse_the_same(first: Entry, second: Entry) -> None:
    own = frozenset({first.id} if first.own_working else ())
    one, other = taken_by(first, TODAY), taken_by(second, TODAY, own)
    meet = one is not None and other is not None and one.meets(other)
    decision = _decided(first, second)
    refused = {because.rule.code for because in decision.reasons} & (CONFLICTS | {"own_working_used"})
    assert not (meet and decision.answer is Permission.ALLOWED)
    own_beside_sole = first.own_working and second.licence_type is LicenceType.SOLE
    is_past = any(entry.period.stop is not None and entry.period.stop <= TODAY for entry in (first, second))
    assert meet or not refused or own_beside_sole or is_past  # of the past the rules ask, the claims do not
    assert stand_apart([first], [second], TODAY) is not meet


def _granted(name: str, since: int, recorded: int, kind: RightKind = RightKind.LICENCE, **fields: Any) -> Entry:
    """Return a grant made here that begins, and was recorded, so many days after today."""
    period = Period(TODAY + timedelta(days=since), fields.pop("stop", None))
    at = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=recorded)
    return Entry(name, kind, period, fields.pop("of", None), recorded_at=at, **fields)


PLEDGE: Final = _granted("rgt_pledge", 0, 0, RightKind.PLEDGE)


@pytest.mark.parametrize(
    ("beside", "stand"),
    [
        (_granted("rgt_a", 1, 1, of=LicenceType.EXCLUSIVE), False),
        (_granted("rgt_a", 0, 0, of=LicenceType.ORDINARY), False),
        (_granted("rgt_a", -1, -1, of=LicenceType.SOLE), True),
        (_granted("rgt_a", -1, 1, of=LicenceType.ORDINARY), False),  # dated back
        (_granted("rgt_a", 1, -1, of=LicenceType.ORDINARY), False),
        (_granted("rgt_a", 1, 1, of=LicenceType.OPEN), True),  # taken by notice, which nobody else is asked about
        (_granted("rgt_a", 1, 1, of=LicenceType.EXCLUSIVE, origin=Origin.OUTSIDE), True),
        (_granted("rgt_a", -1, -1, RightKind.OPEN_LICENCE), False),
        (_granted("rgt_a", -1, -1, RightKind.PLEDGE), False),
        (_granted("rgt_a", -9, -9, RightKind.PLEDGE, stop=TODAY), True),
    ],
)
def test_a_licence_granted_under_a_pledge_on_another_row_does_not_stand_beside_it(beside: Entry, stand: bool) -> None:
    assert stand_apart([PLEDGE], [beside], TODAY) is stand_apart([beside], [PLEDGE], TODAY) is stand


@pytest.mark.parametrize(
    ("sole", "stand"),
    [
        ({}, False),
        ({"origin": Origin.OUTSIDE}, False),
        ({"scope": Scope(frozenset({"500000"}))}, True),
        ({"stop": TODAY}, True),
    ],
)
def test_one_licence_alone_is_in_place_of_a_sole_licensors_own_working(sole: dict[str, Any], stand: bool) -> None:
    licensor = _granted("rgt_sole", -1, -1, of=LicenceType.SOLE, **sole)
    here, there = (
        _granted(f"rgt_{code}", 0, 0, of=LicenceType.ORDINARY, own_working=True, scope=Scope(frozenset({code})))
        for code in ("500000", "110000")
    )
    assert stand_apart([licensor, here], [there], TODAY) is stand_apart([here], [licensor, there], TODAY) is stand

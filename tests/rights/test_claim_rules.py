"""What the rules allow is never held apart by the claims, and what they refuse mostly is: two nets of one mesh."""

from datetime import date, timedelta
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from backend.catalogue.codes import LegalStatus, PatentKind
from backend.rights.claim_rules import stand_apart, taken_by
from backend.rights.codes import Act, LicenceType, Permission, RightKind, Working
from backend.rights.ledger import Annuity, Ask, Entry, Holder, Ledger, Register
from backend.rights.rules import decide
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
    ask = Ask(
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

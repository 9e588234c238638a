"""A patent whose register and ledger let everything be done, to be changed in what a test is about."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from backend.patents.codes import HoldingState, LegalStatus, PatentKind
from backend.rights.codes import Act, LicenceType, Permission, RightKind
from backend.rights.ledger import Agreement, Annuity, Entry, Given, Holder, Ledger, PermissionRequest, Register
from backend.rights.permissions.rules import RULES, Decision, Rule, decide
from backend.rights.scope_rules import Period, Scope

TODAY = date(2026, 6, 1)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
LONG_AGO = date(2025, 1, 1)
LATER = date(2027, 1, 1)
EXPIRY = date(2040, 3, 1)
OURS, THEIRS, OTHERS = "pty_ours", "pty_co_owner", "pty_stranger"
LICENSEE, PLEDGEE = "pty_licensee", "pty_pledgee"
TERMS, OTHER_TERMS = "a" * 64, "b" * 64
CHONGQING, SICHUAN = Scope(frozenset({"500000"})), Scope(frozenset({"510000"}))

SOUND = Register(
    kind=PatentKind.INVENTION,
    legal_status=LegalStatus.IN_FORCE,
    status_since=date(2022, 5, 5),
    is_granted=True,
    expiry=EXPIRY,
    annuity=Annuity.PAID,
)


def ledger(*entries: Entry, holders: Iterable[str] = (OURS,), disputed: str | None = None, **changed: Any) -> Ledger:
    """Return a sound patent with these entries; what is named of its register, agreement or consents is changed."""
    own: dict[str, Any] = {name: changed.pop(name) for name in ("agreement", "consents") if name in changed}
    held = tuple(
        Holder(party, state=HoldingState.DISPUTED if party == disputed else HoldingState.VERIFIED) for party in holders
    )
    return Ledger(register=replace(SOUND, **changed), holders=held, entries=entries, **own)


def ask(act: Act, *by: str, **changed: Any) -> PermissionRequest:
    """Return an ask of today by these parties."""
    return PermissionRequest(**{"act": act, "on": TODAY, "by": frozenset(by or (OURS,)), **changed})


def entry(kind: RightKind, start: date = LONG_AGO, stop: date | None = None, **changed: Any) -> Entry:
    """Return an entry that holds up to and not with `stop`."""
    return Entry(**{"id": f"rgt_{kind}", "kind": kind, "period": Period(start, stop), **changed})


def licence(of: LicenceType, start: date = LONG_AGO, stop: date | None = None, **changed: Any) -> Entry:
    """Return a licence."""
    own: dict[str, Any] = {"id": f"rgt_{of}", "licence_type": of, "party_id": LICENSEE, "grantors": frozenset({OURS})}
    return entry(RightKind.LICENCE, start, stop, **{**own, **changed})


def open_licence(start: date = LONG_AGO, stop: date | None = None, **changed: Any) -> Entry:
    """Return an announced open licence."""
    own: dict[str, Any] = {"grantors": frozenset({OURS}), "terms_hash": TERMS}
    return entry(RightKind.OPEN_LICENCE, start, stop, **{**own, **changed})


def pledge(start: date = LONG_AGO, stop: date | None = None, **changed: Any) -> Entry:
    """Return a pledge."""
    return entry(RightKind.PLEDGE, start, stop, **{"party_id": PLEDGEE, **changed})


def agreement(**acts: Any) -> Agreement:
    """Return an agreement of co-owners: act to who must act together."""
    return Agreement("rgt_agreement", {Act(act): said for act, said in acts.items()})


def consent(act: Act, party: str, terms: str = TERMS, **changed: Any) -> Given:
    """Return a consent that was given."""
    return Given(**{"id": f"con_{party}", "act": act, "party_id": party, "terms_hash": terms, **changed})


def reasons(told: Ledger, asked: PermissionRequest) -> dict[str, Permission]:
    """Return the codes of all that stands against an act, and what each leads to."""
    return {because.rule.code: because.rule.leads_to for because in decide(told, asked).reasons}


def without(code: str, told: Ledger, asked: PermissionRequest) -> Decision:
    """Return the decision that would fall if one rule were not there."""
    left: list[Rule] = [rule for rule in RULES if rule.code != code]
    return decide(told, asked, rules=left)

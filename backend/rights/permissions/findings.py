"""What stands against an act, one question each; `rules` says which law asks it and what follows."""

from collections.abc import Iterator
from typing import Final

from backend.patents.codes import HoldingState
from backend.rights.codes import Act, ConsentState, LicenceType, RightKind, Whose
from backend.rights.ledger import Entry, Given, Ledger, PermissionRequest
from backend.rights.permissions.rule_matches import Hits, RuleMatch, each, when
from backend.rights.scope_rules import Period

SHARED: Final = (LicenceType.ORDINARY, LicenceType.OPEN)
OPEN_ACTS: Final = frozenset({Act.DECLARE_OPEN_LICENCE, Act.KEEP_OPEN_LICENCE})


def _met(ledger: Ledger, ask: PermissionRequest, *types: LicenceType) -> Iterator[Entry]:
    """The licences of these types that meet what is asked for in time and scope."""
    return (entry for entry in ledger.licences(*types, period=ask.period) if entry.scope.overlaps(ask.scope))


def _open(ledger: Ledger, ask: PermissionRequest) -> list[Entry]:
    """The open licences that stand in the days asked for; what is kept stands today."""
    return list(ledger.of_kind(RightKind.OPEN_LICENCE, ask.today if ask.act is Act.KEEP_OPEN_LICENCE else ask.period))


def _open_days(ledger: Ledger, ask: PermissionRequest) -> Period:
    """The days of an open licence, from today on: of the one to be declared, or of the one that stands."""
    if ask.act is not Act.KEEP_OPEN_LICENCE:
        return Period.of(ask.on, ask.ends_on)
    stops = [entry.period.stop for entry in _open(ledger, ask)] or [ask.today.stop]
    return Period(ask.on, None if None in stops else max(stop for stop in stops if stop))


# who asks


def not_a_holder(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """Not all who would act hold the patent."""
    return when(not ask.by or not ask.by <= _holders(ledger))


def holding_disputed(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """The holding of one who would act is disputed."""
    disputed = [h for h in ledger.holders if h.party_id in ask.by and h.state is HoldingState.DISPUTED]
    return when(bool(disputed))


def _holders(ledger: Ledger) -> frozenset[str]:
    return frozenset(holder.party_id for holder in ledger.holders)


def _agreed(ledger: Ledger, act: Act) -> frozenset[str] | None:
    """Who must act together as agreed; None where nothing is, or none of those named holds the patent any more."""
    agreed = ledger.agreement.acts.get(act) if ledger.agreement else None
    if agreed is None:
        return None
    whose, named = agreed
    if whose is Whose.NAMED:
        return (named & _holders(ledger)) or None
    return _holders(ledger) if whose is Whose.ALL else frozenset()


def _missing(must: frozenset[str], ask: PermissionRequest) -> Hits:
    missing = must - ask.by
    return [RuleMatch(of=tuple(sorted(missing)))] if missing else []


def co_owners_missing(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """An act that, as nothing else is agreed, all co-owners must do together."""
    return _missing(_holders(ledger), ask) if _agreed(ledger, ask.act) is None else []


def agreed_co_owners_missing(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """An act for which the co-owners agreed who must do it together."""
    return _missing(_agreed(ledger, ask.act) or frozenset(), ask)


# licences


def exclusive_or_sole_anywhere(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """An exclusive or sole licence, of whatever scope, in the days of the open licence."""
    return each(ledger.licences(LicenceType.EXCLUSIVE, LicenceType.SOLE, period=_open_days(ledger, ask)))


def exclusive_meets(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """An exclusive licence that meets what is asked for."""
    return each(_met(ledger, ask, LicenceType.EXCLUSIVE))


def sole_meets(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """A sole licence that meets what is asked for, which is not said to be the licensor's own working."""
    return [] if _is_own_working(ask) else each(_met(ledger, ask, LicenceType.SOLE))


def _is_own_working(ask: PermissionRequest) -> bool:
    return ask.act is Act.GRANT_ORDINARY and ask.own_working


def sole_as_own_working(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """An ordinary licence in place of a sole licensor's own working."""
    return each(_met(ledger, ask, LicenceType.SOLE)) if _is_own_working(ask) else []


def own_working_used(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """The one ordinary licence in place of the licensor's own working is there already, wherever under that licence."""
    if not _is_own_working(ask):
        return []
    scopes = [ask.scope, *(sole.scope for sole in _met(ledger, ask, LicenceType.SOLE))]
    ordinary = ledger.licences(LicenceType.ORDINARY, period=ask.period)
    return each(e for e in ordinary if e.own_working and any(e.scope.overlaps(scope) for scope in scopes))


def shared_meets(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """An ordinary licence, or one taken under an open one, that meets what is asked for and is not carved out."""
    return each(e for e in _met(ledger, ask, *SHARED) if e.id not in ask.carves_out)


def sub_licensing_not_agreed(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """The licence does not let its licensee sub-license."""
    licence = _licence(ledger, ask)
    if licence is not None and not licence.sub_licensing:
        yield RuleMatch(licence.period.start, (licence.id,), tuple(sorted(licence.grantors)))


def not_the_licensee(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """Whoever would sub-license has no such licence."""
    licence = _licence(ledger, ask)
    return when(licence is None or ask.by != {licence.party_id})


def beyond_the_licence(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """The sub-licence would cover more, or last longer, than the licence."""
    licence = _licence(ledger, ask)
    if licence is not None and not (ask.period.within(licence.period) and ask.scope.within(licence.scope)):
        yield RuleMatch(licence.period.start, (licence.id,))


def _licence(ledger: Ledger, ask: PermissionRequest) -> Entry | None:
    found = ledger.of_kind(RightKind.LICENCE, ask.today)
    return next((entry for entry in found if entry.id == ask.licence), None)


def licensees_rely(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """Licences in force, whose licensor is to keep the right alive."""
    for entry in ledger.of_kind(RightKind.LICENCE, ask.period):
        yield RuleMatch(entry.period.start, (entry.id,), (entry.party_id,) if entry.party_id else ())


# the open licence


def open_licence_stands(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """An announced open licence in the days asked for."""
    return each(_open(ledger, ask))


def nothing_to_keep(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """No open licence stands."""
    return when(not _open(ledger, ask))


def holders_changed(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """Others hold the patent than those who declared the open licence."""
    now = _holders(ledger)
    return each(entry for entry in _open(ledger, ask) if entry.grantors != now)


def pledgee_keeps_open_licence(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """The pledgee to come has to agree that the open licence goes on."""
    for entry in _open(ledger, ask):
        of = (ask.to_party,) if ask.to_party else ()
        yield RuleMatch(entry.period.start, (entry.id,), of, Act.KEEP_OPEN_LICENCE, entry.terms_hash)


# pledges, options, obstacles


def pledged(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """A pledge in the days asked for; its pledgee may consent."""
    for entry in ledger.of_kind(RightKind.PLEDGE, ask.period):
        yield RuleMatch(entry.period.start, (entry.id,), (entry.party_id,) if entry.party_id else ())


def pledged_while_open(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """A pledge whose pledgee has not consented to these very terms of the open licence.

    A declaration takes a consent of its own; one that stands rests on what was consented to before or since.
    """
    stands = next(iter(_open(ledger, ask)), None) if ask.act is Act.KEEP_OPEN_LICENCE else None
    for entry in ledger.of_kind(RightKind.PLEDGE, _open_days(ledger, ask)):
        if stands is None or not any(_covers(given, entry, stands) for given in ledger.consents):
            of = (entry.party_id,) if entry.party_id else ()
            yield RuleMatch(entry.period.start, (entry.id,), of, None, stands.terms_hash if stands else None)


def _covers(given: Given, pledge: Entry, stands: Entry) -> bool:
    """Whether a pledgee's consent to the open licence that stands counts for this pledge.

    A consent that was used for a pledge counts for that one alone, one that was used for the declaration for those that
    stood when it was announced: each later pledge needs a consent of its own (Guidelines, Part V ch. 11, 9).
    """
    if (given.party_id, given.terms_hash) != (pledge.party_id, stands.terms_hash) or given.act not in OPEN_ACTS:
        return False
    if given.state is ConsentState.USED:
        declared = given.act is Act.DECLARE_OPEN_LICENCE
        return pledge.period.start <= stands.period.start if declared else given.used_by == pledge.id
    return given.state is ConsentState.GIVEN


def optioned(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """An option that somebody may still exercise."""
    for entry in ledger.of_kind(RightKind.OPTION, ask.period):
        yield RuleMatch(entry.period.start, (entry.id,), (entry.party_id,) if entry.party_id else ())


def obstacle(ledger: Ledger, ask: PermissionRequest) -> Hits:
    """Something else that is on record as standing in the way of working the patent."""
    return each(ledger.of_kind(RightKind.OBSTACLE, _open_days(ledger, ask)))


# abroad


def to_abroad(_: Ledger, ask: PermissionRequest) -> Hits:
    """Who acquires it is outside the mainland."""
    return when(ask.to_abroad)


def public_money_abroad(_: Ledger, ask: PermissionRequest) -> Hits:
    """What public money paid for goes abroad."""
    return when(ask.to_abroad and ask.publicly_funded)

"""What stands against an act, one question each; `rules` says which law asks it and what follows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.catalogue.codes import Finding, HoldingState, LegalStatus, PatentKind
from backend.rights.codes import Act, ConsentState, LicenceType, RightKind, Whose
from backend.rights.ledger import Annuity, Ask, Entry, Given, Ledger

ENDED: Final = frozenset(
    {LegalStatus.LAPSED, LegalStatus.SURRENDERED, LegalStatus.EXPIRED, LegalStatus.WITHDRAWN, LegalStatus.REFUSED}
)
EXAMINED_LATE: Final = frozenset({PatentKind.UTILITY_MODEL, PatentKind.DESIGN})
SHARED: Final = (LicenceType.ORDINARY, LicenceType.OPEN)
OPEN_ACTS: Final = frozenset({Act.DECLARE_OPEN_LICENCE, Act.KEEP_OPEN_LICENCE})


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: since when, which entries it is about, and whose consent to what would do."""

    since: date | None = None
    about: tuple[str, ...] = ()
    of: tuple[str, ...] = ()  # parties
    consent_to: Act | None = None  # where that is another act than the one asked about
    terms_hash: str | None = None  # where that is of other terms than those asked about


Hits = Iterable[Hit]


def _if(fact: bool, since: date | None = None) -> Iterator[Hit]:
    if fact:
        yield Hit(since)


def _each(entries: Iterable[Entry]) -> Iterator[Hit]:
    return (Hit(entry.period.start, (entry.id,)) for entry in entries)


def _met(ledger: Ledger, ask: Ask, *types: LicenceType) -> Iterator[Entry]:
    """The licences of these types that meet what is asked for in time and scope."""
    return (entry for entry in ledger.licences(*types, period=ask.period) if entry.scope.overlaps(ask.scope))


def _open(ledger: Ledger, ask: Ask) -> list[Entry]:
    return list(ledger.of_kind(RightKind.OPEN_LICENCE, ask.period))


# who asks


def not_a_holder(ledger: Ledger, ask: Ask) -> Hits:
    """Not all who would act hold the patent."""
    return _if(not ask.by or not ask.by <= {holder.party_id for holder in ledger.holders})


def holding_disputed(ledger: Ledger, ask: Ask) -> Hits:
    """The holding of one who would act is disputed."""
    disputed = [h for h in ledger.holders if h.party_id in ask.by and h.state is HoldingState.DISPUTED]
    return _if(bool(disputed))


def _who_must(ledger: Ledger, act: Act, lawful: Whose) -> frozenset[str]:
    everyone = frozenset(holder.party_id for holder in ledger.holders)
    agreed = ledger.agreement.acts.get(act) if ledger.agreement else None
    whose, named = agreed or (lawful, frozenset())
    return everyone if whose is Whose.ALL else named & everyone if whose is Whose.NAMED else frozenset()


def _missing(ledger: Ledger, ask: Ask, lawful: Whose) -> Hits:
    missing = _who_must(ledger, ask.act, lawful) - ask.by
    return [Hit(of=tuple(sorted(missing)))] if missing else []


def co_owners_missing(ledger: Ledger, ask: Ask) -> Hits:
    """An act that, where nothing else is agreed, all co-owners must do together."""
    return _missing(ledger, ask, Whose.ALL)


def agreed_co_owners_missing(ledger: Ledger, ask: Ask) -> Hits:
    """An act that each co-owner may do alone, unless they agreed otherwise."""
    return _missing(ledger, ask, Whose.EACH)


# the right itself


def right_ended(ledger: Ledger, _: Ask) -> Hits:
    """The right has lapsed, expired, was surrendered, or never came to be."""
    return _if(ledger.register.legal_status in ENDED, ledger.register.status_since)


def invalidated(ledger: Ledger, _: Ask) -> Hits:
    """The right was declared invalid in whole; in part, or a mere request, is no such thing."""
    return _if(ledger.register.legal_status is LegalStatus.INVALIDATED, ledger.register.status_since)


def not_granted(ledger: Ledger, _: Ask) -> Hits:
    """The grant has not been announced."""
    gone = ledger.register.legal_status in {*ENDED, LegalStatus.INVALIDATED}
    return _if(not ledger.register.is_granted and not gone)


def status_unknown(ledger: Ledger, _: Ask) -> Hits:
    """Nobody has told how the right stands."""
    return _if(ledger.register.legal_status is LegalStatus.UNKNOWN)


def report_missing(ledger: Ledger, _: Ask) -> Hits:
    """A utility model or design, which the office does not examine before the grant, without an evaluation report."""
    return _if(ledger.register.kind in EXAMINED_LATE and ledger.register.report is None)


def report_negative(ledger: Ledger, _: Ask) -> Hits:
    """The evaluation report finds that the right should not have been granted."""
    return _if(ledger.register.report is Finding.NOT_GRANTABLE, ledger.register.report_on)


def suspended(ledger: Ledger, _: Ask) -> Hits:
    """The office has suspended the proceedings; a dispute alone does not."""
    return _if(ledger.register.suspended_since is not None, ledger.register.suspended_since)


def seized(ledger: Ledger, ask: Ask) -> Hits:
    """A court has ordered the preservation of the right."""
    return _each(ledger.of_kind(RightKind.SEIZURE, ask.today))


def annuity_unpaid(ledger: Ledger, _: Ask) -> Hits:
    """An annuity that fell due is not paid."""
    return _if(ledger.register.annuity is Annuity.UNPAID, ledger.register.unpaid_since)


def annuity_unknown(ledger: Ledger, _: Ask) -> Hits:
    """No payment of an annuity is on record."""
    return _if(ledger.register.annuity is Annuity.UNKNOWN)


def invalidation_pending(ledger: Ledger, _: Ask) -> Hits:
    """Somebody has asked for invalidation, and that is not decided."""
    return _if(ledger.register.invalidation_since is not None, ledger.register.invalidation_since)


def outlasts_right(ledger: Ledger, ask: Ask) -> Hits:
    """What is granted would end later than the right."""
    expiry = ledger.register.expiry
    return _if(expiry is not None and max(ask.start, ask.ends_on or ask.start) >= expiry)


# licences


def exclusive_or_sole_anywhere(ledger: Ledger, ask: Ask) -> Hits:
    """An exclusive or sole licence, of whatever scope, in the days of the open licence."""
    return _each(ledger.licences(LicenceType.EXCLUSIVE, LicenceType.SOLE, period=ask.period))


def exclusive_meets(ledger: Ledger, ask: Ask) -> Hits:
    """An exclusive licence that meets what is asked for."""
    return _each(_met(ledger, ask, LicenceType.EXCLUSIVE))


def sole_meets(ledger: Ledger, ask: Ask) -> Hits:
    """A sole licence that meets what is asked for, which is not said to be the licensor's own working."""
    return [] if _is_own_working(ask) else _each(_met(ledger, ask, LicenceType.SOLE))


def _is_own_working(ask: Ask) -> bool:
    return ask.act is Act.GRANT_ORDINARY and ask.own_working


def sole_as_own_working(ledger: Ledger, ask: Ask) -> Hits:
    """An ordinary licence in place of a sole licensor's own working."""
    return _each(_met(ledger, ask, LicenceType.SOLE)) if _is_own_working(ask) else []


def own_working_used(ledger: Ledger, ask: Ask) -> Hits:
    """The one ordinary licence in place of the licensor's own working is there already."""
    return _each(e for e in _met(ledger, ask, LicenceType.ORDINARY) if e.own_working) if _is_own_working(ask) else []


def shared_meets(ledger: Ledger, ask: Ask) -> Hits:
    """An ordinary licence, or one taken under an open one, that meets what is asked for and is not carved out."""
    return _each(e for e in _met(ledger, ask, *SHARED) if e.id not in ask.carves_out)


def sub_licensing_not_agreed(ledger: Ledger, ask: Ask) -> Hits:
    """The licence does not let its licensee sub-license."""
    licence = _licence(ledger, ask)
    if licence is not None and not licence.sub_licensing:
        yield Hit(licence.period.start, (licence.id,), tuple(sorted(licence.grantors)))


def not_the_licensee(ledger: Ledger, ask: Ask) -> Hits:
    """Whoever would sub-license has no such licence."""
    licence = _licence(ledger, ask)
    return _if(licence is None or ask.by != {licence.party_id})


def beyond_the_licence(ledger: Ledger, ask: Ask) -> Hits:
    """The sub-licence would cover more, or last longer, than the licence."""
    licence = _licence(ledger, ask)
    if licence is not None and not (ask.period.within(licence.period) and ask.scope.within(licence.scope)):
        yield Hit(licence.period.start, (licence.id,))


def _licence(ledger: Ledger, ask: Ask) -> Entry | None:
    found = ledger.of_kind(RightKind.LICENCE, ask.today)
    return next((entry for entry in found if entry.id == ask.licence), None)


def licensees_rely(ledger: Ledger, ask: Ask) -> Hits:
    """Licences in force, whose licensor is to keep the right alive."""
    for entry in ledger.of_kind(RightKind.LICENCE, ask.period):
        yield Hit(entry.period.start, (entry.id,), (entry.party_id,) if entry.party_id else ())


# the open licence


def open_licence_stands(ledger: Ledger, ask: Ask) -> Hits:
    """An announced open licence in the days asked for."""
    return _each(_open(ledger, ask))


def nothing_to_keep(ledger: Ledger, ask: Ask) -> Hits:
    """No open licence stands."""
    return _if(not _open(ledger, ask))


def holders_changed(ledger: Ledger, ask: Ask) -> Hits:
    """Others hold the patent than those who declared the open licence."""
    now = {holder.party_id for holder in ledger.holders}
    return _each(entry for entry in _open(ledger, ask) if entry.grantors != now)


def pledgee_keeps_open_licence(ledger: Ledger, ask: Ask) -> Hits:
    """The pledgee to come has to agree that the open licence goes on."""
    for entry in _open(ledger, ask):
        of = (ask.to_party,) if ask.to_party else ()
        yield Hit(entry.period.start, (entry.id,), of, Act.KEEP_OPEN_LICENCE, entry.terms_hash)


# pledges, options, obstacles


def pledged(ledger: Ledger, ask: Ask) -> Hits:
    """A pledge in the days asked for; its pledgee may consent."""
    for entry in ledger.of_kind(RightKind.PLEDGE, ask.period):
        yield Hit(entry.period.start, (entry.id,), (entry.party_id,) if entry.party_id else ())


def pledged_while_open(ledger: Ledger, ask: Ask) -> Hits:
    """A pledge whose pledgee has not consented to these very terms of the open licence, before or since."""
    for hit in pledged(ledger, ask):
        if not any(_consented_to_open(given, ask) and given.party_id in hit.of for given in ledger.consents):
            yield hit


def _consented_to_open(given: Given, ask: Ask) -> bool:
    stands = given.state in (ConsentState.GIVEN, ConsentState.USED)
    return stands and given.act in OPEN_ACTS and given.terms_hash == ask.terms_hash


def optioned(ledger: Ledger, ask: Ask) -> Hits:
    """An option that somebody may still exercise."""
    for entry in ledger.of_kind(RightKind.OPTION, ask.period):
        yield Hit(entry.period.start, (entry.id,), (entry.party_id,) if entry.party_id else ())


def obstacle(ledger: Ledger, ask: Ask) -> Hits:
    """Something else that is on record as standing in the way of working the patent."""
    return _each(ledger.of_kind(RightKind.OBSTACLE, ask.period))


# abroad


def to_abroad(_: Ledger, ask: Ask) -> Hits:
    """Who acquires it is outside the mainland."""
    return _if(ask.to_abroad)


def public_money_abroad(_: Ledger, ask: Ask) -> Hits:
    """What public money paid for goes abroad."""
    return _if(ask.to_abroad and ask.publicly_funded)

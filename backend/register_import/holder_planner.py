"""How a change of holders or of a holder's name, told by a file, changes who held a patent from when to when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from backend.accounts.rules import name_key
from backend.core.ids import new_id
from backend.imports.import_kinds import ColumnError
from backend.patents.codes import EventKind, HoldingState
from backend.register_import.import_terms import Terms
from backend.register_import.patent_state import PatentState, Period

FRESH: Final = "name:"  # what the party of a name goes by until it is made


@dataclass(frozen=True, slots=True)
class Rename:
    """That a party bears a new name since a day."""

    party: str
    old: str
    new: str
    on: date


@dataclass(slots=True)
class Names:
    """Which party each name means to the importer.

    `keys` are the parties by folded name, those that it bore before as well; one that is still to be made goes by
    `FRESH` and its folded name, and `spelled` has the name as it was written. `organisations` has the organisation of
    each party there is, `borne` its folded name today, `mine` those off the platform that the importer entered. `used`
    are parties that earlier rows of the file make.
    """

    keys: dict[str, str] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str | None] = field(default_factory=dict)
    borne: dict[str, str] = field(default_factory=dict)
    mine: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    renames: list[Rename] = field(default_factory=list)

    def party(self, name: str) -> str:
        """Return the party that the name means."""
        return self.keys[name_key(name)]

    def holder(self, name: str, known: PatentState) -> str:
        """Return the party that the name means where it is said of one patent.

        A holder of that name comes first, then one that bore it before, whoever entered it.
        """
        key, party = name_key(name), self.party(name)
        if party in known.holders:
            return party
        periods = known.periods or ()
        of_that_name = next((p.party for p in periods if p.name_key == key), known.stand_ins.get(key))
        return of_that_name or next((p.party for p in periods if key in p.former_keys), party)

    def exists(self, party: str) -> bool:
        """Whether there is such a party, or an earlier row of the file makes it."""
        return not party.startswith(FRESH) or party in self.used

    def rename(self, rename: Rename) -> None:
        """Have the party bear the new name, and still be found by the old one."""
        self.keys[name_key(rename.new)] = rename.party
        self.borne[rename.party] = name_key(rename.new)
        self.renames.append(rename)

    def is_theirs_to_name(self, party: str, terms: Terms) -> bool:
        """Whether the importer may say that the party bears a new name; an organisation on the platform says it itself.

        Of others, whoever entered the party, and an office.
        """
        if self.organisations.get(party):
            return False
        return terms.for_all or party in self.mine or party.startswith(FRESH)


def lay_out(known: PatentState, names: Names, terms: Terms) -> None:
    """Bring the periods in line with what earlier rows of the file changed about the holders."""
    periods = known.periods = known.periods if known.periods is not None else []
    for period in periods:
        if period.is_living and period.party not in known.holders:  # its place was taken meanwhile
            period.party, period.organisation_id = terms.own, terms.organisation_id
    there = {period.party for period in periods}
    for party, state in known.holders.items():
        if party not in there:
            organisation_id = known.concerns(names.organisations.get(party))
            period = Period(new_id("hld"), party, state, organisation_id, is_mine=True)
            periods.append(period)
            if party in known.holds:
                known.holds.remove(party)
                known.begun.append(period)


@dataclass(frozen=True, slots=True)
class Move:
    """That the patent passed from some parties to others on a day; without `before`, from all its holders then."""

    on: date
    before: Sequence[str]
    after: Sequence[str]
    because: str = EventKind.HOLDER_CHANGED.value


def change_holders(known: PatentState, move: Move, names: Names, terms: Terms) -> list[str]:
    """End the holdings of those who left on the day and begin those of who came; give whom the importer may not end.

    Who holds it before and after stays. Of a party of which nothing is on record the row says that it held it before.
    """
    periods = known.periods or []
    before = list(move.before) or [p.party for p in periods if p.is_living and p.holds_before(move.on)]
    barred = [party for party in before if party not in move.after and not _leave(known, party, move, names, terms)]
    for party in move.after:
        if party not in before:
            _come(known, party, move.on, names, terms)
        elif not any(period.party == party for period in periods):
            _begin(known, party, None, names, terms)
    known.holders = _states(known.periods or ())
    left = {party for party, state in known.holders.items() if state is HoldingState.ENDED}
    known.stand_ins = {key: party for key, party in known.stand_ins.items() if party not in left}
    return barred


def _states(periods: Iterable[Period]) -> dict[str, HoldingState]:
    found: dict[str, HoldingState] = {}
    for period in periods:
        if period.is_living or period.party not in found:
            found[period.party] = period.state
    return found


def _leave(known: PatentState, party: str, move: Move, names: Names, terms: Terms) -> bool:
    """End the party's holding on the day; False where that is not the importer's to say."""
    own = [period for period in known.periods or () if period.party == party]
    period = next((p for p in own if p.is_living and p.holds_before(move.on)), None)
    if period is None:
        if not any(p.holds_before(move.on) for p in own):
            period = _begin(known, party, None, names, terms)
            _end(known, period, move, terms.now)
        return True
    if not (terms.for_all or party == terms.own or (period.is_mine and period.organisation_id is None)):
        return False
    _end(known, period, move, terms.now)
    return True


def _end(known: PatentState, period: Period, move: Move, now: datetime) -> None:
    period.state, period.ended_on, period.ended_because, period.end_recorded_at = (
        HoldingState.ENDED, move.on, move.because, now,
    )  # fmt: skip
    _alter(known, period)
    if period not in known.begun:
        known.ended.append(period)


def _alter(known: PatentState, period: Period) -> None:
    if period not in known.begun and period not in known.altered:
        known.altered.append(period)


def _come(known: PatentState, party: str, on: date, names: Names, terms: Terms) -> None:
    """Begin the party's holding on the day, or give the one on record its first day."""
    own = [period for period in known.periods or () if period.party == party]
    undated = [p for p in own if p.effective_on is None and (p.is_living or (p.ended_on and p.ended_on > on))]
    if undated:
        undated[0].effective_on = on
        _alter(known, undated[0])
    elif not any(p.is_living or p.effective_on == on for p in own):
        _begin(known, party, on, names, terms)


def _begin(known: PatentState, party: str, on: date | None, names: Names, terms: Terms) -> Period:
    state = HoldingState.VERIFIED if terms.for_all and on else HoldingState.ASSERTED
    organisation_id = known.concerns(names.organisations.get(party) or _organisation(known, party))
    period = Period(new_id("hld"), party, state, organisation_id, is_mine=True, effective_on=on)
    known.periods = [*(known.periods or ()), period]
    known.begun.append(period)
    if organisation_id:
        known.organisations.add(organisation_id)
    return period


def change_names(
    known: PatentState, on: date, pairs: Iterable[tuple[str, str]], names: Names, terms: Terms
) -> Iterable[ColumnError]:
    """Have each holder of an old name bear the new one since the day; give what of it cannot be done.

    Where a party of the new name is there already, the holding passes to it.
    """
    for old, new in pairs:
        party, heir = names.holder(old, known), names.holder(new, known)
        if party == heir or party not in known.holders:
            continue
        borne = names.borne.get(party, _borne(known, party))
        if borne not in (None, name_key(old)):
            yield ColumnError("legal_events", "name_change_unclear", f"{old} → {new}")
        elif heir in known.holders or names.exists(heir):
            move = Move(on, [party], [heir], EventKind.NAME_CHANGED.value)
            for _ in change_holders(known, move, names, terms):
                yield ColumnError("legal_events", "holder_not_yours", old)
        elif names.is_theirs_to_name(party, terms) and not _organisation(known, party):
            names.rename(Rename(party, old, new, on))
            for period in known.periods or ():
                if period.party == party:
                    period.name_key, period.former_keys = name_key(new), period.former_keys | {name_key(old)}
            known.stand_ins = {name_key(new) if p == party else key: p for key, p in known.stand_ins.items()}
        else:
            yield ColumnError("legal_events", "name_not_yours", f"{old} → {new}")


def _borne(known: PatentState, party: str) -> str | None:
    return next((p.name_key for p in known.periods or () if p.party == party and p.name_key), None)


def _organisation(known: PatentState, party: str) -> str | None:
    return next((p.organisation_id for p in known.periods or () if p.party == party and p.organisation_id), None)

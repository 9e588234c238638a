"""Whether an imported row whose numbers match several patents merges them, and their merged data in memory."""

from collections.abc import Container, Mapping, Sequence
from itertools import combinations
from types import SimpleNamespace

from backend.patents.codes import HoldingState, LegalStatus
from backend.patents.fact_rules import NUMBERS, are_one_patent, contradictions, fill_or_conflict
from backend.patents.provenance_rules import merged_facts
from backend.register_import.import_terms import Terms
from backend.register_import.patent_state import PatentState, stored_digest


def kept_apart(found: Sequence[PatentState], numbers: Mapping[str, str], terms: Terms) -> str | None:
    """Return the code of why a row with numbers of all of these does not join them.

    None where it shows them to be one patent, the importer may say so, and rights stand on one of them at most.
    """
    at_odds = any(known.row[name] not in (None, number) for known in found for name, number in numbers.items())
    hidden = any(_would_take(known, terms) for known in found) and any(known.is_established for known in found)
    if at_odds or hidden or not all(_may_be_one(one, other, terms) for one, other in combinations(found, 2)):
        return "numbers_of_two_patents"
    return "rights_on_both" if sum(known.burdened for known in found) > 1 else None


def _would_take(known: PatentState, terms: Terms) -> bool:
    """Whether a private row has a number that an established row of others has."""
    numbers = (known.row[name] for name in NUMBERS)
    return not known.is_established and any((known.office, number) in terms.hidden for number in numbers if number)


def _may_be_one(one: PatentState, other: PatentState, terms: Terms) -> bool:
    """Whether two patents may be one.

    What an earlier row of the file said of one must not differ from what is known of the other: were they joined then,
    the same file would say it of the joined patent the next time, and change it.
    """
    is_named = one.id in terms.named or other.id in terms.named
    if is_named and not _agree(one, other):
        return False
    a, b = SimpleNamespace(**one.row), SimpleNamespace(**other.row)
    if terms.for_all:
        return not contradictions(a, b)
    return terms.may_join(one) and terms.may_join(other) and are_one_patent(a, b)


def _agree(one: PatentState, other: PatentState) -> bool:
    """Whether nothing that is known of both differs, be it facts, status or grade."""
    values = {one.status, other.status} - {LegalStatus.UNKNOWN}
    grades = {known.grade.grade for known in (one, other) if known.grade}
    return len(values) <= 1 and len(grades) <= 1 and not fill_or_conflict(one.row, other.row, may_overwrite=False)[1]


def joined(one: PatentState, other: PatentState, offices: Container[str | None]) -> PatentState:
    """Return the older of two patents with all that is known of the younger, which is to be merged into it.

    An established one is the older, whatever their days.
    """
    winner, loser = sorted((one, other), key=lambda known: (known.private_to, known.created_at, known.id))
    _join_facts(winner, loser, offices)
    winner.expiry_override = winner.expiry_override or loser.expiry_override
    winner.listed = winner.listed or loser.listed
    winner.burdened = winner.burdened or loser.burdened
    _join_holders(winner, loser)
    _join_events(winner, loser)
    winner.grade = max(filter(None, (winner.grade, loser.grade)), key=lambda known: known.assessed_on, default=None)
    winner.graded = winner.graded or loser.graded
    winner.parts += loser.stored_ids
    winner.merges += [*loser.merges, *([loser.id] if loser.stored else [])]
    return winner


def _join_facts(winner: PatentState, loser: PatentState, offices: Container[str | None]) -> None:
    changes, marks = merged_facts(
        {**winner.row, "set_by": winner.set_by},
        {**loser.row, "set_by": loser.set_by},
        known_by_office=winner.facts_by in offices,
        facts_by_office=loser.facts_by in offices,
    )
    winner.row |= changes
    winner.writes = {name: value for name, value in winner.writes.items() if name not in changes}
    winner.writes |= {name: loser.writes[name] for name in changes if name in loser.writes}
    winner.set_by = winner.writes["set_by"] = marks


def _join_holders(winner: PatentState, loser: PatentState) -> None:
    """What is on record already of the younger is moved, so that the older's row need not write it."""
    unwritten = {*loser.holds, *(period.party for period in loser.begun)}
    living = {party: state for party, state in loser.holders.items() if state is not HoldingState.ENDED}
    moved = {party for party in living if party not in unwritten}
    winner.holds = [party for party in winner.holds if party not in moved]
    dropped = [period for period in winner.begun if period.is_living and period.party in moved]
    winner.begun = [period for period in winner.begun if period not in dropped]
    if winner.periods is not None or loser.periods is not None:
        winner.periods = [period for period in winner.periods or () if period not in dropped]
        kept = {p for p, state in winner.holders.items() if state is not HoldingState.ENDED and p not in moved}
        kept |= {period.party for period in winner.periods if period.is_living}
        more = [p for p in loser.periods or () if not (p.is_living and p.party in kept)]
        winner.periods += more
        winner.begun += [period for period in loser.begun if period in more]
    winner.altered, winner.ended = [*winner.altered, *loser.altered], [*winner.ended, *loser.ended]
    winner.holds += [party for party in loser.holds if party not in winner.holders]
    winner.holders = {**loser.holders, **living, **winner.holders}
    winner.stand_ins = {**loser.stand_ins, **winner.stand_ins}
    winner.renamed |= loser.renamed
    winner.organisations |= loser.organisations


def _join_events(winner: PatentState, loser: PatentState) -> None:
    """An event that both know counts once; one that is on record of the younger is moved, and not written again."""
    unwritten = {stored_digest(fact) for fact in loser.events}
    moved = {stored_digest(fact) for fact in loser.history} - unwritten
    known = {stored_digest(fact) for fact in winner.history}
    winner.history.extend(fact for fact in loser.history if stored_digest(fact) not in known)
    winner.events = [fact for fact in winner.events if stored_digest(fact) not in moved]
    winner.events += [fact for fact in loser.events if stored_digest(fact) not in known]

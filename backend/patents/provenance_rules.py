"""Who may change a fact that somebody set before: what a holder's hand wrote, what the authority states."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from backend.patents.codes import SetBy
from backend.patents.fact_rules import EMPTY, FACTS, fill_or_conflict, is_same

OF_AUTHORITY: Final = frozenset({SetBy.AUTHORITY, SetBy.AUTHORITY_BY_HAND})
STATUS: Final = "legal_status"  # marked beside the facts, though it follows from legal events

Marks = Mapping[str, str]


def by_hand(*, by_office: bool) -> SetBy:
    """Return the mark that a fact gets when somebody sets it by hand; offices are the platform and authorities."""
    return SetBy.AUTHORITY_BY_HAND if by_office else SetBy.HAND


def bar_of(mark: str | None, *, by_office: bool, prefers_file: bool) -> str | None:
    """Return the code of what keeps a file from overwriting a fact with this mark, or None.

    What was changed by hand gives way where the file is preferred; what the authority states gives way to the
    authority alone.
    """
    if mark in (None, SetBy.ASKER) or (by_office and mark != SetBy.AUTHORITY_BY_HAND):
        return None
    if not by_office and mark in OF_AUTHORITY:
        return "stated_by_authority"
    return None if prefers_file else "changed_by_hand"


def remarked(marks: Marks | None, names: Iterable[str], mark: SetBy | None) -> dict[str, str] | None:
    """Return the marks with these facts marked anew, or bare with None; None where nothing is marked at all."""
    kept = dict(marks or {})
    for name in names:
        kept.pop(name, None)
        if mark is not None:
            kept[name] = mark.value
    return kept or None


def stated(marks: Marks | None) -> set[str]:
    """Return the names of the facts that are marked as the authority's."""
    return {name for name, mark in (marks or {}).items() if mark in OF_AUTHORITY}


def is_stated(marks: Marks | None, name: str, *, entered_by_office: bool) -> bool:
    """Whether the authority states the fact: by its mark, or since an office entered the patent and nobody else it."""
    mark = (marks or {}).get(name)
    return entered_by_office if mark is None else mark in OF_AUTHORITY


def merged_facts(
    known: Mapping[str, Any], facts: Mapping[str, Any], *, known_by_office: bool, facts_by_office: bool
) -> tuple[dict[str, Any], dict[str, str] | None]:
    """Return what the younger row's facts change in the older, into which it is merged, and the older's marks then.

    Both have their marks under `set_by`. What is empty is filled; what the authority states stands against the rest.
    """
    changes, differing = fill_or_conflict(known, facts, may_overwrite=False)
    marks, others = known["set_by"], facts["set_by"]
    for name in FACTS:
        theirs = is_stated(others, name, entered_by_office=facts_by_office)
        if name in differing and theirs and not is_stated(marks, name, entered_by_office=known_by_office):
            changes[name] = facts[name]
    for name in changes:
        mark = (others or {}).get(name) or (SetBy.AUTHORITY if facts_by_office and not known_by_office else None)
        marks = remarked(marks, [name] if name in FACTS else [], mark and SetBy(mark))
    return changes, marks


def agreed(known: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    """Return the names of the facts that both have, and have alike."""
    both = (name for name in FACTS if facts.get(name) not in EMPTY and known[name] not in EMPTY)
    return [name for name in both if is_same(known[name], facts[name])]

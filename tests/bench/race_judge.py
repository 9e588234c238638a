"""Whether what a race left is lawful: written anew from the law's matrix, with nothing of the platform's own rules.

An exclusive licence stands beside no other where they meet; a sole one beside no exclusive, sole or ordinary one but
one in place of the licensor's own working; earlier ordinary licences may be left standing; there is one pledge at a
time; an open licence stands beside neither exclusive nor sole ones of any scope.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any, Final

from tests.bench.race_arena import Answered

Fields = dict[str, Any]
FOREVER: Final = "9999-12-31"
SHARED: Final = frozenset({"ordinary", "open"})
ASKS_THE_LEDGER: Final = frozenset({"not_permitted", "consent_needed", "confirmation_needed"})


def standing(entries: Iterable[Fields]) -> list[Fields]:
    """Return the grants made here that stand."""
    return [e for e in entries if e["origin"] == "here" and not e["ended_on"] and not e["corrected_by"]]


def _days(one: Fields) -> tuple[str, str]:
    return one.get("starts_on") or one["effective_on"], one.get("ends_on") or FOREVER


def _meet_in_time(one: Fields, other: Fields) -> bool:
    (a, b), (c, d) = _days(one), _days(other)
    return a <= d and c <= b


def _within(code: str, other: str) -> bool:
    """Whether one region's code lies in the other's: it begins with that one less its pairs of noughts."""
    short = other
    while short.endswith("00"):
        short = short[:-2]
    return code.startswith(short)


def _meet_in_space(one: Fields, other: Fields) -> bool:
    ours, theirs = one.get("territory") or [], other.get("territory") or []
    return not ours or not theirs or any(_within(a, b) or _within(b, a) for a in ours for b in theirs)


def _share(one: Fields, other: Fields, name: str) -> bool:
    ours, theirs = set(one.get(name) or ()), set(other.get(name) or ())
    return not ours or not theirs or bool(ours & theirs)


def _type(one: Fields) -> str:
    return str(one.get("licence_type") or "ordinary") if one["kind"] == "licence" else str(one["kind"])


def conflict(one: Fields, other: Fields) -> bool:
    """Whether two grants cannot both stand."""
    types = {_type(one), _type(other)}
    if not _meet_in_time(one, other):
        return False
    if "pledge" in types or "open_licence" in types:
        return types == {"pledge"} or ("open_licence" in types and bool(types & {"exclusive", "sole"}))
    scopes_meet = _meet_in_space(one, other) and _share(one, other, "fields") and _share(one, other, "working")
    return scopes_meet and _licences_conflict(one, other, types)


def _licences_conflict(one: Fields, other: Fields, types: set[str]) -> bool:
    left = {*(one.get("carves_out") or ()), *(other.get("carves_out") or ())} & {one.get("id"), other.get("id")}
    if types <= SHARED:
        return bool(one.get("own_working") and other.get("own_working"))
    if types & SHARED and left:
        return False
    own = next((e.get("own_working") for e in (one, other) if _type(e) in SHARED), False)
    return "exclusive" in types or not own


def unlawful(entries: Sequence[Fields]) -> Iterator[str]:
    """Tell of each pair of grants made here that cannot both stand."""
    for one, other in combinations(standing(entries), 2):
        if one["patent_id"] == other["patent_id"] and conflict(one, other):
            yield f"{_type(one)} {one['id']} conflicts with {_type(other)} {other['id']}"


def badly_answered(answers: Sequence[Answered], entries: Sequence[Fields], before: Iterable[str]) -> Iterator[str]:
    """Tell of answers lost, refusals without reasons, and grants that were acknowledged and are not there, or not."""
    kept = {entry["id"] for entry in entries}
    by_right = {entry["id"] for entry in entries if entry["kind"] != "open_licence" and entry["licence_type"] != "open"}
    of_pledges = (one.get("right_id") for a in answers if a.won for one in a.said.get("patents") or ())
    acknowledged = {*before, *(right_id for right_id in of_pledges if right_id)}
    lost = False
    for answer in answers:
        said = f"{answer.racer.name}: {answer.status} {answer.said.get('code', answer.said.get('title', ''))}"
        if answer.status == 0 or answer.status >= 500:
            lost = True
            yield f"no answer to {said}"
        elif not answer.won and answer.status != 409:
            yield f"neither done nor refused with 409: {said} {answer.said}"
        elif answer.status == 409 and answer.said.get("code") in ASKS_THE_LEDGER and not answer.codes:
            yield f"refused without reasons: {said}"
        elif answer.won and str(answer.said.get("id", "")).startswith("rgt_"):
            acknowledged.add(answer.said["id"])
    if missing := acknowledged - kept:
        yield f"acknowledged and not there: {sorted(missing)}"
    if not lost and (extra := by_right - acknowledged):
        yield f"there and never acknowledged: {sorted(extra)}"


def needlessly_refused(answers: Iterable[Answered], entries: Sequence[Fields]) -> Iterator[str]:
    """Tell of each grant that was refused though nothing that stands is in its way, or by another code."""
    stands = standing(entries)
    for answer in answers:
        if answer.status != 409:
            continue
        if answer.said.get("code") != "not_permitted":
            yield f"{answer.racer.name} was refused with {answer.said.get('code')} {answer.codes}"
        elif not any(conflict(answer.racer.body or {}, entry) for entry in stands):
            yield f"{answer.racer.name} was refused though nothing stands in its way: {answer.codes}"

"""The races about rights: how each begins, and what of its own must be so at its end."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.bench.race_arena import Answered, Arena, Fields, Prepare, Racer, Start, soon, today
from tests.bench.race_judge import needlessly_refused, standing
from tests.scenarios.consents import consent_terms
from tests.scenarios.patents import patent_body, publication_number

CONFIRMED: Final = ["sole_licensors_own_working"]
PLACES: Final[list[list[str]]] = [[], ["500000"], ["500101"], ["110000", "500102"], ["110000"], ["310000"]]
FIELDS: Final[list[list[int]]] = [[], [3, 5], [5], [7]]
WAYS: Final[list[list[str]]] = [[], ["make", "sell"], ["sell"], ["import"]]
Check = Callable[[Start, Sequence[Answered], Sequence[Fields], Fields], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Race:
    """A kind of race: how it begins, and what is wrong with what it left, beyond what the law's matrix forbids."""

    name: str
    prepare: Prepare
    check: Check


def winners(answers: Iterable[Answered], name: str | None = None) -> int:
    """Return how many won, of all or of those with the name."""
    return sum(answer.won for answer in answers if name in (None, answer.racer.name))


def survives(_: Start, answers: Sequence[Answered], entries: Sequence[Fields], _about: Fields) -> Iterable[str]:
    """At least one survives, and nobody was refused for nothing."""
    if not winners(answers):
        yield "nobody won"
    yield from needlessly_refused(answers, entries)


def one_wins(_: Start, answers: Sequence[Answered], _entries: Sequence[Fields], _about: Fields) -> Iterable[str]:
    """Exactly one wins."""
    if (won := winners(answers)) != 1:
        yield f"{won} won, not one: {[(a.racer.name, a.status, a.said.get('code')) for a in answers]}"


def _of_types(*types: str) -> Prepare:
    async def prepare(arena: Arena) -> Start:
        patent = await arena.patent()
        to = ("first", "second", "bank", "guarantor")
        racers = [arena.granting(patent["id"], who, licence_type=of) for who, of in zip(to, types, strict=False)]
        return Start(patent, racers)

    return prepare


async def _scopes_meet(arena: Arena) -> Start:
    patent = await arena.patent()
    racers = []
    for to, types in zip(
        ("first", "second", "bank", "guarantor"),
        (("exclusive",), ("ordinary",), ("exclusive", "sole"), ("sole", "ordinary")),
        strict=True,
    ):
        scope: Fields = {"territory": random.choice(PLACES), "fields": random.choice(FIELDS)}
        scope |= {"working": random.choice(WAYS), "starts_on": random.choice((soon(0), soon(0), soon(400)))}
        ends = random.choice((None, soon(200), soon(800)))
        if ends is not None and ends > scope["starts_on"]:
            scope["ends_on"] = ends
        racers.append(arena.granting(patent["id"], to, licence_type=random.choice(types), **scope))
    return Start(patent, racers)


async def _pledges(arena: Arena) -> Start:
    patent = await arena.patent()
    return Start(patent, [arena.granting(patent["id"], to, "pledge") for to in ("bank", "guarantor", "bank")])


async def _own_working(arena: Arena) -> Start:
    patent = await arena.patent()
    sole = await arena.granted(arena.granting(patent["id"], "bank", licence_type="sole"))
    asked: Fields = {"licence_type": "ordinary", "own_working": True, "confirmed": CONFIRMED}
    racers = [arena.granting(patent["id"], to, **asked) for to in ("first", "second", "guarantor")]
    return Start(patent, racers, frozenset({sole["id"]}))


async def _consent_revoked(arena: Arena) -> Start:
    patent = await arena.co_owned()
    granting = arena.granting(patent["id"], "first", licence_type="exclusive", ends_on="2028-12-31")
    consent = await arena.consented(patent["id"], "grant_exclusive", _terms(arena, granting))
    revoking = Racer("revocation", arena.people["partner"], f"{_consent(consent)}/revocation")
    return Start(patent, [granting, revoking], about={"consent": consent})


async def _consent_twice(arena: Arena) -> Start:
    patent = await arena.co_owned()
    asked: Fields = {"licence_type": "exclusive", "ends_on": "2028-12-31"}
    racers = [arena.granting(patent["id"], "first", **asked) for _ in range(3)]
    consent = await arena.consented(patent["id"], "grant_exclusive", _terms(arena, racers[0]))
    return Start(patent, racers, about={"consent": consent})


def _terms(arena: Arena, granting: Racer) -> Fields:
    body = granting.body or {}
    return consent_terms(body, body["party_id"], arena.parties["owner"])


def _consent(consent: Fields) -> str:
    return f"/v1/patents/{consent['patent_id']}/consents/{consent['id']}"


def used_or_revoked(_: Start, answers: Sequence[Answered], entries: Sequence[Fields], about: Fields) -> Iterable[str]:
    """One wins, and the consent says which: used by the grant that stands, or revoked and nothing stands."""
    yield from one_wins(_, answers, entries, about)
    stands, consent = [e["id"] for e in standing(entries)], about["consent"]
    if (consent["state"], stands) != ("revoked", []) and (consent["state"], [consent["used_by"]]) != ("used", stands):
        yield f"the consent is {consent['state']} by {consent['used_by']}, and {stands} stand"


async def _ended(arena: Arena) -> Start:
    patent = await arena.patent()
    here = await arena.granted(arena.granting(patent["id"], "bank", licence_type="exclusive"))
    place, owner = f"/v1/patents/{patent['id']}/rights/{here['id']}/end", arena.people["owner"]
    ending = Racer(
        "end", owner, place, {"ended_on": str(today()), "reason": "合同解除", "evidence_files": [arena.proofs["owner"]]}
    )
    racers = [arena.granting(patent["id"], to, licence_type="exclusive") for to in ("first", "second")]
    return Start(patent, [ending, *racers], frozenset({here["id"]}), {"old": here["id"]})


def ended_once(start: Start, answers: Sequence[Answered], entries: Sequence[Fields], _: Fields) -> Iterable[str]:
    """The old right has ended; one new grant stands at most, and none was refused because of anything but these."""
    if winners(answers, "end") != 1 or not next(e["ended_on"] for e in entries if e["id"] == start.about["old"]):
        yield "the right was not ended"
    for answer in answers:
        if answer.status == 409 and answer.codes != ["exclusive_licence_in_force"]:
            yield f"{answer.racer.name} was refused with {answer.codes}"


async def _corrected(arena: Arena) -> Start:
    patent = await arena.patent()
    racer = arena.granting(patent["id"], "bank", licence_type="ordinary")
    here = await arena.granted(racer)
    shown = {"evidence_files": [arena.proofs["owner"]]}
    body = {**(racer.body or {}), **shown, "licence_type": "exclusive", "reason": "种类有误"}
    place = f"/v1/patents/{patent['id']}/rights/{here['id']}/correction"
    racers = [Racer("correction", arena.people["owner"], place, body)]
    racers += [arena.granting(patent["id"], to, licence_type="ordinary") for to in ("first", "second")]
    return Start(patent, racers, frozenset({here["id"]}), {"old": here["id"]})


def corrected_or_not(start: Start, answers: Sequence[Answered], entries: Sequence[Fields], _: Fields) -> Iterable[str]:
    """The correction and the other grants exclude each other, and the wrong entry is corrected only with the former."""
    wins = winners(answers, "correction"), winners(answers, "ordinary")
    if wins not in ((1, 0), (0, 1), (0, 2)):
        yield f"correction and grants won {wins}"
    old = next(entry for entry in entries if entry["id"] == start.about["old"])
    if bool(old["corrected_by"]) != bool(wins[0]):
        yield f"the old entry is corrected by {old['corrected_by']}, and {wins[0]} corrections were acknowledged"


async def _merged(arena: Arena) -> Start:
    """One invention entered as two rows, licensed on each, while a third request says that they are one."""
    one, number = await arena.patent(), publication_number()
    other_body = patent_body(publication_number=number, filing_date=None, grant_date=None)
    del other_body["application_number"]
    other = await arena.told("POST", "/v1/patents", arena.people["owner"], other_body)
    body = {"application_number": one["application_number"], "publication_number": number, "title": one["title"]}
    asked: Fields = {"licence_type": "exclusive", "confirmed": ["licence_before_grant", "status_unknown"]}
    racers = [arena.granting(row["id"], to, **asked) for row, to in ((one, "first"), (other, "second"))]
    return Start(one, [*racers, Racer("merge", arena.people["owner"], "/v1/patents", body)], about={"other": other})


def merged_lawfully(
    _start: Start, answers: Sequence[Answered], _entries: Sequence[Fields], _about: Fields
) -> Iterable[str]:
    """Merged, one grant stands; or both stand, and the rows stay two."""
    if not winners(answers, "exclusive"):
        yield "no grant won"
    if winners(answers, "merge") and winners(answers, "exclusive") > 1:
        yield "merged with two exclusive licences"


RIGHT_RACES: Final = (
    Race("exclusive_exclusive", _of_types("exclusive", "exclusive", "exclusive"), survives),
    Race("sole_ordinary", _of_types("sole", "ordinary", "ordinary", "sole"), survives),
    Race("scopes_meet", _scopes_meet, survives),
    Race("pledge_pledge", _pledges, one_wins),
    Race("own_working", _own_working, one_wins),
    Race("consent_revoked", _consent_revoked, used_or_revoked),
    Race("consent_twice", _consent_twice, used_or_revoked),
    Race("ended_granted", _ended, ended_once),
    Race("corrected_granted", _corrected, corrected_or_not),
    Race("rows_merged", _merged, merged_lawfully),
)


async def seen_after(arena: Arena, start: Start) -> tuple[list[Fields], Fields]:
    """Return the ledger as it stands, and what else is asked about: the consent."""
    entries = await arena.ledger(start.patent["id"], start.about.get("holder", "owner"))
    about: dict[str, Any] = {}
    if "consent" in start.about:
        about["consent"] = await arena.told("GET", _consent(start.about["consent"]), arena.people["owner"])
    for patent_id in start.about.get("beside", ()):
        entries += await arena.ledger(patent_id, start.about["holder"])
    if "other" in start.about:
        known = {entry["id"] for entry in entries}
        entries += [e for e in await arena.ledger(start.about["other"]["id"]) if e["id"] not in known]
    return entries, about

"""The races about pledges: registered while licences are granted or at two banks, released while in default or paid."""

import random
from collections.abc import Iterable, Sequence
from typing import Final

from tests.bench.race_arena import Answered, Arena, Fields, Racer, Start, soon, today
from tests.bench.race_deals import BANKS, BORROWER, Deal, filed, lent, registration, sound_patent, start, step
from tests.bench.race_judge import standing
from tests.bench.race_rights import Race, one_wins, winners

BANK: Final = BANKS[0]
EVENT: Final = "借款用途与约定不符"
BARRED: Final = {"consent_needed", "not_permitted"}


def _licence(arena: Arena, deal: Deal, to: str, licence_type: str) -> Racer:
    effective_on = random.choice((soon(0), soon(-30), soon(20)))
    return arena.granting(
        deal.patent_ids[0], to, by=BORROWER, licence_type=licence_type, effective_on=effective_on, ends_on=soon(600)
    )


async def _pledge_licence(arena: Arena) -> Start:
    """A licence may have been granted since the filing already, before the registration that is recorded only now."""
    deal = await filed(arena)
    before = []
    if random.random() < 0.5:
        earlier = await arena.granted(_licence(arena, deal, "owner", "ordinary"))
        before.append(earlier["id"])
    types = random.choice((("exclusive", "exclusive"), ("exclusive", "ordinary"), ("ordinary", "sole")))
    racers = [_licence(arena, deal, to, of) for to, of in zip(("second", "partner"), types, strict=True)]
    return start([deal], [registration(arena, deal, random.choice((BANK, "office"))), *racers], *before)


async def _pledge_twice(arena: Arena) -> Start:
    """Two banks took the same two patents, and each records a registration; so does the office, for one of them."""
    ids = [(await sound_patent(arena))["id"] for _ in range(2)]
    deals = [await filed(arena, bank, random.sample(ids, 2)) for bank in BANKS]
    racers = [registration(arena, deal, bank) for deal, bank in zip(deals, BANKS, strict=True)]
    return start(deals, [*racers, registration(arena, random.choice(deals), "office")])


def _defaulting(arena: Arena, deal: Deal) -> Racer:
    body = {"outcome": "defaulted", "on": str(today()), "event": EVENT}
    return step(arena, "default", BANK, f"{deal.pledge_place}/default", body)


def _releasing(arena: Arena, deal: Deal) -> Racer:
    body = {"filed_on": str(today()), "reason": "waived"}
    return step(arena, "release", BANK, f"{deal.pledge_place}/release", body)


async def _release_default(arena: Arena) -> Start:
    deal = await lent(arena)
    return start([deal], [_defaulting(arena, deal), _releasing(arena, deal)], *deal.rights)


async def _repayment_default(arena: Arena) -> Start:
    deal = await lent(arena)
    place = f"/v1/loans/{deal.loan['id']}/early-repayment"
    quoted = await arena.told("GET", place, arena.people[BANK], params={"on": str(today())})
    body = {"paid_on": str(today()), "principal_fen": None, "amount_fen": quoted["amount_fen"]}
    paying = step(arena, "repayment", BANK, place, body)
    return start([deal], [_defaulting(arena, deal), paying], *deal.rights)


async def _released_default(arena: Arena) -> Start:
    """The office registered the release, or refused it so that a default may follow."""
    deal = await lent(arena)
    releasing = _releasing(arena, deal)
    await arena.told("POST", releasing.path, releasing.who, releasing.body)
    place = f"{deal.pledge_place}/release-registration"
    decided = {"decided_on": str(today())}
    racers = [
        step(arena, "released", BANK, place, {"outcome": "registered", **decided}),
        step(arena, "refused", "office", place, {"outcome": "refused", **decided}),
        _defaulting(arena, deal),
    ]
    return start([deal], racers, *deal.rights)


def registered_and_granted(
    begun: Start, answers: Sequence[Answered], entries: Sequence[Fields], about: Fields
) -> Iterable[str]:
    """The registration is recorded, and no licence is granted after it; of those before none is accused.

    They are of the registration day itself, of which nobody knows what came first.
    """
    (deal,) = begun.about["deals"]
    pledge = about["things"][deal.pledge["id"]]
    if winners(answers, "registration") != 1 or pledge["status"] != "registered":
        yield f"the registration was not recorded: {pledge['status']}"
    pledges = [entry for entry in entries if entry["kind"] == "pledge"]
    flagged = {right_id for entry in pledges for one in entry["conflicts"] for right_id in one["about"]}
    for entry in standing(entries):
        if entry["kind"] != "licence":
            continue
        if any(entry["recorded_at"] > one["recorded_at"] for one in pledges):
            yield f"{entry['id']} was granted after the registration was recorded"
        if entry["id"] in flagged:
            yield f"{entry['id']} is flagged, and nobody knows that it came later on its day"
    for answer in answers:
        if answer.status == 409 and answer.said.get("code") not in BARRED:
            yield f"{answer.racer.name} was refused with {answer.said.get('code')} {answer.codes}"


def pledged_once(begun: Start, answers: Sequence[Answered], _entries: Sequence[Fields], about: Fields) -> Iterable[str]:
    """One pledge stands on both patents; the other stays filed, and was refused for the first one."""
    statuses = sorted(about["things"][deal.pledge["id"]]["status"] for deal in begun.about["deals"])
    if statuses != ["filed", "registered"]:
        yield f"the pledges are {statuses}"
    if winners(answers) != 1:
        yield f"{winners(answers)} won, not one: {[(a.status, a.said.get('code')) for a in answers]}"
    for answer in answers:
        if answer.status == 409 and answer.said.get("code") not in ("patent_already_pledged", "pledge_not_in_state"):
            yield f"{answer.racer.name} was refused with {answer.said.get('code')}"


def in_default_or_not(
    begun: Start, answers: Sequence[Answered], entries: Sequence[Fields], about: Fields
) -> Iterable[str]:
    """One wins, and pledge and loan both say which."""
    yield from one_wins(begun, answers, entries, about)
    (deal,) = begun.about["deals"]
    pledge, loan = about["things"][deal.pledge["id"]], about["things"][deal.loan["id"]]
    lawful = {
        "default": ("defaulted", "defaulted"),
        "release": ("release_filed", "disbursed"),
        "repayment": ("registered", "repaid"),
    }
    if not any((pledge["status"], loan["status"]) == lawful[a.racer.name] for a in answers if a.won):
        yield f"the pledge is {pledge['status']}, the loan {loan['status']}"


def released_or_in_default(
    begun: Start, answers: Sequence[Answered], _entries: Sequence[Fields], about: Fields
) -> Iterable[str]:
    """The release is registered and nothing else happens; or it is refused, and a default may follow."""
    (deal,) = begun.about["deals"]
    pledge, loan = about["things"][deal.pledge["id"]], about["things"][deal.loan["id"]]
    won = {name: winners(answers, name) for name in ("released", "refused", "default")}
    lawful = {
        (1, 0, 0): ("released", "disbursed"),
        (0, 1, 0): ("registered", "disbursed"),
        (0, 1, 1): ("defaulted", "defaulted"),
    }
    found = (pledge["status"], loan["status"])
    if lawful.get((won["released"], won["refused"], won["default"])) != found:
        yield f"the pledge is {found[0]}, the loan {found[1]}; won have {won}"


PLEDGE_RACES: Final = (
    Race("pledge_licence", _pledge_licence, registered_and_granted),
    Race("pledge_twice", _pledge_twice, pledged_once),
    Race("release_default", _release_default, in_default_or_not),
    Race("repayment_default", _repayment_default, in_default_or_not),
    Race("released_default", _released_default, released_or_in_default),
)

"""The races about open licences: announced, withdrawn, taken and paid while others grant, pledge and record facts."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from tests.bench.race_arena import Answered, Arena, Fields, Racer, Start, soon, today
from tests.bench.race_judge import needlessly_refused, standing
from tests.bench.race_rights import Race, one_wins, winners

FREE: Final = {"form": "free"}
LUMP: Final = {"form": "lump_sum", "lump_sum_fen": 20_000_000, "payment_days": 30}
CONFIRMED: Final = ["annuity_unknown"]
DECLARED: Final[Fields] = {
    "fee_explanation": "参照同领域许可合同的平均价格确定。",
    "contact": {"name": "成果转化中心", "telephone": "023-60000000"},
    "undertaking": True,
    "confirmed": CONFIRMED,
}


def yesterday() -> str:
    """Return the day before."""
    return str(today() - timedelta(days=1))


def _declaration(patent: Fields, fee: Fields) -> Fields:
    return {**DECLARED, "patent_id": patent["id"], "fee": fee, "ends_on": soon(700)}


def _announcing(arena: Arena, declared: Fields) -> Racer:
    body = {"on": yesterday(), "declaration_number": f"K{declared['id'][-12:]}",
            "evidence_files": [arena.proofs["owner"]]}  # fmt: skip
    return Racer("announcement", arena.people["owner"], f"/v1/open-licences/{declared['id']}/announcement", body)


async def _filed(arena: Arena, fee: Fields) -> tuple[Fields, Fields]:
    """Return a fresh patent and its declaration, filed with the office."""
    patent, owner = await arena.patent(), arena.people["owner"]
    declared = await arena.told("POST", "/v1/open-licences", owner, _declaration(patent, fee))
    place = f"/v1/open-licences/{declared['id']}"
    await arena.told("POST", f"{place}/submission", owner, {})
    return patent, await arena.told("POST", f"{place}/filing", owner, {"on": yesterday()})


async def _announced(arena: Arena, fee: Fields, *, withdrawal: bool = False) -> tuple[Fields, Fields]:
    """Return a fresh patent and its open licence, whose withdrawal may be filed already."""
    patent, filed = await _filed(arena, fee)
    announcing = _announcing(arena, filed)
    declared = await arena.told("POST", announcing.path, announcing.who, announcing.body)
    if withdrawal:
        body = {"on": str(today()), "legal_reason": "other_legitimate", "reason": "拟与他人合作产业化"}
        place = f"/v1/open-licences/{declared['id']}/withdrawal"
        declared = await arena.told("POST", place, announcing.who, body)
    return patent, declared


async def _start(arena: Arena, patent: Fields, declared: Fields, racers: list[Racer]) -> Start:
    before = frozenset(entry["id"] for entry in await arena.ledger(patent["id"]))
    return Start(patent, racers, before, {"open": declared["id"]})


def _taking(arena: Arena, declared: Fields, who: str) -> Racer:
    body = {"terms_version": declared["terms_version"], "terms_hash": declared["terms_hash"]}
    return Racer("notice", arena.people[who], f"/v1/open-licences/{declared['id']}/notices", body)


def _withdrawing(arena: Arena, declared: Fields) -> Racer:
    place = f"/v1/open-licences/{declared['id']}/withdrawal-announcement"
    said = {"on": str(today()), "evidence_files": [arena.proofs["owner"]]}
    return Racer("withdrawal", arena.people["owner"], place, said)


async def _open_exclusive(arena: Arena) -> Start:
    patent, declared = await _filed(arena, FREE)
    racers = [arena.granting(patent["id"], "first", licence_type="exclusive")]
    racers += [arena.granting(patent["id"], "second", licence_type="sole", territory=["500000"])]
    return await _start(arena, patent, declared, [_announcing(arena, declared), *racers])


async def _open_pledge(arena: Arena) -> Start:
    patent, declared = await _filed(arena, FREE)
    racers = [arena.granting(patent["id"], to, "pledge") for to in ("bank", "guarantor")]
    return await _start(arena, patent, declared, [_announcing(arena, declared), *racers])


async def _fact_notice(arena: Arena) -> Start:
    patent, declared = await _announced(arena, FREE)
    fact = arena.granting(patent["id"], "bank", licence_type="exclusive")
    outside = {**(fact.body or {}), "origin": "outside", "evidence_files": [arena.proofs["owner"]]}
    racers = [Racer("fact", fact.who, fact.path, outside)]
    racers += [_taking(arena, declared, who) for who in ("first", "second")]
    return await _start(arena, patent, declared, racers)


async def _withdrawal_notice(arena: Arena) -> Start:
    patent, declared = await _announced(arena, FREE, withdrawal=True)
    racers = [_withdrawing(arena, declared), *(_taking(arena, declared, who) for who in ("first", "second"))]
    racers += [arena.granting(patent["id"], "bank", licence_type="exclusive")]
    return await _start(arena, patent, declared, racers)


async def _notice(arena: Arena, declared: Fields) -> Racer:
    """Return the payment of a notice that was given before the race."""
    taking = _taking(arena, declared, "first")
    notice = await arena.told("POST", taking.path, taking.who, taking.body)
    body = {"amount_fen": notice["due_at_start_fen"], "value_date": yesterday(),
            "evidence_files": [arena.proofs["first"]], "is_another_payment": True}  # fmt: skip
    return Racer("payment", taking.who, f"/v1/notices/{notice['id']}/payments", body)


async def _withdrawal_payment(arena: Arena) -> Start:
    patent, declared = await _announced(arena, LUMP, withdrawal=True)
    racers = [await _notice(arena, declared), _withdrawing(arena, declared)]
    racers += [arena.granting(patent["id"], to, licence_type="exclusive") for to in ("bank", "guarantor")]
    return await _start(arena, patent, declared, racers)


async def _payment_twice(arena: Arena) -> Start:
    patent, declared = await _announced(arena, LUMP)
    return await _start(arena, patent, declared, [await _notice(arena, declared)] * 3)


async def _notice_twice(arena: Arena) -> Start:
    patent, declared = await _announced(arena, FREE)
    return await _start(arena, patent, declared, [_taking(arena, declared, "first")] * 3)


async def _declared_twice(arena: Arena) -> Start:
    patent, owner = await arena.patent(), arena.people["owner"]
    drafts = [await arena.told("POST", "/v1/open-licences", owner, _declaration(patent, FREE)) for _ in range(3)]
    return Start(patent, [Racer("submission", owner, f"/v1/open-licences/{d['id']}/submission", {}) for d in drafts])


def _licences(entries: Sequence[Fields], about: Fields, answers: Sequence[Answered]) -> Iterable[str]:
    """Each licence that was acknowledged has its entry, and no entry is there without one."""
    there = {e["id"] for e in standing_or_flagged(entries) if e["licence_type"] == "open"}
    told = {licence["right_id"] for licence in about["licences"]}
    if there != told:
        yield f"licences {sorted(told)} were acknowledged, and {sorted(there)} are in the ledger"
    for answer in answers:
        if answer.status == 409 and answer.said.get("code") in ("not_permitted", "not_available") and not answer.codes:
            yield f"{answer.racer.name} was refused without reasons"


def standing_or_flagged(entries: Iterable[Fields]) -> list[Fields]:
    """Return the entries that hold, also those that were recorded as facts."""
    return [entry for entry in entries if not entry["ended_on"] and not entry["corrected_by"]]


def _is_available(about: Fields, entries: Sequence[Fields], barring: Sequence[str]) -> Iterable[str]:
    bars = [e["id"] for e in standing_or_flagged(entries) if (e["licence_type"] or e["kind"]) in barring]
    if about["open"]["available_here"] is bool(bars):
        yield f"the open licence is available: {about['open']['available_here']}, though {bars} stand"


def announced_whatever_stands(
    _: Start, answers: Sequence[Answered], entries: Sequence[Fields], about: Fields
) -> Iterable[str]:
    """The announcement is recorded; the licence is available unless an exclusive or sole one was faster."""
    if winners(answers, "announcement") != 1:
        yield "the announcement was not recorded"
    yield from needlessly_refused([a for a in answers if a.racer.name != "announcement"], entries)
    yield from _is_available(about, entries, ("exclusive", "sole"))


def pledged_or_open(_: Start, answers: Sequence[Answered], entries: Sequence[Fields], about: Fields) -> Iterable[str]:
    """The announcement is recorded; a pledge that was faster bars the open licence, a slower one needs a consent."""
    if winners(answers, "announcement") != 1:
        yield "the announcement was not recorded"
    for answer in answers:
        if answer.status == 409 and not {"pledgee_on_open_licence", "already_pledged"} & set(answer.codes):
            yield f"{answer.racer.name} was refused with {answer.said.get('code')} {answer.codes}"
    yield from _is_available(about, entries, ("pledge",))


def taken_before_the_fact(
    _: Start, answers: Sequence[Answered], entries: Sequence[Fields], about: Fields
) -> Iterable[str]:
    """The fact is recorded and bars the open licence; who was faster has a licence, who was slower is told why not."""
    if winners(answers, "fact") != 1:
        yield "the fact was not recorded"
    yield from _licences(entries, about, answers)
    yield from _is_available(about, entries, ("exclusive",))


def withdrawn_and_taken(
    _: Start, answers: Sequence[Answered], entries: Sequence[Fields], about: Fields
) -> Iterable[str]:
    """The withdrawal is announced; licences taken before run on, and nobody is shut out who has one."""
    if winners(answers, "withdrawal") != 1 or about["open"]["status"] != "withdrawn":
        yield "the withdrawal was not announced"
    yield from _licences(entries, about, answers)
    if about["open"]["available_here"]:
        yield "what was withdrawn can still be taken"
    allowed = {"open_licence_stands", "ordinary_licence_in_force", "exclusive_licence_in_force"}
    for answer in answers:
        if answer.status == 409 and answer.racer.name == "exclusive" and not set(answer.codes) <= allowed:
            yield f"{answer.racer.name} was refused with {answer.codes}"


def withdrawn_and_paid(
    start: Start, answers: Sequence[Answered], entries: Sequence[Fields], about: Fields
) -> Iterable[str]:
    """Beside that, what was paid before the withdrawal makes the licence, whenever it is recorded."""
    yield from withdrawn_and_taken(start, answers, entries, about)
    if winners(answers, "payment") != 1 or len(about["licences"]) != 1:
        yield f"paid in time, and there are {len(about['licences'])} licences"
    stands = [entry["licence_type"] for entry in standing(entries)]
    flagged = [
        entry for entry in standing_or_flagged(entries) if entry["licence_type"] == "open" and entry["conflicts"]
    ]
    if "exclusive" in stands and not flagged:
        yield "the licence that conflicts with an exclusive one is not flagged"


def one_licence(start: Start, answers: Sequence[Answered], entries: Sequence[Fields], about: Fields) -> Iterable[str]:
    """One wins, and there is one licence."""
    yield from one_wins(start, answers, entries, about)
    yield from _licences(entries, about, answers)
    if len(about["licences"]) != 1:
        yield f"there are {len(about['licences'])} licences"


OPEN_RACES: Final = (
    Race("open_exclusive", _open_exclusive, announced_whatever_stands),
    Race("open_pledge", _open_pledge, pledged_or_open),
    Race("fact_notice", _fact_notice, taken_before_the_fact),
    Race("withdrawal_notice", _withdrawal_notice, withdrawn_and_taken),
    Race("withdrawal_payment", _withdrawal_payment, withdrawn_and_paid),
    Race("payment_twice", _payment_twice, one_licence),
    Race("notice_twice", _notice_twice, one_licence),
    Race("declared_twice", _declared_twice, one_wins),
)


async def open_after(arena: Arena, start: Start, answers: Sequence[Answered]) -> dict[str, Any]:
    """Return the open licence as it stands, and the licences that were acknowledged."""
    if "open" not in start.about:
        return {}
    declared = await arena.told("GET", f"/v1/open-licences/{start.about['open']}", arena.people["owner"])
    told = {(a.said["licence_id"], a.racer.who) for a in answers if a.won and a.said.get("licence_id")}
    licences = [await arena.told("GET", f"/v1/licences/{licence_id}", who) for licence_id, who in sorted(told, key=str)]
    return {"open": declared, "licences": licences}

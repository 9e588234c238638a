"""The races about offers: accepted twice, or while offer, request or disclosure is withdrawn."""

from collections.abc import Iterable, Sequence
from typing import Final

from tests.bench.race_arena import Answered, Arena, Fields, Racer, Start
from tests.bench.race_deals import BANKS, BORROWER, Deal, offered, start, step
from tests.bench.race_rights import Race, one_wins, winners

CLOSED: Final = {"financing_not_in_state", "disclosure_kept"}


def accepting(arena: Arena, deal: Deal, number: int = 0) -> Racer:
    """Return the request that accepts an offer."""
    return step(arena, "acceptance", BORROWER, f"/v1/financing-offers/{deal.offers[number]['id']}/acceptance")


async def _acceptance_twice(arena: Arena) -> Start:
    deal = await offered(arena, *BANKS, BANKS[0])
    return start([deal], [accepting(arena, deal, number) for number in (0, 1, 2, 1)])


async def _offer_withdrawn(arena: Arena) -> Start:
    deal = await offered(arena, BANKS[0])
    place = f"/v1/financing-offers/{deal.offers[0]['id']}/withdrawal"
    return start([deal], [accepting(arena, deal), step(arena, "withdrawal", BANKS[0], place)])


async def _request_withdrawn(arena: Arena) -> Start:
    deal = await offered(arena, *BANKS)
    withdrawing = step(arena, "withdrawal", BORROWER, f"{deal.place}/withdrawal")
    return start([deal], [accepting(arena, deal), accepting(arena, deal, 1), withdrawing])


async def _disclosure_withdrawn(arena: Arena) -> Start:
    deal = await offered(arena, BANKS[0])
    place = f"{deal.place}/disclosures/{deal.disclosures[BANKS[0]]['id']}"
    ending = Racer("withdrawal", arena.people[BORROWER], place, None, "DELETE", {"If-Match": "*"})
    return start([deal], [accepting(arena, deal), ending])


def accepted_or_not(
    begun: Start, answers: Sequence[Answered], entries: Sequence[Fields], about: Fields
) -> Iterable[str]:
    """One wins; the accepted offer alone stands for the request, and where nobody accepted none does."""
    yield from one_wins(begun, answers, entries, about)
    for answer in answers:
        if answer.status == 409 and answer.said.get("code") not in CLOSED:
            yield f"{answer.racer.name} was refused with {answer.said.get('code')}"
    things, (deal,) = about["things"], begun.about["deals"]
    statuses = {offer["id"]: things[offer["id"]]["status"] for offer in deal.offers}
    named = {a.said["id"] for a in answers if a.won and a.racer.name == "acceptance"}
    if {offer_id for offer_id, status in statuses.items() if status == "accepted"} != named:
        yield f"acknowledged was the acceptance of {sorted(named)}, and they stand so: {statuses}"
    if "standing" in statuses.values() or (things[deal.request["id"]]["status"] == "accepted") != bool(named):
        yield f"the request is {things[deal.request['id']]['status']}, its offers {statuses}"
    if winners(answers, "withdrawal") and named:
        yield "accepted and withdrawn"


FINANCING_RACES: Final = (
    Race("acceptance_twice", _acceptance_twice, accepted_or_not),
    Race("acceptance_offer_withdrawn", _offer_withdrawn, accepted_or_not),
    Race("acceptance_request_withdrawn", _request_withdrawn, accepted_or_not),
    Race("acceptance_disclosure_withdrawn", _disclosure_withdrawn, accepted_or_not),
)

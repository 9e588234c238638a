"""Nobody's slow receivers keep another organisation waiting, however many there are."""

import asyncio
import itertools
from collections import Counter

import httpx
import pytest

from backend.delivery.webhooks.fair_share import AT_ONCE, OF_ORGANISATION, OF_WEBHOOK, Busy, Place, in_turn
from tests.delivery.test_changes import enter
from tests.scenarios.members import register_organisation
from tests.scenarios.webhooks import register_webhook, run_receiver


def under_way(**organisations: int) -> Busy:
    """Return what is under way: so many messages of each organisation, spread over its webhooks."""
    return Busy.of(
        [Place(name, f"{name}{n // OF_WEBHOOK}") for name, many in organisations.items() for n in range(many)]
    )


def waiting(**organisations: int) -> dict[str, list[int]]:
    """Return what waits: so many deliveries of each organisation, numbered apart."""
    starts = itertools.count(0, 10_000)
    return {
        name: list(range(start, start + many))
        for (name, many), start in zip(organisations.items(), starts, strict=False)
    }


def whose(chosen: list[int], queues: dict[str, list[int]]) -> Counter[str]:
    """Return how many of those chosen are each organisation's."""
    return Counter(name for number in chosen for name, numbers in queues.items() if number in numbers)


def test_organisations_take_turns() -> None:
    queues = waiting(one=50, two=50, three=2)
    chosen = in_turn(queues, under_way())
    assert whose(chosen[:6], queues) == {"one": 2, "two": 2, "three": 2}
    assert whose(chosen, queues) == {"one": OF_ORGANISATION, "two": OF_ORGANISATION, "three": 2}


def test_who_has_least_under_way_is_next() -> None:
    queues = waiting(busy=50, idle=50)
    chosen = in_turn(queues, under_way(busy=4))
    assert whose(chosen[:4], queues) == {"idle": 4}


def test_nobody_has_more_than_its_share_whatever_is_free() -> None:
    queues = waiting(busy=50)
    assert in_turn(queues, under_way(busy=OF_ORGANISATION)) == []
    assert len(in_turn(queues, under_way(busy=OF_ORGANISATION - 1))) == 1


def test_what_is_under_way_in_all_is_bounded() -> None:
    many = {f"o{n}": OF_ORGANISATION for n in range(AT_ONCE // OF_ORGANISATION)}
    assert in_turn(waiting(more=5), under_way(**many)) == []
    many["o0"] -= 1
    assert len(in_turn(waiting(more=5, o0=5), under_way(**many))) == 1


def test_of_one_organisation_a_webhook_has_only_a_part() -> None:
    busy = under_way(one=OF_WEBHOOK)
    assert busy.room_of_webhook("one0") == 0
    assert busy.room_of_webhook("one1") == OF_WEBHOOK
    assert 0 < OF_WEBHOOK < OF_ORGANISATION < AT_ONCE


@pytest.mark.parametrize("hooks", [12])
async def test_slow_receivers_of_one_organisation_keep_no_other_waiting(client: httpx.AsyncClient, hooks: int) -> None:
    slow_one, honest = await register_organisation(client), await register_organisation(client)
    async with run_receiver(lambda _said: 9.0) as slow, run_receiver() as quick:
        await asyncio.gather(*(register_webhook(client, slow_one, f"{slow.url}/{n}", "party") for n in range(hooks)))
        await register_webhook(client, honest, quick.url, "party")
        for _ in range(10):
            await enter(client, slow_one)  # a hundred and twenty deliveries, more than all slots of a process
        await slow.until(OF_ORGANISATION)
        await enter(client, honest)
        await quick.until(1, seconds=5)
        assert len(slow.got) <= OF_ORGANISATION

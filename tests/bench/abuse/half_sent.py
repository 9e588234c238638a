"""Requests whose headers never end, each as long as is taken and held for as long as the server lets it."""

from tests.bench.abuse.target import Target, in_turn

AT_ONCE = 800
HALF = b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-half: " + b"a" * 30_000


async def attack(target: Target, budget: int) -> None:
    async def one(number: int) -> None:
        async with target.connected() as (reader, writer):
            try:
                await target.send(writer, HALF[: 25_000 + number % 5_000])
            finally:
                target.answers[await target.answer(reader)] += 1

    await in_turn(target, budget, min(AT_ONCE, 1 + budget // 25_000), one)

"""Headers of tens of megabytes, and of very many short lines."""

from tests.bench.abuse.target import Target, in_turn

AT_ONCE = 8
LONG = b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: " + b"a" * (60 << 20)
MANY = b"GET /healthz HTTP/1.1\r\n" + b"a: b\r\n" * (2 << 20)
WAY = b"GET /" + b"a" * (20 << 20)


async def attack(target: Target, budget: int) -> None:
    async def one(number: int) -> None:
        async with target.connected() as (reader, writer):
            try:
                await target.send(writer, (LONG, MANY, WAY)[number % 3][: max(1 << 18, budget // 4)])
            finally:
                target.answers[await target.answer(reader)] += 1

    await in_turn(target, budget, AT_ONCE, one)

"""Bodies that stop just before their end, so that what came of them is held."""

from tests.bench.abuse.target import Target, in_turn

AT_ONCE = 600
BODY = b'{"name": "' + b"a" * 980_000
HEAD = b"POST /v1/organisations HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 990000\r\n\r\n"


async def attack(target: Target, budget: int) -> None:
    async def one(_number: int) -> None:
        async with target.connected() as (reader, writer):
            try:
                await target.send(writer, HEAD + BODY)
            finally:
                target.answers[await target.answer(reader)] += 1

    await in_turn(target, budget, min(AT_ONCE, 1 + budget // len(BODY)), one)

"""JSON as large as a body may be: nested without end, of very many names, of one long number."""

from tests.bench.abuse.target import Target, in_turn

AT_ONCE = 8
MOST = 990_000
BODIES = (
    b"[" * MOST,
    b'{"a":' * (MOST // 5),
    b"[" * (MOST // 2) + b"]" * (MOST // 2),
    b"{" + b",".join(b'"%d":1' % n for n in range(MOST // 10)) + b"}",
    b'{"name": ' + b"9" * (MOST - 100) + b"}",
    b"[" + b"{}," * (MOST // 3 - 10) + b"{}]",
)


async def attack(target: Target, budget: int) -> None:
    async def one(number: int) -> None:
        await target.post("/v1/organisations", "application/json", BODIES[number % len(BODIES)])

    await in_turn(target, budget, AT_ONCE, one)

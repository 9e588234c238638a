"""Forms as large as a body may be: very many fields, very many parts, a part whose own headers never end."""

from tests.bench.abuse.target import Target, in_turn

AT_ONCE = 8
MOST = 990_000
ENCODED = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"
PART = b'--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n\r\n'
FORMS = (
    (ENCODED, b"a=b&" * (MOST // 4)),
    (ENCODED, b"&" * MOST),
    (ENCODED, b"username=" + b"%41" * (MOST // 3 - 10)),
    (PARTS, PART * (MOST // len(PART))),
    (PARTS, b"--b\r\n" + b"x-a: b\r\n" * (MOST // 8 - 10)),
    (PARTS, b"--b\r\ncontent-disposition: form-data; name=" + b"a" * (MOST - 100)),
)


async def attack(target: Target, budget: int) -> None:
    async def one(number: int) -> None:
        media, body = FORMS[number % len(FORMS)]
        await target.post("/v1/oauth/token", media, body)

    await in_turn(target, budget, AT_ONCE, one)

"""Archives whose directories, members or promises cost more than their bytes, sent as imports and as files."""

from tests import hostile_archives as made
from tests.bench.abuse.target import Target, in_turn

AT_ONCE = 4
LINE = b"\r\n"


def _form(content: bytes, *, is_import: bool) -> tuple[str, bytes]:
    mark = b"boundary-of-abuse"
    parts = [b'name="file"; filename="a.zip"\r\ncontent-type: application/zip\r\n\r\n' + content]
    parts += [b'name="kind"\r\n\r\npatents'] if is_import else []
    body = b"".join(b"--" + mark + b"\r\ncontent-disposition: form-data; " + part + LINE for part in parts)
    return f"multipart/form-data; boundary={mark.decode()}", body + b"--" + mark + b"--\r\n"


async def attack(target: Target, budget: int) -> None:
    many = min(made.MANY, budget // 46)  # the short form has no 184 MB to send at once
    crowded = made.crowded(many)
    files = [
        made.nested(crowded),
        made.nested(made.crowded(300_000), "a.xlsx"),
        crowded,
        made.claiming(1 << 58, large=True),
        made.overlapping(b"1,2\n" * 250_000, tuple(f"{n}.csv" for n in range(9_000))),
        made.nested(b"1,2\n" * 7_000_000),
        made.trailing_stream(b"1,2\n", 4 << 20),
    ]
    forms = [
        (path, *_form(content, is_import=path.endswith("imports")))
        for content in files
        for path in ("/v1/imports", "/v1/files")
    ]

    async def one(number: int) -> None:
        path, media, body = forms[number % len(forms)]
        await target.post(path, media, body, signed=True)

    await in_turn(target, budget, AT_ONCE, one)

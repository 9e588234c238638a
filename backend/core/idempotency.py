"""What a request with this Idempotency-Key was told, kept in the transaction of its change."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import sqlalchemy as sa
from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import Field, SQLModel
from starlette.datastructures import FormData, UploadFile

from backend.core.columns import moment, table_of
from backend.core.errors import Conflict, Malformed, Text
from backend.core.events import NUMBER_OF_LAST
from backend.core.prepared import Prepared, Sent

KEPT_FOR: Final = timedelta(hours=24)
LONGEST_KEY: Final = 255
KEPT_HEADERS: Final = frozenset({"content-type", "etag", "location"})
REPLAYED_REFUSALS: Final = frozenset({403, 404, 409, 422})


class KeyReused(Malformed):
    """The Idempotency-Key was used before for another request; a key names one request."""

    code = "idempotency_key_reused"
    title = Text("Idempotency-Key 已用于另一请求", "The Idempotency-Key was used for another request")
    cure = Text("请为新请求使用新的键。", "Use a fresh key for a new request.")


class KeyMalformed(Malformed):
    """The Idempotency-Key is not 1 to 255 visible ASCII characters."""

    code = "idempotency_key_malformed"
    title = Text("Idempotency-Key 格式不正确", "The Idempotency-Key is malformed")
    cure = Text("请使用 1 至 255 个可见 ASCII 字符。", "Use 1 to 255 visible ASCII characters.")


class StillRunning(Conflict):
    """A request with this Idempotency-Key is being worked on right now."""

    code = "idempotency_in_progress"
    title = Text("相同键的请求仍在处理", "A request with this key is still running")
    cure = Text("请在 Retry-After 所示秒数后重试。", "Try again after the seconds in Retry-After.")

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class KeptAnswer(SQLModel, table=True):
    """One answered request."""

    __tablename__ = "kept_answer"
    caller: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: bytes
    status: int
    headers: bytes
    body: bytes
    event_id: int | None = Field(default=None, sa_column=sa.Column(sa.BigInteger))
    at: datetime = Field(sa_column=moment(index=True))


ANSWER: Final = table_of(KeptAnswer)
LOCKED: Final = sa.func.pg_try_advisory_xact_lock(sa.bindparam("n", type_=sa.BigInteger), type_=sa.Boolean)
TRY_LOCK: Final = Prepared(sa.select(LOCKED), LOCKED)
KEPT: Final = (
    ANSWER.c.fingerprint, ANSWER.c.status, ANSWER.c.headers, ANSWER.c.body, ANSWER.c.event_id, ANSWER.c.at
)  # fmt: skip
FIND: Final = Prepared(
    sa.select(*KEPT).where(ANSWER.c.caller == sa.bindparam("c"), ANSWER.c.key == sa.bindparam("k")), *KEPT
)
FORGET: Final = sa.delete(ANSWER).where(ANSWER.c.caller == sa.bindparam("c"), ANSWER.c.key == sa.bindparam("k"))
_RECORD: Final[dict[str, Any]] = {column.name: sa.bindparam(column.name) for column in ANSWER.c}
KEEP: Final = Prepared(sa.insert(ANSWER).values(_RECORD))
KEEP_WITH_LAST: Final = Prepared(sa.insert(ANSWER).values(_RECORD | {"event_id": NUMBER_OF_LAST}))
FORGET_OLD: Final = sa.delete(ANSWER).where(ANSWER.c.at < sa.bindparam("before"))


def read_key(request: Request) -> str | None:
    """Give the request's key, or None; raise KeyMalformed."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not all("!" <= c <= "~" for c in key):
        raise KeyMalformed
    return key


async def fingerprint(request: Request) -> bytes:
    """Give the hash of all that makes the request what it is; a form counts by its fields and its files' hashes."""
    said = f"{request.method} {request.url.path}?{request.url.query} {request.headers.get('if-match')}\n"
    key = request.app.state.settings.key("fingerprint")  # a body may hold a password: nobody else can try guesses on it
    digest = hashlib.blake2b(said.encode("utf-8", "surrogateescape"), key=key, digest_size=32)
    if request.headers.get("content-type", "").startswith("multipart/"):
        await _digest_form(await request.form(), digest)
    else:
        digest.update(await request.body())
    return digest.digest()


async def _digest_form(form: FormData, digest: Any) -> None:
    for name, value in form.multi_items():
        digest.update(f"\n{name}=".encode())
        if isinstance(value, UploadFile):
            await value.seek(0)
            while chunk := await value.read(1 << 20):
                digest.update(chunk)
            await value.seek(0)
        else:
            digest.update(value.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent to learn whether a key was used: the lock (PostgreSQL), then the look at the record.

    Two statements: the look must take a newer snapshot than the lock.
    """

    lock: Sent | None
    look: Sent


async def ask(connection: AsyncConnection, *, lite: bool, caller: str, key: str) -> Asked:
    """Send the question whether the caller has used the key."""
    lock = None
    if not lite:
        digest = hashlib.blake2b(f"{caller}\0{key}".encode(), digest_size=8).digest()
        lock = await TRY_LOCK.send(connection, {"n": int.from_bytes(digest, "big", signed=True)})
    return Asked(lock, await FIND.send(connection, {"c": caller, "k": key}))


async def told(
    asked: Asked, *, mark: bytes, now: datetime, event_token: Callable[[int], str]
) -> tuple[Response | None, bool]:
    """Give the first answer where there is one, and whether an outdated record is in the way.

    Raises KeyReused or StillRunning.
    """
    if asked.lock is not None and not (await asked.lock.rows())[0][0]:
        raise StillRunning
    found = await asked.look.rows()
    if not found:
        return None, False
    known, status, headers, body, event_id, at = found[0]
    if at < now - KEPT_FOR:
        return None, True
    if known != mark:
        raise KeyReused
    said = {**orjson.loads(headers), "Idempotency-Replayed": "true"}
    if event_id is not None:
        said["event-id"] = event_token(event_id)
    return Response(body, status, said), False


class ShownOnce(Response):
    """An answer that holds a secret; `again` is what a repetition is given."""

    def __init__(self, answer: Response, again: bytes) -> None:
        super().__init__(answer.body, answer.status_code, dict(answer.headers))
        self.again = again


def to_keep(
    response: Response, *, caller: str, key: str, mark: bytes, now: datetime, event_id: int | None
) -> dict[str, Any] | None:
    """Give the record of the answer for KEEP, or None where a second asking shall be worked on anew."""
    if response.status_code >= 300 and response.status_code not in REPLAYED_REFUSALS:  # noqa: PLR2004 - HTTP's classes
        return None
    headers = {k: v for k, v in response.headers.items() if k in KEPT_HEADERS}
    stored = response.again if isinstance(response, ShownOnce) else response.body
    return {
        "caller": caller,
        "key": key,
        "fingerprint": mark,
        "status": response.status_code,
        "headers": orjson.dumps(headers),
        "body": bytes(stored),
        "event_id": event_id,
        "at": now,
    }

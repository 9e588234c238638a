"""What a request with this Idempotency-Key was told, kept in the transaction of its change.

What was done is told again. What was refused is worked on anew, since its cause may have gone; its key stays bound to
the body, so that a key names one request.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

import orjson
import sqlalchemy as sa
from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import Field, SQLModel
from starlette.datastructures import FormData, UploadFile

from backend.core.database.columns import moment, table_of
from backend.core.database.dialects import is_sqlite
from backend.core.errors import Conflict, Malformed, Text
from backend.core.events.log import EVENT, NUMBER_OF_LAST
from backend.core.fast_path.compiled_statements import Prepared, Sent

KEPT_FOR: Final = timedelta(hours=24)
LONGEST_KEY: Final = 255
KEPT_HEADERS: Final = frozenset({"content-type", "etag", "location"})
REFUSED: Final = 400  # the first status of a refusal; what leads on elsewhere binds no key


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
    """One answered request; of a refused one only what its key is bound to."""

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
WITHOUT_WORDS: Final = b"{}"
FORGET_OLD: Final = sa.delete(ANSWER).where(ANSWER.c.at < sa.bindparam("before"))


def read_key(request: Request) -> str | None:
    """Return the request's key, or None; raise KeyMalformed."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not all("!" <= c <= "~" for c in key):
        raise KeyMalformed
    return key


@dataclass(frozen=True, slots=True)
class Marks:
    """The hashes of all that makes a request what it is, and of that without the version that it was to be about.

    Who was refused for a stale version reads the new one and says it under the same key.
    """

    whole: bytes = b""
    unversioned: bytes = b""


async def fingerprint(request: Request) -> Marks:
    """Return the hashes of the request; a form counts by its fields and its files' hashes."""
    version = request.headers.get("if-match")
    key = request.app.state.settings.key("fingerprint")  # a body may hold a password: nobody else can try guesses on it
    versions = (None,) if version is None else (version, None)
    digests = [hashlib.blake2b(_line(request, said), key=key, digest_size=32) for said in versions]
    if request.headers.get("content-type", "").startswith("multipart/"):
        await _digest_form(await request.form(), digests)
    else:
        _update(digests, await request.body())
    return Marks(digests[0].digest(), digests[-1].digest())


def _line(request: Request, version: str | None) -> bytes:
    line = f"{request.method} {request.url.path}?{request.url.query} {version}\n"
    return line.encode("utf-8", "surrogateescape")


def _update(digests: Sequence[Any], said: bytes) -> None:
    for digest in digests:
        digest.update(said)


async def _digest_form(form: FormData, digests: Sequence[Any]) -> None:
    for name, value in form.multi_items():
        _update(digests, f"\n{name}=".encode())
        if isinstance(value, UploadFile):
            await value.seek(0)
            while chunk := await value.read(1 << 20):
                _update(digests, chunk)
            await value.seek(0)
        else:
            _update(digests, value.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent to learn whether a key was used: the lock (PostgreSQL), then the look at the record.

    Two statements: the look must take a newer snapshot than the lock.
    """

    lock: Sent | None
    look: Sent


async def ask(connection: AsyncConnection, *, is_sqlite: bool, caller: str, key: str) -> Asked:
    """Send the question whether the caller has used the key."""
    lock = None
    if not is_sqlite:
        digest = hashlib.blake2b(f"{caller}\0{key}".encode(), digest_size=8).digest()
        lock = await TRY_LOCK.send(connection, {"n": int.from_bytes(digest, "big", signed=True)})
    return Asked(lock, await FIND.send(connection, {"c": caller, "k": key}))


class Known(Enum):
    """What record of a key is there before its request is worked on."""

    NONE = "none"
    OUTDATED = "one of more than a day ago"
    BOUND = "that of a refusal of the same request"


async def first_answer(
    asked: Asked, *, marks: Marks, now: datetime, event_token: Callable[[int], str]
) -> tuple[Response | None, Known]:
    """Return the first answer where the request was done, and what record is in the way of another.

    Raises KeyReused or StillRunning.
    """
    if asked.lock is not None and not (await asked.lock.rows())[0][0]:
        raise StillRunning
    found = await asked.look.rows()
    if not found:
        return None, Known.NONE
    known, status, headers, body, event_id, at = found[0]
    if at < now - KEPT_FOR:
        return None, Known.OUTDATED
    if known != (marks.unversioned if status >= REFUSED else marks.whole):
        raise KeyReused
    if status >= REFUSED:
        return None, Known.BOUND
    values = {**orjson.loads(headers), "Idempotency-Replayed": "true"}
    if event_id is not None:
        values["event-id"] = event_token(event_id)
    return Response(body, status, values), Known.NONE


async def is_answered(session: AsyncSession, caller: str, key: str, now: datetime) -> bool:
    """Whether the caller's request with this key was done, and a repetition of it is not worked on again."""
    mine = sa.and_(ANSWER.c.caller == caller, ANSWER.c.key == key)
    done = sa.select(ANSWER.c.status).where(mine, ANSWER.c.status < REFUSED, ANSWER.c.at >= now - KEPT_FOR)
    return (await session.execute(done)).first() is not None


async def blank_answers_about(session: AsyncSession, thing_id: str) -> None:
    """Have the kept answers that name a thing say nothing any more, since it was erased.

    Their keys stay used: a repetition is told that it was done, and does not write again what was erased.
    """
    place = sa.func.instr if is_sqlite(session) else sa.func.pg_catalog.position
    names_it = place(ANSWER.c.body, thing_id.encode()) > 0
    await session.execute(sa.update(ANSWER).where(names_it).values(body=WITHOUT_WORDS))


async def blank_answers_of_events(session: AsyncSession, subjects: sa.Select[Any]) -> None:
    """Have the kept answers to changes whose last event is of one of these subjects say nothing any more."""
    of_them = sa.select(EVENT.c.id).where(EVENT.c.subject.in_(subjects))
    await session.execute(sa.update(ANSWER).where(ANSWER.c.event_id.in_(of_them)).values(body=WITHOUT_WORDS))


class ShownOnce(Response):
    """An answer that holds a secret; `again` is what a repetition is given."""

    def __init__(self, answer: Response, again: bytes) -> None:
        super().__init__(answer.body, answer.status_code, dict(answer.headers))
        self.again = again


def to_keep(
    response: Response, *, caller: str, key: str, marks: Marks, known: Known, now: datetime, event_id: int | None
) -> dict[str, Any] | None:
    """Return the record of the answer for KEEP, or None where there is nothing (more) to keep."""
    is_refused = response.status_code >= REFUSED
    if (is_refused and known is Known.BOUND) or 300 <= response.status_code < REFUSED:  # noqa: PLR2004 - HTTP's classes
        return None
    headers = {} if is_refused else {k: v for k, v in response.headers.items() if k in KEPT_HEADERS}
    stored = response.again if isinstance(response, ShownOnce) else b"" if is_refused else response.body
    return {
        "caller": caller,
        "key": key,
        "fingerprint": marks.unversioned if is_refused else marks.whole,
        "status": response.status_code,
        "headers": orjson.dumps(headers),
        "body": bytes(stored),
        "event_id": event_id,
        "at": now,
    }

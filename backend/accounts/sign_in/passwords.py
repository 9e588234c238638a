"""Password hashes, made and checked in a few threads, before any transaction is open.

Several accounts may bear one address (see `User`), so all accounts of an address share the salt of its first one: one
hash is computed whether the address is unknown, known once or known several times, and the time tells nothing.
"""

import asyncio
import base64
import hmac
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from pwdlib.hashers.argon2 import Argon2Hasher

from backend.accounts.errors import HashersBusy
from backend.accounts.rules import password_flaw
from backend.core.errors import FieldError, Malformed, Text

ARGON2: Final = Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's least: 19 MiB each
THREADS: Final = 2
MOST_WAITING: Final = 200
POOL: Final = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
T = TypeVar("T")


class _Queue:
    waiting = 0  # of this process


async def _in_turn(work: Callable[..., T], *arguments: object) -> T:
    if _Queue.waiting >= MOST_WAITING:
        raise HashersBusy
    _Queue.waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(POOL, work, *arguments)
    finally:
        _Queue.waiting -= 1


def hashes_now(password: str, kept: Sequence[str] = ()) -> list[str]:
    """Return the password's hash with each salt of `kept`, or with a fresh one; 20 ms each.

    `kept` has one salt, or two where two accounts of an address were made in the same moment.
    """
    plain = unicodedata.normalize("NFC", password)
    salts = dict.fromkeys(hashed.split("$")[4] for hashed in kept)
    return [ARGON2.hash(plain, salt=base64.b64decode(s + "=" * (-len(s) % 4))) for s in salts] or [ARGON2.hash(plain)]


async def hashes_for(password: str, kept: Sequence[str] = ()) -> list[str]:
    """Return what `hashes_now` gives, without holding up other requests; raise HashersBusy."""
    return await _in_turn(hashes_now, password, kept)


def is_one_of(kept: str, hashes: Sequence[str]) -> bool:
    """Whether the hash of an account is one of those just computed."""
    return any(hmac.compare_digest(kept, computed) for computed in hashes)


FLAWS: Final[Mapping[str, Text]] = {
    "password_too_short": Text("至少 10 个字符。", "It has at least 10 characters."),
    "password_too_common": Text("该密码过于常见。", "It is among the first that are guessed."),
    "password_is_your_name": Text("不能与邮箱或姓名相同。", "It is your address or your name."),
}


def check_password(password: str, pointer: str, *words: str) -> None:
    """Raise Malformed where a new password is too short, too common, or its bearer's address or name."""
    flaw = password_flaw(password, *words)
    if flaw is not None:
        raise Malformed(errors=[FieldError(pointer, flaw, FLAWS[flaw])])

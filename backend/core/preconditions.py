"""ETags and the conditions built on them: If-None-Match on reading, If-Match on changing."""

import hashlib
import re
from typing import Annotated, Final

from fastapi import Depends, Header
from pydantic import WithJsonSchema

from backend.core.errors import Malformed, PreconditionRequired, Stale, Text

Tag = Annotated[
    str | None, WithJsonSchema({"type": "string", "pattern": r'^(\*|(W/)?"[0-9]{1,18}(\.[0-9a-f]{1,64})?")$'})
]
TAG: Final = re.compile(r'^\s*(?:W/)?"(\d{1,18})(?:\.[0-9a-f]{1,64})?"\s*$')


class IfMatchMalformed(Malformed):
    """If-Match does not hold an ETag that this platform gave."""

    code = "if_match_malformed"
    title = Text("If-Match 格式不正确", "If-Match is malformed")
    cure = Text("请原样带上 GET 所得的 ETag。", "Send the ETag of the GET as it was.")


def etag(version: int, content: bytes) -> str:
    """Give `"version.hash"`; the hash covers the bytes, so language, role and derived state count."""
    return f'"{version}.{hashlib.blake2b(content, digest_size=8).hexdigest()}"'


def none_match(header: str | None, tag: str) -> bool:
    """Whether If-None-Match names this very answer (or `*`)."""
    if header is None:
        return False
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in header.split(","))


class Seen:
    """The version that the caller saw, from If-Match; `any_version` where it said `*` or need not say."""

    __slots__ = ("version",)

    def __init__(self, version: int | None) -> None:
        self.version = version

    def check(self, version: int) -> None:
        """Raise Stale where the caller saw another version."""
        if self.version is not None and self.version != version:
            raise Stale


def _read(header: str | None) -> Seen:
    if header is None or header.strip() == "*":
        return Seen(None)
    found = TAG.match(header)
    if found is None:
        raise IfMatchMalformed
    return Seen(int(found.group(1)))


async def _required(if_match: Annotated[Tag, Header(description="The ETag of the GET.")] = None) -> Seen:
    if if_match is None:
        raise PreconditionRequired
    return _read(if_match)


async def _optional(
    if_match: Annotated[Tag, Header(description="The ETag of the GET, if it shall count.")] = None,
) -> Seen:
    return _read(if_match)


IfMatch = Annotated[Seen, Depends(_required)]
MayMatch = Annotated[Seen, Depends(_optional)]

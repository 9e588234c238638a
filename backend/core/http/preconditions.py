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
    """Return `"version.hash"`; the hash covers the bytes, so language, role and derived state count."""
    return f'"{version}.{hashlib.blake2b(content, digest_size=8).hexdigest()}"'


def none_match(header: str | None, tag: str) -> bool:
    """Whether If-None-Match names this very answer (or `*`)."""
    if header is None:
        return False
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in header.split(","))


class Seen:
    """The version that the caller saw, by If-Match.

    It is looked at in `check`, once the thing is loaded: whoever may not see or change it is told that first.
    """

    __slots__ = ("needed", "said")

    def __init__(self, said: str | None, *, needed: bool) -> None:
        self.said = said
        self.needed = needed

    def check(self, version: int) -> None:
        """Raise Stale where the caller saw another version, PreconditionRequired, IfMatchMalformed."""
        if self.said is None:
            if self.needed:
                raise PreconditionRequired
            return
        if self.said.strip() == "*":
            return
        found = TAG.match(self.said)
        if found is None:
            raise IfMatchMalformed
        if int(found.group(1)) != version:
            raise Stale


async def _required(if_match: Annotated[Tag, Header(description="The ETag of the GET.")] = None) -> Seen:
    return Seen(if_match, needed=True)


async def _optional(
    if_match: Annotated[Tag, Header(description="The ETag of the GET, if it shall count.")] = None,
) -> Seen:
    return Seen(if_match, needed=False)


IfMatch = Annotated[Seen, Depends(_required)]
MayMatch = Annotated[Seen, Depends(_optional)]

"""Ids: a short prefix and 26 characters, `pat_01h455vb4pex5vsknk084sn02q` (TypeID)."""

import uuid
from typing import Final

from typeid import TypeID

PUBLIC: Final = frozenset({"org", "pty", "pat", "hld", "leg", "lst", "asm", "evt", "imp", "job", "lpr", "sch"})
ID_LENGTH: Final = 32
SUFFIX_PATTERN: Final = "[0-7][0-9a-hjkmnp-tv-z]{25}"


def new_id(prefix: str) -> str:
    """Return a fresh id: ordered by time for public things, random for what is private to its parties."""
    if prefix in PUBLIC:
        return str(TypeID(prefix))
    return str(TypeID.from_uuid(uuid.uuid4(), prefix))  # type: ignore[arg-type]  # takes any UUID


def id_pattern(*prefixes: str) -> str:
    """Return the regular expression that ids with one of these prefixes match."""
    return f"^({'|'.join(prefixes)})_{SUFFIX_PATTERN}$"

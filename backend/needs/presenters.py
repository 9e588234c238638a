"""How a need is shown to who asks."""

from collections.abc import Sequence
from dataclasses import fields

from backend.needs.faces import Face
from backend.needs.schemas import NeedOut

NAMES = tuple(field.name for field in fields(Face))


def need_out(face: Face, shown_to: Sequence[str] | None = None) -> NeedOut:
    """Return the need as its face shows it; `shown_to` is for its asker alone."""
    return NeedOut(**{name: getattr(face, name) for name in NAMES}, shown_to=shown_to)

"""Which events somebody asks for: by their types, or by the things that they happen to."""

from collections.abc import Collection, Sequence
from typing import Final

from backend.core.errors import FieldError, Malformed, Text

NO_SUCH_TYPE: Final = Text("没有这种事件：{type}。", "There is no such type of event, nor of thing: {type}.")


def selectors(events: Collection[str]) -> list[str]:
    """Return all that can be asked for: each type of event, and each thing that stands for all of its types."""
    return sorted({*events, *(kind.partition(".")[0] for kind in events)})


def check_types(asked: Sequence[str], events: Collection[str], *, in_query: bool = False) -> None:
    """Raise Malformed where something is asked for that cannot come; in a query all stand in one value."""
    known = frozenset(selectors(events))
    wrong = [
        FieldError("/types" if in_query else f"/types/{place}", "no_such_event_type", NO_SUCH_TYPE, {"type": kind})
        for place, kind in enumerate(asked)
        if kind not in known
    ]
    if wrong:
        raise Malformed(errors=wrong)

"""How a kind of event is told to members."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.core.errors import Text


@dataclass(frozen=True, slots=True)
class NotificationTemplate:
    """How a kind of event is told to members: its category, and a sentence that may use the facts of its data.

    Where the event's data has a fact named `by`, and `texts` a sentence for its value, that one is told instead.
    What has `legal` effect, or begins or ends a time in which somebody must act, is sent by e-mail at once and cannot
    be switched off there. Of what is `confidential` an e-mail says only that there is something, never what.
    """

    category: str
    text: Text
    by: str = ""
    texts: Mapping[str, Text] = field(default_factory=dict)
    legal: bool = False
    confidential: bool = False

"""How a kind of event is told to members."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.core.errors import Text


@dataclass(frozen=True, slots=True)
class NotificationTemplate:
    """How a kind of event is told to members: its category, and a sentence that may use the facts of its data.

    Where the event's data has a fact named `by`, and `texts` a sentence for its value, that one is told instead.
    What is `legal` is sent by e-mail at once and cannot be switched off there: what has legal effect, begins or ends a
    time in which a right or a payment is at stake, or touches the safety of an account. All else comes as each member
    has chosen, though an answer be due. Of what is `confidential` an e-mail says only that there is something, never
    what.
    """

    category: str
    text: Text
    by: str = ""
    texts: Mapping[str, Text] = field(default_factory=dict)
    legal: bool = False
    confidential: bool = False

"""What an event is: a class for each kind, whose fields are what it says, and the envelope that it travels in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import getdoc
from types import ModuleType
from typing import Any, ClassVar, Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

PUBLIC: Final = "public"
MUTED_FOR: Final = "untold"  # the key, in what is stored, of the organisations whose inboxes stay silent


class Internal:
    """Marks a field that handlers and notifications need and that nobody is sent: `Annotated[str, INTERNAL]`."""


INTERNAL: Final = Internal()


class EventPayload(BaseModel):
    """What one kind of event says. Its docstring is what happened; its fields say about what.

    `type` is `thing.verb_in_past`. `audience` says in words who may know. `unnotified` says why no inbox tells of it,
    of a kind that has no notification. After one that `removes`, its subject is gone for whoever follows the feed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str] = ""
    audience: ClassVar[str] = ""
    unnotified: ClassVar[str] = ""
    removes: ClassVar[bool] = False

    def __init_subclass__(
        cls, *, name: str = "", audience: str = "", unnotified: str = "", removes: bool = False, **config: Any
    ) -> None:
        super().__init_subclass__(**config)
        cls.type, cls.removes = name, removes  # a family of events, which has no type, is no event itself
        cls.audience = audience or cls.audience
        cls.unnotified = unnotified or cls.unnotified

    @classmethod
    @cache
    def public_fields(cls) -> tuple[str, ...]:
        """Return the fields that the feed and the webhooks send."""
        return tuple(name for name, field in cls.model_fields.items() if INTERNAL not in field.metadata)

    @classmethod
    def public_data(cls, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is sent of an event as it is stored; a field that it lacks is null."""
        return {name: stored.get(name) for name in cls.public_fields()}

    @classmethod
    def description(cls) -> str:
        """Return what happened, in one sentence."""
        return (getdoc(cls) or "").partition("\n\n")[0].replace("\n", " ")


P_co = TypeVar("P_co", bound=EventPayload, covariant=True)


@dataclass(frozen=True, slots=True)
class DomainEvent(Generic[P_co]):
    """One thing that happened: what, to which thing (its id), who may know (PUBLIC or organisation ids), who did it.

    What one member alone may know has `member_audience` in its audience: it is in that member's inbox, and in nothing
    that is an organisation's, such as the feed and webhooks.

    No inbox of the organisations in `muted_for` tells of it: another event does, or they did it themselves.
    """

    payload: P_co
    subject: str
    audience: Sequence[str]
    actor: str | None = None
    muted_for: Collection[str] = ()

    @property
    def type(self) -> str:
        """Return the kind of event, `thing.verb_in_past`."""
        return self.payload.type

    def stored_data(self) -> dict[str, Any]:
        """Return what is kept of the payload, and for whom the event is muted."""
        muted = {MUTED_FOR: sorted(self.muted_for)} if self.muted_for else {}
        return {**self.payload.model_dump(mode="json", exclude_none=True), **muted}


def member_audience(organisation_id: str, user_id: str) -> str:
    """Return what stands in an audience for one member of an organisation; of each at most one in one event."""
    return f"{organisation_id}/{user_id}"


def addressed(entry: str) -> tuple[str, str | None]:
    """Return the organisation that an entry of an audience names, and the one member of it who is meant, if one is."""
    organisation_id, _, user_id = entry.partition("/")
    return organisation_id, user_id or None


def events_in(module: ModuleType) -> tuple[type[EventPayload], ...]:
    """Return the kinds of events that a module defines, in its order."""
    defined = (one for one in vars(module).values() if isinstance(one, type) and issubclass(one, EventPayload))
    return tuple(one for one in defined if one.type and one.__module__ == module.__name__)

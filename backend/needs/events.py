"""What happens to needs, as events. None of them carries a word of a need: whoever may see it reads it."""

from typing import Annotated, Final

from backend.core.events.domain_event import INTERNAL, EventPayload

ASKER: Final = "the need's organisation"
WHOEVER_SEES_IT: Final = (
    "the need's organisation and, of a confidential need, the organisations named in it; everybody, of any other need "
    "that was published"
)
PUBLIC_ABSTRACT: Final = "everybody"
OWN_DOING: Final = "members see it where they did it"


class NeedEvent(EventPayload):
    """Something happened to a need; `is_public` where everybody is told, which alone changes what the search has."""

    need_id: str
    is_public: Annotated[bool, INTERNAL] = False


class NeedCreated(NeedEvent, name="need.created", audience=ASKER, unnotified=OWN_DOING):
    """A need was drafted."""


class NeedUpdated(NeedEvent, name="need.updated", audience=WHOEVER_SEES_IT, unnotified=OWN_DOING):
    """A need has changed; of what only its organisation sees, only that hears."""


class NeedPublished(NeedEvent, name="need.published", audience=WHOEVER_SEES_IT, unnotified=OWN_DOING):
    """A need was published."""


class NeedRenewed(NeedEvent, name="need.renewed", audience=ASKER, unnotified=OWN_DOING):
    """A need's organisation says that it still stands."""


class NeedWithdrawn(
    NeedEvent, name="need.withdrawn", audience="everybody", removes=True, unnotified="it tells followers what is gone"
):
    """A public need was made confidential."""


class NeedShownToOrganisation(
    NeedEvent, name="need.shown", audience="the need's organisation and the organisations that are shown it now"
):
    """A confidential need was shown to an organisation."""


class NeedConcealed(
    NeedEvent, name="need.concealed", audience="the organisations that were named in it", removes=True,
    unnotified="it tells followers what is gone",
):  # fmt: skip
    """A confidential need is not shown to an organisation any more."""


class NeedAbstractPublished(NeedEvent, name="need.abstract_published", audience=PUBLIC_ABSTRACT, unnotified=OWN_DOING):
    """The public is shown the abstract of a confidential need."""


class NeedAbstractUpdated(NeedEvent, name="need.abstract_updated", audience=PUBLIC_ABSTRACT, unnotified=OWN_DOING):
    """The public abstract of a confidential need has changed."""


class NeedAbstractWithdrawn(
    NeedEvent, name="need.abstract_withdrawn", audience=PUBLIC_ABSTRACT, removes=True, unnotified=OWN_DOING
):
    """The public is not shown the abstract of a confidential need any more."""


class NeedTakenDown(NeedEvent, name="need.taken_down", audience=WHOEVER_SEES_IT, removes=True):
    """A need was taken down."""


class NeedMatched(NeedEvent, name="need.matched", audience=ASKER, unnotified="the introduction's own event tells it"):
    """An introduction about a need was accepted."""


class NeedOutcomeAsked(NeedEvent, name="need.outcome_asked", audience=ASKER):
    """The need's organisation is asked what became of it."""


class NeedSuspended(NeedEvent, name="need.suspended", audience=WHOEVER_SEES_IT, removes=True):
    """A need is not shown for the time being, since nobody said what became of it."""


class NeedErased(NeedEvent, name="need.erased", audience=ASKER, removes=True, unnotified=OWN_DOING):
    """A need was erased: nothing of what it said is kept, nor what was derived from that."""


class NeedClosed(NeedEvent, name="need.closed", audience=WHOEVER_SEES_IT, removes=True):
    """A need was closed."""

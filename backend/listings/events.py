"""What happens to listings, as events."""

from typing import Annotated, Final

from backend.core.events.domain_event import INTERNAL, EventPayload

OWN: Final = "the listing's organisation"
PUBLIC_TOO: Final = "the listing's organisation; everybody too, where the public sees or saw it"


class ListingEvent(EventPayload):
    """Something happened to a listing."""

    patent_id: str
    listing_id: str
    suspended_by: Annotated[str | None, INTERNAL] = None


class ListingCreated(ListingEvent, name="listing.created", audience=OWN, unnotified="members see it where they did it"):
    """A listing was drafted."""


class ListingUpdated(
    ListingEvent, name="listing.updated", audience=PUBLIC_TOO, unnotified="members see it where they did it"
):
    """A listing's terms have changed."""


class ListingSubmitted(
    ListingEvent, name="listing.submitted", audience=OWN, unnotified="members see it where they did it"
):
    """A listing waits for the platform."""


class ListingPublished(ListingEvent, name="listing.published", audience=PUBLIC_TOO):
    """A listing is shown to the public."""


class ListingRefused(ListingEvent, name="listing.refused", audience=OWN):
    """The platform has refused a listing."""


class ListingSuspended(ListingEvent, name="listing.suspended", audience=PUBLIC_TOO, removes=True):
    """A listing is not shown for the time being."""


class ListingResumed(ListingEvent, name="listing.resumed", audience=PUBLIC_TOO):
    """A listing is shown to the public again."""


class ListingDelisted(ListingEvent, name="listing.delisted", audience=PUBLIC_TOO, removes=True):
    """A listing was taken down."""


class ListingsChangedInBulk(
    EventPayload, name="listing.changed_in_bulk", audience="whoever asked, and each organisation whose listings changed"
):
    """A change of many listings is over."""

    by: str
    done: int
    rejected: int

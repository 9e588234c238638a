"""How a listing is shown to who asks."""

from collections.abc import Mapping
from typing import Any

from backend.listings.rules import Side
from backend.listings.schemas import ListedPatent, ListingOut, OfferedLicence


def listing_out(listing: Mapping[str, Any], patent: Any, offer: Any = None) -> ListingOut:
    """Return the listing as it is shown, with the register's facts of its patent and what is shown beside that."""
    about = ListedPatent(
        id=listing["patent_id"],
        title=patent.title,
        title_en=patent.title_en,
        application_number=patent.application_number,
        publication_number=patent.publication_number,
        grant_number=patent.grant_number,
        legal_status=patent.legal_status,
    )
    values = {name: value for name, value in listing.items() if name != "suspended_by"}
    licence = OfferedLicence(**offer.open_licence) if offer and offer.open_licence else None
    standing = (offer.barred if offer else None) or {}
    barred = {kind: codes for kind, codes in standing.items() if kind in listing["deal_types"]}
    return ListingOut(
        **values,
        suspended_by=Side(listing["suspended_by"]) if listing["suspended_by"] else None,
        patent=about,
        open_licence=licence,
        barred=barred,
    )

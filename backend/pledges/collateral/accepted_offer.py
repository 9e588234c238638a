"""An accepted offer with the patents that are to be pledged for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.financing.codes import PledgeeKind
from backend.financing.models import FinancingOffer
from backend.patents.queries import PatentAggregate


@dataclass(frozen=True, slots=True)
class Collateral:
    """An accepted offer with its patents, held, and by which holders each is pledged."""

    offer: FinancingOffer
    debtor_organisation_id: str
    pledgee_organisation_id: str
    wholes: Sequence[PatentAggregate]
    pledgors: Mapping[str, Sequence[Party]]
    caller: Caller


def pledgee_of(offer: FinancingOffer) -> str:
    """Return to whom the patents are pledged: the bank, or the guarantor where the offer says so."""
    if offer.pledgee is PledgeeKind.GUARANTOR and offer.guarantor_organisation_id:
        return offer.guarantor_organisation_id
    return offer.organisation_id

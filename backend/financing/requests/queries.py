"""How pledgors' consents are listed: those asked of an organisation, or by it."""

from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from backend.financing.models import FinancingRequest, PledgorConsent

ASKED_AT: Final = col(PledgorConsent.asked_at)
CONSENT_ID: Final = col(PledgorConsent.id)


def consents(organisation_id: str, role: str) -> sa.Select[Any]:
    """Return the consents that an organisation is asked for, or that its own requests need."""
    statement = sa.select(PledgorConsent)
    if role == "pledgor":
        return statement.where(col(PledgorConsent.organisation_id) == organisation_id)
    own_requests = sa.select(col(FinancingRequest.id)).where(col(FinancingRequest.organisation_id) == organisation_id)
    return statement.where(col(PledgorConsent.request_id).in_(own_requests))

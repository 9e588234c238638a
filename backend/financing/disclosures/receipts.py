"""The receipt of a disclosure: canonical JSON that both sides have, and its SHA-256."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from backend.core.canonical import fingerprint
from backend.core.database.columns import iso
from backend.financing.models import Disclosure, FinancingPatent, FinancingRequest

FORM: Final = "patentmart financing disclosure receipt, 1"
CONTENT_FIELDS: Final = (
    "amount_fen", "term_months", "purpose", "annual_revenue_fen", "net_profit_fen", "liabilities_fen", "employees",
    "first_loan", "documents",
)  # fmt: skip


def write_receipt(
    disclosure: Disclosure,
    request: FinancingRequest,
    patents: Sequence[FinancingPatent],
    sent_at: datetime | None = None,
) -> None:
    """Write the disclosure's receipt; once it is sent it also holds the hash of what the request says."""
    receipt: dict[str, Any] = {
        "form": FORM,
        "disclosure_id": disclosure.id,
        "request_id": request.id,
        "from_organisation_id": request.organisation_id,
        "to_organisation_id": disclosure.organisation_id,
        "recipient": disclosure.recipient.value,
        "product_id": disclosure.product_id,
        "purpose": disclosure.purpose,
        "parts": sorted(disclosure.parts),
        "ends_on": iso(disclosure.ends_on),
        "created_at": iso(disclosure.created_at),
        "sent_at": iso(sent_at),
        "content_sha256": _content(request, patents) if sent_at else None,
    }
    disclosure.receipt, disclosure.receipt_sha256 = receipt, fingerprint(receipt)


def _content(request: FinancingRequest, patents: Sequence[FinancingPatent]) -> str:
    content = request.model_dump(mode="json", include=set(CONTENT_FIELDS))
    return fingerprint(content | {"patents": [patent.patent_id for patent in patents]})

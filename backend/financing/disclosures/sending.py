"""How a disclosure is sent: from then on its recipient reads, and a bank's clock runs."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.events.log import append
from backend.financing import queries
from backend.financing.codes import RecipientKind
from backend.financing.disclosures.receipts import write_receipt
from backend.financing.events import DisclosureSent, disclosure_event
from backend.financing.models import Disclosure, FinancingProduct, FinancingRequest
from backend.financing.policy import FinancingPolicy
from backend.response_clocks import service as clocks
from backend.response_clocks.service import Question

KIND: Final = "financing_request"


async def send(
    session: AsyncSession,
    request: FinancingRequest,
    disclosure: Disclosure,
    policy: FinancingPolicy,
    now: datetime,
    actor: str,
) -> None:
    """Open the request to the recipient of a held disclosure, and start a bank's clock by its product's days."""
    disclosure.sent_at = now
    write_receipt(disclosure, request, await queries.patents_of(session, request.id), now)
    disclosure.version += 1
    if disclosure.recipient is RecipientKind.BANK:
        product = await session.get(FinancingProduct, disclosure.product_id) if disclosure.product_id else None
        question = Question(
            kind=KIND,
            subject=disclosure.id,
            about=request.id,
            asker_organisation_id=request.organisation_id,
            organisation_id=disclosure.organisation_id,
            answer_days=product.answer_days if product else None,
        )
        await clocks.start(session, question, policy.clock, now)
    own = request.organisation_id
    await append(session, disclosure_event(disclosure, own, DisclosureSent, actor, [own]), now)

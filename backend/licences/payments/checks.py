"""What a payer is asked back before a payment is recorded: one that it has recorded already, or more than is open."""

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.database.dialects import is_sqlite
from backend.files.models import FileAttachment, StoredFile
from backend.licences.errors import Overpaid, PaymentRepeated
from backend.licences.models import Payment
from backend.licences.schemas import PaymentIn
from backend.licences.states import PaymentStatus

EVIDENCE: Final = "payment"
LOCK: Final = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:payer, 0))")


async def check_repetition(session: AsyncSession, given: PaymentIn, caller: Caller) -> None:
    """Raise PaymentRepeated where the payer has recorded it already, unless it says that this is another one.

    Payments of one payer are recorded one after another, whatever patents they are for: none misses one beside it.
    """
    if not is_sqlite(session):  # SQLite has one writer at a time
        await session.execute(LOCK, {"payer": f"payer {caller.organisation_id}"})
    if given.is_another_payment:
        return
    known = (await session.scalars(_same_reference(given, caller))).first() if given.reference else None
    known = known or (await session.scalars(_same_voucher(given, caller))).first()
    if known is not None:
        raise PaymentRepeated(payment=known.id, payable=known.payable_id)


def _recorded(caller: Caller) -> sa.Select[Payment]:
    """The payments of the payer, without those that it has withdrawn."""
    own = sa.and_(col(Payment.recorded_by) == caller.organisation_id, col(Payment.status) != PaymentStatus.WITHDRAWN)
    return sa.select(Payment).where(own).order_by(col(Payment.recorded_at).desc(), col(Payment.id)).limit(1)


def _same_reference(given: PaymentIn, caller: Caller) -> sa.Select[Payment]:
    return _recorded(caller).where(
        col(Payment.reference) == given.reference,
        col(Payment.amount_fen) == given.amount_fen,
        col(Payment.value_date) == given.value_date,
    )


def _same_voucher(given: PaymentIn, caller: Caller) -> sa.Select[Payment]:
    """Only what came with the payment is its voucher, not what was shown later to contest it."""
    named = sa.select(col(StoredFile.sha256)).where(col(StoredFile.id).in_(given.evidence_files))
    return (
        _recorded(caller)
        .join(FileAttachment, sa.and_(col(FileAttachment.subject) == col(Payment.id),
                                      col(FileAttachment.kind) == EVIDENCE,
                                      col(FileAttachment.attached_at) == col(Payment.recorded_at)))
        .join(StoredFile, col(StoredFile.id) == col(FileAttachment.file_id))
        .where(col(StoredFile.sha256).in_(named))
    )  # fmt: skip


def check_amount(given: PaymentIn, open_fen: int, payments: Iterable[Payment]) -> None:
    """Raise Overpaid where it is more than is open beside what waits to be confirmed, unless the payer means it."""
    waiting = sum(one.amount_fen for one in payments if one.status is PaymentStatus.TO_BE_CONFIRMED)
    left = max(0, open_fen - waiting)
    if given.amount_fen > left and not given.confirm_overpayment:
        raise Overpaid(amount_fen=given.amount_fen, open_fen=left)

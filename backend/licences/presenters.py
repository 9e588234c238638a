"""How licences and payments are shown to who asks."""

from collections.abc import Sequence
from datetime import date

from backend.files.schemas import FileRef
from backend.licences.codes import LicenceSource
from backend.licences.models import Licence, Payment
from backend.licences.receivables.allocation import Account
from backend.licences.receivables.instalment_rules import Instalment
from backend.licences.recordal.rules import files_to_file
from backend.licences.schemas import (
    InstalmentOut,
    LicenceOut,
    PaymentOut,
    RecordalOut,
    ReducedAnnuityOut,
)
from backend.licences.states import COUNTS, RECORDABLE


def payment(row: Payment, files: Sequence[FileRef], period: int | None = None) -> PaymentOut:
    """Return the payment as both sides see it."""
    values = {name: getattr(row, name) for name in PaymentOut.model_fields if hasattr(row, name)}
    return PaymentOut(**values, period=period, evidence_files=list(files))


def licence(
    row: Licence,
    payments: Sequence[PaymentOut],
    files: Sequence[FileRef],
    annuities: Sequence[ReducedAnnuityOut],
    account: Account,
    today: date,
    language: str,
) -> LicenceOut:
    """Return the licence as both sides see it."""
    taken = row.source is LicenceSource.OPEN_LICENCE
    values = {field: getattr(row, field) for field in LicenceOut.model_fields if hasattr(row, field)}
    return LicenceOut(
        **values
        | {
            "type": row.licence_type,
            "open_licence_id": row.offer_id if taken else None,
            "notice_id": row.source_id if taken else None,
            "licensee_name": row.facts["licensee"]["name"],
            "recordal": _recordal(row, any(p.status in COUNTS for p in payments), today, language),
            "annuity_reductions": list(annuities),
            "instalments": [_instalment(one, today) for one in account.instalments],
            "surplus_fen": account.surplus_fen,
            "payments": list(payments),
            "evidence_files": list(files),
        }
    )


def _instalment(one: Instalment, today: date) -> InstalmentOut:
    return InstalmentOut(
        year=one.year,
        due_on=one.due_on,
        amount_fen=one.amount_fen,
        paid_fen=one.paid_fen,
        open_fen=one.open_fen,
        state=one.state(today),
    )


def _recordal(row: Licence, paid: bool, today: date, language: str) -> RecordalOut:
    files = files_to_file(row.source, paid=paid, represented=True)
    return RecordalOut(
        due_on=row.recordal_due_on,
        provisional=row.recordal_provisional,
        overdue=row.status in RECORDABLE and row.recordal_filed_on is None and row.recordal_due_on < today,
        filed_on=row.recordal_filed_on,
        confirmed_on=row.recorded_on,
        number=row.recordal_number,
        files=[{"code": f.code, "label": f.label.say(language, {}), "needed": f.needed} for f in files],
    )
